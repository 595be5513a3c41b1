// From the queue to a boxed word on its page, without a mouse.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk } from "./desk";
import type { Window } from "./driver";
import { until } from "./wait";

const KEY = { ctrl: "\uE009", enter: "\uE007", escape: "\uE00C", down: "\uE015", f3: "\uE033" };

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.clear());

test("a word is searched for, its page opened, and the hits gone through by keys alone", async () => {
  for (const name of ["one.pdf", "two.pdf"]) desk.sheaf("add", desk.letter(name, `The lighthouse of ${name}\nand a lighthouse keeper.`));
  const window = await desk.open();
  await window.press(KEY.ctrl, "2");
  await until("both are read", async () => (await window.all("document-row", '[data-state="ready"]')).length === 2);

  await window.press("/");
  await until("the field has the focus", async () => (await focused(window)).testid === "search-field");
  for (const letter of "lighthouse") await window.press(letter);
  await until("both are found", async () => (await window.all("hit")).length === 2);
  await window.press(KEY.down);
  const chosen = await window.one("hit", '[aria-selected="true"]');
  expect(await window.words(chosen)).toContain("lighthouse");
  expect((await window.all("hit", '[aria-selected="true"]')).length).toBe(1);

  await window.press(KEY.enter);
  await until("the page has the focus", async () => (await focused(window)).label === "Page 1 of 1");
  await until("its words are boxed", async () => (await window.all("hit-box")).length === 2);
  expect(await current(window), "the first is framed").toEqual([true, false]);
  await window.press(KEY.f3);
  await until("the second is framed", async () => (await current(window))[1]);

  await window.press(KEY.escape);
  await until("the field has the focus again", async () => (await focused(window)).testid === "search-field");
});

function focused(window: Window): Promise<{ testid?: string; label: string | null }> {
  return window.execute(`
    const { dataset, ariaLabel } = document.activeElement;
    return { testid: dataset.testid, label: ariaLabel };
  `);
}

function current(window: Window): Promise<boolean[]> {
  return window.execute(`
    return [...document.querySelectorAll('[data-testid="hit-box"]')].map((box) => box.ariaCurrent === "true");
  `);
}
