// Waiting for a state, never for a time.

const DEADLINE_MS = 120_000;
const BETWEEN_LOOKS_MS = 50;

/** The first answer of `look` that is neither undefined, null nor false; fails with `what` when it never comes. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
): Promise<Exclude<T, undefined | null | false>> {
  const began = Date.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) {
      return seen as Exclude<T, undefined | null | false>;
    }
    if (Date.now() - began > DEADLINE_MS) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
  }
}
