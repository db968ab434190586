// [data-written]: the findings and recommendations, corrections and removals that only this device has as yet, with
// what can be done about each of them.

import { blankForm } from "./blank_forms.js";
import { KINDS, arrived, insist, kept, openNext, parsed, partOf, theirsOf, waitingList } from "./findings.js";
import { outbox } from "./queue.js";
import { forgetOp, sure } from "./written_drafts.js";

const sentenceOf = (op) => parsed(op.reply?.html).querySelector(".alert[data-code]")?.textContent.trim();
const isMove = (op) => ["remove", "restore"].includes(partOf(op));

function draw() {
  const list = waitingList();
  if (!list) return;
  const words = list.dataset;
  const ops = outbox.list.filter((op) => KINDS.includes(op.kind) && String(op.inspection) === words.inspection && !op.storing);
  const rows = list.querySelector("ul");
  list.hidden = ops.length === 0 && !list.querySelector("[data-room] > *");
  list.querySelector("[data-number]").textContent = ops.length;
  for (const row of [...rows.children]) if (!ops.some((op) => op.id === row.dataset.op)) row.remove();
  for (const op of ops) {
    let row = [...rows.children].find((one) => one.dataset.op === op.id);
    if (!row) {
      row = list.querySelector("[data-row]").content.firstElementChild.cloneNode(true);
      row.dataset.op = op.id;
      rows.append(row);
    }
    drawRow(row, op, words);
  }
  for (const body of document.querySelectorAll("[data-kept-op]")) drawKept(body, words);
  for (const form of document.querySelectorAll("form[data-queue-move]")) mark(form, ops, words);
}

function drawRow(row, op, words) {
  const part = partOf(op);
  const photos = outbox.list.filter((one) => one.kind === "photo" && one.lane === op.lane).length;
  const rejected = op.state === "rejected";
  const conflict = op.state === "conflict";
  row.querySelector("[data-title]").textContent = op.fields.text || words.undo;
  row.querySelector("[data-detail]").textContent = [
    [words[op.kind], part !== op.kind && words[part]].filter(Boolean).join(": "), op.place || op.fields.area,
    photos && words.photos.replace("{number}", photos), rejected || conflict ? "" : words.waiting,
  ].filter(Boolean).join(" · ");
  row.querySelector("[data-fault]").textContent = rejected ? sentenceOf(op) || words.failed : "";
  row.querySelector(".error").hidden = !rejected;
  for (const act of row.querySelectorAll("[data-if-rejected]")) act.hidden = !rejected;
  for (const act of row.querySelectorAll("[data-if-conflict]")) act.hidden = !conflict;
  row.querySelector('[data-act="edit"]').hidden = isMove(op);
  row.querySelector('[data-act="photos"]').hidden = part !== "finding";
  const drop = row.querySelector('[data-act="drop"]');
  drop.hidden = conflict;
  drop.dataset.usual ??= drop.dataset.asks;
  drop.dataset.asks = (!rejected && op.tried > 0 && drop.dataset.asksSent) || drop.dataset.usual;
  const theirs = row.querySelector("[data-theirs]");
  const shown = conflict ? op.reply.at : "";
  if ((theirs.dataset.shown ?? "") !== shown) {
    theirs.dataset.shown = shown;
    theirs.replaceChildren(...(conflict ? [theirsOf(op)].filter(Boolean) : []));
  }
}

// What was said when it was written must stay true: it may have been refused since, or stored.
function drawKept(body, words) {
  const op = outbox.operations.get(body.dataset.keptOp);
  const line = body.querySelector("[data-kept-words]");
  const said = !op ? (stored.has(body.dataset.keptOp) ? words.stored : null)
    : op.state === "waiting" ? line.dataset.waits ?? null
    : sentenceOf(op) || words.failed;
  line.dataset.waits ??= line.querySelector("span").textContent;
  if (!op && said === null) return; // its reply is not told yet
  line.classList.toggle("ok", !op);
  line.classList.toggle("bad", Boolean(op) && op.state !== "waiting");
  line.classList.toggle("warn", op?.state === "waiting");
  if (said !== null) line.querySelector("span").textContent = said;
}

// The thing itself says that something about it waits.
function mark(form, ops, words) {
  const thing = new URL(form.action).pathname.replace(/\/(remove|restore)$/, "");
  const op = ops.find(({ url }) => url === thing || url.startsWith(`${thing}/`));
  const title = form.closest("li")?.querySelector(".row-title");
  if (!title) return;
  let badge = title.parentElement.querySelector("[data-thing-waits]");
  if (!op) return badge?.remove();
  if (!badge) {
    badge = document.createElement("span");
    badge.dataset.thingWaits = "";
    title.after(badge);
  }
  badge.className = `badge ${op.state === "waiting" ? "warn" : "bad"}`;
  badge.textContent = `${words[partOf(op)]} · ${op.state === "waiting" ? words.waiting : words.undecided}`;
}

document.addEventListener("click", ({ target }) => {
  const act = target.closest("[data-written] [data-act]");
  const op = act && outbox.operations.get(act.closest("[data-op]").dataset.op);
  if (op) acts[act.dataset.act](op, act);
});

function show(op, body) {
  const place = (op.kind === "finding" && document.getElementById("finding-body")) || document.querySelector("[data-written] [data-room]");
  place.replaceChildren(body);
  arrived(body);
  draw();
}

const acts = {
  retry: (op) => outbox.retry([op.id]),
  mine: (op) => insist(op),
  theirs: (op) => drop(op),
  drop: (op, button) => sure(button) && drop(op),
  photos(op) {
    const body = kept(op.id, true);
    show(op, body);
    body.querySelector("label, button, a")?.scrollIntoView({ block: "nearest" });
  },
  // The form of the page itself where it is this very thing's, a blank one otherwise; nobody is asked for it.
  edit(op) {
    const own = [...document.querySelectorAll("form[data-queue]")].find((form) => !form.closest("dialog, [data-written]"));
    const form = blankForm(op.kind, op.fields.criterion, partOf(op) === "change" ? op.url : null);
    if (!form) return;
    openNext(op.id);
    if (own) {
      own.replaceWith(form);
      arrived(form);
    } else show(op, form);
    form.elements.text.focus();
    form.scrollIntoView({ block: "nearest" });
  },
};

function drop(op) {
  forgetOp(op.id);
  document.querySelector(`[data-kept-op="${op.id}"]`)?.remove();
  // Its photos and their words lie in its lane.
  const rest = partOf(op) === op.kind ? outbox.list.filter((one) => ["photo", "caption"].includes(one.kind) && one.lane === op.lane) : [];
  return outbox.settle([op.id, ...rest.map((one) => one.id)]);
}

const stored = new Set();
outbox.addEventListener("reply", ({ detail: { op, verdict } }) => {
  if (verdict !== "saved") return;
  stored.add(op.id);
  draw();
});
outbox.addEventListener("change", draw);
document.addEventListener("htmx:load", draw);
draw();
