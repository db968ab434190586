// The queue of one account on this device. Nothing else of the app writes to it or sends from it.
//
//   const op = await outbox.add({ kind, url, fields, … });   kept on the disk when it resolves (or op.unsafe is true)
//
// An operation, format 1 (it may wait for a season: a newer app still reads it):
//   id          UUID (the caller may give it), sent as op_id with every try; the server writes it once
//   order       its place in the account's queue; no clock decides
//   format, account, at (ISO time of the device, only information), tried (how often it was sent)
//   kind        "answer" | "finding" | "recommendation" | "photo" | "caption" | …: whose reply it is
//   inspection, place (criterion code or ""), side ("self" | "verified" | "")
//   lane        operations of one lane are sent in order; lanes never wait for each other. By default
//               «kind inspection place side»; a photo of a finding made offline gives the finding's lane
//   url, fields what is posted: every field as text; op_id and device_at are added, base_version when base is given
//   base        the version of the answer that the person had before their eyes, or null
//   file        null or {name, type, size, field}; its bytes lie in the store «files» and go along as «file»
//   sha256 of the file, when known;  seal: proof that this account's page made it (seals.js)
//   part        what of the place it sets («value», «note»): a newer one takes the place of a rejected one
//   edit        one stay in a field: a newer text takes the place of one never sent
//   state       "waiting" | "conflict" | "rejected";  reply {status, html, at}: what the server said last
// In memory only: storing (not on the disk yet), unsafe (the disk would not take it).
//
// It leaves only when the server took it (2xx that repeats op_id), or when a person settled what the server said.
// Events: "change" (draw anew), "added" (there is something to send), and in every tab of the account
// "reply" {op, verdict, reply} («local» where it was sent) and whatever a page tells the others with tell({type, …}).

import { openStore } from "./store.js";

const PATIENCE = 5000; // for a browser that neither opens its storage nor refuses it
const ENOUGH = 0.9; // of the browser's storage: then no more photos

// Without TLS there is no crypto.randomUUID.
export const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
  (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

export const hex = async (bytes) => (crypto.subtle
  ? [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  : null);

const onDisk = ({ storing, unsafe, bytes, ...op }) => op;
const laneOf = (op) => `${op.kind} ${op.inspection} ${op.place} ${op.side}`;

// What every operation has. One that an older version of the app wrote may lack some of it.
const EMPTY = {
  format: 1, kind: "answer", inspection: null, place: "", side: "", base: null, sha256: null, part: "", edit: null, fields: {},
  file: null, tried: 0, state: "waiting", reply: null,
};
const whole = (op) => ({ ...EMPTY, lane: laneOf({ ...EMPTY, ...op }), ...op });

export class Outbox extends EventTarget {
  constructor(account) {
    super();
    this.account = account;
    this.operations = new Map();
    this.writes = 0; // so that a read that began before a write is not believed after it
    this.store = null;
    this.fault = null; // "memory": nothing is kept on this device; "full": the disk takes no more
    this.tabs = globalThis.BroadcastChannel ? new BroadcastChannel("soat-outbox") : null;
    this.tabs?.addEventListener("message", ({ data }) => data.account === this.account && this.hear(data));
    this.ready = this.open();
  }

  // Storage that opens late, as after a hard stop, is taken all the same.
  async open() {
    const opened = this.take();
    const late = setTimeout(() => this.forgetful(), PATIENCE);
    await Promise.race([opened, new Promise((done) => setTimeout(done, PATIENCE))]);
    opened.finally(() => clearTimeout(late));
  }

  forgetful() {
    this.fault = "memory"; // until it opens, nothing of this page is kept
    this.say("change");
  }

  async take() {
    try {
      this.store = await openStore();
      if (this.fault === "memory") this.fault = null;
      const kept = await this.store.meta("seal");
      if (kept?.account === this.account) await this.sealWith(kept.value).catch(() => {});
      await this.rescue();
      await this.refresh();
      // Rights, states and foreign pages change: what was refused for one of them is tried anew with a new page.
      const again = this.list.filter((op) => op.state === "rejected" && [403, 404, 409].includes(op.reply?.status));
      if (again.length) await this.retry(again.map((op) => op.id));
      this.weigh();
      this.say("added");
    } catch {
      this.forgetful();
    }
  }

  get list() {
    return [...this.operations.values()].sort((one, other) => one.order - other.order);
  }

  say(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  tell(message) {
    this.tabs?.postMessage({ account: this.account, ...message });
  }

  // Another tab changed the queue, or got an answer.
  async hear({ type, ...detail }) {
    await this.refresh().catch(() => {});
    if (type === "reply") this.say("reply", detail);
    else if (type !== "change") this.say(type, detail);
  }

  async refresh() {
    if (!this.store) return;
    let kept;
    for (let writes = -1; writes !== this.writes; ) {
      writes = this.writes;
      kept = await this.store.all(this.account);
    }
    const mine = [...this.operations.values()].filter((op) => op.storing || op.unsafe);
    this.operations = new Map([...kept.map(whole), ...mine].map((op) => [op.id, op]));
    this.say("change");
  }

  async add(given) {
    const op = this.made(given);
    this.operations.set(op.id, op);
    this.say("change");
    await this.ready;
    if (op.bytes && !op.sha256) op.sha256 = await hex(op.bytes);
    await this.seal(op);
    await this.keep(op);
    delete op.storing;
    this.changed();
    this.say("added");
    return op;
  }

  // The server gives the key with the token; without TLS a browser can seal nothing.
  async sealWith(given) {
    if (!crypto.subtle || !given || given === this.given) return;
    const { importKey, sealOf } = await import("./seals.js");
    const key = await importKey(given);
    this.sealOf = (op) => sealOf(key, op);
    this.given = given;
    if (given !== key) await this.store?.own({ key: "seal", account: this.account, value: key });
  }

  // Never in the way of keeping it.
  async seal(op) {
    if (this.sealOf) op.seal = await this.sealOf(op).catch(() => undefined);
    return op;
  }

  changed() {
    this.writes += 1;
    this.say("change");
    this.tell({ type: "change" });
  }

  made({ file = null, ...given }) {
    const order = Math.max(0, ...this.list.map((op) => op.order)) + 0.001;
    const { bytes, ...about } = file ?? {};
    const op = whole({
      id: uuid(), ...given, order, account: this.account, file: file && about, at: new Date().toISOString(), storing: true,
    });
    if (bytes) op.bytes = bytes;
    return op;
  }

  // On the disk, or known to be unsafe. A newer text of the same edit, and a new value of a part that was
  // rejected, take the place of the older ones.
  async keep(op) {
    const still = (older) => older.state === "rejected" || (older.state === "waiting" && !older.tried);
    const older = this.list.filter((other) => other !== op && !other.storing && other.lane === op.lane && still(other) &&
      (other.state === "rejected" ? op.part && other.part === op.part : op.edit && other.edit === op.edit));
    const placed = { ...onDisk(op), bytes: op.bytes };
    try {
      if (!this.store) throw new Error("memory");
      await this.store.add([placed], { instead: older.map((other) => other.id), still });
      this.writes += 1;
      this.operations.set(op.id, op);
      op.order = placed.order;
      delete op.unsafe;
      delete op.bytes;
      if (this.fault === "full" && !this.list.some((other) => other.unsafe)) this.fault = null;
      // One that was sent meanwhile is still on the disk; the next refresh brings it back.
      for (const other of older) if (still(other)) this.operations.delete(other.id);
    } catch (fault) {
      op.unsafe = true;
      this.fault = this.store && /Quota/.test(fault?.name) ? "full" : "memory";
      for (const other of older) if (other.unsafe) this.operations.delete(other.id);
    }
    if (op.file) await this.weigh();
  }

  // What the disk would not take is tried again when there may be room.
  async rescue() {
    if (this.store) for (const op of this.list) if (op.unsafe && !op.storing) await this.keep(op);
  }

  async weigh() {
    const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
    const tight = quota > 0 && usage / quota > ENOUGH;
    if (tight && !this.fault) this.fault = "full";
    else if (!tight && this.fault === "full" && !this.list.some((op) => op.unsafe)) this.fault = null;
    this.say("change");
  }

  // --- for the sender -----------------------------------------------------------------------------

  // The first of a lane; the least tried lane first, words before files. Photos of a refused finding wait for it.
  next(skipped) {
    const heads = new Map();
    for (const op of this.list) if (!heads.has(op.lane) && (op.state === "waiting" || op.lane.endsWith(op.id))) heads.set(op.lane, op);
    return [...heads.values()]
      .filter((op) => op.state === "waiting" && !op.storing && !skipped.has(op.lane))
      .sort((one, other) => Boolean(one.file) - Boolean(other.file) || one.tried - other.tried || one.order - other.order)[0];
  }

  async claim(op) {
    if (op.unsafe || !this.store) {
      op.tried += 1;
      return op;
    }
    const claimed = await this.store.claim(op.id);
    this.writes += 1;
    if (!claimed) this.operations.delete(op.id);
    else this.operations.set(op.id, whole(claimed));
    return claimed && whole(claimed);
  }

  async bytes(op) {
    return op.bytes ?? this.store?.bytes(op.id) ?? null;
  }

  // What the server said is kept before it is shown.
  async replied(op, verdict, reply) {
    // Refused while a newer value of the same part was already on its way: the person has decided.
    const newer = (other) => op.part && other.part === op.part && other.lane === op.lane && other.state === "waiting" && other.order > op.order;
    if (verdict === "saved" || (verdict === "rejected" && this.list.some(newer))) {
      await this.store?.remove(op.id, verdict === "saved" && (await this.tellsKit(op, reply))).catch(() => {});
      this.operations.delete(op.id);
      this.rescue().then(() => this.fault === "full" && this.weigh());
    } else {
      Object.assign(op, { state: verdict, reply });
      if (!op.unsafe) await this.store?.put(onDisk(op)).catch(() => {});
      if (verdict === "rejected" && this.list.some(newer)) return this.replied(op, verdict, reply); // it came meanwhile
      this.operations.set(op.id, op);
    }
    this.writes += 1;
    this.say("change");
    const detail = { op: onDisk(op), verdict, reply };
    this.tell({ type: "reply", ...detail });
    this.say("reply", { ...detail, local: true });
  }

  // --- for people ---------------------------------------------------------------------------------

  // A person has decided: ``gone`` leave, ``fresh`` come in their place, in one step; the ids of ``rebased`` go on
  // from the version that the person has seen now.
  async settle(gone, fresh = [], rebased = [], base = null) {
    const made = await Promise.all(fresh.map((given) => this.seal(this.made(given))));
    const placed = made.map((op) => ({ ...onDisk(op), bytes: op.bytes }));
    const put = this.list.filter((op) => rebased.includes(op.id));
    for (const op of put) await this.seal(Object.assign(op, { base }));
    try {
      if (!this.store) throw new Error("memory");
      await this.store.add(placed, { gone, put: put.filter((op) => !op.unsafe).map(onDisk) });
    } catch {
      for (const op of made) op.unsafe = true;
    }
    for (const id of gone) this.operations.delete(id);
    made.forEach((op, at) => {
      op.order = placed[at].order;
      delete op.storing;
      this.operations.set(op.id, op);
    });
    this.changed();
    this.say("added");
  }

  // A page made ready earlier does not know what was saved since: the server's last word about each answer stays.
  async tellsKit({ kind, inspection, side, place, order, part, fields }, { html }) {
    if (kind !== "answer" || !(await globalThis.caches?.has(`soat-kit-${this.account}`).catch(() => false))) return null;
    return { key: `told ${this.account} ${inspection} ${side} ${place}`, html, order, op: { part, fields } };
  }

  // What was rejected is sent once more, unchanged.
  async retry(ids) {
    for (const op of this.list.filter((other) => ids.includes(other.id))) {
      op.state = "waiting";
      if (!op.unsafe) await this.store?.put(onDisk(op)).catch(() => {});
    }
    this.changed();
    this.say("added");
  }
}
