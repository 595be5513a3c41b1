import { expect, test } from "vitest";

import { aFolder } from "../testing/data";
import { FakeBackend } from "../testing/fake";
import { openWindow, settle } from "../testing/open";

const open = (folders: ReturnType<typeof aFolder>[], language = "en") => {
  const backend = new FakeBackend({ folders });
  return openWindow(backend, { place: "folders", language }).then((window) => ({ backend, ...window }));
};

test("without a folder it says what to do, and does it", async () => {
  const { backend, user, getByRole, getByText } = await open([]);
  getByText("No folder is watched");
  await user.click(getByRole("button", { name: "Choose a folder" }));
  expect(backend.asked("watchFolders")).toHaveLength(1);
});

test("a folder says its state in words, and an offline one that nothing was removed", async () => {
  const { getByText, getByTestId, backend } = await open([aFolder(1)]);
  getByText("Watched");
  getByText(/1,204 files, looked through 5 min ago/);
  backend.next({ folders: [aFolder(1, { state: "scanning", scanned: 20, expected: 1204 })] });
  await settle();
  getByText("Looking through, 20 of 1,204");
  backend.next({ folders: [aFolder(1, { state: "offline", note: "away", message: "…" })] });
  await settle();
  expect(getByTestId("folder").textContent).toMatch(/Offline.*The folder is offline\. Nothing was removed\./s);
});

test("a note without words of its own is told in the engine's", async () => {
  const { getByText } = await open([aFolder(1, { note: "new_kind", message: "Something new." })]);
  getByText("Something new.");
});

test("looking through is one click", async () => {
  const { backend, user, getByRole } = await open([aFolder(7)]);
  await user.click(getByRole("button", { name: "Look through now" }));
  expect(backend.asked("scanFolder")).toEqual([[7]]);
});

test("a folder that is watched no longer can be taken back where it stood", async () => {
  const { backend, user, getByRole, getByTestId, queryByTestId } = await open([aFolder(1, { path: "/home/eva/Scans" }), aFolder(2)]);
  await user.click(getByRole("button", { name: "Stop watching Scans" }));
  expect(backend.asked("unwatch")).toEqual([[1]]);
  backend.next({ folders: [aFolder(2)] });
  await settle();
  expect(getByTestId("unwatched").textContent).toMatch(/Scans.*No longer watched\. Its documents stay/s);
  const undo = getByRole("button", { name: "Undo" });
  expect(document.activeElement).toBe(undo);
  await user.click(undo);
  expect(backend.asked("watchAgain")).toEqual([[1]]);
  await settle();
  expect(queryByTestId("unwatched")).toBeNull();
});

test("what was left out is named with the reason", async () => {
  const { user, getByRole, getByText } = await open([aFolder(1, { path: "/home/eva/Scans", left_out_total: 2 })]);
  await user.click(getByRole("button", { name: "2 left out" }));
  await settle();
  getByText("Film.mkv");
  getByText("Larger than the limit of this folder");
});

test("everything is said in German too", async () => {
  const { getByText } = await open([aFolder(1, { state: "offline", note: "gone" })], "de");
  getByText("Nicht erreichbar");
  getByText(/Nichts wurde entfernt/);
});
