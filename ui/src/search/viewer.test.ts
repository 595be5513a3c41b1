import { expect, test } from "vitest";

import type { PageView } from "../lib/bindings";
import { aHit, aPageHit, aView } from "../testing/data";
import { FakeBackend } from "../testing/fake";
import { settle } from "../testing/open";
import { Viewer } from "./viewer.svelte";

const two: [number, number, number, number][] = [[0.1, 0.1, 0.2, 0.12], [0.3, 0.1, 0.4, 0.12]];
const hit = aHit(1, { ...aPageHit(4, { boxes: two }), pages: [aPageHit(2, { boxes: [two[0]!] })] });

async function showing(backend = new FakeBackend()) {
  const viewer = new Viewer(backend);
  viewer.show({ document: 1, path: "/a.pdf", title: null, hit, query: "notice" }, 4);
  await settle();
  return { viewer, backend };
}
const where = (viewer: Viewer) => [viewer.page, viewer.place, viewer.at + 1, viewer.stops.length];

test("hits are counted through the document in the order of its pages", async () => {
  const { viewer } = await showing();
  expect(where(viewer)).toEqual([4, 0, 2, 3]);
});

test("next and previous go from hit to hit, over pages, and around", async () => {
  const { viewer } = await showing();
  const seen = ([1, 1, -1] as const).map((step) => (viewer.step(step), where(viewer)));
  expect(seen).toEqual([[4, 1, 3, 3], [2, 0, 1, 3], [4, 1, 3, 3]]);
});

test("from a page without a hit the next one is the next in the document", async () => {
  const { viewer } = await showing();
  viewer.turn(3);
  await settle();
  expect(viewer.at).toBe(-1);
  viewer.step(1);
  expect(where(viewer)).toEqual([4, 0, 2, 3]);
  viewer.turn(3);
  viewer.step(-1);
  expect(viewer.page).toBe(2);
});

test("another page of the document shows the boxes that its view brings", async () => {
  const backend = new FakeBackend();
  backend.pageView = async (document, page) => aView(document, page, { boxes: page === 6 ? two : [] });
  const { viewer } = await showing(backend);
  viewer.turn(6);
  await settle();
  expect(viewer.places).toHaveLength(2);
  expect(viewer.count(6)).toBe(2);
});

test("where there is no picture the marks in the text are the hits", async () => {
  const backend = new FakeBackend();
  backend.pageView = async (document, page) => aView(document, page, { picture: false, text: "⟦a⟧ b ⟦c⟧ ⟦d⟧" });
  const viewer = new Viewer(backend);
  viewer.show({ document: 1, path: "/a.md", title: null, hit: aHit(1, { boxes: [] }), query: "a" }, 1);
  await settle();
  expect(viewer.stops).toHaveLength(3);
});

test("a page that answers late never replaces the one that was turned to since", async () => {
  const backend = new FakeBackend();
  const answers: ((view: PageView) => void)[] = [];
  backend.pageView = () => new Promise((resolve) => answers.push(resolve));
  const { viewer } = await showing(backend);
  viewer.turn(5);
  answers[1]!(aView(1, 5));
  answers[0]!(aView(1, 4));
  await settle();
  expect(viewer.view?.page).toBe(5);
});

test("the same page with the same question is not asked for again", async () => {
  const { viewer, backend } = await showing();
  backend.calls = [];
  viewer.show({ document: 1, path: "/a.pdf", title: null, hit, query: "notice" }, 4);
  expect(backend.calls).toEqual([]);
});
