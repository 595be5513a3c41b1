import { expect, test } from "vitest";

import { families, kinds } from "./kinds";

test("every kind can be chosen, in exactly one family", () => {
  const chosen = Object.values(families).flat();
  expect([...chosen].sort()).toEqual(Object.keys(kinds).sort());
});
