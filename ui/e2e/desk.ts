// What a test works with: a folder of its own with a library and files, the programs, and the window.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Window } from "./driver";
import { until } from "./wait";

const programs = process.env.SHEAF_PROGRAMS ?? resolve(import.meta.dirname, "../../target/debug");
export const APP = join(programs, "sheaf-app");
export const SHEAF = join(programs, "sheaf");
export const PYTHON = "/usr/bin/python3";

// The answers of the command are whatever it prints.
type Json = any;

export class Desk {
  readonly home = mkdtempSync(join(tmpdir(), "sheaf-window-"));
  readonly files = join(this.home, "Documents", "Contracts");
  readonly env: NodeJS.ProcessEnv = {
    ...process.env,
    SHEAF_LIBRARY: join(this.home, "library"),
    XDG_CONFIG_HOME: join(this.home, "config"),
    XDG_DATA_HOME: join(this.home, "data"),
    // No assistive technology listens on this screen, and looking for it takes long.
    NO_AT_BRIDGE: "1",
    LANG: "C.UTF-8",
    LANGUAGE: "en",
  };
  private readonly windows: Window[] = [];
  private readonly engines: ChildProcess[] = [];

  constructor() {
    mkdirSync(this.files, { recursive: true });
  }

  /** A scan of several pages: pictures of text, `Page 2 of 6` and a line of words on each. */
  scan(name: string, pages: number, words: string): string {
    return this.make("scan", name, String(pages), words);
  }

  /** A PDF with text of its own. */
  letter(name: string, words: string): string {
    return this.make("letter", name, "1", words);
  }

  sheaf(...args: string[]): Json {
    const said = execFileSync(SHEAF, [...args, "--json"], { env: this.env, encoding: "utf8", maxBuffer: 2 ** 26 });
    return JSON.parse(said);
  }

  /** Another program that works on the same library, until it is killed. */
  engine(): ChildProcess {
    const engine = spawn(SHEAF, ["run", "--quiet"], { env: this.env, stdio: "ignore" });
    this.engines.push(engine);
    return engine;
  }

  /** Starts the app once more; its exit status. */
  startAgain(...paths: string[]): Promise<number | null> {
    const second = spawn(APP, paths, { env: this.env, stdio: "ignore" });
    return new Promise((resolve) => second.once("exit", resolve));
  }

  async open(...paths: string[]): Promise<Window> {
    const window = await Window.open(APP, paths, this.env);
    this.windows.push(window);
    await window.one("app");
    return window;
  }

  async clear(): Promise<void> {
    for (const window of this.windows) await window.end();
    for (const engine of this.engines) {
      const ended = new Promise((resolve) => engine.once("exit", resolve));
      if (engine.exitCode === null && engine.signalCode === null && engine.kill("SIGKILL")) await ended;
    }
    // The web view's own processes end a moment after them, and write down what they know until then.
    await until("the folder is gone", () => this.remove());
  }

  private remove(): boolean {
    try {
      rmSync(this.home, { recursive: true, force: true });
      return true;
    } catch {
      return false;
    }
  }

  private make(kind: string, name: string, pages: string, words: string): string {
    const path = join(this.files, name);
    execFileSync(PYTHON, [join(import.meta.dirname, "fixtures.py"), kind, path, pages, words], {
      env: this.env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    return path;
  }
}
