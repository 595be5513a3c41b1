import { expect, test } from "vitest";

import { i18nFor } from "../lib/i18n/i18n";
import { aDocument, aJob } from "../testing/data";
import { settle } from "../testing/open";
import { progressOf, stageOf, timesOf } from "./job";
import { layout } from "./layout";
import { rowAt } from "./removed.svelte";
import { Rows } from "./rows.svelte";
import { details, sentence } from "./sentence";
import { AT_MOST, stripView } from "./strip";

const en = i18nFor("en");

test("rows beyond the head are pulled when they come in sight, and again when a snapshot comes", async () => {
  const pulls: number[][] = [];
  const rows = new Rows<string>(async (offset, limit) => {
    pulls.push([offset, limit]);
    return Array.from({ length: limit }, (_, i) => `row ${offset + i}, pull ${pulls.length}`);
  });
  rows.take(1000, ["a", "b"]);
  rows.look(0, 2);
  await settle();
  expect(pulls).toEqual([]);
  rows.look(500, 520);
  expect(rows.at(500)).toBeUndefined();
  await settle();
  expect(rows.at(500)).toBe("row 500, pull 1");
  rows.take(999, ["b", "c"]);
  expect(rows.at(500)).toBe("row 500, pull 1");
  await settle();
  expect(rows.at(500)).toBe("row 500, pull 2");
  expect(pulls).toEqual([[500, 50], [500, 50]]);
});

test("many snapshots while a pull is under way make one more pull", async () => {
  const answers: ((rows: string[]) => void)[] = [];
  const rows = new Rows<string>(() => new Promise((resolve) => answers.push(resolve)));
  rows.take(1000, []);
  rows.look(100, 110);
  for (let i = 0; i < 5; i++) rows.take(1000 - i, []);
  answers[0]!(["x"]);
  await settle();
  expect(answers).toHaveLength(2);
});

test("scrolling on a little finds its rows here already", async () => {
  const pulls: number[][] = [];
  const rows = new Rows<number>(async (offset, limit) => {
    pulls.push([offset, limit]);
    return Array.from({ length: limit }, (_, i) => offset + i);
  });
  rows.take(1000, [0]);
  rows.look(110, 130);
  await settle();
  rows.look(115, 135);
  await settle();
  expect(pulls).toEqual([[100, 50]]);
});

test("rows out of sight are forgotten with the next snapshot", async () => {
  const rows = new Rows<number>(async (offset, limit) => Array.from({ length: limit }, (_, i) => offset + i));
  rows.take(1000, [0]);
  rows.look(100, 110);
  await settle();
  rows.look(300, 310);
  rows.take(1000, [0]);
  await settle();
  expect(rows.at(105)).toBeUndefined();
  expect(rows.at(305)).toBe(305);
});

test("groups stand below each other, and an open row pushes down the ones after its group", () => {
  const counts = { running: 2, waiting: 10_000, attention: 0, done: 3 };
  const closed = layout(counts, 16, false, null);
  expect(closed.map(({ group, top, height }) => [group, top, height])).toEqual([
    ["running", 40, 104],
    ["waiting", 192, 520_000],
    ["done", 520_240, 120],
  ]);
  const open = layout(counts, 16, false, { group: "running", extra: 70 });
  expect(open.map(({ top }) => top)).toEqual([40, 262, 520_310]);
});

test("a removed row stays in its place, and the others keep their order around it", () => {
  const rows = [aDocument(1), aDocument(3)];
  const gone = [{ row: aDocument(2), index: 1 }];
  const shown = [0, 1, 2].map((index) => rowAt(index, gone, (at) => rows[at], () => false));
  expect(shown.map(({ row, removed }) => [row?.document, removed])).toEqual([[1, false], [2, true], [3, false]]);
});

test("several removed rows in a row keep their places", () => {
  const gone = [1, 2, 3].map((document, index) => ({ row: aDocument(document), index }));
  const shown = [0, 1, 2, 3].map((index) => rowAt(index, gone, (at) => [aDocument(9)][at], () => false));
  expect(shown.map(({ row }) => row?.document)).toEqual([1, 2, 3, 9]);
});

test("one failed page says which, what was kept, and that the rest is searchable", () => {
  const row = aDocument(1, { state: "problems", pages_total: 206, pages_read: 205, pages_failed: 1, problems: [{ page: 17, code: "timed_out", message: "60 s" }] });
  expect(sentence(row, en).text).toBe("Page 17 could not be read. The other 205 are searchable.");
  expect(details(row)).toContain("page 17: timed_out: 60 s");
});

test("more failed pages than are listed say so", () => {
  const problems = [4, 17].map((page) => ({ page, code: "page_corrupt" as const, message: "" }));
  const row = aDocument(1, { state: "problems", pages_total: 40, pages_read: 35, pages_failed: 5, problems });
  expect(sentence(row, en).text).toBe("5 pages could not be read (4, 17, …). The other 35 are searchable.");
});

test("a file with a password says what to do", () => {
  const row = aDocument(1, { state: "failed", code: "file_encrypted", pages_total: null, pages_read: 0 });
  const { text, advice, severity } = sentence(row, en);
  expect(`${text} ${advice}`).toBe("This file needs a password. Enter it, or skip.");
  expect(severity).toBe("ask");
});

test.each([
  [{ position: 2 }, "Queued (position 2)"],
  [{ kind: "index", lane: "indexing", position: 3 }, "Meaning (position 3)"],
  [{ state: "paused", position: null }, "Paused"],
  [{ state: "processing", stage: "recognising" }, "Recognising"],
  [{ state: "processing", stage: null }, "Opening"],
  [{ state: "retrying", not_before: 41_000 }, "Tries again in 40 s"],
  [{ state: "retrying", not_before: 500 }, "Tries again now"],
])("a job with %j says %s", (change, text) => {
  expect(stageOf(aJob(1, change), 1000, en).text).toBe(text);
});

test("progress is the page in hand, and nothing before the pages are counted", () => {
  expect(progressOf(aJob(1, { state: "processing", pages_done: 13, pages_total: 206 }), en)).toBe("page 14 of 206");
  expect(progressOf(aJob(1, { state: "processing", pages_done: 206, pages_total: 206 }), en)).toBe("page 206 of 206");
  expect(progressOf(aJob(1, { state: "processing", pages_total: null }), en)).toBeNull();
  expect(progressOf(aJob(1), en)).toBeNull();
});

test("times say when it is its turn, and for how long it has been there", () => {
  expect(timesOf(aJob(1, { position: 1, added_at: 0 }), 190_000, en)).toEqual(["next", "added 3 min ago"]);
  expect(timesOf(aJob(1, { position: 2, eta_s: 360, added_at: 0 }), 5_000, en)).toEqual(["in 6 min", "added just now"]);
  expect(timesOf(aJob(1, { state: "processing", eta_s: 300, started_at: 0 }), 702_000, en)).toEqual(["5 min left", "11:42 so far"]);
});

test("a strip has a cell for each page, and counts them", () => {
  const view = stripView("eeofrww");
  expect(view.cells).toEqual(["own", "own", "recognised", "failed", "now", "waiting", "waiting"]);
  expect(view.counts.own).toBe(2);
});

test("in a very long strip a cell stands for several pages, and the worst of them shows", () => {
  const view = stripView("e".repeat(1499) + "f" + "e".repeat(1500));
  expect(view.perCell).toBe(5);
  expect(view.cells.length).toBeLessThanOrEqual(AT_MOST);
  expect(view.cells.filter((cell) => cell === "failed")).toHaveLength(1);
  expect(view.counts.failed).toBe(1);
});

test("a row that says the same as before stays the same object, so that nothing is drawn anew for it", () => {
  const rows = new Rows<{ n: number; page: number }>(null);
  rows.take(2, [{ n: 1, page: 1 }, { n: 2, page: 1 }]);
  const before = [rows.at(0), rows.at(1)];
  rows.take(2, [{ n: 1, page: 2 }, { n: 2, page: 1 }]);
  expect(rows.at(0)).not.toBe(before[0]);
  expect(rows.at(1)).toBe(before[1]);
});
