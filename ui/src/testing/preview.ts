// The window with invented documents, for looking at it in a browser: `npm run dev`, then
// /src/testing/preview.html?scene=busy&place=folders&lang=de&theme=dark&dir=rtl. No part of the build.

import { mount } from "svelte";

import App from "../App.svelte";
import "../styles/tokens.css";
import "../styles/base.css";
import { sceneOf } from "./scenes";

const asked = new URLSearchParams(location.search);
const theme = asked.get("theme");
if (theme) document.documentElement.dataset.theme = theme;
if (asked.get("dir")) document.documentElement.dir = asked.get("dir")!;

const backend = sceneOf(asked.get("scene") ?? "busy");
Object.assign(window, { backend });
mount(App, { target: document.getElementById("app")!, props: { backend, language: asked.get("lang") ?? "en" } });
const place = asked.get("place");
if (place) setTimeout(() => document.querySelector<HTMLElement>(`[data-testid="nav-${CSS.escape(place)}"]`)?.click());
