// What the rows of the queue showed while nobody looked: written down inside the page at every change.
import type { Window } from "./driver";

export type Shown = { job: string; document: string; state: string; position: string; done: string; total: string };

/** Begins to write down what every row of the queue shows. */
export async function watch(window: Window): Promise<void> {
  await window.execute(`
    const seen = (window.__shown = []);
    const note = () => {
      for (const { dataset: d } of document.querySelectorAll('[data-testid="job"]')) {
        const now = { job: d.job, document: d.document, state: d.state, position: d.position ?? '', done: d.done ?? '', total: d.total ?? '' };
        const last = seen.findLast((one) => one.job === now.job);
        if (JSON.stringify(last) !== JSON.stringify(now)) seen.push(now);
      }
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
    note();
  `);
}

/** What was written down so far, of one document or all. */
export async function shown(window: Window, document?: number): Promise<Shown[]> {
  const all = await window.execute<Shown[]>("return window.__shown");
  return document === undefined ? all : all.filter((one) => one.document === String(document));
}
