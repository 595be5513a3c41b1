// Where the groups of the queue stand below each other, in pixels. One scrolling list holds them all.

export type GroupName = "running" | "waiting" | "attention" | "done";
export const GROUPS: readonly GroupName[] = ["running", "waiting", "attention", "done"];

/** Heights in rem, so that they grow with the person's font size. */
const HEAD = 2.5;
const GAP = 0.5;
const ROW: Record<GroupName, number> = { running: 3.25, waiting: 3.25, attention: 3.25, done: 2.5 };
/** On little room what can be done about it stands below what happened. */
const NARROW: Record<GroupName, number> = { ...ROW, attention: 6.25, done: 3.25 };

export type GroupLayout = {
  group: GroupName;
  count: number;
  row: number;
  /** Where its rows begin. */
  top: number;
  /** Of its rows together, with the pages of the open one. */
  height: number;
};

/** `open`: the row whose pages are shown, and how high they are. Empty groups take no room. */
export function layout(
  counts: Record<GroupName, number>,
  rem: number,
  narrow: boolean,
  open: { group: GroupName; extra: number } | null,
): GroupLayout[] {
  const heights = narrow ? NARROW : ROW;
  let top = 0;
  return GROUPS.filter((group) => counts[group] > 0).map((group) => {
    const row = heights[group] * rem;
    const height = counts[group] * row + (open?.group === group ? open.extra : 0);
    const at = top + HEAD * rem;
    top = at + height + GAP * rem;
    return { group, count: counts[group], row, top: at, height };
  });
}
