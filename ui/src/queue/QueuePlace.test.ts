import { within } from "@testing-library/svelte";
import { expect, test } from "vitest";

import type { QueueAnswer, Snapshot } from "../lib/bindings";
import { aDocument, aJob } from "../testing/data";
import { FakeBackend } from "../testing/fake";
import { openWindow, settle } from "../testing/open";

const waiting = (jobs: number[], total = jobs.length) => ({
  total,
  rows: jobs.map((job, i) => aJob(job, { position: i + 1 })),
});

async function queueOf(change: Partial<Snapshot>) {
  const backend = new FakeBackend({ active: 5, readers: { busy: 2, total: 2 }, ...change });
  const window = await openWindow(backend, { place: "queue" });
  return { ...window, backend };
}
const problem = aDocument(17, {
  path: "/home/eva/minutes.pdf",
  state: "problems",
  pages_total: 206,
  pages_read: 205,
  pages_failed: 1,
  problems: [{ page: 17, code: "timed_out", message: "60 s" }],
});

test("a row carries what end-to-end tests hold on to", async () => {
  const { getByTestId } = await queueOf({ running: [aJob(3, { document: 8, state: "processing", position: null, stage: "recognising", pages_done: 13, pages_total: 206 })] });
  expect({ ...getByTestId("job").dataset }).toMatchObject({ job: "3", document: "8", state: "processing", done: "13", total: "206" });
});

test("positions count down with each snapshot", async () => {
  const { backend, getAllByTestId } = await queueOf({ waiting: waiting([1, 2, 3]) });
  const positions = () => getAllByTestId("job").map((row) => within(row).getByText(/position/).textContent);
  expect(positions()).toEqual(["Queued (position 1)", "Queued (position 2)", "Queued (position 3)"]);
  backend.next({ waiting: waiting([2, 3]) });
  await settle();
  expect(positions()).toEqual(["Queued (position 1)", "Queued (position 2)"]);
  expect(getAllByTestId("job").map((row) => row.dataset.job)).toEqual(["2", "3"]);
});

test("of 10,000 waiting rows only a window is in the page, and the list says how many there are", async () => {
  const all: QueueAnswer[] = Array.from({ length: 10_000 }, (_, i) => aJob(i + 1));
  const { getAllByTestId, getByText } = await queueOf({ waiting: { total: 10_000, rows: all.slice(0, 50) } });
  const rows = getAllByTestId("job");
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.length).toBeLessThan(50);
  expect(rows[0]).toHaveAttribute("aria-setsize", "10000");
  expect(rows[1]).toHaveAttribute("aria-posinset", "2");
  expect(getByText("10,000")).toBeVisible();
});

test("rows that are scrolled to are pulled, and pulled again with the next snapshot", async () => {
  const all: QueueAnswer[] = Array.from({ length: 10_000 }, (_, i) => aJob(i + 1));
  const { backend, container, getAllByTestId } = await queueOf({ waiting: { total: 10_000, rows: all.slice(0, 50) } });
  backend.rows.waiting = all;
  const scroller = container.querySelector<HTMLElement>(".scroller")!;
  scroller.scrollTop = 52 * 5000;
  scroller.dispatchEvent(new Event("scroll"));
  await settle();
  expect(getAllByTestId("job").map((row) => row.dataset.position)).toContain("5001");
  backend.rows.waiting = all.slice(1).map((row, i) => ({ ...row, position: i + 1 }));
  backend.next({ waiting: { total: 9999, rows: all.slice(1, 51) } });
  await settle();
  const row = getAllByTestId("job").find((each) => each.dataset.job === "5001");
  expect(row?.dataset.position).toBe("5000");
});

test("a row that stands in two places for a moment does no harm", async () => {
  const all = Array.from({ length: 200 }, (_, i) => aJob(i + 1));
  const { backend, container, getAllByTestId } = await queueOf({ waiting: { total: 200, rows: all.slice(0, 50) } });
  backend.rows.waiting = all;
  const scroller = container.querySelector<HTMLElement>(".scroller")!;
  scroller.scrollTop = 52 * 45;
  scroller.dispatchEvent(new Event("scroll"));
  await settle();
  backend.waitingRows = () => new Promise(() => {});
  backend.next({ waiting: { total: 199, rows: all.slice(1, 51) } });
  await settle();
  const jobs = getAllByTestId("job").map((row) => row.dataset.job);
  expect(jobs.filter((job) => job === "51")).toHaveLength(2);
});

test("progress is read out as a page, not as a number", async () => {
  const { getByTestId } = await queueOf({ running: [aJob(3, { state: "processing", pages_done: 13, pages_total: 206 })] });
  const bar = within(getByTestId("job")).getByRole("progressbar");
  expect(bar).toHaveAttribute("aria-valuetext", "page 14 of 206");
});

test("a row can be paused, moved to the top, cancelled and shown in its folder", async () => {
  const { user, backend, getAllByTestId } = await queueOf({ waiting: waiting([1, 2]) });
  const row = within(getAllByTestId("job")[1]!);
  for (const name of ["Pause", "Move to top", "Cancel", "Show in folder"]) await user.click(row.getByRole("button", { name }));
  expect(["pauseJob", "toTop", "cancel", "showInFolder"].map((name) => backend.asked(name))).toEqual([[[2]], [[2]], [[2]], [[2]]]);
});

test("a command that fails says what happened", async () => {
  const { user, backend, getAllByTestId, getByText } = await queueOf({ waiting: waiting([1]) });
  backend.cancel = () => Promise.reject({ code: "library_read_only", detail: "/library" });
  await user.click(within(getAllByTestId("job")[0]!).getByRole("button", { name: "Cancel" }));
  await settle();
  expect(getByText(/The library cannot be written to/)).toBeVisible();
});

test("on a row Space pauses it, Delete cancels it, and the arrows go to the next", async () => {
  const { user, backend, getAllByTestId } = await queueOf({ waiting: waiting([1, 2]) });
  within(getAllByTestId("job")[0]!).getByRole("button", { name: /invoice/ }).focus();
  await user.keyboard(" {ArrowDown}{Delete}");
  expect(backend.asked("pauseJob")).toEqual([[1]]);
  expect(backend.asked("cancel")).toEqual([[2]]);
  expect(backend.asked("pause")).toEqual([]);
});

test("the focus moves with its row, to another group too", async () => {
  const { backend, getByTestId, getAllByTestId } = await queueOf({ waiting: waiting([1, 2, 3]) });
  within(getAllByTestId("job")[1]!).getByRole("button", { name: "Cancel" }).focus();
  backend.next({ waiting: waiting([2, 3]) });
  await settle();
  expect(document.activeElement?.closest("[data-testid=job]")).toHaveAttribute("data-job", "2");
  expect(document.activeElement).toHaveAccessibleName("Cancel");
  backend.next({ waiting: waiting([3]), done: { total: 1, rows: [aDocument(2)] } });
  await settle();
  expect(document.activeElement?.closest("[data-testid]")).toBe(getByTestId("document-row"));
});

test("the open row shows its pages, and asks again while it is being read", async () => {
  const running = [aJob(3, { state: "processing", pages_done: 3, pages_total: 8 })];
  const { user, backend, getByTestId, getByRole } = await queueOf({ running });
  await user.click(within(getByTestId("job")).getByRole("button", { name: /invoice/ }));
  await settle();
  expect(getByRole("img", { name: "8 pages: 2 with their own text, 2 recognised, 1 failed, 1 now, 2 waiting" })).toBeVisible();
  backend.next({ running });
  await settle();
  expect(backend.asked("strip")).toHaveLength(2);
});

test("a page that failed is tried again by itself", async () => {
  const { user, backend, getByTestId, getByText } = await queueOf({ attention: { total: 1, rows: [problem] } });
  expect(getByText("Page 17 could not be read. The other 205 are searchable.")).toBeVisible();
  await user.click(within(getByTestId("document-row")).getByRole("button", { name: "Retry page" }));
  expect(backend.asked("tryAgain")).toEqual([[17, 17]]);
});

test("a locked file takes its password, whatever keys that has, or is skipped", async () => {
  const locked = aDocument(9, { state: "failed", code: "file_encrypted", pages_total: null, pages_read: 0 });
  const { user, backend, getByTestId, getByLabelText } = await queueOf({ attention: { total: 1, rows: [locked] } });
  await user.type(getByLabelText("Password"), "r R{Enter}");
  expect(backend.asked("unlock")).toEqual([["r R"]]);
  expect(backend.asked("tryAgain")).toEqual([]);
  expect(getByLabelText("Password")).toHaveValue("");
  await user.click(within(getByTestId("document-row")).getByRole("button", { name: "Skip" }));
  expect(backend.asked("remove")).toEqual([[9]]);
});

test("what was removed stays in its place with Undo, which puts it back", async () => {
  const { user, backend, getByTestId, getByRole, queryByRole } = await queueOf({ attention: { total: 1, rows: [problem] } });
  await user.click(within(getByTestId("document-row")).getByRole("button", { name: "Remove" }));
  backend.next({ attention: { total: 0, rows: [] } });
  await settle();
  expect(backend.asked("remove")).toEqual([[17]]);
  expect(getByTestId("document-row")).toHaveTextContent("Removed from the library. The file is untouched.");
  await user.click(getByRole("button", { name: "Undo" }));
  backend.next({ attention: { total: 1, rows: [problem] } });
  await settle();
  expect(backend.asked("putBack")).toEqual([[17]]);
  expect(queryByRole("button", { name: "Undo" })).toBeNull();
  expect(getByTestId("document-row").dataset.state).toBe("problems");
});

test("a document that could not be removed is not shown as removed", async () => {
  const { user, backend, getByTestId, queryByRole } = await queueOf({ attention: { total: 1, rows: [problem] } });
  backend.remove = () => Promise.reject({ code: "library_failed", detail: "" });
  await user.click(within(getByTestId("document-row")).getByRole("button", { name: "Remove" }));
  await settle();
  expect(queryByRole("button", { name: "Undo" })).toBeNull();
});

test("a second file of a document does not open the document's row twice", async () => {
  const rows = [aDocument(1, { duplicate: true, places: 2, path: "/home/eva/copy.pdf" }), aDocument(1, { path: "/home/eva/first.pdf" })];
  const { user, backend, getByRole, getAllByRole } = await queueOf({ done: { total: 2, rows } });
  await user.click(getByRole("button", { name: "first.pdf" }));
  await settle();
  expect(getAllByRole("group")).toHaveLength(1);
  await user.click(getByRole("button", { name: "copy.pdf" }));
  await settle();
  expect(backend.asked("pageView")).toEqual([[1, 1, ""]]);
});

test("after a row was removed the focus is on its Undo", async () => {
  const { user, backend, getByTestId, getByRole } = await queueOf({ attention: { total: 1, rows: [problem] } });
  within(getByTestId("document-row")).getByRole("button", { name: /minutes/ }).focus();
  await user.keyboard("{Delete}");
  await settle();
  expect(getByRole("button", { name: "Undo" })).toHaveFocus();
  backend.next({ attention: { total: 0, rows: [] } });
  await settle();
  expect(getByRole("button", { name: "Undo" })).toHaveFocus();
});

test("what is done says what it came to", async () => {
  const rows = [
    aDocument(1, { duplicate: true, places: 2 }),
    aDocument(2, { state: "unsupported", code: "file_unsupported", pages_total: null }),
    aDocument(3, { state: "cancelled", pages_read: 31 }),
    aDocument(4),
  ];
  const { getAllByTestId } = await queueOf({ done: { total: 4, rows } });
  const said = getAllByTestId("document-row").map((row) => row.querySelector(".beside")?.textContent);
  expect(said).toEqual([
    "Already in your library, in 2 places now",
    "Not added. Sheaf cannot read this kind of file.",
    "Cancelled. 31 pages are searchable.",
    "8 pages",
  ]);
});

test("a file name is never HTML", async () => {
  const name = '<img src=x onerror="1">.pdf';
  const { container, getByTestId } = await queueOf({ waiting: { total: 1, rows: [aJob(1, { path: `/home/eva/${name}` })] } });
  expect(container.querySelector("img")).toBeNull();
  expect(getByTestId("job")).toHaveTextContent(name);
});

test("everything can be paused and resumed", async () => {
  const { user, backend, getByRole } = await queueOf({ waiting: waiting([1]) });
  await user.click(getByRole("button", { name: "Pause all" }));
  backend.next({ paused: { all: true, reading: true, indexing: true } });
  await settle();
  await user.click(within(getByRole("main")).getByRole("button", { name: "Resume" }));
  expect([backend.asked("pause").length, backend.asked("resume").length]).toEqual([1, 1]);
});

test("looking at what is read shows its pages, and Esc comes back to the queue", async () => {
  const { user, backend, getByTestId } = await queueOf({ running: [aJob(3, { document: 8, state: "processing", pages_total: 8 })] });
  await user.click(within(getByTestId("job")).getByRole("button", { name: "Look at what is read" }));
  await settle();
  expect(backend.asked("pageView")).toEqual([[8, 1, ""]]);
  await user.keyboard("{Escape}");
  await settle();
  expect(getByTestId("job")).toBeVisible();
});
