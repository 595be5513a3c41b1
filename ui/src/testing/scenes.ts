// Invented libraries to look at: busy, empty, idle, trouble, standing_by, paused. Names are as bad as real ones.

import type { Asked, DocumentAnswer, PageView, QueueAnswer, Results, Strip } from "../lib/bindings";
import { aDocument, aFolder, aHit, aJob, aPageHit, aSnapshot, aView, results } from "./data";
import { FakeBackend } from "./fake";
import { boxOf, picture, setPage } from "./paper";

const PARAGRAPHS = [
  "§ 6 Vergütung",
  "(1) Für die Wartung der in Anlage 1 genannten Anlagen zahlt der Auftraggeber eine jährliche Pauschale von 1.840,00 EUR zuzüglich der gesetzlichen Umsatzsteuer, fällig zum 15. Januar.",
  "(2) Ersatzteile und Arbeiten außerhalb der Geschäftszeit werden nach Aufwand berechnet. Die Pauschale erhöht sich frühestens nach Ablauf von 24 Monaten.",
  "§ 7 Laufzeit und Kündigung",
  "(1) Der Vertrag beginnt am 1. April 2016 und wird für die Dauer von fünf Jahren geschlossen. Er verlängert sich jeweils um ein weiteres Jahr, wenn er nicht fristgerecht gekündigt wird.",
  "(2) Die Kündigungsfrist beträgt drei Monate zum Ende eines Kalenderjahres. Maßgeblich ist der Zugang der Kündigung beim Vertragspartner. Die Kündigung bedarf der Schriftform.",
  "(3) Wird das Gebäude verkauft oder stillgelegt, so kann der Auftraggeber den Vertrag ohne Einhaltung einer Frist zum Monatsende beenden. Bereits bezahlte Beträge werden anteilig erstattet.",
  "(4) Ist die Anlage länger als 30 Tage außer Betrieb, ruht die Pflicht zur Wartung, die Kündigungsfrist nach Absatz 2 bleibt davon unberührt.",
];
const WORDS = setPage(PARAGRAPHS);
const boxes = (words: string[]) => WORDS.filter((word) => words.some((each) => word.text.startsWith(each))).map(boxOf);
const passage = () => {
  const words = WORDS.slice(WORDS.findIndex((word) => word.text === "(3)"), WORDS.findIndex((word) => word.text === "(4)"));
  const lines = new Map<number, typeof words>();
  for (const word of words) lines.set(word.y, [...(lines.get(word.y) ?? []), word]);
  return [...lines.values()].map((line): [number, number, number, number] => {
    const all = line.map(boxOf);
    return [Math.min(...all.map((b) => b[0])), all[0]![1], Math.max(...all.map((b) => b[2])), all[0]![3]];
  });
};

const HITS = [
  aHit(1, {
    path: "/home/eva/Verwaltung Lindenhof/Verträge/Wartungsvertrag Aufzug – Hausverwaltung Lindenhof GmbH & Co. KG (unterschrieben).pdf",
    kind: "pdf",
    page: 4,
    snippet: "(2) Die ⟦Kündigungsfrist⟧ beträgt drei Monate zum Ende eines Kalenderjahres. Maßgeblich ist der Zugang der Kündigung …",
    matched: ["words", "meaning"],
    boxes: boxes(["Wartung", "Kündigungsfrist"]),
    pages: [
      aPageHit(2, { snippet: "… übernimmt die regelmäßige ⟦Wartung⟧ der in Anlage 1 aufgeführten Aufzugsanlagen einschließlich der Prüfung aller …", boxes: boxes(["Wartung"]) }),
      aPageHit(6, { snippet: "Wird das Gebäude verkauft oder stillgelegt, so kann der Auftraggeber den Vertrag ohne Einhaltung einer Frist zum Monatsende beenden.", matched: ["meaning"], boxes: passage() }),
    ],
    more: 2,
  }),
  aHit(2, {
    path: "C:\\Users\\Eva\\Contracts\\Leases\\lease-4b-final.pdf",
    title: "Office Lease – Unit 4B, Harbour Yard – Second Amendment (countersigned)",
    page: 31,
    snippet: "Either party may end the upkeep agreement by giving not less than ninety days’ written notice before the end of any calendar year.",
    matched: ["meaning"],
    boxes: passage(),
  }),
  aHit(3, {
    path: "/home/eva/Posteingang 2023/Wartung Brandmeldeanlage.docx",
    kind: "docx",
    page: 1,
    snippet: "… die ⟦Kündigungsfrist⟧ haben wir um zwei Tage verpasst, die ⟦Wartung⟧ läuft also ein Jahr weiter. Bitte tragen Sie sich den …",
    boxes: [],
  }),
  aHit(4, { path: "/home/eva/Downloads/scan_20190314_0003 (2).tiff", kind: "tiff", snippet: "⟦Wartungsplan⟧ Heizung, gültig ab 1.4.", boxes: boxes(["Wartung"]) }),
  aHit(5, { path: "/home/eva/عقود/عقد صيانة المصعد ٢٠١٦ (نسخة).pdf", page: 3, snippet: "مدة الإخطار ⟦ثلاثة أشهر⟧ قبل نهاية السنة، ويجب أن يكون الإخطار كتابياً.", boxes: [] }),
  aHit(6, { path: "/home/eva/契約/保守契約書 第三版 <b>最終.pdf", page: 12, snippet: "契約の⟦解約⟧は暦年末の三か月前までに書面で通知しなければならない。<img src=x onerror=alert(1)>", boxes: [] }),
];

const NAMES: [string, Partial<QueueAnswer>][] = [
  ["Invoices/Rechnung 2024-00817 Elektro Kröger (Nachtrag).pdf", { bytes: 212_000 }],
  ["Contracts/Mieter/Mietvertrag Wohnung 3.OG links – Entwurf v7 FINAL wirklich final geprüft von Frau Petersen (2).docx", { bytes: 1_400_000, media: "docx" }],
  ["Archiv/Fotos/IMG_20190314_113205.jpeg", { bytes: 4_210_000, media: "jpeg" }],
  ["ארכיון/חוזה שכירות 2019 (סופי).pdf", { bytes: 830_000 }],
  ["Notes/minutes.md", { bytes: 3_100, media: "markdown" }],
];

const WAITING = 10_432;
function waitingRow(index: number, first: number): QueueAnswer {
  const job = first + index;
  const [name, change] = NAMES[job % NAMES.length]!;
  const path = job < first + 5 && index < 5 ? name : name.replace(/(\.\w+)$/, ` ${job}$1`);
  return aJob(job, { path: `/home/eva/${path}`, position: index + 1, eta_s: 30 + index * 24, added_at: Date.now() - index * 61_000, ...change });
}

const ATTENTION: DocumentAnswer[] = [
  aDocument(900, { path: "/home/eva/Steuer/Steuerbescheid 2022 (verschlüsselt).pdf", state: "failed", code: "file_encrypted", message: "password required", pages_total: null, pages_read: 0 }),
  aDocument(901, {
    path: "/home/eva/Verwaltung/Protokoll Eigentümerversammlung 23.05.2019 mit Anlagen A–K.pdf",
    state: "problems",
    pages_total: 206,
    pages_read: 205,
    pages_failed: 1,
    problems: [{ page: 17, code: "timed_out", message: "no answer in 60 s" }],
  }),
  aDocument(902, {
    path: "/home/eva/Pläne/Grundriss.pdf",
    state: "problems",
    pages_total: 40,
    pages_read: 37,
    pages_failed: 3,
    problems: [4, 17, 20].map((page) => ({ page, code: "page_too_large" as const, message: "14400 pt" })),
  }),
  aDocument(903, { path: "\\\\NAS-KELLER\\Archiv\\Rechnungen 2011\\Sammlung.pdf", state: "failed", code: "file_missing", message: "os error 2", pages_total: 12, pages_read: 4 }),
];
const DONE: DocumentAnswer[] = [
  aDocument(800, { path: "/home/eva/Invoices/invoice.pdf", duplicate: true, places: 2 }),
  aDocument(801, { path: "/home/eva/Invoices/Nebenkostenabrechnung 2018–2023.pdf", pages_total: 64 }),
  aDocument(802, { path: "/home/eva/Downloads/backup.zip", state: "unsupported", code: "file_unsupported", kind: null, pages_total: null }),
  aDocument(803, { path: "/home/eva/Archiv/Chronik.pdf", state: "cancelled", code: "cancelled", pages_total: 400, pages_read: 31 }),
];
const done = (index: number) => DONE[index] ?? aDocument(1000 + index, { path: `/home/eva/Archiv/Beleg ${index}.pdf`, pages_total: (index % 9) + 1 });

const STRIP = "e".repeat(21) + "o".repeat(30) + "e".repeat(22) + "ooof" + "o".repeat(20) + "eee" + "n" + "o".repeat(40);

class SceneBackend extends FakeBackend {
  #first = 10_000;
  #page = 142;

  override picture(document: number, page: number): string {
    return picture(page, WORDS, document % 2 === 1);
  }
  override async waitingRows(offset: number, limit: number) {
    await pause(40);
    const { total } = this.state.waiting;
    return Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => waitingRow(offset + i, this.#first));
  }
  override async doneRows(offset: number, limit: number) {
    return Array.from({ length: limit }, (_, i) => done(offset + i));
  }
  override async strip(document: number): Promise<Strip> {
    const states = document === 500 ? `${STRIP.slice(0, this.#page - 1)}rr`.padEnd(206, "w") : document > 9999 ? "" : STRIP.padEnd(206, "e");
    return { document, states };
  }
  override async search(asked: Asked): Promise<Results> {
    await pause(asked.mode === "words" ? 15 : 120);
    const hits = /xyz/.test(asked.text) ? [] : HITS.filter((hit) => asked.mode !== "words" || hit.matched.includes("words")).filter((hit) => asked.kinds.length === 0 || (hit.kind !== null && asked.kinds.includes(hit.kind)));
    const note = /note/.test(asked.text) ? { code: "model_missing" as const, detail: "model.onnx" } : null;
    return results(asked.text, hits, { mode: asked.mode, complete: this.state.settled / this.state.documents, note });
  }
  override async pageView(document: number, page: number): Promise<PageView> {
    await pause(30);
    const total = document === 2 ? 4812 : 8;
    const text = PARAGRAPHS.join("\n\n").replaceAll("Kündigungsfrist", "⟦Kündigungsfrist⟧").replaceAll("Wartung", "⟦Wartung⟧");
    const source = document % 2 === 1 ? "ocr" : "embedded";
    return aView(document, page, { pages_total: total, text, source, confidence: 0.96, picture: document !== 3, boxes: page % 3 === 0 ? [] : boxes(["Kündigungsfrist"]) });
  }
  override remove = async (document: number) => {
    const rows = this.state.attention.rows.filter((row) => row.document !== document);
    this.next({ attention: { total: rows.length, rows } });
  };
  override putBack = async () => this.next({ attention: { total: ATTENTION.length, rows: ATTENTION } });
  override pause = async () => this.next({ paused: { all: true, reading: true, indexing: true } });
  override resume = async () => this.next({ paused: { all: false, reading: false, indexing: false } });

  step() {
    this.#page = this.#page >= 204 ? 20 : this.#page + 1;
    const fresh = this.#page % 4 === 0;
    if (fresh) this.#first++;
    const total = this.state.waiting.total - (fresh ? 1 : 0);
    this.next({
      settled: this.state.settled + (fresh ? 1 : 0),
      running: running(this.#page),
      waiting: { total, rows: Array.from({ length: 50 }, (_, i) => waitingRow(i, this.#first)) },
    });
  }
}

function running(page: number): QueueAnswer[] {
  return [
    aJob(500, { document: 500, path: "/home/eva/Verwaltung Lindenhof/Bauakten/Bauakte 1974–1988 Lindenstraße 14, Teil 2.pdf", state: "processing", position: null, stage: "recognising", pages_done: page, pages_total: 206, started_at: Date.now() - 702_000, eta_s: 300 }),
    aJob(501, { document: 501, path: "/home/eva/Steuer 2019–2024/Geschäftsbericht 2023 – Konzernlagebericht und Anhang (final, geprüft).pdf", kind: "index", lane: "indexing", state: "processing", position: null, stage: "indexing", pages_done: 6, pages_total: 19, started_at: Date.now() - 24_000, eta_s: 40 }),
  ];
}

const busy = () =>
  aSnapshot({
    readers: { busy: 2, total: 2 },
    pages_per_minute: 41,
    documents: 12_971,
    settled: 8_042,
    active: WAITING + 2,
    running: running(142),
    waiting: { total: WAITING, rows: Array.from({ length: 50 }, (_, i) => waitingRow(i, 10_000)) },
    attention: { total: ATTENTION.length, rows: ATTENTION },
    folders: [
      aFolder(1, { path: "/home/eva/Scans", left_out_total: 2, left_out_by: { hidden: 1, too_large: 1 } }),
      aFolder(2, { path: "/home/eva/Verwaltung Lindenhof/Verträge und Nachträge der Hausverwaltung 1974–2024", state: "scanning", scanned: 8_210, expected: 12_004 }),
      aFolder(3, { path: "/media/eva/Stick/Archiv", state: "offline", note: "away" }),
      aFolder(4, { path: "/net/nas/Rechnungen", state: "polling", note: "no_events" }),
      aFolder(5, { path: "/home/eva/Downloads", settling: 2 }),
    ],
    done: { total: 1842, rows: Array.from({ length: 20 }, (_, i) => done(i)) },
  });

/** Every state and every note, and more than fit. */
const FOLDERS = [
  aFolder(1, { path: "/home/eva/Scans", left_out_total: 2, left_out_by: { hidden: 1, too_large: 1 } }),
  aFolder(2, { path: "/home/eva/Verwaltung Lindenhof/Verträge und Nachträge der Hausverwaltung 1974–2024", state: "scanning", scanned: 118_210, expected: 1_204_004, files: 1_204_004 }),
  ...(["gone", "unreadable", "away", "silent"] as const).map((note, i) => aFolder(10 + i, { path: `/media/eva/Stick ${i + 1}/Archiv`, state: "offline", note })),
  aFolder(20, { path: "/net/nas/Rechnungen", state: "polling", note: "no_events" }),
  aFolder(21, { path: "/srv/Projekte mit sehr vielen Ordnern", state: "polling", note: "limit", left_out_total: 120_400 }),
  aFolder(22, { path: "/home/eva/Voll", note: "queue_full" }),
  aFolder(23, { path: "/home/eva/Downloads", settling: 2 }),
  aFolder(24, { path: "/home/eva/Neu", state: "waiting", last_scan_at: null }),
  ...Array.from({ length: 40 }, (_, i) => aFolder(100 + i, { path: `/home/eva/Projekte/Projekt ${i + 1}`, files: 7 * i })),
];

export function sceneOf(name: string): FakeBackend {
  const state = {
    empty: aSnapshot({ documents: 0, settled: 0 }),
    idle: { ...busy(), running: [], waiting: { total: 0, rows: [] }, active: 0, settled: 12_971, readers: { busy: 0, total: 2 }, pages_per_minute: 0 },
    quiet: aSnapshot(),
    trouble: { ...busy(), trouble: "disk_full" },
    standing_by: { ...busy(), role: { is: "standing_by" as const, pid: 4711 } },
    folders: { ...busy(), folders: FOLDERS },
    paused: { ...busy(), paused: { all: true, reading: true, indexing: true } },
    few: {
      ...busy(),
      waiting: {
        total: 5,
        rows: [
          waitingRow(0, 10_000),
          waitingRow(1, 10_000),
          aJob(10_002, { ...waitingRow(2, 10_000), state: "paused", position: null, pages_done: 13, pages_total: 40 }),
          aJob(10_003, { ...waitingRow(3, 10_000), state: "retrying", position: null, attempt: 2, not_before: Date.now() + 40_000, code: "worker_crashed", message: "signal 11" }),
          waitingRow(4, 10_000),
        ],
      },
    },
  }[name];
  const backend = new SceneBackend(state ?? busy());
  if (!state) setInterval(() => backend.step(), 400);
  return backend;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
