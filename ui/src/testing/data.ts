// Plain rows and answers; a test says only what it is about.

import type { DocumentAnswer, FolderAnswer, Hit, PageHit, PageView, QueueAnswer, Results, Snapshot } from "../lib/bindings";

export function aJob(job: number, change: Partial<QueueAnswer> = {}): QueueAnswer {
  return {
    job,
    document: job,
    path: `/home/eva/Invoices/invoice-${job}.pdf`,
    kind: "read",
    lane: "reading",
    state: "queued",
    priority: 0,
    position: job,
    stage: null,
    pages_done: 0,
    pages_total: null,
    attempt: 1,
    not_before: null,
    started_at: null,
    eta_s: null,
    code: null,
    message: null,
    bytes: 212_000,
    media: "pdf",
    added_at: Date.now() - 180_000,
    ...change,
  };
}

export function aDocument(document: number, change: Partial<DocumentAnswer> = {}): DocumentAnswer {
  return {
    document,
    path: `/home/eva/Contracts/contract-${document}.pdf`,
    title: null,
    kind: "pdf",
    state: "ready",
    pages_total: 8,
    pages_read: 8,
    pages_failed: 0,
    bytes: 1_400_000,
    date: null,
    added_at: Date.now() - 600_000,
    collections: [],
    code: null,
    message: null,
    places: 1,
    duplicate: false,
    problems: [],
    ...change,
  };
}

export function aFolder(watch: number, change: Partial<FolderAnswer> = {}): FolderAnswer {
  return {
    watch,
    path: `/home/eva/Folder ${watch}`,
    state: "watching",
    note: null,
    message: null,
    files: 1204,
    scanned: 1204,
    expected: 1204,
    settling: 0,
    left_out_total: 0,
    left_out_by: {},
    last_scan_at: Date.now() - 300_000,
    last_scan_ms: 40,
    added_at: Date.now() - 86_400_000,
    ignore: [],
    max_bytes: 1 << 30,
    kinds: [],
    hidden: false,
    links: "files",
    depth: null,
    ...change,
  };
}

export function aSnapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    seq: 1,
    role: { is: "working" },
    trouble: null,
    warnings: [],
    paused: { all: false, reading: false, indexing: false },
    readers: { busy: 0, total: 2 },
    pages_per_minute: 0,
    documents: 10,
    settled: 10,
    active: 0,
    running: [],
    waiting: { total: 0, rows: [] },
    attention: { total: 0, rows: [] },
    done: { total: 0, rows: [] },
    folders: [],
    ...change,
  };
}

export function aPageHit(page: number, change: Partial<PageHit> = {}): PageHit {
  return { page, score: 1, snippet: "The ⟦notice⟧ is three months.", matched: ["words"], boxes: [[0.1, 0.2, 0.3, 0.22]], ...change };
}

export function aHit(document: number, change: Partial<Hit> = {}): Hit {
  return {
    document,
    path: `/home/eva/Contracts/contract-${document}.pdf`,
    title: null,
    kind: "pdf",
    date: null,
    language: null,
    pages_total: null,
    ...aPageHit(1),
    pages: [],
    more: 0,
    ...change,
  };
}

export function results(query: string, hits: Hit[], change: Partial<Results> = {}): Results {
  return { query, mode: "words", took_ms: 3, complete: 1, hits, note: null, suggestion: null, corrections: [], ...change };
}

export function aView(document: number, page: number, change: Partial<PageView> = {}): PageView {
  return {
    document,
    page,
    pages_total: 8,
    text: "The ⟦notice⟧ is three months to the end of a calendar year.",
    source: "embedded",
    confidence: 1,
    state: "read",
    code: null,
    width_pt: 595,
    height_pt: 842,
    picture: true,
    boxes: [],
    ...change,
  };
}
