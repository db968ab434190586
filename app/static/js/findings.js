// <form data-queue="finding" | "recommendation">: what is written goes through the outbox, so that it is kept on this
// device first; so do corrections, and <form data-queue-move>, which takes something out or brings it back. The
// server's answer is awaited for a moment; without one the person goes on, and written.js lists what waits.
// Photos of a finding that the server does not have yet follow it in its lane.

import "./evidence.js"; // the photos of what waits, also when the network has gone meanwhile
import { uuid } from "./outbox.js";
import { outbox } from "./queue.js";
import { early, fieldsOf, forget, forgetOp, put, restore, sure } from "./written_drafts.js";
import { check } from "./written_faults.js";

const PATIENCE = 3000;
const NOBODY = "00000000-0000-0000-0000-000000000000";
export const KINDS = ["finding", "recommendation"];
export const parsed = (html) => new DOMParser().parseFromString(html ?? "", "text/html");
export const waitingList = () => document.querySelector("[data-written]");
const pathOf = (form) => new URL(form.action).pathname;
// Something new has a lane of its own; what is done to one thing of the server's is done in its order.
const thingOf = (url) => /^(.*\/\d+)(?:\/(?:remove|restore))?$/.exec(url)?.[1];
const laneOf = (url, id) => (thingOf(url) ? `written ${thingOf(url)}` : `finding ${id}`);
// What the operation does: its kind (something new), "change", "remove" or "restore".
export const partOf = ({ kind, url }) => /\/(remove|restore)$/.exec(url)?.[1] ?? (thingOf(url) ? "change" : kind);
export const theirsOf = (op) => parsed(op.reply?.html).querySelector("[data-version]");

const made = (kind, url, id, fields) => ({
  id, kind, url, fields, inspection: Number(/^\/inspections\/(\d+)\//.exec(url)[1]), place: fields.criterion ?? "",
  lane: laneOf(url, id), part: partOf({ kind, url }),
});

// --- writing ------------------------------------------------------------------------------------

// Before htmx and the other listeners.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!outbox || !form.matches("form[data-queue], form[data-queue-move]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.busy !== undefined || (form.dataset.queue && !check(form, waitingList().dataset))) return;
  form.dataset.busy = "";
  await (form.dataset.queue ? write(form) : move(form));
  delete form.dataset.busy;
}, true);

async function write(form) {
  const fields = fieldsOf(form);
  const url = pathOf(form);
  const kind = form.dataset.queue;
  const older = outbox.operations.get(form.dataset.op);
  const { id, answer } =
    older?.state === "conflict" ? await insist(older, fields)
    : older ? await correct(older, fields)
    // A page one has gone back to has sent its own before.
    : await send(made(kind, url, form.dataset.op ? uuid() : form.elements.op_id.value, fields));
  if (!outbox.operations.get(id)?.unsafe) forget(form);
  const { verdict, reply } = await answer;
  if (verdict === "saved") forget(form);
  form.dataset.op = id;
  if (verdict === "rejected" || verdict === "conflict") return refuse(form, reply.html);
  // On a page of its own the list says what became of it.
  if (verdict === "saved" && !form.closest("dialog")) return leave(form, url.replace(/^(\/inspections\/\d+)\/.*$/, "$1/findings"));
  const body = verdict === "saved" ? parsed(reply.html).body.firstElementChild : kept(id, kind === "finding" && !thingOf(url));
  form.replaceWith(body);
  arrived(body);
  body.querySelector("button, a")?.focus();
}

async function send(op) {
  const answer = answerTo(op.id);
  await outbox.add(op);
  return { id: op.id, answer };
}

// The person has seen what somebody else wrote, and says it once more.
export async function insist(older, fields = older.fields) {
  const { version, url } = theirsOf(older)?.dataset ?? { version: older.fields.version, url: older.url };
  const id = uuid();
  const part = partOf(older);
  const address = ["remove", "restore"].includes(part) ? `${url}/${part}` : url;
  const { corrected, ...said } = fields;
  const answer = answerTo(id);
  await outbox.settle([older.id], [{ ...made(older.kind, address, id, { ...said, version }), place: older.place }]);
  forgetOp(older.id);
  return { id, answer };
}

// What waits gets other words under its own name: it may have arrived with the older ones, so the server is told how
// often it was corrected. Nothing may be under way meanwhile; what was all the same is put right with its reply.
const corrected = new Map();
async function correct(older, given) {
  const fields = { ...given, corrected: String(Number(older.fields.corrected ?? 0) + 1) };
  corrected.set(older.id, fields);
  const answer = answerTo(older.id, fields.corrected);
  const work = () => replace(older, fields);
  await (navigator.locks?.request("soat-outbox", { signal: AbortSignal.timeout(PATIENCE) }, work).catch(work) ?? work());
  outbox.say("added");
  return { id: older.id, answer };
}

async function replace(older, fields) {
  await outbox.refresh().catch(() => {});
  const op = outbox.operations.get(older.id);
  if (!op) return outbox.add(made(older.kind, older.url, older.id, fields));
  Object.assign(op, { fields, state: "waiting", reply: null, at: new Date().toISOString() });
  await outbox.seal(op);
  const { storing, unsafe, bytes, ...row } = op;
  if (!unsafe) await outbox.store?.put(row).catch(() => (op.unsafe = true));
  return outbox.changed();
}

outbox?.addEventListener("reply", ({ detail: { op, verdict } }) => {
  const fields = corrected.get(op.id);
  if (fields && op.fields.corrected !== fields.corrected) return replace(op, fields).then(() => outbox.say("added"));
  corrected.delete(op.id);
  if (verdict === "saved" && KINDS.includes(op.kind)) forgetOp(op.id);
});

async function move(form) {
  const url = pathOf(form);
  const lane = laneOf(url);
  // After a change of this device's own nobody knows the version; it goes in its order.
  const known = !outbox.list.some((op) => op.lane === lane);
  const fields = { version: (known && form.elements.version?.value) || "", text: form.dataset.title ?? "" };
  const op = { ...made(form.dataset.queueMove, url, uuid(), fields), place: form.dataset.place ?? "" };
  const { answer } = await send(op);
  const { verdict } = await answer;
  if (verdict === "saved") return location.assign(form.dataset.then);
  waitingList()?.scrollIntoView({ block: "nearest" });
}

// As after a swap of htmx.
export function arrived(body) {
  globalThis.htmx?.process(body);
  body.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

function answerTo(id, nth) {
  return new Promise((done) => {
    const hear = ({ detail }) => detail.op.id === id && detail.op.fields.corrected === nth && end(detail);
    const end = (detail) => {
      outbox.removeEventListener("reply", hear);
      clearTimeout(timer);
      done(detail);
    };
    const timer = setTimeout(end, PATIENCE, { verdict: "waiting" });
    outbox.addEventListener("reply", hear);
  });
}

function leave(form, address) {
  form.reset(); // nothing to ask about
  location.assign(address);
}

function refuse(form, html) {
  const line = parsed(html).querySelector(".alert[data-code]");
  form.querySelector("[data-refused]")?.remove();
  if (!line) return;
  line.dataset.refused = "";
  line.tabIndex = -1;
  (form.querySelector(".dialog-body") ?? form).prepend(line);
  line.focus();
}

// What is said of something that waits, with the room for photos of a new finding.
export function kept(id, photos) {
  const body = waitingList().querySelector("[data-kept]").content.firstElementChild.cloneNode(true);
  body.dataset.keptOp = id;
  const form = body.querySelector("form[data-uploads]");
  if (photos && form) {
    form.setAttribute("action", form.getAttribute("action").replace(NOBODY, id));
    form.dataset.lane = laneOf("", id);
  } else body.querySelector(".evidence")?.remove();
  return body;
}

// --- opening ------------------------------------------------------------------------------------

// What waits is opened again with everything that was typed, under its own name.
let editing = /^#op=([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null;
export const openNext = (id) => (editing = id);

function opened(form) {
  const url = pathOf(form);
  const asked = editing && outbox.operations.get(editing);
  if (asked?.kind === form.dataset.queue && asked.url === url) return asked;
  // A thing of the server's has one correction that waits, not two.
  return thingOf(url) && outbox.list.find((op) => op.url === url && op.kind === form.dataset.queue);
}

function fill(form) {
  if (form.dataset.prepared !== undefined) return;
  form.dataset.prepared = "";
  const typed = early(form);
  const op = !typed && opened(form);
  if (op) {
    editing = null;
    put(form, op.fields);
    form.elements.op_id.value = form.dataset.op = op.id;
    if (op.state !== "waiting") refuse(form, op.reply?.html);
  }
  restore(form, typed);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("form[data-queue] [data-forgets]");
  if (!button || !sure(button)) return;
  const form = button.closest("form");
  forget(form);
  form.reset();
  const op = outbox.operations.get(form.dataset.op);
  if (op) put(form, op.fields);
  form.elements.text.focus();
});

outbox?.ready.then(() => {
  import("./written.js").catch(() => {});
  for (const form of document.querySelectorAll("form[data-queue]")) fill(form);
});
document.addEventListener("htmx:load", ({ target }) => {
  const form = target.matches?.("form[data-queue]") ? target : target.querySelector?.("form[data-queue]");
  if (form && outbox) fill(form);
});
