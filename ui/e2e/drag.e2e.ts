// Files that are held over the window and taken away again.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk } from "./desk";
import { drop, holdAndTakeAway } from "./mouse";
import { until } from "./wait";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.clear());

test("what is taken away again is not added", async () => {
  const kept = desk.letter("kept.pdf", "Kept in the hand.");
  const dropped = desk.letter("dropped.pdf", "Let go.");
  const window = await desk.open();
  await holdAndTakeAway(window, [kept], [700, 400], async () => {
    expect(await window.words(await window.one("drop-overlay"))).toContain("Drop to add 1 file");
  });
  // A file that is dropped afterwards is there before one that was added late could be missed.
  await drop(window, [dropped], [700, 400]);
  await until("the other one is read", () => desk.sheaf("stats").pages === 1);
  expect(desk.sheaf("list").map((one: { path: string }) => one.path)).toEqual([dropped]);
});
