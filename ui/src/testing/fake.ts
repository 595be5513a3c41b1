// A backend without Rust. It notes what it is asked, answers from plain lists, and says what a test tells it to say.

import type { Backend, Edge } from "../lib/backend";
import type { Asked, DocumentAnswer, Event, LeftOutAnswer, PageView, QueueAnswer, Results, SavedSearch, Snapshot, Strip } from "../lib/bindings";
import { aSnapshot, aView, results } from "./data";

export class FakeBackend implements Backend {
  state: Snapshot;
  calls: { name: string; args: unknown[] }[] = [];
  /** Rows beyond the ones of the snapshot. */
  rows = { waiting: [] as QueueAnswer[], attention: [] as DocumentAnswer[], done: [] as DocumentAnswer[] };
  #listeners = new Set<(event: Event) => void>();

  constructor(state: Partial<Snapshot> = {}) {
    this.state = aSnapshot(state);
  }

  emit(event: Event) {
    for (const listener of this.#listeners) listener(event);
  }
  /** The next snapshot, as an event. */
  next(change: Partial<Snapshot>) {
    this.state = { ...this.state, seq: this.state.seq + 1, ...change };
    this.emit({ type: "snapshot", snapshot: this.state });
  }
  asked(name: string): unknown[][] {
    return this.calls.filter((call) => call.name === name).map((call) => call.args);
  }
  note(name: string, ...args: unknown[]) {
    this.calls.push({ name, args });
  }
  #done(name: string, ...args: unknown[]): Promise<void> {
    this.note(name, ...args);
    return Promise.resolve();
  }

  async subscribe(take: (event: Event) => void) {
    this.note("subscribe");
    this.#listeners.add(take);
    return () => void this.#listeners.delete(take);
  }
  picture(document: number, page: number, edge: Edge): string {
    return `page://localhost/${document}/${page}/${edge}`;
  }
  async snapshot(): Promise<Snapshot> {
    this.note("snapshot");
    return this.state;
  }
  async waitingRows(offset: number, limit: number) {
    this.note("waitingRows", offset, limit);
    return this.rows.waiting.slice(offset, offset + limit);
  }
  async attentionRows(offset: number, limit: number) {
    this.note("attentionRows", offset, limit);
    return this.rows.attention.slice(offset, offset + limit);
  }
  async doneRows(offset: number, limit: number) {
    this.note("doneRows", offset, limit);
    return this.rows.done.slice(offset, offset + limit);
  }
  async strip(document: number): Promise<Strip> {
    this.note("strip", document);
    return { document, states: "eeoofrww" };
  }
  async search(asked: Asked): Promise<Results> {
    this.note("search", asked);
    return results(asked.text, [], { mode: asked.mode });
  }
  /** Words of this library. */
  vocabulary: string[] = [];
  async suggest(text: string) {
    this.note("suggest", text);
    const [, head = "", begun = ""] = /^(.*?)(\S+)$/.exec(text) ?? [];
    return this.vocabulary.filter((word) => word !== begun && word.startsWith(begun)).map((word) => head + word);
  }
  shelves: string[] = [];
  async collections() {
    return this.shelves;
  }
  kept: SavedSearch[] = [];
  async saved() {
    return this.kept;
  }
  async saveSearch(name: string, query: string) {
    this.note("saveSearch", name, query);
    return (this.kept = [...this.kept, { name, query }]);
  }
  async unsaveSearch(name: string) {
    this.note("unsaveSearch", name);
    return (this.kept = this.kept.filter((one) => one.name !== name));
  }
  async pageView(document: number, page: number, query: string): Promise<PageView> {
    this.note("pageView", document, page, query);
    return aView(document, page);
  }
  async paste() {
    this.note("paste");
    return true;
  }
  async tryAllAgain() {
    this.note("tryAllAgain");
    return this.state.attention.total;
  }
  async watchAgain(folder: number) {
    this.note("watchAgain", folder);
    return true;
  }
  async leftOut(folder: number): Promise<LeftOutAnswer[]> {
    this.note("leftOut", folder);
    return [
      { path: "/home/eva/Scans/.cache", reason: "hidden", message: "" },
      { path: "/home/eva/Scans/Film.mkv", reason: "too_large", message: "" },
    ];
  }
  watchFolders = () => this.#done("watchFolders");
  unwatch = (folder: number) => this.#done("unwatch", folder);
  scanFolder = (folder: number) => this.#done("scanFolder", folder);
  warm = () => this.#done("warm");
  chooseFiles = () => this.#done("chooseFiles");
  chooseFolder = () => this.#done("chooseFolder");
  cancel = (job: number) => this.#done("cancel", job);
  pauseJob = (job: number) => this.#done("pauseJob", job);
  resumeJob = (job: number) => this.#done("resumeJob", job);
  toTop = (job: number) => this.#done("toTop", job);
  pause = () => this.#done("pause");
  resume = () => this.#done("resume");
  tryAgain = (document: number, page: number | null) => this.#done("tryAgain", document, page);
  unlock = (password: string) => this.#done("unlock", password);
  remove = (document: number) => this.#done("remove", document);
  putBack = (document: number) => this.#done("putBack", document);
  openOriginal = (document: number) => this.#done("openOriginal", document);
  showInFolder = (document: number) => this.#done("showInFolder", document);
}
