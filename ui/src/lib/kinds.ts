import type { Kind } from "./bindings";
import type { PlainKey } from "./i18n/words";
import type { IconName } from "../shared/icons";

export const kinds: Record<Kind, { icon: IconName; name: PlainKey }> = {
  pdf: { icon: "doc", name: "kind.pdf" },
  docx: { icon: "word", name: "kind.docx" },
  jpeg: { icon: "image", name: "kind.jpeg" },
  png: { icon: "image", name: "kind.png" },
  tiff: { icon: "scan", name: "kind.tiff" },
  html: { icon: "doc", name: "kind.html" },
  markdown: { icon: "doc", name: "kind.markdown" },
  text: { icon: "doc", name: "kind.text" },
};

export const iconOf = (kind: Kind | null): IconName => (kind ? kinds[kind].icon : "doc");
