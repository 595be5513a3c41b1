import { expect, test } from "vitest";

import { i18nFor } from "../lib/i18n/i18n";
import { FakeBackend } from "../testing/fake";
import { openWindow, settle } from "../testing/open";
import { howMany, whatKinds } from "./words";

const en = i18nFor("en");
const held = (files: number, folders = 0, names: string[] = []) => ({ files, folders, names });

test.each([
  [14, 0, "14 files"],
  [1, 0, "1 file"],
  [0, 2, "2 folders"],
  [3, 1, "3 files and 1 folder"],
])("%i files and %i folders are %s", (files, folders, words) => {
  expect(howMany(held(files, folders), en)).toBe(words);
});

test("kinds are told by the endings of the names, the most frequent first", () => {
  const names = [...Array.from({ length: 11 }, (_, i) => `${i}.PDF`), "a.docx", "b.docx", "c.jpg"];
  expect(whatKinds(held(14, 0, names), en)).toBe("11 PDF, 2 Word, 1 photo");
  expect(whatKinds(held(4, 0, ["a.zip", "b.zip", "c.zip", "d.pdf"]), en)).toBe("1 PDF, 3 others");
});

test("kinds are not told when not all the names are known", () => {
  expect(whatKinds(held(300, 0, ["a.pdf"]), en)).toBe("");
  expect(whatKinds(held(1, 1, ["a.pdf", "folder"]), en)).toBe("");
});

test("files held over the window are announced with their place, and forgotten when they leave", async () => {
  const backend = new FakeBackend({ waiting: { total: 1124, rows: [] } });
  const { getByTestId, queryByTestId } = await openWindow(backend);
  backend.emit({ type: "drag_enter", ...held(2, 0, ["a.pdf", "b.pdf"]) });
  await settle();
  expect(getByTestId("drop-overlay")).toHaveTextContent("Drop to add 2 files");
  expect(getByTestId("drop-overlay")).toHaveTextContent("2 PDF. They go in at position 1,125.");
  backend.emit({ type: "drag_leave" });
  await settle();
  expect(queryByTestId("drop-overlay")).toBeNull();
});

test("after the drop the overlay is gone", async () => {
  const backend = new FakeBackend();
  const { queryByTestId } = await openWindow(backend);
  backend.emit({ type: "drag_enter", ...held(1) });
  backend.emit({ type: "added", added: { queued: 1, duplicates: 0, refused: [], first_position: 1, first_duplicate: null } });
  await settle();
  expect(queryByTestId("drop-overlay")).toBeNull();
});

test("a snapshot that comes while files are held does not take the overlay away", async () => {
  const backend = new FakeBackend();
  const { getByTestId } = await openWindow(backend);
  backend.emit({ type: "drag_enter", ...held(1) });
  backend.next({});
  await settle();
  expect(getByTestId("drop-overlay")).toBeVisible();
});
