import type { Kind } from "./bindings";
import type { PlainKey } from "./i18n/words";
import type { IconName } from "../shared/icons";

/** `paged`: whether its pages are its own; the others are only cut into pieces to be read. */
export const kinds: Record<Kind, { icon: IconName; name: PlainKey; paged: boolean }> = {
  pdf: { icon: "doc", name: "kind.pdf", paged: true },
  png: { icon: "image", name: "kind.png", paged: false },
  jpeg: { icon: "image", name: "kind.jpeg", paged: false },
  tiff: { icon: "scan", name: "kind.tiff", paged: true },
  webp: { icon: "image", name: "kind.webp", paged: false },
  bmp: { icon: "image", name: "kind.bmp", paged: false },
  gif: { icon: "image", name: "kind.gif", paged: false },
  docx: { icon: "word", name: "kind.docx", paged: false },
  doc: { icon: "word", name: "kind.doc", paged: false },
  odt: { icon: "word", name: "kind.odt", paged: false },
  rtf: { icon: "word", name: "kind.rtf", paged: false },
  xlsx: { icon: "doc", name: "kind.xlsx", paged: false },
  xls: { icon: "doc", name: "kind.xls", paged: false },
  ods: { icon: "doc", name: "kind.ods", paged: false },
  pptx: { icon: "doc", name: "kind.pptx", paged: true },
  ppt: { icon: "doc", name: "kind.ppt", paged: true },
  odp: { icon: "doc", name: "kind.odp", paged: true },
  epub: { icon: "doc", name: "kind.epub", paged: false },
  eml: { icon: "doc", name: "kind.eml", paged: false },
  msg: { icon: "doc", name: "kind.msg", paged: false },
  mbox: { icon: "doc", name: "kind.mbox", paged: false },
  mhtml: { icon: "doc", name: "kind.mhtml", paged: false },
  zip: { icon: "folder", name: "kind.zip", paged: false },
  html: { icon: "doc", name: "kind.html", paged: false },
  markdown: { icon: "doc", name: "kind.markdown", paged: false },
  csv: { icon: "doc", name: "kind.csv", paged: false },
  json: { icon: "doc", name: "kind.json", paged: false },
  xml: { icon: "doc", name: "kind.xml", paged: false },
  text: { icon: "doc", name: "kind.text", paged: false },
};

/** Kinds as people think of them, for choosing among. */
export const families = {
  pdf: ["pdf"],
  image: ["jpeg", "png", "tiff", "webp", "bmp", "gif"],
  text: ["docx", "doc", "odt", "rtf", "text", "markdown"],
  sheet: ["xlsx", "xls", "ods", "csv"],
  slides: ["pptx", "ppt", "odp"],
  mail: ["eml", "msg", "mbox"],
  book: ["epub"],
  web: ["html", "mhtml"],
  data: ["json", "xml"],
  archive: ["zip"],
} as const satisfies Record<string, Kind[]>;

export type Family = keyof typeof families;

export const familyNames: Record<Family, PlainKey> = {
  pdf: "family.pdf",
  image: "family.image",
  text: "family.text",
  sheet: "family.sheet",
  slides: "family.slides",
  mail: "family.mail",
  book: "family.book",
  web: "family.web",
  data: "family.data",
  archive: "family.archive",
};

export const iconOf = (kind: Kind | null): IconName => (kind ? kinds[kind].icon : "doc");
