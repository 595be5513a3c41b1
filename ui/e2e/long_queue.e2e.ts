// A queue of ten thousand files, looked through from the first to the last.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk } from "./desk";
import type { Window } from "./driver";
import { until } from "./wait";

const FILES = 10_000;

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.clear());

test("scrolled to the end, ten thousand waiting files show the last position", async () => {
  desk.sheaf("pause");
  const folder = join(desk.files, "many");
  mkdirSync(folder);
  for (let n = 1; n <= FILES; n++) writeFileSync(join(folder, `note ${n}.txt`), `Note number ${n}.`);
  desk.sheaf("add", folder);
  const window = await desk.open();
  await window.click(await window.one("nav-queue"));
  await window.one("job", '[data-position="1"]');
  expect(await window.all("job", `[data-position="${FILES}"]`)).toEqual([]);

  await until("the last one is shown", async () => {
    await scrollToTheEnd(window);
    return (await window.all("job", `[data-position="${FILES}"]`)).length === 1;
  });
  const last = await window.one("job", `[data-position="${FILES}"][aria-setsize="${FILES}"][aria-posinset="${FILES}"]`);
  expect(await window.words(last)).toContain("Queued (position 10,000)");
  expect((await window.all("job")).length, "only those in sight are in the page").toBeLessThan(100);
});

/** Of whatever holds the rows and scrolls. */
function scrollToTheEnd(window: Window): Promise<void> {
  return window.execute(`
    let list = document.querySelector('[data-testid="job"]');
    while (list && list.scrollHeight <= list.clientHeight + 1) list = list.parentElement;
    if (list) list.scrollTop = list.scrollHeight;
  `);
}
