// What the window says to a warning of the engine.

import type { Warning } from "../lib/bindings";
import type { I18n } from "../lib/i18n/i18n";

export function sentenceOf(warning: Warning, t: I18n["t"]): string {
  switch (warning.warning) {
    case "backlog_grows":
      return t("warning.backlog_grows", { n: warning.waiting, more: warning.more, minutes: warning.minutes });
    case "worker_dies":
      return t(warning.lane === "indexing" ? "warning.worker_dies.indexing" : "warning.worker_dies.reading", {
        n: warning.times,
        minutes: warning.minutes,
      });
  }
}
