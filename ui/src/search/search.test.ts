import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Asked, Results } from "../lib/bindings";
import { aHit, aPageHit, results } from "../testing/data";
import { FakeBackend } from "../testing/fake";
import { PAUSE_MS, Search } from "./search.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A backend whose answers come when the test says so. */
function slow() {
  const backend = new FakeBackend();
  const waiting: { asked: Asked; answer: (results: Results) => Promise<void>; fail: () => Promise<void> }[] = [];
  backend.search = (asked) =>
    new Promise((resolve, reject) => {
      const then = (done: () => void) => (done(), vi.advanceTimersByTimeAsync(0).then(() => undefined));
      waiting.push({
        asked,
        answer: (answer) => then(() => resolve(answer)),
        fail: () => then(() => reject({ code: "library_failed", detail: "" })),
      });
    });
  return { search: new Search(backend), waiting };
}
const pause = () => vi.advanceTimersByTimeAsync(PAUSE_MS);

test("words are asked at every keystroke, meaning when the typing pauses", async () => {
  const { search, waiting } = slow();
  search.type("n");
  search.type("no");
  expect(waiting.map(({ asked }) => [asked.text, asked.mode])).toEqual([["n", "words"], ["no", "words"]]);
  await pause();
  expect(waiting.slice(2).map(({ asked }) => [asked.text, asked.mode])).toEqual([["no", "hybrid"]]);
});

test("a stale answer never replaces a newer one", async () => {
  const { search, waiting } = slow();
  search.type("n");
  search.type("no");
  await waiting[1]!.answer(results("no", [aHit(2)]));
  await waiting[0]!.answer(results("n", [aHit(1)]));
  expect(search.results?.query).toBe("no");
});

test("a stale failure is not shown", async () => {
  const { search, waiting } = slow();
  search.type("n");
  search.type("no");
  await waiting[0]!.fail();
  expect(search.fault).toBeNull();
});

test("words that answer after meaning do not take it away again", async () => {
  const { search, waiting } = slow();
  search.type("no");
  await pause();
  await waiting[1]!.answer(results("no", [aHit(1), aHit(2)], { mode: "hybrid" }));
  await waiting[0]!.answer(results("no", [aHit(1)]));
  expect(search.hits).toHaveLength(2);
});

test("an answer that comes after the field was cleared is not shown", async () => {
  const { search, waiting } = slow();
  search.type("no");
  search.clear();
  await waiting[0]!.answer(results("no", [aHit(1)]));
  expect(search.results).toBeNull();
});

test("only meaning is asked when only meaning is wanted, and only words when only words are", async () => {
  const { search, waiting } = slow();
  search.mode = "meaning";
  search.type("no");
  expect(waiting).toHaveLength(0);
  await pause();
  search.set({ mode: "words" });
  await pause();
  expect(waiting.map(({ asked }) => asked.mode)).toEqual(["meaning", "words"]);
});

test("what a person chose stays chosen when meaning joins, what was only first does not", async () => {
  const { search, waiting } = slow();
  search.type("no");
  await waiting[0]!.answer(results("no", [aHit(1), aHit(2, { pages: [aPageHit(7)] })]));
  expect(search.selected).toEqual({ document: 1, page: 1 });
  search.choose({ document: 2, page: 7 });
  await pause();
  await waiting[1]!.answer(results("no", [aHit(3), aHit(2, { pages: [aPageHit(7)] })]));
  expect(search.selected).toEqual({ document: 2, page: 7 });
  search.type("now");
  await waiting[2]!.answer(results("now", [aHit(3), aHit(2)]));
  expect(search.selected).toEqual({ document: 3, page: 1 });
});

test("the arrow keys go through the pages of all documents and stop at both ends", async () => {
  const { search, waiting } = slow();
  search.type("no");
  await waiting[0]!.answer(results("no", [aHit(1, { pages: [aPageHit(4)] }), aHit(2)]));
  const seen = [1, 1, 1, -1].map((step) => (search.move(step), search.selected));
  expect(seen).toEqual([{ document: 1, page: 4 }, { document: 2, page: 1 }, { document: 2, page: 1 }, { document: 1, page: 4 }]);
});

test("while documents are read the question is asked again, but not all the time", async () => {
  const { search, waiting } = slow();
  search.mode = "words";
  search.type("no");
  await waiting[0]!.answer(results("no", [aHit(1)], { complete: 0.5 }));
  search.refresh(10_000);
  search.refresh(10_400);
  expect(waiting).toHaveLength(2);
  await waiting[1]!.answer(results("no", [aHit(1)], { complete: 1 }));
  search.refresh(60_000);
  expect(waiting).toHaveLength(2);
});

test("a suggestion that still fits stays until the answer comes, and an older answer is not taken", async () => {
  const backend = new FakeBackend();
  const waiting: ((all: string[]) => void)[] = [];
  backend.suggest = () => new Promise((resolve) => waiting.push(resolve));
  const { suggesting } = new Search(backend);
  const answer = (n: number, all: string[]) => (waiting[n]!(all), vi.advanceTimersByTimeAsync(0));
  void suggesting.ask("wa");
  await answer(0, ["water", "wall"]);
  void suggesting.ask("wat");
  expect(suggesting.all).toEqual(["water"]);
  void suggesting.ask("wal");
  await answer(2, ["wall"]);
  await answer(1, ["water"]);
  expect(suggesting.all).toEqual(["wall"]);
  void suggesting.ask("wall ");
  expect(suggesting.all).toEqual([]);
  expect(waiting).toHaveLength(3);
});

test("suggestions that fail leave the search as it is", async () => {
  const backend = new FakeBackend();
  backend.suggest = () => Promise.reject({ code: "library_failed", detail: "" });
  const search = new Search(backend);
  search.type("wa");
  await pause();
  expect(search.suggesting.all).toEqual([]);
  expect(search.fault).toBeNull();
});
