// The one door to Rust. Nothing else in the window knows how a command is called, so tests put another in its place.

import { convertFileSrc } from "@tauri-apps/api/core";

import {
  commands,
  events,
  type Asked,
  type DocumentAnswer,
  type Event,
  type Fault,
  type LeftOutAnswer,
  type PageView,
  type QueueAnswer,
  type Results,
  type SavedSearch,
  type Snapshot,
  type Strip,
} from "./bindings";

/** The longest side a page picture can be asked for, pixels. */
export const EDGES = [160, 800, 1600, 2400] as const;
export type Edge = (typeof EDGES)[number];

/** Only when it settles counts. */
type Done = Promise<unknown>;

/** Every promise rejects with a {@link Fault}. */
export interface Backend {
  snapshot(): Promise<Snapshot>;
  waitingRows(offset: number, limit: number): Promise<QueueAnswer[]>;
  attentionRows(offset: number, limit: number): Promise<DocumentAnswer[]>;
  doneRows(offset: number, limit: number): Promise<DocumentAnswer[]>;
  strip(document: number): Promise<Strip>;
  search(asked: Asked): Promise<Results>;
  /** The text with its last word ended by words of the library, the most common first. */
  suggest(text: string): Promise<string[]>;
  /** The names of the collections. */
  collections(): Promise<string[]>;
  /** Searches that a person kept; saving and forgetting one give what is kept then. */
  saved(): Promise<SavedSearch[]>;
  saveSearch(name: string, query: string): Promise<SavedSearch[]>;
  unsaveSearch(name: string): Promise<SavedSearch[]>;
  /** The search field has the focus: the model is made ready. */
  warm(): Done;
  pageView(document: number, page: number, query: string): Promise<PageView>;
  /** A dialog; an `added` event follows. */
  chooseFiles(): Done;
  chooseFolder(): Done;
  /** A dialog; the next snapshot has the folders. */
  watchFolders(): Done;
  /** Watched no longer; its documents stay. `watchAgain` undoes it. */
  unwatch(folder: number): Done;
  /** False when there is nothing to undo any more. */
  watchAgain(folder: number): Promise<boolean>;
  scanFolder(folder: number): Done;
  /** The first of what was left out of a folder. */
  leftOut(folder: number): Promise<LeftOutAnswer[]>;
  /** Adds the files on the clipboard; false when there are none. */
  paste(): Promise<boolean>;
  cancel(job: number): Done;
  pauseJob(job: number): Done;
  resumeJob(job: number): Done;
  toTop(job: number): Done;
  pause(): Done;
  resume(): Done;
  tryAgain(document: number, page: number | null): Done;
  /** Gives how many documents are tried again. */
  tryAllAgain(): Promise<number>;
  /** Remembers the password until the window closes, and tries again what needs one. */
  unlock(password: string): Done;
  /** Out of the library; the file stays. `putBack` undoes it. */
  remove(document: number): Done;
  putBack(document: number): Done;
  openOriginal(document: number): Done;
  showInFolder(document: number): Done;
  /** Resolves when events arrive for certain; what it gives ends them. */
  subscribe(take: (event: Event) => void): Promise<() => void>;
  /** The address of a page's picture. */
  picture(document: number, page: number, edge: Edge): string;
}

export const backend: Backend = {
  ...commands,
  subscribe: (take) => events.sheaf.listen((event) => take(event.payload)),
  picture: (document, page, edge) => convertFileSrc(`${document}/${page}/${edge}`, "page"),
};

/** What a command rejects with. Anything else than a fault is a mistake of the program and is shown as one. */
export function faultOf(thrown: unknown): Fault {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "detail" in thrown) return thrown as Fault;
  return { code: "library_failed", detail: thrown instanceof Error ? thrown.message : String(thrown) };
}
