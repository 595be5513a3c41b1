import { expect, test } from "vitest";

import { results } from "../testing/data";
import { FakeBackend } from "../testing/fake";
import { openWindow, settle } from "../testing/open";

async function typed(text: string) {
  const backend = new FakeBackend();
  backend.vocabulary = ["water", "wagon", "wall"];
  const asked: string[] = [];
  backend.search = async (question) => (asked.push(question.text), results(question.text, []));
  const window = await openWindow(backend);
  const field = window.getByTestId("search-field");
  await window.user.type(field, text);
  await settle();
  const said = () => window.queryAllByTestId("suggestion").map((button) => button.textContent);
  return { ...window, field, asked, said };
}

test("words that the last one may become are shown while it is typed, and not behind a space", async () => {
  const { user, field, said, getByRole } = await typed("old wa");
  expect(said()).toEqual(["water", "wagon", "wall"]);
  expect(getByRole("button", { name: "old wagon" })).toBeVisible();
  await user.type(field, "g");
  await settle();
  expect(said()).toEqual(["wagon"]);
  await user.type(field, "on ");
  await settle();
  expect(said()).toEqual([]);
});

test("a suggestion that is pressed is asked for, and the typing goes on behind it", async () => {
  const { user, field, asked, said, getByRole } = await typed("old wa");
  await user.click(getByRole("button", { name: "old wall" }));
  await settle();
  expect(field).toHaveValue("old wall");
  expect(asked.at(-1)).toBe("old wall");
  expect(said()).toEqual([]);
  expect(field).toHaveFocus();
  await user.keyboard("s");
  expect(field).toHaveValue("old walls");
});

test("the arrow key at the end of the text takes the first, and within the text only moves", async () => {
  const { user, field, said } = await typed("old wa");
  await user.keyboard("{ArrowLeft}{ArrowRight}");
  expect(field).toHaveValue("old wa");
  await user.keyboard("{ArrowRight}");
  await settle();
  expect(field).toHaveValue("old water");
  expect(said()).toEqual([]);
});

test("suggestions are reached with the tab key and taken with Enter", async () => {
  const { user, field, getByRole } = await typed("wa");
  const second = getByRole("button", { name: "wagon" });
  for (let n = 0; n < 10 && document.activeElement !== second; n++) await user.tab();
  expect(second).toHaveFocus();
  await user.keyboard("{Enter}");
  await settle();
  expect(field).toHaveValue("wagon");
  expect(field).toHaveFocus();
});

test("an emptied field suggests nothing", async () => {
  const { user, said, queryByRole } = await typed("wa");
  await user.keyboard("{Escape}");
  await settle();
  expect(said()).toEqual([]);
  expect(queryByRole("group", { name: "Words it may become" })).toBeNull();
});
