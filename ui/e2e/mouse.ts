// A real mouse on the screen of the test, and a real drag of files out of another program.
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { PYTHON } from "./desk";
import type { Window } from "./driver";
import { until } from "./wait";

type Point = [x: number, y: number];

/** Right of the window, which is 1280 pixels wide at most. */
const SOURCE: Point = [1310, 40];

function mouse(...words: (string | number)[]): void {
  execFileSync("xdotool", words.map(String));
}

/** Drags files onto the window and drops them there, as a hand does: step by step, looking at what the programs say. */
export async function drop(window: Window, files: string[], at: Point): Promise<void> {
  const script = join(import.meta.dirname, "drag_source.py");
  const env = { ...process.env, NO_AT_BRIDGE: "1" };
  const source = spawn(PYTHON, [script, ...SOURCE.map(String), ...files], { env });
  const said: string[] = [];
  source.stdout.on("data", (text: Buffer) => said.push(...text.toString().trim().split("\n")));
  try {
    await until("the files can be taken hold of", () => said.includes("ready"));
    let [x, y]: Point = [SOURCE[0] + 40, SOURCE[1] + 40];
    mouse("mousemove", x, y);
    mouse("mousedown", 1);
    await until("the drag begins", () => {
      x -= 4;
      mouse("mousemove", x, y);
      return said.includes("begin");
    });
    await until("the window sees them coming", async () => {
      [x, y] = [closer(x, at[0]), closer(y, at[1])];
      mouse("mousemove", x, y);
      return (await window.all("drop-overlay")).length > 0 && x === at[0] && y === at[1];
    });
    await window.one("drop-overlay");
    mouse("mouseup", 1);
    await until("the drag ends", () => said.includes("end"));
  } finally {
    source.kill();
  }
}

function closer(from: number, to: number): number {
  const step = 40;
  return Math.abs(to - from) <= step ? to : from + Math.sign(to - from) * step;
}
