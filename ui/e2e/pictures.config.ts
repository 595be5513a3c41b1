// Takes pictures of the real window; see pictures.shot.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ["**/*.shot.ts"],
    fileParallelism: false,
    // Far beyond what anything takes; only a wait that would never end meets it.
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
