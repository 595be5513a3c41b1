import { expect, test } from "vitest";

import type { AddAnswer, Added, Snapshot } from "../lib/bindings";
import { i18nFor } from "../lib/i18n/i18n";
import { aJob, aSnapshot } from "../testing/data";
import { FakeBackend } from "../testing/fake";
import { openWindow, settle } from "../testing/open";
import { noticesFor } from "./added";
import { actOf } from "./keys";
import { phaseOf } from "./status";

const refused = (path: string, change: Partial<AddAnswer> = {}): AddAnswer => ({
  path,
  parent: null,
  document: null,
  job: null,
  position: null,
  intake: "refused",
  state: null,
  pages_total: null,
  pages_read: 0,
  problems: [],
  code: "file_empty",
  message: null,
  ...change,
});
const added = (change: Partial<Added>): Added => ({ queued: 0, duplicates: 0, refused: [], first_position: null, first_duplicate: null, ...change });
const said = (change: Partial<Added>) => noticesFor(added(change), i18nFor("en"), { queue: () => {}, open: () => {} }).map(({ text }) => text);

test("what was added says how many, and where the first one is", () => {
  expect(said({ queued: 14, first_position: 3 })).toEqual(["14 files added. First at position 3."]);
  expect(said({ queued: 1, first_position: 1 })).toEqual(["1 file added. Next to be read."]);
});

test("what was in the library already is named", () => {
  expect(said({ duplicates: 1, first_duplicate: refused("/home/eva/invoice.pdf", { intake: "duplicate", document: 4 }) })).toEqual([
    "Already in your library: invoice.pdf.",
  ]);
  expect(said({ duplicates: 3 })).toEqual(["3 were already in your library."]);
});

test("what was refused says why", () => {
  expect(said({ refused: [refused("/a/empty.pdf")] })).toEqual(["empty.pdf was not added. The file is empty."]);
  expect(said({ refused: [refused("/a/1"), refused("/a/2")] })).toEqual(["2 files were not added. The file is empty."]);
});

const press = (key: string, init: KeyboardEventInit = {}, target: HTMLElement = document.body) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, ...init });
  target.dispatchEvent(event);
  return actOf(event);
};

test("keys are off inside text fields, but for the ones that are no text", () => {
  const field = document.body.appendChild(document.createElement("input"));
  expect(["/", "?", " "].map((key) => press(key, {}, field))).toEqual([null, null, null]);
  expect(press("v", { ctrlKey: true }, field)).toBeNull();
  expect(press("F3", {}, field)).toBe("next");
  expect(press("o", { ctrlKey: true }, field)).toBe("add");
});

test("outside of them they work", () => {
  expect(["/", "?", " ", "Escape"].map((key) => press(key))).toEqual(["search", "sheet", "pause", "back"]);
  expect(press("2", { metaKey: true })).toBe("place_queue");
  expect(press("F3", { shiftKey: true })).toBe("previous");
});

test("Space on a button presses the button", () => {
  const button = document.body.appendChild(document.createElement("button"));
  expect(press(" ", {}, button)).toBeNull();
});

test("a key that an input method is using is its own", () => {
  expect(press("/", { isComposing: true })).toBeNull();
});

const phase = (change: Partial<Snapshot>) => phaseOf(aSnapshot(change)).is;
test.each([
  [{ role: { is: "starting" as const } }, "starting"],
  [{ trouble: "disk_full", running: [aJob(1)] }, "trouble"],
  [{ trouble: "the worker is not there", role: { is: "starting" as const } }, "trouble"],
  [{ role: { is: "standing_by" as const, pid: 5 }, running: [aJob(1)] }, "standing_by"],
  [{ paused: { all: true, reading: true, indexing: true }, running: [aJob(1)] }, "paused"],
  [{ running: [aJob(1)], active: 1 }, "reading"],
  [{ active: 2 }, "waiting"],
  [{}, "idle"],
])("the status line of %j is %s", (change, is) => {
  expect(phase(change)).toBe(is);
});

test("the status line says what is read, which page, and how much of all", async () => {
  const running = [aJob(1, { path: "/a/deed.pdf", state: "processing", pages_done: 142, pages_total: 206 })];
  const { getByTestId } = await openWindow(new FakeBackend({ running, active: 3, documents: 2971, settled: 1842 }));
  expect(getByTestId("status")).toHaveTextContent(/Reading deed\.pdf page 143 of 206.*1,842 of 2,971 documents/);
});

test("another Sheaf at work is told with its process", async () => {
  const { getByTestId } = await openWindow(new FakeBackend({ role: { is: "standing_by", pid: 4711 } }));
  expect(getByTestId("status")).toHaveTextContent("Another Sheaf is working on this library (process 4711). You see it live.");
});

test("trouble that has a code is told in the language of the person", async () => {
  const { getByTestId } = await openWindow(new FakeBackend({ trouble: "disk_full" }), { language: "de" });
  expect(getByTestId("status")).toHaveTextContent("Die Festplatte ist voll.");
});

test.each([
  ["en", "The queue grows: 1,200 files wait, 300 more than 30 minutes ago."],
  ["de", "Die Warteschlange wächst: 1.200 Dateien warten, 300 mehr als vor 30 Minuten."],
] as const)("what the engine warns of is told beside what goes on (%s)", async (language, sentence) => {
  const warnings = [{ warning: "backlog_grows" as const, waiting: 1200, more: 300, minutes: 30 }];
  const { getByTestId } = await openWindow(new FakeBackend({ warnings, running: [aJob(1)], active: 1 }), { language });
  expect(getByTestId("warning")).toHaveTextContent(sentence);
});

test("a worker that keeps dying is told by what it does", async () => {
  const warnings = [{ warning: "worker_dies" as const, lane: "indexing", times: 6, minutes: 10 }];
  const { getByTestId } = await openWindow(new FakeBackend({ warnings }));
  expect(getByTestId("warning")).toHaveTextContent("Indexing has broken off 6 times in 10 minutes.");
});

test("the badge counts what is active", async () => {
  const { getByTestId } = await openWindow(new FakeBackend({ active: 1126 }));
  expect(getByTestId("nav-queue")).toHaveAccessibleName("Queue, 1,126 files to read");
});

test("Space pauses everything, and resumes it when it is paused", async () => {
  const backend = new FakeBackend({ active: 1 });
  const { user } = await openWindow(backend, { place: "queue" });
  (document.activeElement as HTMLElement).blur();
  await user.keyboard(" ");
  backend.next({ paused: { all: true, reading: true, indexing: true } });
  await user.keyboard(" ");
  expect([backend.asked("pause").length, backend.asked("resume").length]).toEqual([1, 1]);
});

test("the sheet of keys opens with ? and has the keyboard to itself", async () => {
  const backend = new FakeBackend();
  const { user, getByRole, queryByRole } = await openWindow(backend, { place: "queue" });
  (document.activeElement as HTMLElement).blur();
  await user.keyboard("?");
  expect(getByRole("dialog", { name: "Keys" })).toBeVisible();
  await user.keyboard(" ");
  expect(backend.asked("pause")).toEqual([]);
  await user.keyboard("?");
  expect(queryByRole("dialog")).toBeNull();
});

test("pasting says when there is nothing to paste", async () => {
  const backend = new FakeBackend();
  backend.paste = async () => false;
  const { user, getByText } = await openWindow(backend, { place: "queue" });
  await user.keyboard("{Control>}v{/Control}");
  await settle();
  expect(getByText("There are no files to paste.")).toBeVisible();
});

test("an empty library says what to do, and its first files are followed to the queue", async () => {
  const backend = new FakeBackend({ documents: 0, settled: 0 });
  const { user, getByRole, getByText, getByTestId } = await openWindow(backend);
  expect(getByRole("heading", { name: /Drop documents here/ })).toBeVisible();
  await user.click(getByRole("button", { name: "Choose a folder" }));
  expect(backend.asked("chooseFolder")).toHaveLength(1);
  backend.emit({ type: "added", added: added({ queued: 14, first_position: 1 }) });
  await settle();
  expect(getByTestId("nav-queue")).toHaveAttribute("aria-current", "page");
  expect(getByText("14 files added. Next to be read.")).toBeVisible();
});

test("while one is searching, added files are told and nothing else changes", async () => {
  const backend = new FakeBackend();
  const { getByText, getByTestId } = await openWindow(backend);
  backend.emit({ type: "added", added: added({ queued: 2, first_position: 9 }) });
  await settle();
  expect(getByTestId("nav-search")).toHaveAttribute("aria-current", "page");
  expect(getByText("2 files added. First at position 9.")).toBeVisible();
});

test("the first files are followed even when the snapshot had them before", async () => {
  const backend = new FakeBackend({ documents: 0, settled: 0 });
  const { getByTestId } = await openWindow(backend);
  backend.next({ documents: 1, active: 1 });
  backend.emit({ type: "added", added: added({ queued: 1, first_position: 1 }) });
  await settle();
  expect(getByTestId("nav-queue")).toHaveAttribute("aria-current", "page");
});
