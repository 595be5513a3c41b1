// Keys that work wherever one is. Single letters are text inside a field, so they are off there.

import { inTextField } from "../shared/fields";

export type Act = "search" | "place_search" | "place_queue" | "place_folders" | "add" | "paste" | "pause" | "next" | "previous" | "back" | "sheet";

export function actOf(event: KeyboardEvent): Act | null {
  if (event.isComposing || event.altKey) return null;
  const field = inTextField(event.target);
  if (event.ctrlKey || event.metaKey) return withModifier(event.key.toLowerCase(), field);
  if (event.key === "F3") return event.shiftKey ? "previous" : "next";
  if (event.key === "Escape") return "back";
  if (field) return null;
  if (event.key === "/") return "search";
  if (event.key === "?") return "sheet";
  // Where something has the focus, Space is that thing's: it presses a button and scrolls a page.
  if (event.key === " " && !focused(event.target)) return "pause";
  return null;
}

function withModifier(key: string, field: boolean): Act | null {
  if (key === "1") return "place_search";
  if (key === "2") return "place_queue";
  if (key === "3") return "place_folders";
  if (key === "o") return "add";
  return key === "v" && !field ? "paste" : null;
}

function focused(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, a, summary, [tabindex]") !== null;
}

/** What Ctrl is called on this computer. */
export const isMac = () => /mac/i.test(navigator.platform);
