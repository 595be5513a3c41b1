import type { Kind } from "./bindings";
import type { PlainKey } from "./i18n/words";
import type { IconName } from "../shared/icons";

/** `paged`: whether its pages are its own; the others are only cut into pieces to be read. */
export const kinds: Record<Kind, { icon: IconName; name: PlainKey; paged: boolean }> = {
  pdf: { icon: "doc", name: "kind.pdf", paged: true },
  docx: { icon: "word", name: "kind.docx", paged: false },
  jpeg: { icon: "image", name: "kind.jpeg", paged: false },
  png: { icon: "image", name: "kind.png", paged: false },
  tiff: { icon: "scan", name: "kind.tiff", paged: true },
  html: { icon: "doc", name: "kind.html", paged: false },
  markdown: { icon: "doc", name: "kind.markdown", paged: false },
  text: { icon: "doc", name: "kind.text", paged: false },
};

export const iconOf = (kind: Kind | null): IconName => (kind ? kinds[kind].icon : "doc");
