// A file that cannot be read says so, beside what can be done about it.
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk } from "./desk";
import { until } from "./wait";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.clear());

test("a damaged file says that it is damaged, and Try again tries again", async () => {
  const broken = desk.letter("broken.pdf", "lost");
  writeFileSync(broken, "%PDF-1.7\nnothing that follows the format");
  const document = desk.sheaf("add", broken)[0].document;
  const window = await desk.open();
  await window.click(await window.one("nav-queue"));
  const row = await window.one("document-row", `[data-document="${document}"][data-state="failed"]`);
  const words = await window.words(row);
  expect(words).toContain("broken");
  expect(words).toContain("The file is damaged. Add a sound copy, or open the original and save it again.");
  expect(words).toContain("Try again");

  const tries = () => desk.sheaf("show", String(document)).attempts.length as number;
  const before = tries();
  await window.click(await window.one("document-row", `[data-state="failed"] [data-act="retry"]`));
  await until("it was tried once more", () => tries() > before);
  await window.one("document-row", `[data-document="${document}"][data-state="failed"]`);
});
