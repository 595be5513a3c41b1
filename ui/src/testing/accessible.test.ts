// axe on the main screens. It sees no layout here, so contrast is checked elsewhere: by the tokens.

import axe from "axe-core";
import { expect, test } from "vitest";

import type { FakeBackend } from "./fake";
import { openWindow, settle } from "./open";
import { sceneOf } from "./scenes";

async function violations(container: HTMLElement) {
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
const still = (name: string): FakeBackend => sceneOf(name);

test("the first start is accessible", async () => {
  const { container } = await openWindow(still("empty"));
  expect(await violations(container)).toEqual([]);
});

test("the queue is accessible, with a row open", async () => {
  const { container, user } = await openWindow(still("few"), { place: "queue" });
  await user.click(container.querySelector<HTMLElement>("[data-testid=job] .opener")!);
  await settle();
  expect(await violations(container)).toEqual([]);
});

test("what needs attention and what is done is accessible", async () => {
  const { container } = await openWindow(still("idle"), { place: "queue" });
  expect(container.querySelectorAll("[data-testid=document-row]").length).toBeGreaterThan(5);
  expect(await violations(container)).toEqual([]);
});

test("folders are accessible, with what was left out", async () => {
  const { container, user, getByRole } = await openWindow(still("idle"), { place: "folders" });
  await user.click(getByRole("button", { name: "2 left out" }));
  await settle();
  expect(container.querySelectorAll("[data-testid=folder]").length).toBe(5);
  expect(await violations(container)).toEqual([]);
});

test("search with results and a page is accessible", async () => {
  const { container, user, getByTestId, findAllByTestId, findByTestId } = await openWindow(still("idle"));
  await user.type(getByTestId("search-field"), "Kündigungsfrist");
  await findAllByTestId("hit");
  await findByTestId("page-picture");
  expect(await violations(container)).toEqual([]);
});
