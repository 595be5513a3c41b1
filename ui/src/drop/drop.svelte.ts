// What is being held over the window.

import type { OtherEvent } from "../lib/library.svelte";

export type Held = { files: number; folders: number; names: string[] };

export class Drop {
  held = $state.raw<Held | null>(null);

  hear(event: OtherEvent) {
    if (event.type === "drag_enter") this.held = { files: event.files, folders: event.folders, names: event.names };
    // What was dropped has its answer, or it went away again.
    else this.held = null;
  }
}
