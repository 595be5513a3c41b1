/**
 * Scrolls a list so that an element in it is in sight. `scrollIntoView` would move everything around the list as well.
 *
 * @param at `nearest` moves no more than needed; `middle` brings it to the middle unless it is well in sight already
 * @param margin what is to stay free at both ends, pixels
 */
export function bringIntoSight(scroller: HTMLElement, element: HTMLElement, at: "nearest" | "middle", margin = 0, smooth = false) {
  const outer = scroller.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const above = inner.top - outer.top - margin;
  const below = inner.bottom - outer.bottom + margin;
  if (above >= 0 && below <= 0) return;
  const middle = inner.top + inner.height / 2 - (outer.top + outer.height / 2);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const by = at === "middle" ? middle : above < 0 ? above : below;
  scroller.scrollBy?.({ top: by, behavior: smooth && !still ? "smooth" : "auto" });
}
