// Empties the outbox: one sender a browser, one request at a time. Saved is only what a 2xx that repeats the op_id
// says; everything that is no answer of ours (a 5xx, a foreign page, a redirect, silence) leaves the operation waiting.
// Before sending, and again after any fault, the server is asked who is signed in here: another account sends nothing.

const PAUSES = [2000, 4000, 8000, 15000, 30000];
const PATIENCE = 15000;
const PATIENCE_FILE = 180000;
const PROVED = 60000;

// What a reply means: "saved" | "conflict" | "rejected" | "signed-out" | "token" | "server" | "network".
// "server": it is there and could not; "network": nobody of ours has answered.
export function verdictOf({ status, ok, echo }, id) {
  if (echo === id && ok) return "saved";
  if (echo === id && status === 409) return "conflict";
  if (status === 401) return "signed-out";
  if (status === 400) return "token";
  if ([403, 404, 409, 413, 422].includes(status)) return "rejected";
  return status === 429 || (status >= 500 && status !== 511) ? "server" : "network";
}

export class Sender extends EventTarget {
  constructor(outbox) {
    super();
    this.outbox = outbox;
    this.me = Math.random().toString(36);
    this.token = null;
    this.trouble = navigator.onLine === false ? "network" : null;
    this.signedOut = null; // "nobody" | "another"
    this.savedAt = null;
    this.failures = 0;
    outbox.addEventListener("status", ({ detail }) => this.hear(detail));
    outbox.addEventListener("reply", ({ detail }) => detail.verdict === "saved" && !detail.local && (this.savedAt = detail.reply.at));
    outbox.addEventListener("added", () => this.flush());
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.now({ trouble: "network" }));
    addEventListener("pageshow", ({ persisted }) => persisted && this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.flush());
    navigator.serviceWorker?.addEventListener("message", ({ data }) => (data === "flush" || data?.type === "flush") && this.flush());
    outbox.ready.then(async () => {
      await this.flush();
      if (!outbox.sealOf && crypto.subtle) await this.proved(); // while there is a network: what is made without one is sealed too
    });
  }

  get waiting() {
    return this.outbox.list.some((op) => op.state === "waiting");
  }

  // What this tab has learnt about the connection the others learn too.
  now(facts) {
    Object.assign(this, facts);
    this.outbox.tell({ type: "status", ...facts });
    this.outbox.say("change");
  }

  hear({ trouble = this.trouble, signedOut = this.signedOut }) {
    Object.assign(this, { trouble, signedOut });
    this.outbox.say("change");
  }

  async flush() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    clearTimeout(this.timer);
    this.running = this.alone(() => this.drain()).catch(() => {});
    await this.running;
    this.running = null;
    if (this.again) {
      this.again = false;
      return this.flush();
    }
    if (this.waiting && !this.signedOut) this.later();
  }

  // Web Locks, or a lease where there are none; where not even that, this tab is all there is.
  async alone(work) {
    if (!this.waiting) return this.signedOut && this.proved(); // somebody may have signed in meanwhile
    if (navigator.locks) return navigator.locks.request("soat-outbox", work);
    const { store } = this.outbox;
    if (!store) return work();
    if (!(await store.lease(this.me, Date.now() + 2 * PATIENCE_FILE))) return;
    try {
      await work();
    } finally {
      await store.lease(this.me, 0);
    }
  }

  async drain() {
    await this.outbox.refresh().catch(() => {});
    const skipped = new Set();
    const asked = new Set();
    for (let op; (op = this.outbox.next(skipped)); ) {
      if (!(await this.proved())) return;
      const claimed = await this.outbox.claim(op).catch(() => op);
      if (!claimed) continue;
      const reply = await this.post(claimed);
      const verdict = verdictOf(reply, claimed.id);
      if (["saved", "conflict", "rejected"].includes(verdict)) {
        this.failures = 0;
        this.provedAt = performance.now();
        const { status, html, at } = reply;
        if (verdict === "saved") this.savedAt = at;
        this.now({ trouble: null });
        await this.outbox.replied(claimed, verdict, { status, html, at });
        continue;
      }
      this.token = null;
      if (verdict === "signed-out") return this.left();
      // The session is another one by now: its token is asked for once; then others are let through.
      if (verdict === "token" && !asked.has(claimed.lane)) asked.add(claimed.lane);
      else skipped.add(claimed.lane);
      this.now({ trouble: verdict === "network" ? "network" : verdict === "token" ? this.trouble : "server" });
      if (verdict === "network" || skipped.size >= 3) return;
    }
  }

  // Another request of the page was told so.
  left() {
    this.token = null;
    this.now({ signedOut: "nobody" });
  }

  // The account and a fresh token; both may have died while the device was away.
  async proved() {
    if (this.token && performance.now() - this.provedAt < PROVED) return true;
    let reply = null;
    let got = null;
    try {
      reply = await fetch("/me/token", {
        headers: { "X-Requested-With": "soat" }, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE),
      });
      got = reply.ok ? await reply.json() : null;
    } catch {
      // no network, or a foreign page
    }
    if (reply?.status === 401) this.now({ signedOut: "nobody", trouble: null });
    else if (!Number.isInteger(got?.account) || typeof got.csrf !== "string") {
      this.now({ trouble: reply && verdictOf(reply, "") === "server" ? "server" : "network" });
    } else if (got.account !== this.outbox.account) this.now({ signedOut: "another", trouble: null });
    else {
      this.token = got.csrf;
      this.provedAt = performance.now();
      await this.outbox.sealWith(got.seal_key).catch(() => {});
      if (this.signedOut) this.now({ signedOut: null });
      this.dispatchEvent(new CustomEvent("token", { detail: got.csrf }));
      return true;
    }
    return false;
  }

  async post(op) {
    const fields = { ...op.fields, op_id: op.id, device_at: op.at, ...((op.base ?? null) !== null && { base_version: op.base }) };
    const body = op.file ? new FormData() : new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    try {
      if (op.file) {
        const bytes = await this.outbox.bytes(op);
        body.set(op.file.field ?? "file", new Blob([bytes], { type: op.file.type }), op.file.name);
      }
      const reply = await fetch(op.url, {
        method: "POST", body, redirect: "manual", cache: "no-store",
        signal: AbortSignal.timeout(op.file ? PATIENCE_FILE : PATIENCE),
        headers: { "X-CSRFToken": this.token, "X-Requested-With": "soat" },
      });
      const html = await reply.text(); // a reply cut in the middle is none
      // The server's clock: the device's may be wrong by a day.
      const at = new Date(reply.headers.get("Date") ?? Date.now()).toISOString();
      return { status: reply.status, ok: reply.ok, echo: reply.headers.get("Soat-Op"), html, at };
    } catch {
      return { status: 0, ok: false, echo: null };
    }
  }

  later() {
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.flush(), pause);
    // Where there is Background Sync, the browser wakes us even when the page has gone to the back. It does so at once
    // while there is any network at all: asked after every failure it would leave no pause between them.
    if (this.failures > 1 && navigator.onLine !== false) return;
    navigator.serviceWorker?.getRegistration?.().then((worker) => worker?.sync?.register("soat-outbox")).catch(() => {});
  }
}
