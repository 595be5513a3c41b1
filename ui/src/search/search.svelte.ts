// What is asked and what was found. Words answer at every keystroke; meaning joins when the typing pauses.

import { faultOf, type Backend } from "../lib/backend";
import type { Asked, Fault, Hit, Mode, Results, SavedSearch, Sort } from "../lib/bindings";
import { families, type Family } from "../lib/kinds";
import { pageCount, pagesOf, sameSpot, spotsOf, type Spot } from "./hits";
import { boundsOf } from "./period";
import { Suggesting } from "./suggesting.svelte";

export const LIMIT = 50;
export const PAUSE_MS = 250;
const REFRESH_MS = 2500;

export class Search {
  text = $state("");
  mode = $state<Mode>("hybrid");
  sort = $state<Sort>("relevance");
  family = $state<Family | null>(null);
  folder = $state<string | null>(null);
  collection = $state<string | null>(null);
  /** A stretch of time; see `period.ts`. */
  span = $state<string | null>(null);
  results = $state.raw<Results | null>(null);
  fault = $state.raw<Fault | null>(null);
  /** The page that is chosen in the list. */
  selected = $state.raw<Spot | null>(null);
  /** Whether a person chose it; what was only first in the list gives way to the next first. */
  chosen = $state(false);

  saved = $state.raw<SavedSearch[]>([]);
  /** Names to choose from. */
  collections = $state.raw<string[]>([]);

  /** Whether what is asked is kept already. */
  readonly kept = $derived(this.saved.some((one) => one.query === this.text.trim()));
  readonly filtered = $derived([this.family, this.folder, this.collection, this.span].some((filter) => filter !== null));
  /** A filter alone is a question too: what it lets through. */
  readonly asking = $derived(this.text.trim() !== "" || this.filtered);
  readonly hits = $derived<Hit[]>(this.results?.hits ?? []);
  readonly spots = $derived(spotsOf(this.hits));
  readonly pages = $derived(pageCount(this.hits));
  readonly selectedHit = $derived(this.hits.find((hit) => hit.document === this.selected?.document) ?? null);
  readonly selectedPage = $derived(this.selectedHit && pagesOf(this.selectedHit).find((page) => page.page === this.selected?.page));

  readonly suggesting: Suggesting;

  #backend: Backend;
  #sequence = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #refreshed = 0;
  #away = false;
  /** The last question that was answered, and whether in the mode that is wanted. */
  #answered = { sequence: 0, full: false };

  constructor(backend: Backend) {
    this.#backend = backend;
    this.suggesting = new Suggesting(backend);
  }

  /** A keystroke: answered, and what it may become is suggested. */
  type(text: string) {
    this.#put(text);
    void this.suggesting.ask(text);
  }

  /** A whole text that was chosen: nothing more is suggested for it. */
  take(text: string) {
    this.#put(text);
    this.suggesting.forget();
  }

  #put(text: string) {
    this.text = text;
    this.chosen = false;
    this.#away = false;
    this.ask();
  }

  set(change: Partial<Pick<Search, "mode" | "sort" | "family" | "folder" | "collection" | "span">>) {
    Object.assign(this, change);
    this.ask();
  }

  clear() {
    this.take("");
  }

  ask() {
    const sequence = ++this.#sequence;
    clearTimeout(this.#pause);
    this.fault = null;
    if (!this.asking) return this.#forget();
    if (this.mode !== "meaning") void this.#call("words", sequence);
    if (this.mode === "words") return;
    this.#pause = setTimeout(() => void this.#call(this.mode, sequence), PAUSE_MS);
  }

  /** While documents are still being read the same question has more answers every few seconds. */
  refresh(now: number) {
    if (!this.asking || !this.results || this.results.complete >= 1 || now - this.#refreshed < REFRESH_MS) return;
    this.#refreshed = now;
    void this.#call(this.mode, this.#sequence);
  }

  /** Something else is looked at: the list stays, and nothing in it is chosen. */
  leave() {
    this.selected = null;
    this.chosen = false;
    this.#away = true;
  }

  choose(spot: Spot) {
    this.#away = false;
    this.selected = spot;
    this.chosen = true;
  }

  /** Goes `step` pages down the list, or up. */
  move(step: number) {
    const at = this.spots.findIndex((spot) => sameSpot(spot, this.selected));
    const next = this.spots[Math.max(0, Math.min(this.spots.length - 1, at + step))];
    if (next) this.choose(next);
  }

  /** Asks which collections there are. */
  async learn() {
    try {
      this.collections = await this.#backend.collections();
    } catch (thrown) {
      this.fault = faultOf(thrown);
    }
  }

  /** Asks which searches are kept. */
  async recall() {
    await this.#kept(() => this.#backend.saved());
  }

  /** Keeps what is asked, under its own words. */
  async save() {
    const query = this.text.trim();
    await this.#kept(() => this.#backend.saveSearch(query, query));
  }

  async unsave(name: string) {
    await this.#kept(() => this.#backend.unsaveSearch(name));
  }

  async #kept(ask: () => Promise<SavedSearch[]>) {
    try {
      this.saved = await ask();
    } catch (thrown) {
      this.fault = faultOf(thrown);
    }
  }

  async #call(mode: Mode, sequence: number) {
    const asked: Asked = {
      text: this.text.trim(),
      mode,
      limit: LIMIT,
      sort: this.sort,
      kinds: this.family ? [...families[this.family]] : [],
      folder: this.folder,
      collection: this.collection,
      ...boundsOf(this.span),
    };
    try {
      const results = await this.#backend.search(asked);
      // An answer to what was asked before says nothing about what is asked now.
      if (sequence === this.#sequence) this.#take(results, mode, sequence);
    } catch (thrown) {
      if (sequence === this.#sequence) this.fault = faultOf(thrown);
    }
  }

  #take(results: Results, mode: Mode, sequence: number) {
    const full = mode === this.mode;
    // The words' answer may come after the one that has meaning too; it is the poorer one.
    if (!full && this.#answered.sequence === sequence && this.#answered.full) return;
    this.#answered = { sequence, full };
    this.results = results;
    this.fault = null;
    const kept = this.chosen && this.spots.some((spot) => sameSpot(spot, this.selected));
    if (kept || this.#away) return;
    this.chosen = false;
    this.selected = this.spots[0] ?? null;
  }

  #forget() {
    this.results = null;
    this.selected = null;
  }
}
