// A path as people read it. Rust sends paths as the system writes them.

const SEPARATOR = /[\\/]+/;

export function fileName(path: string): string {
  return path.split(SEPARATOR).filter(Boolean).at(-1) ?? path;
}

/** The last two folders a file is in: "Contracts › Leases". */
export function folderName(path: string): string {
  return path.split(SEPARATOR).filter(Boolean).slice(0, -1).slice(-2).join(" › ");
}
