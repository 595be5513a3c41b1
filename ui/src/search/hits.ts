// A hit of the search as the list and the viewer use it: its pages, and where on each page something was found.

import type { Hit, Matched, PageHit } from "../lib/bindings";

export type Box = [x0: number, y0: number, x1: number, y1: number];
export type Spot = { document: number; page: number };

export const sameSpot = (a: Spot | null, b: Spot | null) => a?.document === b?.document && a?.page === b?.page;

/** The best page first, then the others as they came. */
export function pagesOf(hit: Hit): PageHit[] {
  const { page, score, snippet, matched, boxes } = hit;
  return [{ page, score, snippet, matched, boxes }, ...hit.pages];
}

export function spotsOf(hits: Hit[]): Spot[] {
  return hits.flatMap((hit) => pagesOf(hit).map(({ page }) => ({ document: hit.document, page })));
}

export const onlyByMeaning = (matched: Matched[]) => matched.includes("meaning") && !matched.includes("words");

/** How many pages were found in all, the ones that are not listed too. */
export function pageCount(hits: Hit[]): number {
  return hits.reduce((sum, hit) => sum + 1 + hit.pages.length + hit.more, 0);
}

/** What the viewer draws: a word gets a box; a passage found by meaning gets one bracket along its lines. */
export type Place = { box: Box; bracket: boolean };

export function placesOf(boxes: readonly Box[], byMeaning: boolean): Place[] {
  if (!byMeaning) return boxes.map((box) => ({ box, bracket: false }));
  return passages(boxes).map((box) => ({ box, bracket: true }));
}

/** Lines that follow each other closely are one passage. */
function passages(lines: readonly Box[]): Box[] {
  const out: Box[] = [];
  for (const line of lines) {
    const last = out.at(-1);
    const height = line[3] - line[1];
    const follows = last && line[1] - last[3] < height * 1.5 && line[3] >= last[1] && line[0] < last[2] && last[0] < line[2];
    if (follows) out[out.length - 1] = around(last, line);
    else out.push([...line]);
  }
  return out;
}

function around(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/** Letters stay free of the box by this share of the page's width. */
const PAD = 0.0035;
const percent = (share: number) => `${+(share * 100).toFixed(3)}%`;

/** Where a box lies over its picture. The picture never mirrors, so these are physical sides. */
export function boxStyle(place: Place, aspect: number): string {
  const [x0, y0, x1, y1] = place.box;
  const padY = PAD * aspect;
  const top = `top:${percent(y0 - padY)};height:${percent(y1 - y0 + 2 * padY)}`;
  if (place.bracket) return `left:${percent(Math.max(0.004, x0 - 0.03))};${top}`;
  return `left:${percent(x0 - PAD)};width:${percent(x1 - x0 + 2 * PAD)};${top}`;
}
