import { expect, test, vi } from "vitest";

import { breathe } from "./breath";
import { whenCut } from "./cut";
import { inTextField } from "./fields";
import { pieces, plain } from "./marks";
import { splitName } from "./name";
import { visible } from "./window";

test("what stands between the marks was found", () => {
  expect(pieces("The ⟦notice⟧ is <b>")).toEqual([
    { text: "The ", found: false },
    { text: "notice", found: true },
    { text: " is <b>", found: false },
  ]);
  expect(plain("The ⟦notice⟧")).toBe("The notice");
});

test("a mark that is not closed goes to the end, and one that is not opened is nothing", () => {
  expect(pieces("a ⟦b").at(-1)).toEqual({ text: "b", found: true });
  expect(pieces("a⟧ b").every((piece) => !piece.found)).toBe(true);
});

test.each([
  ["contract.pdf", "contract", ".pdf"],
  ["Mietvertrag FINAL (2).docx", "Mietvertrag FINAL", " (2).docx"],
  ["README", "README", ""],
  [".profile", ".profile", ""],
  ["v1.2 draft", "v1.2 draft", ""],
  ["Rechnung 23.05.2019.pdf", "Rechnung 23.05.2019", ".pdf"],
])("of %s the ending stays", (name, stem, ending) => {
  expect(splitName(name)).toEqual({ stem, ending });
});

test("only the rows in sight are drawn, with some to spare", () => {
  expect(visible(10_000, 50, 5_000, 500, 2)).toEqual({ from: 98, to: 112 });
  expect(visible(10_000, 50, -300, 500, 2)).toEqual({ from: 0, to: 6 });
  expect(visible(3, 50, 0, 500)).toEqual({ from: 0, to: 3 });
});

test("a list that is out of sight draws nothing", () => {
  expect(visible(100, 50, -5_000, 500)).toEqual({ from: 0, to: 0 });
  expect(visible(100, 50, 9_000, 500)).toEqual({ from: 0, to: 0 });
  expect(visible(0, 50, 0, 500)).toEqual({ from: 0, to: 0 });
});

test("letters typed into a field are text, on a button they are not", () => {
  const make = (html: string) => {
    document.body.innerHTML = html;
    return document.body.firstElementChild;
  };
  expect(inTextField(make("<input>"))).toBe(true);
  expect(inTextField(make("<textarea></textarea>"))).toBe(true);
  expect(inTextField(make('<input type="checkbox">'))).toBe(false);
  expect(inTextField(make("<button>x</button>"))).toBe(false);
});

test("what breathes changes its opacity step by step, and is as it was when it stops", () => {
  vi.useFakeTimers();
  const sign = document.createElement("i");
  const stop = breathe(sign)!;
  const seen = Array.from({ length: 8 }, () => (vi.advanceTimersByTime(350), Number(sign.style.opacity)));
  expect(Math.min(...seen)).toBeLessThan(0.5);
  expect(Math.max(...seen)).toBe(1);
  stop();
  expect([sign.style.opacity, vi.getTimerCount()]).toEqual(["", 0]);
  vi.useRealTimers();
});

test("a tooltip is there only where something is cut", () => {
  const name = document.createElement("span");
  name.textContent = "a long name";
  const width = (scroll: number) => Object.defineProperty(name, "scrollWidth", { configurable: true, value: scroll });
  whenCut("a long name")(name);
  name.dispatchEvent(new Event("pointerenter"));
  expect(name).not.toHaveAttribute("title");
  width(2000);
  name.dispatchEvent(new Event("pointerenter"));
  expect(name).toHaveAttribute("title", "a long name");
});
