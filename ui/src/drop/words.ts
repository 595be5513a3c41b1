// What is held over the window, in words: how many, and what kinds by their names.

import type { I18n } from "../lib/i18n/i18n";
import type { Held } from "./drop.svelte";

export function howMany({ files, folders }: Held, { t }: I18n): string {
  const parts = [files > 0 ? t("drop.files", { n: files }) : "", folders > 0 ? t("drop.folders", { n: folders }) : ""].filter(Boolean);
  return parts.length === 2 ? t("drop.and", { files: parts[0]!, folders: parts[1]! }) : (parts[0] ?? t("drop.files", { n: files }));
}

const KINDS = ["pdf", "word", "sheet", "slides", "mail", "book", "photo", "scan", "page", "text", "other"] as const;
type DropKind = (typeof KINDS)[number];
const ENDINGS: Record<string, DropKind> = {
  pdf: "pdf",
  docx: "word",
  doc: "word",
  xlsx: "sheet",
  xls: "sheet",
  ods: "sheet",
  csv: "sheet",
  pptx: "slides",
  ppt: "slides",
  odp: "slides",
  eml: "mail",
  msg: "mail",
  epub: "book",
  jpg: "photo",
  jpeg: "photo",
  png: "photo",
  webp: "photo",
  bmp: "photo",
  gif: "photo",
  tif: "scan",
  tiff: "scan",
  html: "page",
  htm: "page",
  mht: "page",
  mhtml: "page",
  md: "text",
  markdown: "text",
  txt: "text",
  odt: "text",
  rtf: "text",
};

/** "11 PDF, 2 Word, 1 photo"; nothing when not every file's name is known, for then the numbers would not add up. */
export function whatKinds({ files, folders, names }: Held, i18n: I18n): string {
  // Names of folders stand among the names and look like files without an ending.
  if (folders > 0 || names.length !== files || files === 0) return "";
  const counts = new Map<DropKind, number>();
  for (const name of names) {
    const kind = ENDINGS[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "other";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const known = KINDS.filter((kind) => counts.has(kind)).sort((a, b) => Number(a === "other") - Number(b === "other") || counts.get(b)! - counts.get(a)!);
  return i18n.list(known.map((kind) => i18n.t(`drop.kind.${kind}`, { n: counts.get(kind)! })));
}
