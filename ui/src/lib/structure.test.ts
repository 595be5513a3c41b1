// Rules that hold for all sources: words are keys, colours are tokens, and imports point one way.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse, type AST } from "svelte/compiler";
import { expect, test } from "vitest";

import { en } from "./i18n/en";

const root = resolve(import.meta.dirname, "..");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.(svelte|ts|css)$/.test(file));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const shipped = files.filter((file) => !file.startsWith("testing") && !file.endsWith(".test.ts"));
const components = shipped.filter((file) => file.endsWith(".svelte"));

/** Attributes whose value is said or shown. */
const SAID = new Set(["aria-label", "title", "placeholder", "alt", "aria-valuetext", "label", "text", "note"]);
/** One letter alone is the name of a key. */
const LETTERS = /\p{L}{2}/u;

/** Every literal a template would show, in whatever it nests. */
function literals(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const each of node) literals(each, found);
  else if (typeof node === "object" && node !== null) {
    const typed = node as AST.TemplateNode;
    if (typed.type === "Text" && LETTERS.test(typed.data)) found.push(typed.data.trim());
    if (typed.type === "Attribute") {
      const value = Array.isArray(typed.value) ? typed.value : [];
      if (SAID.has(typed.name)) literals(value, found);
      return found;
    }
    if (typed.type === "StyleDirective") return found;
    for (const [key, value] of Object.entries(node)) if (key !== "metadata") literals(value, found);
  }
  return found;
}

test.each(components)("%s shows no word that is not a key", (file) => {
  expect(literals(parse(read(file), { modern: true, filename: file }).fragment)).toEqual([]);
});

test("the search for literal words finds one", () => {
  const source = `{#if a}<p title="Hello" class="x">Hi <b>{t("k")}</b></p>{/if}`;
  expect(literals(parse(source, { modern: true }).fragment)).toEqual(["Hello", "Hi"]);
});

test("every key is used", () => {
  const sources = shipped.filter((file) => !/i18n\/(en|de)\.ts/.test(file)).map(read).join("\n");
  // Keys that are put together: place.${name} and the like.
  const prefixes = [...sources.matchAll(/[`"]([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map((match) => match[1]!);
  const unused = Object.keys(en).filter((key) => !sources.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix)));
  expect(unused).toEqual([]);
});

test("a colour stands in tokens.css and nowhere else", () => {
  const colour = /#[0-9a-f]{3,8}\b(?![^<]*\/>)|\brgba?\(|\bhsla?\(/i;
  const guilty = shipped
    .filter((file) => file !== "styles/tokens.css" && /\.(svelte|css)$/.test(file))
    .filter((file) => colour.test(read(file).replace(/url\(#[\w-]+\)/g, "").replace(/\{#\w+/g, "")));
  expect(guilty).toEqual([]);
});

test("text of strangers is never put in as HTML", () => {
  expect(components.filter((file) => /\{@html|innerHTML/.test(read(file)))).toEqual([]);
});

test("imports point one way: features to lib and shared, lib to shared, and only App to features", () => {
  const features = ["search", "queue", "drop", "start", "shell"];
  const allowed: Record<string, string[]> = { shared: ["shared"], lib: ["lib", "shared"] };
  for (const feature of features) allowed[feature] = [feature, "lib", "shared"];
  const wrong = shipped.flatMap((file) => {
    const [home] = file.split("/");
    if (!home || !(home in allowed)) return [];
    const imports = [...read(file).matchAll(/from "(\.[^"]+)"/g)].map((match) => relative(root, resolve(root, dirname(file), match[1]!)));
    return imports.filter((target) => !allowed[home]!.includes(target.split("/")[0]!)).map((target) => `${file} -> ${target}`);
  });
  expect(wrong).toEqual([]);
});

test("no two files differ only in case, nor by an ending that an import leaves out", () => {
  const names = shipped.map((file) => file.replace(/\.ts$/, "").toLowerCase());
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test("only backend.ts knows how a command is called", () => {
  const knowing = shipped.filter((file) => /@tauri-apps|\binvoke\(/.test(read(file)));
  expect(knowing.sort()).toEqual(["lib/backend.ts", "lib/bindings.ts"]);
});

test("no file is longer than it should be", () => {
  const long = shipped.filter((file) => !/bindings|i18n\/(en|de)|base\.css/.test(file) && read(file).split("\n").length > 300);
  expect(long).toEqual([]);
});
