// What the status line says, decided in one place.

import type { QueueAnswer, Snapshot } from "../lib/bindings";

export type Phase =
  | { is: "starting" }
  | { is: "trouble"; what: string }
  | { is: "standing_by"; pid: number }
  | { is: "paused"; active: number }
  | { is: "reading"; job: QueueAnswer }
  | { is: "waiting"; active: number }
  | { is: "idle" };

export function phaseOf(snapshot: Snapshot | null): Phase {
  if (!snapshot) return { is: "starting" };
  // What keeps it from starting is worth more than that it has not.
  if (snapshot.trouble !== null) return { is: "trouble", what: snapshot.trouble };
  if (snapshot.role.is === "starting") return { is: "starting" };
  if (snapshot.role.is === "standing_by") return { is: "standing_by", pid: snapshot.role.pid };
  if (snapshot.paused.all) return { is: "paused", active: snapshot.active };
  const [job] = snapshot.running;
  if (job) return { is: "reading", job };
  return snapshot.active > 0 ? { is: "waiting", active: snapshot.active } : { is: "idle" };
}
