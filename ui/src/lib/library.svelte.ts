// The library as it is just now: the newest snapshot, and whoever wants to hear of a new one.

import { untrack } from "svelte";

import type { Backend } from "./backend";
import type { Event, Snapshot } from "./bindings";

/** What is no snapshot is for others to hear. */
export type OtherEvent = Exclude<Event, { type: "snapshot" }>;

export class Library {
  /** `null` until the first one has come. */
  snapshot = $state.raw<Snapshot | null>(null);

  readonly empty = $derived(this.snapshot?.documents === 0 && this.snapshot.active === 0);
  readonly working = $derived(this.snapshot?.role.is === "working");
  readonly paused = $derived(this.snapshot?.paused.all ?? false);

  #backend: Backend;
  #listeners = new Set<(snapshot: Snapshot) => void>();
  #pulling: Promise<void> | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Subscribes first and asks then: in the other order an event between the two would be lost. */
  async start(other: (event: OtherEvent) => void): Promise<() => void> {
    const stop = await this.#backend.subscribe((event) => {
      if (event.type === "snapshot") this.#heard(event.snapshot);
      else other(event);
    });
    await this.#pull();
    return stop;
  }

  /** Calls with every new snapshot, and at once with the one there is. */
  listen(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    // Whoever listens from an effect must not depend on what the listener reads.
    untrack(() => this.snapshot && listener(this.snapshot));
    return () => this.#listeners.delete(listener);
  }

  #heard(snapshot: Snapshot) {
    const last = this.snapshot?.seq;
    this.#take(snapshot);
    // An event got lost: what it said is only certain to be in a snapshot that is asked for.
    if (last !== undefined && snapshot.seq > last + 1) void this.#pull();
  }

  #pull(): Promise<void> {
    this.#pulling ??= this.#backend
      .snapshot()
      .then((snapshot) => this.#take(snapshot))
      .catch(() => undefined) // The next event brings one.
      .finally(() => (this.#pulling = null));
    return this.#pulling;
  }

  #take(snapshot: Snapshot) {
    if (this.snapshot && snapshot.seq < this.snapshot.seq) return;
    this.snapshot = snapshot;
    for (const listener of this.#listeners) listener(snapshot);
  }
}
