// One language, with everything that depends on it: words, plurals, numbers, times and dates.

import { de } from "./de";
import { en } from "./en";
import type { Fill, Key, PlainKey, Words } from "./words";

const languages: Record<string, Words> = { de, en };

export type Arguments<K extends Key> = K extends PlainKey ? [] : [fill: Fill<K>];

export interface I18n {
  /** As a tag for `lang` and for Intl. */
  readonly language: string;
  t<K extends Key>(key: K, ...fill: Arguments<K>): string;
  number(value: number): string;
  /** Of a share from 0 to 1. Never 100 % before it is all, never 0 % after the start. */
  percent(share: number): string;
  bytes(value: number): string;
  /** A length of time for reading at a glance: "40 s", "5 min", "2 h 10 min". */
  span(seconds: number): string;
  /** A length of time that ticks: "11:42". */
  ticking(milliseconds: number): string;
  list(items: string[]): string;
  /** Of a moment as RFC 3339 writes it, the day; of less ("2016-04", "2016") as much as there is. Empty if it is none. */
  date(moment: string): string;
}

export function i18nFor(wanted: string): I18n {
  const words = languages[wanted.split("-")[0]!.toLowerCase()] ?? en;
  // The region of the person decides how numbers look, as long as it is a region of the language that is spoken.
  const language = words === de ? (wanted.startsWith("de") ? wanted : "de") : wanted.startsWith("en") ? wanted : "en";
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const percents = new Intl.NumberFormat(language, { style: "percent" });
  const plurals = new Intl.PluralRules(language);
  const lists = new Intl.ListFormat(language, { type: "unit", style: "short" });

  const t: I18n["t"] = (key, ...[fill]) => {
    const message: string | { one: string; other: string } = words[key];
    const values = (fill ?? {}) as Record<string, string | number>;
    const text = typeof message === "string" ? message : plurals.select(Number(values.n)) === "one" ? message.one : message.other;
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return typeof value === "number" ? numbers.format(value) : (value ?? "");
    });
  };

  return {
    language,
    t,
    number: (value) => numbers.format(value),
    percent: (share) => percents.format(share >= 1 || share <= 0 ? Math.round(share) : Math.min(99, Math.max(1, Math.floor(share * 100))) / 100),
    bytes: (value) => bytes(language, value),
    span: (seconds) => span(t, seconds),
    ticking,
    list: (items) => lists.format(items),
    date: (moment) => date(language, moment),
  };
}

function bytes(language: string, value: number): string {
  // Nothing smaller than a kilobyte: the plural of "byte" has no short form.
  const steps = ["kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const step = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3) - 1));
  const amount = value === 0 ? 0 : Math.max(0.1, value / 1000 ** (step + 1));
  const maximumFractionDigits = (step > 0 && amount < 100) || amount < 1 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit: steps[step]!, unitDisplay: "short", maximumFractionDigits }).format(amount);
}

function date(language: string, moment: string): string {
  // Written with a zone of its own it is the day it was there; only UTC is told in the time of this computer.
  const [, year, month, day, utc] = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T.*(Z))?)?)?/.exec(moment) ?? [];
  if (!year) return "";
  const at = utc ? new Date(moment) : new Date(Date.UTC(+year, month ? +month - 1 : 0, day ? +day : 1));
  if (Number.isNaN(at.getTime())) return "";
  return new Intl.DateTimeFormat(language, {
    year: "numeric",
    month: month ? "short" : undefined,
    day: day ? "numeric" : undefined,
    timeZone: utc ? undefined : "UTC",
  }).format(at);
}

function span(t: I18n["t"], seconds: number): string {
  if (seconds < 60) return t("time.seconds", { n: String(Math.max(1, Math.round(seconds))) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("time.minutes", { n: String(minutes) });
  const hours = Math.floor(minutes / 60);
  // The further off, the rougher: nobody plans by the minutes of the day after tomorrow.
  if (hours < 10) return t("time.hours", { h: hours, m: minutes % 60 });
  return hours < 48 ? t("time.hours_only", { h: hours }) : t("time.days", { n: String(Math.round(hours / 24)) });
}

function ticking(milliseconds: number): string {
  const all = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
}
