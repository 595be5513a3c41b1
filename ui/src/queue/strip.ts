// The pages of a document as small cells. A very long one has several pages to a cell, and the worst of them shows.

export type Cell = "own" | "recognised" | "empty" | "failed" | "now" | "waiting";

const CELLS: Record<string, Cell> = { e: "own", o: "recognised", n: "empty", f: "failed", r: "now", w: "waiting" };
/** The worst first. */
const WORST: readonly Cell[] = ["failed", "now", "waiting", "recognised", "own", "empty"];
export const AT_MOST = 600;

export type StripView = { cells: Cell[]; perCell: number; pages: number; counts: Record<Cell, number> };

export function stripView(states: string): StripView {
  const all = [...states].map((letter) => CELLS[letter] ?? "waiting");
  const counts: Record<Cell, number> = { own: 0, recognised: 0, empty: 0, failed: 0, now: 0, waiting: 0 };
  for (const cell of all) counts[cell]++;
  const perCell = Math.max(1, Math.ceil(all.length / AT_MOST));
  const cells = Array.from({ length: Math.ceil(all.length / perCell) }, (_, i) => worst(all.slice(i * perCell, (i + 1) * perCell)));
  return { cells, perCell, pages: all.length, counts };
}

function worst(cells: Cell[]): Cell {
  return WORST.find((cell) => cells.includes(cell)) ?? "waiting";
}
