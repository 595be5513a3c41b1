// Pictures of the real window for the README, and for whoever wants to look at a change: `cargo xtask pictures`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { Desk } from "./desk";
import type { Window } from "./driver";
import { until } from "./wait";

const FOLDER = resolve(import.meta.dirname, "../../docs/pictures");

const LEASE = `LEASE AGREEMENT

between Harbour Yard Estates and the tenant of
Unit 4B, dated 12 March 2019.

§ 6 Notice period. Either party may end this
agreement by giving three months' notice in
writing to the end of a calendar quarter.

§ 7 Maintenance. The landlord has the lift and the
heating maintained once a year. The cost of this
maintenance is part of the service charge.

§ 8 Deposit. The deposit of three monthly rents is
kept in a separate account and paid back within
six months after the end of the lease.`;

let desk: Desk;
let window: Window;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  desk = new Desk();
  desk.sheaf("config", "set", "reading.workers", "1");
  window = await desk.open();
});
afterAll(() => desk.clear());

test("first start", async () => {
  await both("first-start");
});

test("the queue at work, and what needs a person", async () => {
  const broken = desk.letter("Minutes of the meeting, signed.pdf", "lost");
  writeFileSync(broken, "%PDF-1.7\nnothing that follows the format");
  const names = ["Water bill 2023.pdf", "Water bill 2024.pdf", "Insurance policy.pdf", "Tax assessment 2022.pdf"];
  const letters = names.map((name) => desk.letter(name, `${name}\nNothing here is due before next year.`));
  desk.sheaf("add", "--wait", broken, ...letters.slice(0, 2));
  const lease = desk.scan("Lease of Unit 4B, Harbour Yard (signed).pdf", 8, LEASE);
  const plans = desk.scan("Building plans 1974-1988, part 2.pdf", 24, "Ground floor, scale 1 to 50. The lift shaft is not to scale.");
  desk.sheaf("add", lease, plans, ...letters.slice(2));
  await window.click(await window.one("nav-queue"));
  await until("some pages are read", async () => (await window.rows("job")).some((job) => Number(job.done) >= 3));
  const open = await window.one("job", '[data-state="processing"]');
  await window.click(open);
  await until("its pages are shown", () => window.execute("return !!document.querySelector('.strip, [role=img]')"));
  await both("queue");
});

test("a search with the words boxed on a scan", async () => {
  await until("the lease is read", () => desk.sheaf("list", "--state", "ready").some((one: { path: string }) => one.path.includes("Lease")));
  desk.sheaf("pause");
  await window.click(await window.one("nav-search"));
  await window.type(await window.one("search-field"), "notice maintenance");
  await window.click(await window.one("hit"));
  await until("the words are boxed", async () => (await window.all("hit-box")).length > 0);
  await both("search");
});

/** The window at two sizes, light and dark. */
async function both(name: string): Promise<void> {
  for (const theme of ["light", "dark"]) {
    await window.execute("document.documentElement.dataset.theme = arguments[0]", theme);
    for (const [size, width, height] of [["", 1280, 800], ["-small", 800, 600]] as const) {
      await window.resize(width, height);
      await until("the window has that size", () => window.execute("return innerWidth === arguments[0]", width));
      await settled(window);
      await window.drawn();
      await window.picture(join(FOLDER, `${name}-${theme}${size}.png`));
    }
  }
  await window.resize(1280, 800);
}

/** Every picture on the page is there and nothing moves any more. */
async function settled(window: Window): Promise<void> {
  await until("the page is still", () =>
    window.execute(`
      // Lazy ones may wait for being scrolled to.
      const inSight = (image) => image.loading !== 'lazy' && image.checkVisibility();
      const images = [...document.images].filter(inSight).every((image) => image.complete);
      const moving = document.getAnimations().some((a) => a.playState === "running" && a.effect?.getTiming().iterations !== Infinity);
      return images && !moving;
    `),
  );
}
