import { expect, test } from "vitest";

import { boundsOf, periods } from "./period";

test("the stretches end with today, follow the calendar, and leave no year out", () => {
  const spans = periods(new Date(2024, 2, 3, 23, 59)).map((period) => period.span);
  expect(spans).toEqual([
    "2024-02-26/",
    "2024-02-03/",
    "2024-01-01/2025-01-01",
    "2023-01-01/2024-01-01",
    "2022-01-01/2023-01-01",
    "2021-01-01/2022-01-01",
    "/2021-01-01",
  ]);
});

test("a missing end asks for nothing", () => {
  expect(boundsOf(null)).toEqual({ after: null, before: null });
  expect(boundsOf("2024-02-26/")).toEqual({ after: "2024-02-26", before: null });
  expect(boundsOf("/2021-01-01")).toEqual({ after: null, before: "2021-01-01" });
});
