import type { Kind } from "./bindings";
import type { PlainKey } from "./i18n/words";
import type { IconName } from "../shared/icons";

export const kinds: Record<Kind, { icon: IconName; name: PlainKey }> = {
  pdf: { icon: "doc", name: "kind.pdf" },
  png: { icon: "image", name: "kind.png" },
  jpeg: { icon: "image", name: "kind.jpeg" },
  tiff: { icon: "scan", name: "kind.tiff" },
  docx: { icon: "word", name: "kind.docx" },
  doc: { icon: "word", name: "kind.doc" },
  odt: { icon: "word", name: "kind.odt" },
  xlsx: { icon: "doc", name: "kind.xlsx" },
  xls: { icon: "doc", name: "kind.xls" },
  ods: { icon: "doc", name: "kind.ods" },
  pptx: { icon: "doc", name: "kind.pptx" },
  ppt: { icon: "doc", name: "kind.ppt" },
  odp: { icon: "doc", name: "kind.odp" },
  html: { icon: "doc", name: "kind.html" },
  markdown: { icon: "doc", name: "kind.markdown" },
  text: { icon: "doc", name: "kind.text" },
};

export const iconOf = (kind: Kind | null): IconName => (kind ? kinds[kind].icon : "doc");
