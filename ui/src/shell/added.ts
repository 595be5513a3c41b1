// What became of files that were dropped, pasted or chosen, as short messages.

import type { Added } from "../lib/bindings";
import { faults } from "../lib/faults";
import type { I18n } from "../lib/i18n/i18n";
import type { Notice } from "../lib/notices.svelte";
import { fileName } from "../lib/place";

type Say = Omit<Notice, "id">;
/** `queue` is null where one is there already. */
type Actions = { queue: (() => void) | null; open: (document: number, path: string) => void };

export function noticesFor(added: Added, i18n: I18n, actions: Actions): Say[] {
  const said = [queued(added, i18n, actions), duplicates(added, i18n, actions), refused(added, i18n)].filter((say) => say !== null);
  return said.length > 0 ? said : [{ severity: "quiet", text: i18n.t("added.nothing") }];
}

function queued({ queued, first_position: first }: Added, { t }: I18n, actions: Actions): Say | null {
  if (queued === 0) return null;
  const where = first === null ? "" : first <= 1 ? t("added.next") : t("added.first", { n: first });
  const text = [t("added.files", { n: queued }), where].filter(Boolean).join(" ");
  return { severity: "quiet", text, action: actions.queue ? { label: t("added.queue"), run: actions.queue } : undefined };
}

function duplicates({ duplicates, first_duplicate: first }: Added, { t }: I18n, actions: Actions): Say | null {
  if (duplicates === 0) return null;
  if (duplicates > 1 || !first) return { severity: "quiet", text: t("added.duplicates", { n: duplicates }) };
  const { document, path } = first;
  const action = document === null ? undefined : { label: t("added.open"), run: () => actions.open(document, path) };
  return { severity: "quiet", text: t("added.duplicate", { name: fileName(path) }), action };
}

function refused({ refused }: Added, i18n: I18n): Say | null {
  const [first] = refused;
  if (!first) return null;
  const { t } = i18n;
  const detail = refused.map((file) => [file.path, file.message ?? file.code].filter(Boolean).join(": ")).join("\n");
  const reason = (code: typeof first.code) => t(faults[code ?? "file_unsupported"].title);
  if (refused.length === 1) return { severity: "ask", detail, text: t("added.refused_one", { name: fileName(first.path), title: reason(first.code) }) };
  const reasons = [...new Set(refused.map((file) => reason(file.code)))].join(" ");
  return { severity: "ask", detail, text: `${t("added.refused", { n: refused.length })} ${reasons}` };
}
