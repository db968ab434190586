// The save states, overall and of one criterion, from facts alone: nothing here looks at the page or at a clock.

export const STATES = ["clean", "sending", "local", "offline", "conflict", "rejected", "signed-out", "full"];
const ALERTS = new Set(["conflict", "rejected", "signed-out", "full"]);
const BARS = new Set(["offline", "signed-out", "full"]);

// What waits is what the server does not have and nobody has to decide about.
export const waits = (op) => op.state === "waiting";

// facts: ops; typing (a text that will be an operation in a moment);
// half (something in a field that cannot be sent yet: one figure of two); trouble null | "server" | "network";
// signedOut; fault null | "memory" | "full". → {state, number, items, photos, conflicts, rejected, bar, alert}
export function overall({ ops = [], typing = false, half = false, trouble = null, signedOut = null, fault = null }) {
  const waiting = ops.filter(waits);
  const photos = waiting.filter((op) => op.file).length;
  const conflicts = new Set(ops.filter((op) => op.state === "conflict").map((op) => op.lane)).size;
  const rejected = ops.filter((op) => op.state === "rejected").length;
  // Without storage nothing is wrong until something waits that only this page holds.
  const unkept = waiting.some((op) => op.unsafe);
  const state =
    fault === "full" || (unkept && trouble) ? "full"
    : signedOut && waiting.length ? "signed-out"
    : conflicts ? "conflict"
    : rejected ? "rejected"
    : waiting.length && trouble === "network" ? "offline"
    : (waiting.length && trouble) || (half && !waiting.length && !typing) ? "local"
    : waiting.length || typing ? "sending"
    : "clean";
  return {
    state, number: waiting.length, items: waiting.length - photos, photos, conflicts, rejected,
    // The amber bar of a lost connection stays while something else is shown in the corner.
    bar: BARS.has(state) ? state : waiting.length && trouble === "network" ? "offline" : null,
    alert: ALERTS.has(state),
  };
}

// One criterion: its operations, and whether something is being typed there. "unsent": not even on this device yet.
export function ofPlace({ ops = [], typing = false }) {
  if (ops.some((op) => op.state === "conflict")) return "conflict";
  if (ops.some((op) => op.state === "rejected")) return "rejected";
  if (ops.some((op) => waits(op) && op.unsafe && !op.storing)) return "full";
  if (typing || ops.some((op) => op.storing)) return "unsent";
  return ops.some(waits) ? "local" : "clean";
}
