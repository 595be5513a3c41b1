// A real mouse on the screen of the test, and a real drag of files out of another program.
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { PYTHON } from "./desk";
import type { Window } from "./driver";
import { until } from "./wait";

type Point = [x: number, y: number];

/** Right of the window, which is 1280 pixels wide at most. */
const SOURCE: Point = [1310, 40];
/** Where the files are taken hold of. */
const START: Point = [SOURCE[0] + 40, SOURCE[1] + 40];

function mouse(...words: (string | number)[]): void {
  execFileSync("xdotool", words.map(String));
}

/** Drags files onto the window and drops them there. */
export async function drop(window: Window, files: string[], at: Point): Promise<void> {
  await drag(files, async (move) => {
    await hold(window, move, at);
    mouse("mouseup", 1);
  });
}

/** Holds files over the window, and takes them away again. What the window shows meanwhile is for `held` to look at. */
export async function holdAndTakeAway(window: Window, files: string[], at: Point, held: () => Promise<void>): Promise<void> {
  await drag(files, async (move) => {
    await hold(window, move, at);
    await held();
    await until("the window sees them go", async () => {
      const there = move(START);
      return there && (await window.all("drop-overlay")).length === 0;
    });
    mouse("mouseup", 1);
  });
}

/** Moves the mouse a little towards a point; whether it is there. */
type Move = (to: Point) => boolean;

async function hold(window: Window, move: Move, at: Point): Promise<void> {
  await until("the window sees them coming", async () => {
    const there = move(at);
    return there && (await window.all("drop-overlay")).length > 0;
  });
}

/** Drags as a hand does: step by step, looking at what the programs say. */
async function drag(files: string[], journey: (move: Move) => Promise<void>): Promise<void> {
  const script = join(import.meta.dirname, "drag_source.py");
  const env = { ...process.env, NO_AT_BRIDGE: "1" };
  const source = spawn(PYTHON, [script, ...SOURCE.map(String), ...files], { env });
  const said: string[] = [];
  source.stdout.on("data", (text: Buffer) => said.push(...text.toString().trim().split("\n")));
  try {
    await until("the files can be taken hold of", () => said.includes("ready"));
    let [x, y] = START;
    mouse("mousemove", x, y);
    mouse("mousedown", 1);
    await until("the drag begins", () => {
      x -= 4;
      mouse("mousemove", x, y);
      return said.includes("begin");
    });
    await journey((to) => {
      [x, y] = [closer(x, to[0]), closer(y, to[1])];
      mouse("mousemove", x, y);
      return x === to[0] && y === to[1];
    });
    await until("the drag ends", () => said.includes("end"));
  } finally {
    source.kill();
  }
}

function closer(from: number, to: number): number {
  const step = 40;
  return Math.abs(to - from) <= step ? to : from + Math.sign(to - from) * step;
}
