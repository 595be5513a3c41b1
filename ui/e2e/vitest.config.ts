// The tests of the real window: one after the other, each with a library and a window of its own.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ["**/*.e2e.ts"],
    fileParallelism: false,
    // Far beyond what anything takes; only a wait that would never end meets it.
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
