// Rows move by themselves. The focus moves with them: from group to group by the document, else to the row that came in its place.

import { bringIntoSight } from "../shared/scroll";

type Held = { key: string; document: string | undefined; act: string; group: string; index: number };

const ROW = "[data-key]";

export class RowFocus {
  #root: () => HTMLElement | undefined;
  #held: Held | null = null;

  constructor(root: () => HTMLElement | undefined) {
    this.#root = root;
  }

  hold(target: EventTarget | null) {
    const element = target instanceof HTMLElement ? target : null;
    const row = element?.closest<HTMLElement>(ROW);
    const { key, document, group, index } = row?.dataset ?? {};
    this.#held = key && group ? { key, document, group, index: Number(index), act: element?.dataset.act ?? "row" } : null;
  }

  release() {
    this.#held = null;
  }

  /** The rows have changed: if that took the focus away, it is given back. */
  keep() {
    const root = this.#root();
    const held = this.#held;
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (!root || !held || !lost) return;
    const rows = [...root.querySelectorAll<HTMLElement>(ROW)];
    const row =
      rows.find((row) => row.dataset.key === held.key) ??
      rows.find((row) => held.document !== undefined && row.dataset.document === held.document) ??
      rows.find((row) => row.dataset.group === held.group && Number(row.dataset.index) === held.index) ??
      rows.find((row) => row.dataset.group === held.group && Number(row.dataset.index) === held.index - 1);
    const control = row?.querySelector<HTMLElement>(`[data-act="${held.act}"]:not(:disabled)`) ?? opener(row) ?? row?.querySelector<HTMLElement>("[data-act]:not(:disabled)");
    control?.focus({ preventScroll: true });
  }

  /** To the next row, or the previous one, across the groups. */
  move(step: 1 | -1) {
    const openers = [...(this.#root()?.querySelectorAll<HTMLElement>(`${ROW} [data-act="row"]`) ?? [])];
    const current = document.activeElement?.closest(ROW);
    const at = openers.findIndex((each) => each.closest(ROW) === current);
    const next = at < 0 ? openers[0] : openers[at + step];
    next?.focus({ preventScroll: true });
    const row = next?.closest<HTMLElement>("li");
    // The heading of the group stays at the top, over the rows.
    if (row) bringIntoSight(this.#root()!, row, "nearest", 44);
  }
}

const opener = (row: HTMLElement | undefined) => row?.querySelector<HTMLElement>('[data-act="row"]');
