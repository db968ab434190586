// Sends operations: one at a time and in order for each criterion, the same op_id again until an answer
// comes. Nothing is called saved before the server's 2xx; only a repeated op_id proves that it is our server.

const PATIENCE = 15000;
const PAUSES = [2000, 4000, 8000, 15000, 30000];

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export class Saving {
  // hooks: saved(code, html), conflict(code, html, op), rejected(code, html, status), signedOut(), changed(summary)
  constructor(address, side, hooks) {
    this.address = address;
    this.side = side;
    this.round = 1;
    this.hooks = hooks;
    this.queues = new Map();
    this.versions = new Map();
    this.state = "clean";
    this.failures = 0;
    this.savedAt = null;
    this.open = new Set(); // criteria with a conflict to settle
    this.refused = new Set(); // parts whose last value the server did not take: «3.4.1 value»
    this.timer = null;
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.flush());
    window.addEventListener("beforeunload", (event) => (this.waiting > 0 || hooks.typing()) && event.preventDefault());
  }

  get waiting() {
    let number = 0;
    for (const queue of this.queues.values()) number += queue.length;
    return number;
  }

  // A newer operation on the same part takes the place of one that was never sent.
  add(code, field, values) {
    const queue = this.queues.get(code) ?? [];
    const op = { id: crypto.randomUUID(), field, values, at: new Date().toISOString(), round: this.round, sent: false };
    const older = queue.findIndex((other) => !other.sent && other.field === field);
    if (older >= 0) queue.splice(older, 1);
    queue.push(op);
    this.refused.delete(`${code} ${field}`);
    this.queues.set(code, queue);
    this.say();
    this.drain(code);
  }

  version(code, number) {
    this.versions.set(code, number);
  }

  // «Giữ bản của tôi»: the same values as a new operation, based on the version that stands.
  again(code, op, version) {
    this.open.delete(code);
    this.versions.set(code, version);
    this.add(code, op.field, op.values);
  }

  settled(code) {
    this.open.delete(code);
    this.say();
  }

  // Whether a value stands in the card's controls that the server refused.
  hasRefused(code) {
    return [...this.refused].some((part) => part.startsWith(`${code} `));
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    for (const code of this.queues.keys()) this.drain(code);
  }

  async drain(code) {
    const queue = this.queues.get(code);
    if (!queue?.length || queue.busy || this.open.has(code)) return;
    queue.busy = true;
    const op = queue[0];
    op.sent = true;
    op.base ??= this.versions.get(code) ?? 0;
    const verdict = await this.send(code, op);
    queue.busy = false;
    if (verdict === "later") return this.later();
    queue.shift();
    this.failures = 0;
    this.say();
    if (queue.length) this.drain(code);
  }

  async send(code, op) {
    const body = new URLSearchParams({
      ...op.values, op_id: op.id, side: this.side, field: op.field, base_version: op.base, device_at: op.at, round: op.round,
    });
    let response;
    let html;
    try {
      response = await fetch(`${this.address}/${encodeURIComponent(code)}`, {
        method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
        headers: { "X-CSRFToken": token(), "X-Requested-With": "soat" },
      });
      html = await response.text();
    } catch {
      this.state = "offline";
      return "later";
    }
    if (response.headers.get("Soat-Op") === op.id && (response.ok || response.status === 409)) {
      if (response.ok) this.savedAt = new Date();
      this.refused.delete(`${code} ${op.field}`);
      this.state = "clean";
      if (response.ok) this.hooks.saved(code, html);
      else {
        this.open.add(code);
        this.hooks.conflict(code, html, op);
      }
      return "done";
    }
    // 400: the session is another one by now, its token too.
    if (response.status === 401 || response.status === 400) {
      this.state = "signed-out";
      this.hooks.signedOut();
      return "later";
    }
    if ([403, 404, 409, 413, 422].includes(response.status)) {
      this.state = "clean";
      this.open.delete(code);
      this.refused.add(`${code} ${op.field}`);
      this.hooks.rejected(code, html, response.status);
      return "done";
    }
    this.state = "offline"; // a 5xx, a foreign page that says 200, a redirect: it was not saved
    return "later";
  }

  later() {
    this.say();
    if (this.timer) return;
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.flush(), pause);
  }

  say() {
    const waiting = this.waiting;
    let state = waiting ? (this.state === "clean" ? "sending" : this.state) : "clean";
    if (state === "clean" && this.refused.size) state = "rejected";
    if (state === "clean" && this.open.size) state = "conflict";
    this.hooks.changed({ state, waiting, savedAt: this.savedAt });
  }
}
