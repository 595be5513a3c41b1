// What was found stands between ⟦ and ⟧. The text comes out of strangers' documents: it is split, never parsed as HTML.

export type Piece = { text: string; found: boolean };

const OPEN = "⟦";
const CLOSE = "⟧";

export function pieces(marked: string): Piece[] {
  const out: Piece[] = [];
  let found = false;
  for (const part of marked.split(/([⟦⟧])/)) {
    if (part === OPEN) found = true;
    else if (part === CLOSE) found = false;
    else if (part !== "") out.push({ text: part, found });
  }
  return out;
}

export function plain(marked: string): string {
  return marked.replaceAll(OPEN, "").replaceAll(CLOSE, "");
}
