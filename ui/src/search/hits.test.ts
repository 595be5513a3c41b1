import { expect, test } from "vitest";

import { i18nFor } from "../lib/i18n/i18n";
import { aHit, aPageHit } from "../testing/data";
import { boxStyle, pageCount, placesOf } from "./hits";
import { why } from "./why";

test("boxes are placed by fractions of the page, with a little room around the letters", () => {
  const [place] = placesOf([[0.25, 0.5, 0.5, 0.52]], false);
  expect(boxStyle(place!, 1)).toBe("left:24.65%;width:25.7%;top:49.65%;height:2.7%");
});

test("lines of a passage found by meaning become one bracket, left of its longest line", () => {
  const lines: [number, number, number, number][] = [
    [0.12, 0.4, 0.9, 0.415],
    [0.1, 0.42, 0.9, 0.435],
    [0.1, 0.8, 0.9, 0.815],
  ];
  const places = placesOf(lines, true);
  expect(places.map(({ box }) => box)).toEqual([[0.1, 0.4, 0.9, 0.435], [0.1, 0.8, 0.9, 0.815]]);
  expect(boxStyle(places[0]!, 1)).toMatch(/^left:7%;top:39\.65%;height:4\.2%$/);
});

test("pages that are found and not listed are counted", () => {
  expect(pageCount([aHit(1, { pages: [aPageHit(2)], more: 3 }), aHit(2)])).toBe(6);
});

test.each([
  [["words"], "⟦notice⟧ and ⟦upkeep⟧", "notice upkeep", "Both words"],
  [["words"], "only ⟦notice⟧", "notice upkeep", "Words"],
  [["words"], "⟦Kündigung⟧ ⟦Frist⟧ ⟦Wartung⟧", "kundigung frist wartung", "All 3 words"],
  [["meaning"], "other words", "notice", "Same meaning, other words"],
  [["words", "meaning"], "⟦notice⟧", "notice", "Words and meaning"],
  [[], "its first words", "from:anna", undefined],
] as const)("why: %j %s", (matched, snippet, query, text) => {
  const [reason] = why(aPageHit(1, { matched: [...matched], snippet }), query, i18nFor("en"));
  expect(reason?.text).toBe(text);
});
