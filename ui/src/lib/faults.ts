// What went wrong, in words. A code without words does not compile.

import type { Code } from "./bindings";
import type { PlainKey } from "./i18n/words";

/** `ask`: a person must decide. `bad`: something could not be read. `quiet`: worth knowing. */
export type Severity = "ask" | "bad" | "quiet";
export type FaultWords = { title: PlainKey; advice: PlainKey; severity: Severity };

const words = <C extends Code>(code: C, severity: Severity) =>
  ({ title: `fault.${code}`, advice: `fault.${code}.advice`, severity }) satisfies FaultWords;

export const faults: Record<Code, FaultWords> = {
  file_missing: words("file_missing", "ask"),
  file_offline: words("file_offline", "ask"),
  file_denied: words("file_denied", "ask"),
  file_io: words("file_io", "bad"),
  file_empty: words("file_empty", "quiet"),
  file_not_regular: words("file_not_regular", "quiet"),
  file_corrupt: words("file_corrupt", "bad"),
  file_encrypted: words("file_encrypted", "ask"),
  file_unsupported: words("file_unsupported", "quiet"),
  file_changed: words("file_changed", "ask"),
  page_corrupt: words("page_corrupt", "bad"),
  page_too_large: words("page_too_large", "bad"),
  timed_out: words("timed_out", "bad"),
  out_of_memory: words("out_of_memory", "bad"),
  worker_crashed: words("worker_crashed", "bad"),
  worker_garbage: words("worker_garbage", "bad"),
  worker_unavailable: words("worker_unavailable", "bad"),
  engine_lost: words("engine_lost", "bad"),
  ocr_failed: words("ocr_failed", "bad"),
  language_missing: words("language_missing", "ask"),
  language_doubtful: words("language_doubtful", "ask"),
  part_left_out: words("part_left_out", "ask"),
  model_missing: words("model_missing", "ask"),
  embed_failed: words("embed_failed", "bad"),
  disk_full: words("disk_full", "ask"),
  library_read_only: words("library_read_only", "ask"),
  library_failed: words("library_failed", "bad"),
  queue_full: words("queue_full", "ask"),
  failed_by_hand: words("failed_by_hand", "ask"),
  cancelled: words("cancelled", "quiet"),
};

export function isCode(text: string): text is Code {
  return Object.hasOwn(faults, text);
}
