// Stretches of time to look in, written as ISO 8601 writes them: the first day, a stroke, the day behind the last; either
// may be missing.

/** Years that are offered by themselves, this one included; what is older is one stretch. */
const YEARS = 4;

export type Period = { span: string; name: "week" | "month" | "older" } | { span: string; name: "year"; year: number };

/** The stretches that are offered on a day, the shortest first. */
export function periods(today: Date): Period[] {
  const back = (days: number) => day(new Date(today.getFullYear(), today.getMonth(), today.getDate() - days));
  const years = Array.from({ length: YEARS }, (_, n) => today.getFullYear() - n);
  return [
    { span: `${back(6)}/`, name: "week" },
    { span: `${back(29)}/`, name: "month" },
    ...years.map((year) => ({ span: `${first(year)}/${first(year + 1)}`, name: "year" as const, year })),
    { span: `/${first(today.getFullYear() - YEARS + 1)}`, name: "older" },
  ];
}

/** What a search is asked for. */
export function boundsOf(span: string | null): { after: string | null; before: string | null } {
  const [after, before] = (span ?? "/").split("/");
  return { after: after || null, before: before || null };
}

function first(year: number): string {
  return day(new Date(year, 0, 1));
}

/** The day where the person is, not in Greenwich. */
function day(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
