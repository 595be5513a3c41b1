// Why a page was found, in a few words.

import type { PageHit } from "../lib/bindings";
import type { I18n } from "../lib/i18n/i18n";
import { pieces } from "../shared/marks";
import type { IconName } from "../shared/icons";
import { onlyByMeaning } from "./hits";

export type Why = { icon: IconName; text: string };

export function why(page: PageHit, query: string, i18n: I18n): Why[] {
  // A filter alone lists it.
  if (page.matched.length === 0) return [];
  if (onlyByMeaning(page.matched)) return [{ icon: "sense", text: i18n.t("search.why.meaning") }];
  if (page.matched.includes("meaning")) return [{ icon: "sense", text: i18n.t("search.why.both") }];
  return [{ icon: "words", text: byWords(page.snippet, query, i18n) }];
}

/** Says only what the snippet shows: what stands elsewhere on the page is not known here. */
function byWords(snippet: string, query: string, i18n: I18n): string {
  const asked = wordsOf(query);
  const marked = new Set(pieces(snippet).filter((piece) => piece.found).map((piece) => fold(piece.text)));
  const found = asked.filter((word) => marked.has(word)).length;
  if (found < asked.length || asked.length === 0) return i18n.t("search.why.words");
  if (asked.length === 1) return i18n.t("search.why.words");
  return asked.length === 2 ? i18n.t("search.why.both_words") : i18n.t("search.why.all_words", { n: asked.length });
}

const fold = (word: string) => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (query: string) => [...new Set((query.match(/[\p{L}\p{N}]+/gu) ?? []).map(fold))];
