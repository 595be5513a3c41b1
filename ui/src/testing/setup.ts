// What the browser has and jsdom has not, as far as the window asks for it.

import "@testing-library/jest-dom/vitest";
import { beforeEach } from "vitest";

class NoResizes {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver = NoResizes as unknown as typeof ResizeObserver;
window.matchMedia = ((query: string) => ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} })) as never;

// Nothing is laid out here. Everything is as large as a window, so that a virtual list and a picture have one to fill.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 800 });
Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 1000 });

// The dialog of jsdom knows whether it is open, but not how to be opened.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.setAttribute("open", "");
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.removeAttribute("open");
};

beforeEach(() => {
  document.body.innerHTML = "";
});
