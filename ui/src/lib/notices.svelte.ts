// Short messages at the foot of the sheet: what a person's own action led to, and what failed.

import { faultOf } from "./backend";
import { faults, type Severity } from "./faults";
import type { I18n } from "./i18n/i18n";

export type Notice = {
  id: number;
  severity: Severity;
  text: string;
  detail?: string;
  action?: { label: string; run: () => void };
};

const SHOWN_MS = 8000;
const AT_MOST = 3;

export class Notices {
  list = $state.raw<Notice[]>([]);
  #i18n: I18n;
  #next = 1;

  constructor(i18n: I18n) {
    this.#i18n = i18n;
  }

  /** What failed stays until it is closed; the rest goes by itself. */
  show(notice: Omit<Notice, "id">) {
    const id = this.#next++;
    this.list = [...this.list.filter((other) => other.text !== notice.text), { ...notice, id }].slice(-AT_MOST);
    if (notice.severity === "quiet") setTimeout(() => this.close(id), SHOWN_MS);
  }

  close(id: number) {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  fault(thrown: unknown) {
    const fault = faultOf(thrown);
    const { title, advice, severity } = faults[fault.code];
    const text = `${this.#i18n.t(title)} ${this.#i18n.t(advice)}`;
    this.show({ severity: severity === "quiet" ? "ask" : severity, text, detail: fault.detail });
  }

  /** Runs a command of which only a failure is worth a word. */
  run(command: Promise<unknown>) {
    command.catch((thrown: unknown) => this.fault(thrown));
  }
}
