// Cancel, pause and try again with the mouse, and the words a person sees of it.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk } from "./desk";
import { until } from "./wait";

const PAGES = 8;

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
  // One reader, so that what is behind has to wait.
  desk.sheaf("config", "set", "reading.workers", "1");
});
afterEach(() => desk.clear());

test("a file that waits is cancelled, and read after all", async () => {
  desk.sheaf("pause");
  const [first, second] = ["first.pdf", "second.pdf"].map((name) => desk.sheaf("add", desk.letter(name, name))[0].document);
  const window = await desk.open();
  await window.click(await window.one("nav-queue"));
  const of = (document: number) => `[data-document="${document}"]`;
  expect(await window.words(await window.one("job", of(second)))).toContain("Queued (position 2)");

  await window.click(await window.one("job", `${of(first)} [data-act="cancel"]`));
  const cancelled = await window.one("document-row", `${of(first)}[data-state="cancelled"]`);
  expect(await window.words(cancelled)).toContain("Cancelled");
  expect(await window.words(await window.one("job", `${of(second)}[data-position="1"]`))).toContain("Queued (position 1)");

  await window.click(await window.one("document-row", `${of(first)} [data-act="retry"]`));
  expect(await window.words(await window.one("job", of(first)))).toContain("Queued (position 2)");
  await window.click(await window.one("status", " button"));
  await window.one("document-row", `${of(first)}[data-state="ready"]`);
});

test("a file in hand is paused, and goes on where it stopped", async () => {
  const document = desk.sheaf("add", desk.scan("long.pdf", PAGES, "The ferry leaves at noon."))[0].document;
  const window = await desk.open();
  await window.click(await window.one("nav-queue"));
  await until("a page is read", async () => (await window.rows("job")).some((job) => Number(job.done) >= 1));

  await window.click(await window.one("job", `[data-state="processing"] [data-act="pause"]`));
  const paused = await window.one("job", `[data-document="${document}"][data-state="paused"]`);
  expect(await window.words(paused)).toContain("Paused");
  expect(pagesRead(document).length, "it was not read to the end").toBeLessThan(PAGES);

  await window.click(await window.one("job", `[data-state="paused"] [data-act="pause"]`));
  await window.one("document-row", `[data-document="${document}"][data-state="ready"]`);
  expect(pagesRead(document).toSorted((a, b) => a - b), "every page once").toEqual(Array.from({ length: PAGES }, (_, n) => n + 1));
});

function pagesRead(document: number): number[] {
  const { events } = desk.sheaf("show", String(document)) as { events: { event: string; page: number }[] };
  return events.filter((one) => one.event === "page").map((one) => one.page);
}
