// The app as a person uses it: files are dragged onto it, read before one's eyes, and found.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk } from "./desk";
import { isAlive, type Window } from "./driver";
import { drop } from "./mouse";
import { until } from "./wait";
import { shown, watch } from "./watching";

const PAGES = 6;

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.clear());

test("dropped files are queued, read page by page, found, and shown with the words boxed", async () => {
  // One reader, so that what is behind has to wait.
  desk.sheaf("config", "set", "reading.workers", "1");
  const scan = desk.scan("harbour.pdf", PAGES, "The lighthouse keeper counted ships.");
  // A scan too, so that what is behind it can be seen in first place: a letter is read faster than anyone looks.
  const first = desk.scan("rent.pdf", 2, "The rent is due in March.");
  const second = desk.letter("water.pdf", "The water meter was read.");
  const window = await desk.open();
  await window.click(await window.one("nav-queue"));
  await watch(window);

  await drop(window, [scan, first, second], [700, 400]);
  await until("all three are read and indexed", async () => (await states(window)).filter((s) => s === "ready").length === 3);

  const [of_scan, of_first, of_second] = [scan, first, second].map((path) => desk.sheaf("show", path).document);
  const read = (await shown(window, of_scan)).filter((one) => one.total === String(PAGES));
  const done = read.filter((one) => one.state === "processing").map((one) => Number(one.done));
  expect(new Set(done).size, `pages move: ${done}`).toBeGreaterThan(2);
  expect(done, "and never back").toEqual([...done].sort((a, b) => a - b));
  expect(await positions(window, of_first), "the one behind it was next").toContain("1");
  const counted = (await positions(window, of_second)).map(Number);
  expect(counted.length, "the last one counted down").toBeGreaterThan(1);
  expect(counted, "step by step to the front").toEqual(counted.map((_, n) => counted.length - n));

  await window.click(await window.one("nav-search"));
  await window.type(await window.one("search-field"), "lighthouse");
  const hit = await window.one("hit", `[data-document="${of_scan}"]`);
  await window.click(hit);
  await until("the page is drawn", () => isDrawn(window));
  const box = await until("the word is boxed", async () => (await boxesOf(window))[0]);
  const told = desk.sheaf("search", "lighthouse", "--mode", "words").hits[0];
  expect(told.document).toBe(of_scan);
  // The same line stands at the same place on every page of the scan. A box is a little larger than its word.
  for (const [n, edge] of told.boxes[0].entries()) expect(Math.abs((box[n] ?? 9) - edge)).toBeLessThan(0.01);
});

test("a program that is killed in the middle goes on where it stopped", async () => {
  desk.sheaf("config", "set", "reading.workers", "1");
  const scan = desk.scan("long.pdf", 12, "The ferry leaves at noon.");
  const document = desk.sheaf("add", scan)[0].document;
  let window = await desk.open();
  await window.click(await window.one("nav-queue"));
  await until("some pages are read", async () => {
    const row = (await window.rows("job")).find((job) => Number(job.document) === document);
    return Number(row?.done ?? 0) >= 2;
  });
  const pid = window.pid();
  const children: number[] = desk.sheaf("workers").map((worker: { pid: number }) => worker.pid);
  process.kill(pid, "SIGKILL");
  await until("it and its children are gone", () => ![pid, ...children].some(isAlive));
  await window.end();
  const before = pageEvents(desk, document);
  expect(before.length).toBeLessThan(12);

  window = await desk.open();
  await window.click(await window.one("nav-queue"));
  await until("the rest is read", async () => (await states(window)).includes("ready"));
  const after = pageEvents(desk, document);
  expect(after.slice(0, before.length), "what was read stays").toEqual(before);
  expect(after.toSorted((a, b) => a - b), "every page once").toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
});

test("a library that another program works on is shown live", async () => {
  desk.sheaf("config", "set", "reading.workers", "1");
  const scan = desk.scan("seen.pdf", 12, "Somebody else reads this.");
  const document = desk.sheaf("add", scan)[0].document;
  desk.engine();
  await until("the other program reads", () => pageEvents(desk, document).length > 0);
  const window = await desk.open();
  await window.click(await window.one("nav-queue"));
  await watch(window);
  await until("it says who works", async () => (await window.rows("status"))[0]?.text?.includes("Another Sheaf"));
  await until("it is read before one's eyes", async () => (await states(window)).includes("ready"));
  const read = (await shown(window, document)).filter((one) => one.state === "processing");
  expect(new Set(read.map((one) => one.done)).size, "pages move").toBeGreaterThan(1);
});

test("a second start hands its files to the first window and ends", async () => {
  const letter = desk.letter("second.pdf", "From the second start.");
  const window = await desk.open();
  const code = await desk.startAgain(letter);
  expect(code).toBe(0);
  await window.click(await window.one("nav-queue"));
  await until("the first window reads it", async () => (await states(window)).includes("ready"));
});

test("asked to end in the middle of a page, it gives back what it did not finish", async () => {
  const scan = desk.scan("unfinished.pdf", 12, "The bell rings twice.");
  const document = desk.sheaf("add", scan)[0].document;
  const window = await desk.open();
  await until("a page is read", () => pageEvents(desk, document).length > 0);
  const pid = window.pid();
  const children: number[] = desk.sheaf("workers").map((worker: { pid: number }) => worker.pid);
  process.kill(pid, "SIGTERM");
  await until("nothing is left of it", () => ![pid, ...children].some(isAlive));
  const counts = desk.sheaf("stats");
  expect(counts.processing).toBe(0);
  expect(counts.queued).toBe(1);
  expect(desk.sheaf("show", String(document)).attempts.every((one: { outcome: string }) => one.outcome === "gave_way")).toBe(true);
});

/** The states of the settled documents that the queue shows. */
async function states(window: Window): Promise<string[]> {
  return (await window.rows("document-row")).map((row) => row.state ?? "");
}

/** The positions that the document's first job, its reading, went through. */
async function positions(window: Window, document: number): Promise<string[]> {
  const rows = await shown(window, document);
  const queued = rows.filter((one) => one.job === rows[0]?.job && one.state === "queued");
  const all = queued.map((one) => one.position);
  return all.filter((position, n) => position !== all[n - 1]);
}

function isDrawn(window: Window): Promise<boolean> {
  return window.execute(`
    const image = document.querySelector('[data-testid="page-picture"]');
    return !!image && image.complete && image.naturalWidth >= 400;
  `);
}

/** The boxes as they stand on the screen, in fractions of the page picture. */
function boxesOf(window: Window): Promise<number[][]> {
  return window.execute(`
    const image = document.querySelector('[data-testid="page-picture"]');
    const page = image.getBoundingClientRect();
    return [...document.querySelectorAll('[data-testid="hit-box"]')].map((box) => {
      const at = box.getBoundingClientRect();
      return [(at.left - page.left) / page.width, (at.top - page.top) / page.height,
              (at.right - page.left) / page.width, (at.bottom - page.top) / page.height];
    });
  `);
}

function pageEvents(desk: Desk, document: number): number[] {
  const { events } = desk.sheaf("show", String(document)) as { events: { event: string; page: number }[] };
  return events.filter((one) => one.event === "page").map((one) => one.page);
}
