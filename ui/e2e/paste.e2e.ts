// Files copied in a file manager are added by pasting them.
import { afterEach, beforeEach, expect, test } from "vitest";
import { copyFiles } from "./clipboard";
import { Desk } from "./desk";
import { until } from "./wait";

const CONTROL = "\uE009";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.clear());

test("pasted files are read, and pasted text stays text", async () => {
  const letters = [desk.letter("one.pdf", "The first of two."), desk.letter("two.pdf", "The second of two.")];
  const window = await desk.open();
  const owner = await copyFiles(letters);
  try {
    await window.click(await window.one("nav-queue"));
    await window.press(CONTROL, "v");
    await until("both are read", async () => {
      const rows = await window.rows("document-row");
      return rows.filter((row) => row.state === "ready").length === 2;
    });
    await window.click(await window.one("nav-search"));
    await window.click(await window.one("search-field"));
    await window.press(CONTROL, "v");
    await window.type(await window.one("search-field"), "second");
    await window.one("hit");
    expect(desk.sheaf("stats").documents, "nothing was added twice or anew").toBe(2);
    expect((await window.rows("document-row")).length).toBe(0);
  } finally {
    owner.kill();
  }
});
