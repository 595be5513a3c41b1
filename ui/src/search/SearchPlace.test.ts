import { fireEvent, within } from "@testing-library/svelte";
import { expect, test } from "vitest";

import type { Asked, Hit } from "../lib/bindings";
import { aFolder, aHit, aPageHit, aView, results } from "../testing/data";
import { FakeBackend } from "../testing/fake";
import { openWindow, settle } from "../testing/open";

async function found(hits: Hit[], change: Parameters<typeof results>[2] = {}, backend = new FakeBackend()) {
  backend.search = async (asked) => results(asked.text, hits, { mode: asked.mode, ...change });
  const window = await openWindow(backend);
  await window.user.type(window.getByTestId("search-field"), "notice");
  await settle();
  return { ...window, backend };
}
/** What the browser does when a picture has come. */
async function drawn(picture: HTMLElement) {
  await fireEvent.load(picture);
  await settle();
}

test("the search field has the focus at the start, and the model is warmed for it", async () => {
  const backend = new FakeBackend();
  const { getByTestId } = await openWindow(backend);
  expect(getByTestId("search-field")).toHaveFocus();
  expect(backend.asked("warm")).toHaveLength(1);
});

test("focuses the search field when / is pressed outside an input", async () => {
  const { user, getByTestId } = await openWindow(new FakeBackend(), { place: "queue" });
  await user.keyboard("/");
  await settle();
  expect(getByTestId("search-field")).toHaveFocus();
  expect(getByTestId("search-field")).toHaveValue("");
});

test("/ inside the field is a letter like any other", async () => {
  const { user, getByTestId } = await openWindow(new FakeBackend());
  await user.type(getByTestId("search-field"), "and/or");
  expect(getByTestId("search-field")).toHaveValue("and/or");
});

test("a snippet and a file name are never HTML", async () => {
  const evil = '<img src=x onerror="window.hacked = 1">';
  const { container, getAllByTestId } = await found([
    aHit(1, { path: `/home/eva/${evil}.pdf`, title: evil, snippet: `⟦${evil}⟧ and ${evil}` }),
  ]);
  expect(container.querySelector("img[src=x]")).toBeNull();
  expect(getAllByTestId("hit")[0]).toHaveTextContent(`${evil} and ${evil}`);
  expect(container.querySelector("mark")).toHaveTextContent(evil);
});

test("says how many documents and pages there are", async () => {
  const { getByText, container } = await found([aHit(1, { pages: [aPageHit(2)], more: 3 }), aHit(2)]);
  expect(getByText("2 documents")).toBeVisible();
  expect(container).toHaveTextContent("2 documents, 6 pages");
  expect(container).not.toHaveTextContent("results may be missing");
});

test("a result says where it is, what it is with how many pages, and of which day", async () => {
  const { container } = await found([
    aHit(1, { path: "/home/eva/Contracts/Leases/lease.tiff", kind: "tiff", pages_total: 8, date: "2016-04-18" }),
    aHit(2, { path: "/home/eva/notes.md", kind: "markdown", pages_total: 1, date: null }),
  ]);
  const said = [...container.querySelectorAll(".meta")].map((meta) => [...meta.querySelectorAll("bdi")].map((part) => part.textContent));
  expect(said[0]).toEqual(["Contracts › Leases", "Scan, 8 pages", "Apr 18, 2016"]);
  expect(said[1]).toEqual(["home › eva", "Markdown"]);
});

test("a title that no one gave is not shown; one in any script is", async () => {
  const { container } = await found([
    aHit(1, { path: "/home/eva/a.pdf", title: "(anonymous)" }),
    aHit(2, { path: "/home/eva/b.pdf", title: "عقد صيانة" }),
  ]);
  expect([...container.querySelectorAll(".title")].map((title) => title.textContent)).toEqual(["a.pdf", "عقد صيانة"]);
});

test("says that results may be missing while documents are read, and why meaning was left out", async () => {
  const { container } = await found([aHit(1)], { complete: 0.62, note: { code: "model_missing", detail: "" } });
  expect(container).toHaveTextContent("Reading is 62% done; results may be missing.");
  expect(container).toHaveTextContent("Search by meaning is not installed. Words are searched as always.");
});

test("nothing found says so, and what to do", async () => {
  const { user, getByText, getByRole, backend } = await found([]);
  expect(getByText("Nothing found for “notice”")).toBeVisible();
  await user.click(getByRole("radio", { name: "Words" }));
  await settle();
  const asked: unknown[] = [];
  backend.search = async (question) => (asked.push(question.mode), results(question.text, []));
  await user.click(getByRole("button", { name: "Search by meaning" }));
  expect(getByRole("radio", { name: "Both" })).toBeChecked();
  expect(asked).toContain("words");
});

test("a mistyped word is told, and what was meant is one press away", async () => {
  const { user, getByTestId, getByText, backend } = await found([], { suggestion: "annual report" });
  expect(getByText("Did you mean")).toBeVisible();
  const asked: string[] = [];
  backend.search = async (question) => (asked.push(question.text), results(question.text, []));
  await user.click(getByTestId("meant"));
  await settle();
  expect(asked).toContain("annual report");
});

test("a search that is kept is asked again at a press, and can be forgotten", async () => {
  const { user, getByRole, queryByRole, backend } = await found([aHit(1)]);
  await user.click(getByRole("button", { name: "Keep this search" }));
  await settle();
  expect(getByRole("button", { name: /kept/i })).toBeDisabled();
  await user.click(getByRole("button", { name: "Clear" }));
  await settle();
  const asked: string[] = [];
  backend.search = async (question) => (asked.push(question.text), results(question.text, []));
  await user.click(getByRole("button", { name: "notice" }));
  await settle();
  expect(asked).toContain("notice");
  await user.click(getByRole("button", { name: "Clear" }));
  await settle();
  await user.click(getByRole("button", { name: "Forget notice" }));
  await settle();
  expect(queryByRole("button", { name: "notice" })).toBeNull();
});

test("the kind that is chosen is asked for", async () => {
  const { user, getByRole, backend } = await found([aHit(1)]);
  const kinds: unknown[] = [];
  backend.search = async (question) => (kinds.push(question.kinds), results(question.text, []));
  await user.click(getByRole("button", { name: "Kind" }));
  await user.click(getByRole("menuitemradio", { name: "E-mail" }));
  expect(kinds.at(-1)).toEqual(["eml", "msg", "mbox"]);
  expect(getByRole("button", { name: "Kind: E-mail" })).toHaveFocus();
});

test("folder, collection and date are asked for, and nothing but what there is to choose is offered", async () => {
  const { user, getByRole, queryByRole, backend } = await found([aHit(1)]);
  expect(queryByRole("button", { name: "Folder" })).toBeNull();
  expect(queryByRole("button", { name: "Collection" })).toBeNull();
  backend.next({ folders: [aFolder(1, { path: "/home/anna/Contracts" })] });
  await settle();
  const asked: Asked[] = [];
  backend.search = async (question) => (asked.push(question), results(question.text, []));
  await user.click(getByRole("button", { name: "Folder" }));
  await user.click(getByRole("menuitemradio", { name: "Contracts" }));
  expect(asked.at(-1)?.folder).toBe("/home/anna/Contracts");
  // No longer watched, it filters all the same, and so it can be seen and taken back.
  backend.next({ folders: [] });
  await settle();
  expect(getByRole("button", { name: "Folder" })).toHaveClass("on");
  await user.click(getByRole("button", { name: "Date" }));
  await user.click(getByRole("menuitemradio", { name: "Older" }));
  expect(asked.at(-1)?.after).toBeNull();
  expect(asked.at(-1)?.before).toMatch(/^\d{4}-01-01$/);
  await settle();
  await user.click(getByRole("button", { name: "Search everything" }));
  expect(asked.at(-1)).toMatchObject({ folder: null, before: null });
});

test("a collection alone is a question: what is in it", async () => {
  const shelf = new FakeBackend();
  shelf.shelves = ["Invoices"];
  const { user, getByRole, backend } = await found([aHit(1)], {}, shelf);
  await user.click(getByRole("button", { name: "Clear" }));
  const asked: Asked[] = [];
  backend.search = async (question) => (asked.push(question), results(question.text, [aHit(2)]));
  await user.click(getByRole("button", { name: "Collection" }));
  await user.click(getByRole("menuitemradio", { name: "Invoices" }));
  await settle();
  expect(asked.at(-1)).toMatchObject({ text: "", collection: "Invoices" });
  expect(getByRole("button", { name: "Collection: Invoices" })).toHaveFocus();
});

test("boxes lie on the picture by fractions of it, and the current one is framed", async () => {
  const { getByTestId, getAllByTestId, user } = await found([aHit(1, { boxes: [[0.1, 0.2, 0.3, 0.22], [0.5, 0.2, 0.6, 0.22]] })]);
  await drawn(getByTestId("page-picture"));
  const boxes = getAllByTestId("hit-box");
  expect(boxes.map((box) => box.style.left)).toEqual(["9.65%", "49.65%"]);
  expect(boxes.map((box) => box.getAttribute("aria-current"))).toEqual(["true", "false"]);
  await user.keyboard("{F3}");
  expect(getAllByTestId("hit-box").map((box) => box.getAttribute("aria-current"))).toEqual(["false", "true"]);
  await user.keyboard("{Shift>}{F3}{/Shift}");
  expect(getAllByTestId("hit-box").map((box) => box.getAttribute("aria-current"))).toEqual(["true", "false"]);
});

test("a picture of the size that is shown is asked for, and small ones for the strip", async () => {
  const { container } = await found([aHit(7)]);
  await settle();
  const thumbs = [...container.querySelectorAll(".thumbs img")].map((image) => image.getAttribute("src"));
  expect(thumbs).toHaveLength(8);
  expect(thumbs[0]).toBe("page://localhost/7/1/160");
});

test("a long document has only the pages in sight in its strip", async () => {
  const backend = new FakeBackend();
  backend.pageView = async (document, page) => aView(document, page, { pages_total: 4812 });
  const { container } = await found([aHit(7)], {}, backend);
  expect(container.querySelectorAll(".thumbs li").length).toBeLessThan(30);
  expect(container.querySelector(".thumbs li")).toHaveAttribute("aria-setsize", "4812");
});

test("a page that cannot be drawn shows its text, with the marks", async () => {
  const { getByTestId, getByText, container } = await found([aHit(1)]);
  await fireEvent.error(getByTestId("page-picture"));
  await settle();
  expect(getByText("This page cannot be drawn. Its text is below.")).toBeVisible();
  expect(container.querySelector(".paper mark")).toHaveTextContent("notice");
});

test("a format without a picture shows its text", async () => {
  const backend = new FakeBackend();
  backend.pageView = async (document, page) => aView(document, page, { picture: false });
  const { queryByTestId, container } = await found([aHit(1, { kind: "markdown", boxes: [] })], {}, backend);
  expect(queryByTestId("page-picture")).toBeNull();
  expect(container.querySelector(".paper")).toHaveTextContent("The notice is three months");
});

test("the arrow keys choose from the field, Enter goes to the page, and Esc comes back", async () => {
  const { user, getAllByTestId, getByRole, getByTestId } = await found([aHit(1), aHit(2)]);
  await user.keyboard("{ArrowDown}");
  await settle();
  expect(getAllByTestId("hit").map((row) => row.getAttribute("aria-selected"))).toEqual(["false", "true"]);
  expect(getByTestId("search-field")).toHaveAttribute("aria-activedescendant", "hit-2-1");
  await user.keyboard("{Enter}");
  await new Promise(requestAnimationFrame);
  const stage = within(getByRole("region", { name: "Page" })).getByRole("region", { name: "Page 1 of 8" });
  expect(stage).toHaveFocus();
  await user.keyboard("{Escape}");
  expect(getByTestId("search-field")).toHaveFocus();
});

test("a search that failed says so, and is tried again", async () => {
  const backend = new FakeBackend();
  let broken = true;
  backend.search = async (asked) => {
    if (broken) throw { code: "library_failed", detail: "disk" };
    return results(asked.text, [aHit(1)]);
  };
  const { user, getByTestId, getByRole, getAllByTestId } = await openWindow(backend);
  await user.type(getByTestId("search-field"), "n");
  await settle();
  expect(getByRole("alert")).toHaveTextContent("The library did not answer.");
  broken = false;
  await user.click(getByRole("button", { name: "Search again" }));
  await settle();
  expect(getAllByTestId("hit")).toHaveLength(1);
});
