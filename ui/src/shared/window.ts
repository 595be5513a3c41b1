// The arithmetic of a virtual list: which rows of a list with rows of one height are to be drawn.

/** Rows `from` up to and without `to`. */
export type Window = { from: number; to: number };

/**
 * @param count how many rows there are
 * @param row the height of one, pixels
 * @param top where the visible part starts, pixels below the list's own start; may be negative
 * @param height the height of the visible part, pixels
 * @param spare how many more rows to draw on both sides
 */
export function visible(count: number, row: number, top: number, height: number, spare = 6): Window {
  if (count === 0 || top + height < -spare * row || top > (count + spare) * row) return { from: 0, to: 0 };
  const from = Math.max(0, Math.min(count, Math.floor(top / row) - spare));
  const to = Math.max(from, Math.min(count, Math.ceil((top + height) / row) + spare));
  return { from, to };
}
