// A long list of which only what is looked at is here. Its first rows come with every snapshot; the others are pulled.

type Pull<T> = (offset: number, limit: number) => Promise<T[]>;

const BLOCK = 50;
/** So many rows on both sides of the ones in sight stay here for when one scrolls back. */
const KEPT = 500;

export class Rows<T> {
  total = $state(0);
  #rows = $state.raw<ReadonlyMap<number, T>>(new Map());
  #head = 0;
  #pull: Pull<T> | null;
  #sight = { from: 0, to: 0 };
  #pulling = false;
  #again = false;

  constructor(pull: Pull<T> | null) {
    this.#pull = pull;
  }

  /** `undefined` while the row is on its way. */
  at(index: number): T | undefined {
    return this.#rows.get(index);
  }

  /** The rows that are here, with their places. */
  get loaded(): [number, T][] {
    return [...this.#rows];
  }

  /** A snapshot has come: its rows are true now; of the others only the ones in sight are kept until they are pulled anew. */
  take(total: number, head: T[]) {
    const { from, to } = this.#blocks();
    const rows = new Map(head.map((row, index) => [index, this.#kept(index, row)]));
    for (const [index, row] of this.#rows) {
      if (index >= head.length && index >= from && index < to && index < total) rows.set(index, row);
    }
    this.total = total;
    this.#head = head.length;
    this.#rows = rows;
    void this.#fetch(true);
  }

  /** These rows are in sight. Whole blocks are pulled, so that scrolling on mostly finds its rows here. */
  look(from: number, to: number) {
    this.#sight = { from, to };
    void this.#fetch(false);
  }

  /** One pull at a time: whatever changes meanwhile makes one more pull, not one each. */
  async #fetch(anew: boolean) {
    if (!this.#pull || !this.#missing(anew)) return;
    const blocks = this.#blocks();
    const from = Math.max(blocks.from, this.#head);
    const to = Math.min(blocks.to, this.total);
    if (this.#pulling) {
      this.#again = true;
      return;
    }
    this.#pulling = true;
    try {
      this.#put(from, await this.#pull(from, to - from));
    } catch {
      // The next snapshot pulls again.
    } finally {
      this.#pulling = false;
    }
    if (this.#again) {
      this.#again = false;
      void this.#fetch(true);
    }
  }

  /** Whether a row in sight is not here; or, `anew`, whether one is that came with no snapshot. */
  #missing(anew: boolean): boolean {
    const { from, to } = this.#sight;
    for (let index = Math.max(from, this.#head); index < Math.min(to, this.total); index++) {
      if (anew || !this.#rows.has(index)) return true;
    }
    return false;
  }

  /** A row that says the same as before is the same: what shows it has nothing to do. */
  #kept(index: number, row: T): T {
    const before = this.#rows.get(index);
    return before !== undefined && JSON.stringify(before) === JSON.stringify(row) ? before : row;
  }

  #blocks() {
    return { from: Math.floor(this.#sight.from / BLOCK) * BLOCK, to: Math.ceil(this.#sight.to / BLOCK) * BLOCK };
  }

  #put(offset: number, pulled: T[]) {
    const { from, to } = this.#blocks();
    const near = (index: number) => index < this.#head || (index >= from - KEPT && index < to + KEPT);
    const rows = new Map([...this.#rows].filter(([index]) => near(index)));
    pulled.forEach((row, i) => {
      // What a newer snapshot says of its own rows is newer than this answer.
      if (offset + i >= this.#head && offset + i < this.total) rows.set(offset + i, this.#kept(offset + i, row));
    });
    this.#rows = rows;
  }
}
