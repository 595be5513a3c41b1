// What happened to a document, what was kept, and what can be done, in one or two sentences.

import type { DocumentAnswer } from "../lib/bindings";
import { faults, type Severity } from "../lib/faults";
import type { I18n } from "../lib/i18n/i18n";
import type { IconName } from "../shared/icons";

export type Sentence = { text: string; advice: string; severity: Severity; icon: IconName };

export function sentence(row: DocumentAnswer, i18n: I18n): Sentence {
  const failed = row.pages_failed || row.problems.length;
  if (row.state === "problems" && failed > 0) return pagesFailed(row, failed, i18n);
  const { title, advice, severity } = faults[row.code ?? "library_failed"];
  const kept = row.pages_read > 0 ? i18n.t("attention.read", { n: row.pages_read }) : "";
  const icon = row.code === "file_encrypted" ? "lock" : severity === "bad" ? "fail" : "alert";
  return { text: join(i18n.t(title), kept), advice: i18n.t(advice), severity, icon };
}

function pagesFailed(row: DocumentAnswer, failed: number, i18n: I18n): Sentence {
  const { t } = i18n;
  const [first] = row.problems;
  const numbers = i18n.list(row.problems.map((problem) => i18n.number(problem.page)));
  const list = row.problems.length < failed ? t("attention.more", { list: numbers }) : numbers;
  const what = failed === 1 && first ? t("attention.page", { page: first.page }) : t("attention.pages", { n: failed, list });
  const others = (row.pages_total ?? row.pages_read + failed) - failed;
  const kept = others > 0 ? t("attention.rest", { n: others }) : t("attention.nothing");
  const advice = first ? t(faults[first.code].advice) : "";
  return { text: join(what, kept), advice, severity: "bad", icon: "fail" };
}

/** For a bug report or a search: everything that is known, plainly. */
export function details(row: DocumentAnswer): string {
  const lines = [row.path, [row.state, row.code, row.message].filter(Boolean).join(": ")];
  for (const problem of row.problems) lines.push(`page ${problem.page}: ${problem.code}: ${problem.message}`);
  return lines.join("\n");
}

const join = (...sentences: string[]) => sentences.filter(Boolean).join(" ");
