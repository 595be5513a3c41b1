import { expect, test } from "vitest";

import { FakeBackend } from "../testing/fake";
import { settle } from "../testing/open";
import { aSnapshot } from "../testing/data";
import { Library } from "./library.svelte";

async function started(backend = new FakeBackend()) {
  const library = new Library(backend);
  await library.start(() => {});
  return { backend, library };
}

test("subscribes before it asks for the first snapshot", async () => {
  const { backend } = await started();
  expect(backend.calls.map((call) => call.name)).toEqual(["subscribe", "snapshot"]);
});

test("the next event in the sequence is taken without asking again", async () => {
  const { backend, library } = await started();
  backend.next({ settled: 7 });
  expect(library.snapshot?.settled).toBe(7);
  expect(backend.asked("snapshot")).toHaveLength(1);
});

test("a gap in the sequence pulls a snapshot", async () => {
  const { backend, library } = await started();
  backend.state = aSnapshot({ seq: 5, settled: 9 });
  backend.emit({ type: "snapshot", snapshot: aSnapshot({ seq: 4, settled: 8 }) });
  await settle();
  expect(backend.asked("snapshot")).toHaveLength(2);
  expect(library.snapshot?.settled).toBe(9);
});

test("an older snapshot never replaces a newer one", async () => {
  const { backend, library } = await started();
  backend.next({ settled: 7 });
  backend.emit({ type: "snapshot", snapshot: aSnapshot({ seq: 1, settled: 3 }) });
  expect(library.snapshot?.settled).toBe(7);
});

test("who listens hears the snapshot there is, and every new one until it stops", async () => {
  const { backend, library } = await started();
  const heard: number[] = [];
  const stop = library.listen((snapshot) => heard.push(snapshot.seq));
  backend.next({});
  stop();
  backend.next({});
  expect(heard).toEqual([1, 2]);
});
