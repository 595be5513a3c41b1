// Opens the window on a fake backend, the way main.ts opens it on the real one.

import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";

import App from "../App.svelte";
import type { FakeBackend } from "./fake";

export async function openWindow(backend: FakeBackend, { language = "en", place = "search" as "search" | "queue" | "folders" } = {}) {
  const user = userEvent.setup();
  const view = render(App, { backend, language });
  await settle();
  if (place !== "search") {
    await user.click(view.getByTestId(`nav-${place}`));
    await settle();
  }
  return { user, ...view };
}

/** Lets answers arrive and the window follow. */
export async function settle() {
  for (let i = 0; i < 5; i++) {
    await Promise.resolve();
    await tick();
  }
}
