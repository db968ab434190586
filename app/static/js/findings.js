// <form data-queue="finding" | "recommendation">: what is written goes through the outbox, so that it is kept on this
// device first. The server's answer is awaited for a moment; without one the person goes on, and what waits is
// listed in [data-written]. Photos of a finding that the server does not have yet follow it in its lane.

import "./evidence.js"; // the photos of what waits, also when the network has gone meanwhile
import { outbox } from "./queue.js";

const PATIENCE = 3000;
const KINDS = ["finding", "recommendation"];
const NOBODY = "00000000-0000-0000-0000-000000000000";
const OWN = ["csrf_token", "op_id"];
const lane = (id) => `finding ${id}`;
const parsed = (html) => new DOMParser().parseFromString(html ?? "", "text/html");
const sentenceOf = (op) => parsed(op.reply?.html).querySelector(".alert[data-code]")?.textContent.trim();
const waitingList = () => document.querySelector("[data-written]");

// --- writing ------------------------------------------------------------------------------------

// Before htmx and the other listeners. An empty one is not kept: the server says what is missing.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-queue]") || !outbox || !form.elements.text.value.trim()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.busy !== undefined) return;
  form.dataset.busy = "";
  await write(form);
  delete form.dataset.busy;
}, true);

async function write(form) {
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => !OWN.includes(name)));
  const id = form.elements.op_id.value;
  const kind = form.dataset.queue;
  const url = new URL(form.action).pathname;
  const inspection = Number(/^\/inspections\/(\d+)\//.exec(url)[1]);
  const answer = answerTo(id);
  await outbox.add({ id, kind, inspection, place: fields.criterion ?? "", url, lane: lane(id), part: kind, fields });
  const { verdict, reply } = await answer;
  if (verdict === "rejected") return refuse(form, reply.html);
  // On a page of its own the list says what became of it.
  if (verdict === "saved" && !form.closest("dialog")) return leave(form, `/inspections/${inspection}/findings`);
  const body = verdict === "saved" ? parsed(reply.html).body.firstElementChild : kept(kind, id);
  form.replaceWith(body);
  arrived(body);
  body.querySelector("button, a")?.focus();
}

// As after a swap of htmx.
function arrived(body) {
  globalThis.htmx?.process(body);
  body.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

function answerTo(id) {
  return new Promise((done) => {
    const hear = ({ detail }) => detail.op.id === id && end(detail);
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

// What is said of something that waits, with the room for photos of a finding.
function kept(kind, id) {
  const body = waitingList().querySelector("[data-kept]").content.firstElementChild.cloneNode(true);
  if (kind === "finding") address(body.querySelector("form[data-uploads]"), id);
  else body.querySelector(".evidence")?.remove();
  return body;
}

function address(form, id) {
  form.setAttribute("action", form.getAttribute("action").replace(NOBODY, id));
  form.dataset.lane = lane(id);
}

// --- what waits ---------------------------------------------------------------------------------

function draw() {
  const list = waitingList();
  if (!list) return;
  const words = list.dataset;
  const ops = outbox.list.filter((op) => KINDS.includes(op.kind) && String(op.inspection) === words.inspection && !op.storing);
  const rows = list.querySelector("ul");
  list.hidden = ops.length === 0;
  list.querySelector("[data-number]").textContent = ops.length;
  for (const row of [...rows.children]) if (!ops.some((op) => op.id === row.dataset.op)) row.remove();
  for (const op of ops) {
    let row = [...rows.children].find((one) => one.dataset.op === op.id);
    if (!row) {
      row = list.querySelector("[data-row]").content.firstElementChild.cloneNode(true);
      row.dataset.op = op.id;
      rows.append(row);
    }
    const photos = outbox.list.filter((one) => one.kind === "photo" && one.lane === op.lane).length;
    const rejected = op.state === "rejected";
    row.querySelector("[data-title]").textContent = op.fields.text;
    row.querySelector("[data-detail]").textContent = [
      words[op.kind], op.fields.criterion || op.fields.area, photos && words.photos.replace("{number}", photos), rejected ? "" : words.waiting,
    ].filter(Boolean).join(" · ");
    row.querySelector("[data-fault]").textContent = rejected ? sentenceOf(op) || words.failed : "";
    row.querySelector(".error").hidden = !rejected;
    for (const act of row.querySelectorAll("[data-if-rejected]")) act.hidden = !rejected;
    row.querySelector('[data-act="photos"]').hidden = op.kind !== "finding";
    row.querySelector('[data-act="drop"]').hidden = !rejected && op.tried > 0;
  }
}

document.addEventListener("click", ({ target }) => {
  const act = target.closest("[data-written] [data-act]");
  const op = act && outbox.operations.get(act.closest("[data-op]").dataset.op);
  if (op) acts[act.dataset.act](op, act);
});

const acts = {
  retry: (op) => outbox.retry([op.id]),
  // Asked once more on the button itself.
  drop(op, button) {
    if (button.dataset.sure === undefined) {
      const before = button.getAttribute("aria-label");
      button.dataset.sure = "";
      button.querySelector("[data-label]").textContent = button.dataset.asks;
      return setTimeout(() => {
        delete button.dataset.sure;
        button.querySelector("[data-label]").textContent = before;
      }, 4000);
    }
    return outbox.settle([op.id, ...outbox.list.filter((one) => one.lane === op.lane).map((one) => one.id)]);
  },
  photos(op) {
    const body = kept("finding", op.id);
    const place = document.getElementById("finding-body") ?? document.querySelector("[data-written] [data-room]");
    place.replaceChildren(body);
    arrived(body);
    body.querySelector("label, button, a")?.scrollIntoView({ block: "nearest" });
  },
  edit(op) {
    const query = op.fields.criterion ? `?criterion=${encodeURIComponent(op.fields.criterion)}` : op.fields.area ? `?area=${encodeURIComponent(op.fields.area)}` : "";
    const address = `${op.url}/new${query}`;
    if (!document.getElementById("finding-body") || op.kind !== "finding") return location.assign(`${address}#op=${op.id}`);
    editing = op.id;
    return globalThis.htmx.ajax("GET", address, "#finding-body");
  },
};

// A refused one is opened again with everything that was typed, under its own name.
let editing = /^#op=([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null;
function fill(form) {
  form.dataset.prepared = "";
  if (form.closest("#finding-body")) import("./blank.js").then(({ remember }) => remember(form), () => {});
  const op = editing && outbox.operations.get(editing);
  if (!op || op.state !== "rejected" || form.dataset.queue !== op.kind) return;
  editing = null;
  for (const [name, value] of Object.entries(op.fields)) {
    const input = form.elements[name];
    if (input) input.value = value; // a group of radio buttons takes a value too
  }
  form.elements.op_id.value = op.id;
  refuse(form, op.reply?.html);
}

outbox.addEventListener("change", draw);
outbox.ready.then(() => {
  draw();
  for (const form of document.querySelectorAll("form[data-queue]")) fill(form);
});
document.addEventListener("htmx:load", ({ target }) => {
  const form = target.matches?.("form[data-queue]") ? target : target.querySelector?.("form[data-queue]");
  if (form) fill(form);
});
