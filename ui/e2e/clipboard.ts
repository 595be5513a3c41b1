// Files on the clipboard, as a file manager puts them there.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { until } from "./wait";

const SELECTION = ["-selection", "clipboard"];
const FILES = ["-target", "text/uri-list"];

/** Copies files; whoever owns the clipboard has to be killed when it is no longer wanted. */
export async function copyFiles(files: string[]): Promise<ChildProcess> {
  const owner = spawn("xclip", [...SELECTION, ...FILES, "-in", "-quiet"], { stdio: ["pipe", "ignore", "ignore"] });
  const list = files.map((file) => pathToFileURL(file).href).join("\r\n");
  owner.stdin?.end(list);
  await until("the files are on the clipboard", () => read() === list);
  return owner;
}

function read(): string {
  try {
    return execFileSync("xclip", [...SELECTION, ...FILES, "-out"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
