import { mount } from "svelte";

import App from "./App.svelte";
import { backend } from "./lib/backend";
import "./styles/tokens.css";
import "./styles/base.css";

mount(App, { target: document.getElementById("app")!, props: { backend } });
