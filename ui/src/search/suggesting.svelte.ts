// What the text in the search field may be ended to, by the words of the library.

import type { Backend } from "../lib/backend";

export class Suggesting {
  /** Whole texts, the most common word first. */
  all = $state.raw<string[]>([]);

  #backend: Backend;
  #sequence = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async ask(text: string) {
    const sequence = ++this.#sequence;
    // Nothing is begun behind a space.
    if (text !== text.trimEnd() || text === "") return this.forget();
    // What was suggested before and still fits stays until the answer comes.
    this.all = this.all.filter((other) => other !== text && other.startsWith(text));
    try {
      const all = await this.#backend.suggest(text);
      if (sequence === this.#sequence) this.all = all;
    } catch {
      // The search itself tells what is wrong.
      if (sequence === this.#sequence) this.all = [];
    }
  }

  forget() {
    ++this.#sequence;
    this.all = [];
  }
}
