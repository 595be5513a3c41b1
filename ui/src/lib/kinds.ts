import type { Kind } from "./bindings";
import type { PlainKey } from "./i18n/words";
import type { IconName } from "../shared/icons";

export const kinds: Record<Kind, { icon: IconName; name: PlainKey }> = {
  pdf: { icon: "doc", name: "kind.pdf" },
  png: { icon: "image", name: "kind.png" },
  jpeg: { icon: "image", name: "kind.jpeg" },
  tiff: { icon: "scan", name: "kind.tiff" },
  webp: { icon: "image", name: "kind.webp" },
  bmp: { icon: "image", name: "kind.bmp" },
  gif: { icon: "image", name: "kind.gif" },
  docx: { icon: "word", name: "kind.docx" },
  doc: { icon: "word", name: "kind.doc" },
  odt: { icon: "word", name: "kind.odt" },
  rtf: { icon: "word", name: "kind.rtf" },
  xlsx: { icon: "doc", name: "kind.xlsx" },
  xls: { icon: "doc", name: "kind.xls" },
  ods: { icon: "doc", name: "kind.ods" },
  pptx: { icon: "doc", name: "kind.pptx" },
  ppt: { icon: "doc", name: "kind.ppt" },
  odp: { icon: "doc", name: "kind.odp" },
  epub: { icon: "doc", name: "kind.epub" },
  eml: { icon: "doc", name: "kind.eml" },
  msg: { icon: "doc", name: "kind.msg" },
  mbox: { icon: "doc", name: "kind.mbox" },
  mhtml: { icon: "doc", name: "kind.mhtml" },
  html: { icon: "doc", name: "kind.html" },
  markdown: { icon: "doc", name: "kind.markdown" },
  csv: { icon: "doc", name: "kind.csv" },
  json: { icon: "doc", name: "kind.json" },
  xml: { icon: "doc", name: "kind.xml" },
  text: { icon: "doc", name: "kind.text" },
};

export const iconOf = (kind: Kind | null): IconName => (kind ? kinds[kind].icon : "doc");
