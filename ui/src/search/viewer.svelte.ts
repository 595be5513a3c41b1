// The page that is looked at: its picture, its text, and the hits of its document one after the other.

import { faultOf, type Backend } from "../lib/backend";
import type { Fault, Hit, PageView } from "../lib/bindings";
import { pieces } from "../shared/marks";
import { onlyByMeaning, pagesOf, placesOf, sameSpot, type Place, type Spot } from "./hits";

/** A document that is looked at without having been searched for, too. */
export type Subject = { document: number; path: string; title: string | null; hit: Hit | null; query: string };
/** One stop of "Hit 5 of 11": a place on a page, or the page itself where there is no place to point at. */
export type Stop = { page: number; place: number };

/** Where there is no picture the marks in the text are the places; they stand where they stand. */
function marksIn(text: string): Place[] {
  return pieces(text)
    .filter((piece) => piece.found)
    .map(() => ({ box: [0, 0, 0, 0], bracket: false }));
}

export class Viewer {
  subject = $state.raw<Subject | null>(null);
  page = $state(1);
  /** Which place on the page is framed. */
  place = $state(0);
  view = $state.raw<PageView | null>(null);
  fault = $state.raw<Fault | null>(null);
  /** Where there is no room for list and page, the page is a second step. */
  open = $state(false);

  readonly spot = $derived<Spot | null>(this.subject && { document: this.subject.document, page: this.page });
  readonly pages = $derived(this.view?.pages_total ?? null);
  readonly #listed = $derived(this.subject?.hit ? pagesOf(this.subject.hit) : []);
  readonly places = $derived(this.#placesOn(this.page));
  readonly stops = $derived(this.#stops());
  readonly at = $derived(this.stops.findIndex((stop) => stop.page === this.page && stop.place === this.place));
  /** Whether what was found on this page was found by meaning alone. */
  readonly byMeaning = $derived(this.#foundByMeaning(this.page));

  #backend: Backend;
  #sequence = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  show(subject: Subject | null, page = 1) {
    const spot = subject && { document: subject.document, page };
    const same = sameSpot(spot, this.spot) && subject?.query === this.subject?.query;
    const sameDocument = subject?.document === this.subject?.document;
    this.subject = subject;
    if (!subject) return this.#forget();
    if (same) return;
    // The count of pages stays while the next page of the same document is on its way.
    if (!sameDocument) this.view = null;
    this.turn(page);
  }

  turn(page: number, place = 0) {
    this.page = page;
    this.place = place;
    void this.load();
  }

  /** Turns by so many pages, and stays inside the document. */
  turnBy(step: number) {
    const page = Math.max(1, Math.min(this.pages ?? 1, this.page + step));
    if (page !== this.page) this.turn(page);
  }

  /** To the next hit of the document, or the previous one; after the last comes the first. */
  step(step: 1 | -1) {
    const { stops } = this;
    if (stops.length === 0) return;
    const next = this.at >= 0 ? this.at + step : this.#nearest(step);
    const stop = stops[(next + stops.length) % stops.length]!;
    if (stop.page === this.page) this.place = stop.place;
    else this.turn(stop.page, stop.place);
  }

  async load() {
    const { subject, page } = this;
    if (!subject) return;
    const sequence = ++this.#sequence;
    this.fault = null;
    try {
      const view = await this.#backend.pageView(subject.document, page, subject.query);
      if (sequence === this.#sequence) this.view = view;
    } catch (thrown) {
      if (sequence === this.#sequence) this.fault = faultOf(thrown);
    }
  }

  /** How many hits a page is known to have; of a page that is not listed nothing is known until it is seen. */
  count(page: number): number {
    return this.stops.filter((stop) => stop.page === page).length;
  }

  #forget() {
    this.#sequence++;
    this.view = null;
    this.fault = null;
    this.open = false;
  }

  #foundByMeaning(page: number): boolean {
    const listed = this.#listed.find((hit) => hit.page === page);
    return listed !== undefined && onlyByMeaning(listed.matched);
  }

  #placesOn(page: number): Place[] {
    const listed = this.#listed.find((hit) => hit.page === page);
    if (listed && listed.boxes.length > 0) return placesOf(listed.boxes, onlyByMeaning(listed.matched));
    const seen = this.view?.page === page && this.view.document === this.subject?.document ? this.view : null;
    if (!seen) return [];
    return seen.picture ? placesOf(seen.boxes, false) : marksIn(seen.text);
  }

  #stops(): Stop[] {
    const pages = new Set(this.#listed.map((hit) => hit.page));
    if (this.#placesOn(this.page).length > 0) pages.add(this.page);
    const stops = [...pages].sort((a, b) => a - b).map((page) => {
      const places = this.#placesOn(page).length;
      return Array.from({ length: Math.max(1, places) }, (_, place) => ({ page, place }));
    });
    return stops.flat();
  }

  #nearest(step: 1 | -1): number {
    const after = this.stops.findIndex((stop) => stop.page > this.page);
    const next = after < 0 ? this.stops.length : after;
    return step > 0 ? next : next - 1;
  }
}
