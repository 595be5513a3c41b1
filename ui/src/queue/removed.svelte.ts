// What was taken out of the library just now stays where it was, as a line with Undo.

import type { DocumentAnswer } from "../lib/bindings";

export type Removed = { row: DocumentAnswer; index: number };
export type Shown = { row: DocumentAnswer | undefined; removed: boolean };

export class RemovedRows {
  #list = $state.raw<Removed[]>([]);

  add(row: DocumentAnswer, index: number) {
    this.#list = [...this.#list.filter((other) => other.row.document !== row.document), { row, index }].sort((a, b) => a.index - b.index);
  }

  forget(document: number) {
    this.#list = this.#list.filter((other) => other.row.document !== document);
  }

  clear() {
    this.#list = [];
  }

  get count(): number {
    return this.#list.length;
  }

  has(document: number): boolean {
    return this.#list.some((other) => other.row.document === document);
  }

  /** The ones the library no longer lists: only these take a line of their own. */
  gone(listed: (document: number) => boolean): Removed[] {
    return this.#list.filter((other) => !listed(other.row.document));
  }
}

/** The row at a place of the list in which the removed ones still have theirs. */
export function rowAt(index: number, gone: Removed[], at: (index: number) => DocumentAnswer | undefined, removed: (document: number) => boolean): Shown {
  let before = 0;
  for (const ghost of gone) {
    const place = Math.max(ghost.index, before);
    if (place === index) return { row: ghost.row, removed: true };
    if (ghost.index > index) break;
    before++;
  }
  const row = at(index - before);
  return { row, removed: row !== undefined && removed(row.document) };
}
