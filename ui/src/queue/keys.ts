// The keys of the row that has the focus.

import type { DocumentAnswer, QueueAnswer } from "../lib/bindings";
import type { Window } from "../lib/context";
import { documentKey, jobKey, type Queue } from "./queue.svelte";

/** Whether the key was one of a row and has been obeyed. */
export function rowKey(event: KeyboardEvent, queue: Queue, window: Window): boolean {
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>("[data-key]");
  if (!row) return false;
  // On one of its buttons Space presses the button.
  if (event.key === " " && target.dataset.act !== "row") return false;
  const job = jobOf(queue, row.dataset.key!);
  if (job) return jobKeyPressed(event.key, job, window);
  const settled = documentOf(queue, row.dataset.key!);
  return settled ? documentKeyPressed(event.key, settled, queue, window) : event.key === " ";
}

function jobKeyPressed(key: string, row: QueueAnswer, { backend, notices }: Window): boolean {
  if (key === " ") notices.run(row.state === "paused" ? backend.resumeJob(row.job) : backend.pauseJob(row.job));
  else if (key === "Delete") notices.run(backend.cancel(row.job));
  else return false;
  return true;
}

function documentKeyPressed(key: string, [index, row]: [number, DocumentAnswer], queue: Queue, { backend, notices }: Window): boolean {
  const attention = row.state === "problems" || row.state === "failed";
  const retry = key === "r" || key === "R";
  if (retry && (attention || row.state === "cancelled")) notices.run(backend.tryAgain(row.document, null));
  else if (key === "Delete" && attention) notices.run(queue.remove(row, index));
  else return key === " ";
  return true;
}

function jobOf(queue: Queue, key: string): QueueAnswer | undefined {
  return [...queue.running.loaded, ...queue.waiting.loaded].find(([, row]) => jobKey(row) === key)?.[1];
}

function documentOf(queue: Queue, key: string): [number, DocumentAnswer] | undefined {
  const rows = [...queue.attention.loaded, ...queue.done.loaded];
  return rows.find(([, row]) => documentKey(row) === key && !queue.removed.has(row.document));
}
