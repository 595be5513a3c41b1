// What is said about a watched folder.

import type { FolderAnswer } from "../lib/bindings";
import type { I18n } from "../lib/i18n/i18n";
import type { PlainKey } from "../lib/i18n/words";
import type { IconName } from "../shared/icons";

export type FolderState = { icon: IconName; tone: "" | "now" | "ask" | "wait"; text: string };

export function stateOf(folder: FolderAnswer, { t }: I18n): FolderState {
  if (folder.state === "offline") return { icon: "alert", tone: "ask", text: t("folders.offline") };
  if (folder.state === "waiting") return { icon: "clock", tone: "wait", text: t("folders.waiting") };
  if (folder.state === "scanning") {
    const known = folder.expected > 0 && folder.scanned <= folder.expected;
    const text = known ? t("folders.scanning_of", { n: folder.scanned, of: folder.expected }) : t("folders.scanning", { n: folder.scanned });
    return { icon: "retry", tone: "now", text };
  }
  if (folder.settling > 0) return { icon: "clock", tone: "now", text: t("folders.settling", { n: folder.settling }) };
  if (folder.state === "polling") return { icon: "retry", tone: "", text: t("folders.polling") };
  return { icon: "eye", tone: "", text: t("folders.watching") };
}

const notes: Record<string, PlainKey> = {
  gone: "folders.note.gone",
  unreadable: "folders.note.unreadable",
  away: "folders.note.away",
  silent: "folders.note.silent",
  no_events: "folders.note.no_events",
  limit: "folders.note.limit",
  queue_full: "folders.note.queue_full",
};

/** Why it is not simply watched; `null` when there is nothing to say. */
export function noteOf(folder: FolderAnswer, { t }: I18n): string | null {
  const key = folder.note === null ? undefined : notes[folder.note];
  return key ? t(key) : folder.message;
}

const reasons: Record<string, PlainKey> = {
  ignored: "folders.reason.ignored",
  hidden: "folders.reason.hidden",
  too_large: "folders.reason.too_large",
  kind: "folders.reason.kind",
  empty: "folders.reason.empty",
  not_regular: "folders.reason.not_regular",
  link: "folders.reason.link",
  loop: "folders.reason.loop",
  too_deep: "folders.reason.too_deep",
  denied: "folders.reason.denied",
  path_too_long: "folders.reason.path_too_long",
  cache: "folders.reason.cache",
  library: "folders.reason.library",
  forgotten: "folders.reason.forgotten",
};

export function reasonOf(reason: string, { t }: I18n): string {
  return t(reasons[reason] ?? "folders.reason.other");
}

/** "1,204 files, looked through 5 min ago". */
export function sumOf(folder: FolderAnswer, now: number, { t, span }: I18n): string {
  const files = t("folders.files", { n: folder.files });
  if (folder.last_scan_at === null) return "";
  const seconds = Math.max(0, (now - folder.last_scan_at) / 1000);
  const when = seconds < 60 ? t("folders.looked_now") : t("folders.looked", { time: span(seconds) });
  return `${files}, ${when}`;
}
