// What is handed down to every component.

import { createContext } from "svelte";

import type { Backend } from "./backend";
import type { Clock } from "./clock.svelte";
import type { I18n } from "./i18n/i18n";
import type { Library } from "./library.svelte";
import type { Notices } from "./notices.svelte";

export type Window = { backend: Backend; i18n: I18n; library: Library; clock: Clock; notices: Notices };

export const [useWindow, provideWindow] = createContext<Window>();
