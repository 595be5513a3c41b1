// What the queue shows: four groups, the row that is open, and the pages of its document.

import type { Backend } from "../lib/backend";
import type { DocumentAnswer, QueueAnswer, Snapshot, Strip } from "../lib/bindings";
import type { GroupName } from "./layout";
import { RemovedRows } from "./removed.svelte";
import { Rows } from "./rows.svelte";

export const jobKey = (row: QueueAnswer) => `job-${row.job}`;
export const documentKey = (row: DocumentAnswer) => (row.duplicate ? `again-${row.document}-${row.path}` : `document-${row.document}`);

export class Queue {
  readonly running = new Rows<QueueAnswer>(null);
  readonly waiting: Rows<QueueAnswer>;
  readonly attention: Rows<DocumentAnswer>;
  readonly done: Rows<DocumentAnswer>;
  readonly removed = new RemovedRows();

  /** The row that is open, by its document: it stays open when the document goes to another group. */
  open = $state<number | null>(null);
  strip = $state.raw<Strip | null>(null);

  readonly gone = $derived.by(() => this.removed.gone((document) => this.attention.loaded.some(([, row]) => row.document === document)));
  readonly counts = $derived.by<Record<GroupName, number>>(() => ({
    running: this.running.total,
    waiting: this.waiting.total,
    attention: this.attention.total + this.gone.length,
    done: this.done.total,
  }));
  readonly idle = $derived(Object.values(this.counts).every((count) => count === 0));

  #backend: Backend;
  #sequence = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.waiting = new Rows((offset, limit) => backend.waitingRows(offset, limit));
    this.attention = new Rows((offset, limit) => backend.attentionRows(offset, limit));
    this.done = new Rows((offset, limit) => backend.doneRows(offset, limit));
  }

  take(snapshot: Snapshot) {
    this.running.take(snapshot.running.length, snapshot.running);
    this.waiting.take(snapshot.waiting.total, snapshot.waiting.rows);
    this.attention.take(snapshot.attention.total, snapshot.attention.rows);
    this.done.take(snapshot.done.total, snapshot.done.rows);
    // Only a document that is being read changes its pages.
    const moving = this.open !== null && snapshot.running.some((row) => row.document === this.open);
    if (moving || this.#moved !== moving) void this.#pullStrip();
    this.#moved = moving;
  }
  #moved = false;

  toggle(document: number) {
    this.open = this.open === document ? null : document;
    this.strip = null;
    this.#moved = this.running.loaded.some(([, row]) => row.document === this.open);
    void this.#pullStrip();
  }

  close(): boolean {
    if (this.open === null) return false;
    this.open = null;
    return true;
  }

  async remove(row: DocumentAnswer, index: number) {
    this.removed.add(row, index);
    try {
      await this.#backend.remove(row.document);
    } catch (thrown) {
      this.removed.forget(row.document);
      throw thrown;
    }
  }

  async putBack(document: number) {
    await this.#backend.putBack(document);
    this.removed.forget(document);
  }

  async #pullStrip() {
    const document = this.open;
    if (document === null) return;
    const sequence = ++this.#sequence;
    try {
      const strip = await this.#backend.strip(document);
      if (sequence === this.#sequence && document === this.open) this.strip = strip;
    } catch {
      // Without it the row says that its pages are not counted; the next snapshot asks again.
    }
  }
}
