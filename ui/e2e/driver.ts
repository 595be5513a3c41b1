// A WebDriver session with the real window, spoken in plain W3C requests to WebKitWebDriver.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { until } from "./wait";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export type Element = { [ELEMENT]: string };

/** The window of a library, from start to end. */
export class Window {
  private constructor(
    private readonly driver: ChildProcess,
    private readonly base: string,
    private readonly session: string,
    private readonly said: string[],
  ) {}

  /** The process that was started, also when it has ended since. */
  private program: number | undefined;

  static async open(app: string, args: string[], env: NodeJS.ProcessEnv): Promise<Window> {
    const port = await freePort();
    const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
      env: { ...env, TAURI_AUTOMATION: "true", TAURI_WEBVIEW_AUTOMATION: "true" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: string[] = [];
    driver.stdout?.on("data", (text: Buffer) => said.push(text.toString()));
    driver.stderr?.on("data", (text: Buffer) => said.push(text.toString()));
    const base = `http://127.0.0.1:${port}`;
    await until("the driver answers", () => fetch(`${base}/status`).then((r) => r.ok).catch(() => false));
    const options = { binary: app, args };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
    const answer = await request(`${base}/session`, "POST", { capabilities });
    const { sessionId } = answer as { sessionId: string };
    const window = new Window(driver, base, sessionId, said);
    window.program = window.pid();
    return window;
  }

  /** The process of the program itself. */
  pid(): number {
    const driver = this.driver.pid;
    const children = readFileSync(`/proc/${driver}/task/${driver}/children`, "utf8");
    const pids = children.trim().split(" ").filter(Boolean).map(Number);
    const own = pids.find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("sheaf-app"));
    if (own === undefined) throw new Error(`the program does not run\n${this.said.join("")}`);
    return own;
  }

  execute<T>(script: string, ...args: unknown[]): Promise<T> {
    return this.post("execute/sync", { script, args }) as Promise<T>;
  }

  /** Elements by their `data-testid`, with further attributes if given. */
  async all(testid: string, attributes = ""): Promise<Element[]> {
    const value = `[data-testid="${testid}"]${attributes}`;
    return (await this.post("elements", { using: "css selector", value })) as Element[];
  }

  async one(testid: string, attributes = ""): Promise<Element> {
    return until(`${testid}${attributes} is there`, async () => (await this.all(testid, attributes))[0]);
  }

  /** The attributes of all elements with that `data-testid`. */
  rows(testid: string): Promise<Record<string, string>[]> {
    return this.execute(
      `return [...document.querySelectorAll('[data-testid="' + arguments[0] + '"]')].map(e => ({ ...e.dataset, text: e.textContent }));`,
      testid,
    );
  }

  click(element: Element): Promise<unknown> {
    return this.post(`element/${element[ELEMENT]}/click`, {});
  }

  type(element: Element, text: string): Promise<unknown> {
    return this.post(`element/${element[ELEMENT]}/value`, { text });
  }

  async text(element: Element): Promise<string> {
    return (await request(`${this.url()}/element/${element[ELEMENT]}/text`, "GET")) as string;
  }

  /** The words of an element as a person sees them, also those of which the end may be cut. */
  words(element: Element): Promise<string> {
    return this.execute("return arguments[0].innerText;", element);
  }

  /** Presses keys wherever the focus is; names as in the WebDriver specification. */
  async press(...keys: string[]): Promise<void> {
    const actions = [
      ...keys.map((value) => ({ type: "keyDown", value })),
      ...[...keys].reverse().map((value) => ({ type: "keyUp", value })),
    ];
    await this.post("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Waits until what the page shows now has been drawn. */
  async drawn(): Promise<void> {
    const script = `
      const done = arguments[0];
      const frame = (left) => (left === 0 ? done(null) : requestAnimationFrame(() => frame(left - 1)));
      frame(4);`;
    await this.post("execute/async", { script, args: [] });
  }

  async picture(path: string): Promise<void> {
    const png = (await request(`${this.url()}/screenshot`, "GET")) as string;
    writeFileSync(path, Buffer.from(png, "base64"));
  }

  async resize(width: number, height: number): Promise<void> {
    await this.post("window/rect", { x: 0, y: 0, width, height });
  }

  /** Closes the window as a person does, and waits until the program has ended. */
  async close(): Promise<void> {
    const pid = this.pid();
    await request(`${this.url()}/window`, "DELETE").catch(() => undefined);
    await this.end();
    await until("the program ends", () => !isAlive(pid));
  }

  /** Ends the driver and the program, and waits until both are gone. */
  async end(): Promise<void> {
    await request(this.url(), "DELETE").catch(() => undefined);
    const ended = new Promise((resolve) => this.driver.once("exit", resolve));
    if (this.driver.exitCode === null && this.driver.kill()) await ended;
    const { program } = this;
    if (program === undefined) return;
    await until("the program ends", () => {
      if (isAlive(program)) kill(program);
      return !isAlive(program);
    });
  }

  private url(): string {
    return `${this.base}/session/${this.session}`;
  }

  private post(path: string, body: unknown): Promise<unknown> {
    return request(`${this.url()}/${path}`, "POST", body);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function request(url: string, method: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) throw new Error(`${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(address)));
    });
  });
}
