// The shape of the words: a language that lacks a key, and a call that lacks what a text needs, do not compile.

import type { en } from "./en";

export type Key = keyof typeof en;
type Message = string | { readonly one: string; readonly other: string };

/** Every language has what English has; where English counts, every language counts. */
export type Words = { readonly [K in Key]: (typeof en)[K] extends string ? string : { readonly one: string; readonly other: string } };

type Text<M extends Message> = M extends string ? M : M extends { other: infer T extends string } ? T : never;
type Counted<M extends Message> = M extends string ? never : "n";
type Names<T extends string> = T extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;

/** What a text wants to have filled in. Numbers are written the way the language writes them. */
export type Fill<K extends Key> = { [N in Names<Text<(typeof en)[K]>>]: string | number } & { [N in Counted<(typeof en)[K]>]: number };

/** Keys of texts that stand by themselves. */
export type PlainKey = { [K in Key]: keyof Fill<K> extends never ? K : never }[Key];
