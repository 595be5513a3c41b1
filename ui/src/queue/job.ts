// A row of an unfinished job, in words.

import type { QueueAnswer } from "../lib/bindings";
import type { I18n } from "../lib/i18n/i18n";
import type { IconName } from "../shared/icons";

export type Stage = { icon: IconName; text: string; tone: "now" | "wait" | "ask" | "plain" };

export function stageOf(row: QueueAnswer, now: number, i18n: I18n): Stage {
  const { t } = i18n;
  switch (row.state) {
    case "processing":
      return processing(row, i18n);
    case "queued":
      // Two lines of waiting: what is read already waits only for its meaning, and must not look like the next to be read.
      if (row.kind === "index" && row.position !== null) return { icon: "sense", tone: "wait", text: t("job.queued_meaning", { position: row.position }) };
      return { icon: "clock", tone: "wait", text: row.position === null ? t("job.waiting") : t("job.queued", { position: row.position }) };
    case "retrying": {
      const seconds = row.not_before === null ? 0 : (row.not_before - now) / 1000;
      return { icon: "retry", tone: "ask", text: t("job.retrying", { time: seconds > 0 ? t("time.in", { time: i18n.span(seconds) }) : t("time.now") }) };
    }
    case "paused":
      return { icon: "pause", tone: "plain", text: t("job.paused") };
    default:
      return { icon: "clock", tone: "wait", text: t("job.waiting") };
  }
}

function processing(row: QueueAnswer, { t }: I18n): Stage {
  const stages: Record<string, Stage> = {
    reading: { icon: "doc", tone: "now", text: t("job.reading") },
    recognising: { icon: "scan", tone: "now", text: t("job.recognising") },
    indexing: { icon: "sense", tone: "now", text: t("job.indexing") },
  };
  return stages[row.stage ?? ""] ?? (row.kind === "index" ? stages.indexing! : { icon: "doc", tone: "now", text: t("job.opening") });
}

/** "page 14 of 206": the one in hand, not the ones behind. `null` while the pages are not counted. */
export function progressOf(row: QueueAnswer, { t }: I18n): string | null {
  const of = row.pages_total;
  if (of === null || of === 0 || (row.state !== "processing" && row.pages_done === 0)) return null;
  const page = Math.min(of, row.pages_done + (row.state === "processing" ? 1 : 0));
  return row.kind === "index" ? t("job.part", { part: page, of }) : t("job.page", { page, of });
}

/** When it is its turn or done, and for how long it has been there. */
export function timesOf(row: QueueAnswer, now: number, i18n: I18n): [string, string] {
  const { t } = i18n;
  const eta = row.eta_s === null ? null : i18n.span(row.eta_s);
  if (row.state === "processing") {
    const left = eta === null ? "" : t("time.left", { time: eta });
    return [left, row.started_at === null ? "" : t("time.so_far", { time: i18n.ticking(now - row.started_at) })];
  }
  const turn = row.position === 1 ? t("job.next") : eta !== null && row.state === "queued" ? t("time.in", { time: eta }) : "";
  const seconds = (now - row.added_at) / 1000;
  return [turn, seconds < 60 ? t("time.added_now") : t("time.added", { time: i18n.span(seconds) })];
}
