import { expect, test } from "vitest";

import { de } from "./de";
import { en } from "./en";
import { i18nFor } from "./i18n";
import type { Key } from "./words";

const keys = Object.keys(en) as Key[];
const forms = (message: string | { one: string; other: string }) => (typeof message === "string" ? [message] : [message.one, message.other]);
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("German has every key and no other", () => {
  expect(Object.keys(de).sort()).toEqual([...keys].sort());
});

test.each(keys)("%s asks for the same in both languages", (key) => {
  const asked = (message: string | { one: string; other: string }) => [...new Set(forms(message).flatMap(names))].sort();
  expect(asked(de[key])).toEqual(asked(en[key]));
  for (const text of [...forms(en[key]), ...forms(de[key])]) expect(text.trim()).not.toBe("");
});

test("no English sentence was left in German", () => {
  const same = keys.filter((key) => JSON.stringify(de[key]) === JSON.stringify(en[key]) && /\s\w+\s/.test(forms(en[key]).join()));
  expect(same).toEqual([]);
});

test("numbers and plurals are those of the language", () => {
  expect(i18nFor("en-GB").t("search.documents", { n: 1 })).toBe("1 document");
  expect(i18nFor("en-GB").t("search.documents", { n: 1842 })).toBe("1,842 documents");
  expect(i18nFor("de-DE").t("search.documents", { n: 1842 })).toBe("1.842 Dokumente");
});

test("a language that is not spoken is answered in English", () => {
  expect(i18nFor("fr-FR").t("queue.title")).toBe("Queue");
  expect(i18nFor("de-AT").t("queue.title")).toBe("Warteschlange");
});

test("a share is never 100 % before it is all", () => {
  const { percent } = i18nFor("en");
  expect([0.001, 0.62, 0.9999, 1].map(percent)).toEqual(["1%", "62%", "99%", "100%"]);
});

test("a length of time gets rougher the longer it is", () => {
  const { span } = i18nFor("en");
  expect([0.2, 40, 320, 7800, 50_000, 400_000].map(span)).toEqual(["1 s", "40 s", "5 min", "2 h 10 min", "13 h", "5 d"]);
  expect(i18nFor("de").t("time.added", { time: i18nFor("de").span(190) })).toBe("seit 3 Min.");
});

test("bytes are told in the unit that fits", () => {
  const { bytes } = i18nFor("en");
  expect([212_000, 1_400_000, 2_100_000_000].map(bytes)).toEqual(["212 kB", "1.4 MB", "2.1 GB"]);
  expect([0, 3, 704, 1200].map(bytes)).toEqual(["0 kB", "0.1 kB", "0.7 kB", "1 kB"]);
});

test("a date says as much as is known, and the day as it was written", () => {
  const { date } = i18nFor("en-GB");
  expect(["2016-04-18", "2016-04", "2016"].map(date)).toEqual(["18 Apr 2016", "Apr 2016", "2016"]);
  expect(date("2016-04-18T00:30:00+09:00")).toBe("18 Apr 2016");
  expect(i18nFor("de-DE").date("2016-04-18")).toBe("18. Apr. 2016");
  expect(["", "long ago"].map(date)).toEqual(["", ""]);
});

test("a moment in UTC is told as the day it was here", () => {
  const here = new Date("2016-04-18T23:30:00Z").toLocaleDateString("en-GB", { year: "numeric", month: "short", day: "numeric" });
  expect(i18nFor("en-GB").date("2016-04-18T23:30:00Z")).toBe(here);
});
