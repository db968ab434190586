// <form data-uploads>: the files of one place. What is chosen is made small, is on the disk of this device before
// the page says anything, and is sent by the outbox, one file, one operation; the form's own post serves without
// scripts. A row for every file that is not at the server yet: its picture, its words, its own state.

import { small } from "./camera.js";
import { captionOf, captionsOf, half, halfOf, keepWords, placeOf, wordsOf } from "./captions.js";
import { hex, uuid } from "./outbox.js";
import { outbox, sender } from "./queue.js";
import { progress } from "./upload.js";

const SURE_FOR = 4000;
const forms = () => document.querySelectorAll("form[data-uploads]");
// --- what is chosen -----------------------------------------------------------------------------

function addressOf(form) {
  const url = new URL(form.action);
  return url.pathname + url.search;
}

const wordsIn = (form) => form.querySelector("[data-words]").dataset;
const isMine = (form) => form.dataset.person === String(outbox.account);

function prepare(form) {
  if (form.dataset.prepared !== undefined) return;
  form.dataset.prepared = "";
  import("./markup.js").catch(() => {}); // the pen is at hand when the network goes
  for (const input of form.querySelectorAll('[type="file"]')) {
    if (!input.matches("[data-camera]")) input.multiple = true;
    if (input.files.length) takeAll(form, input); // chosen before this module was there
  }
  draw(form);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("form[data-uploads]");
  if (form && target.type === "file") takeAll(form, target);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-uploads]")) event.preventDefault();
}, true);

let preparing = 0;
window.addEventListener("beforeunload", (event) => preparing && event.preventDefault());

function takeAll(form, input) {
  const files = [...input.files];
  input.value = "";
  for (const file of files) take(form, file);
}

async function take(form, file) {
  const words = wordsIn(form);
  const row = newRow(form, file.name);
  if (outbox.fault === "full") return refuse(row, words.full);
  preparing += 1;
  say(row, "storing", words.storing);
  try {
    const made = await small(file);
    if (made.bytes.byteLength > Number(form.dataset.most)) return refuse(row, words.large);
    await queue(form, made, { row });
  } catch {
    refuse(row, words.unreadable);
  } finally {
    preparing -= 1;
  }
  drawAll();
}

// One file is one operation in a lane of its own, so that none waits for another; the pictures of a finding made
// offline follow it in its lane. What replaces it (the same picture with marks) has the same ``edit``.
async function queue(form, { name, type, bytes }, { caption = "", edit = null, row = null } = {}) {
  const id = uuid();
  const sha256 = await hex(bytes);
  const url = addressOf(form);
  if (row) row.dataset.op = id;
  return outbox.add({
    id, kind: "photo", ...placeOf(url), url, lane: form.dataset.lane || edit || `photo ${id}`, part: edit || `photo ${id}`, edit: edit || `photo ${id}`,
    fields: { caption, ...(sha256 && { sha256 }) }, sha256, file: { name, type, size: bytes.byteLength, bytes },
  });
}

// --- rows ---------------------------------------------------------------------------------------

const pictures = new Map(); // object URLs by operation

function newRow(form, name) {
  const row = form.querySelector("[data-row]").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = name;
  row.querySelector("progress").setAttribute("aria-label", name);
  form.querySelector("[data-sending]").append(row);
  return row;
}

function say(row, state, text) {
  if (row.dataset.state !== state) {
    row.dataset.state = state;
    const drawing = row.closest("form")?.querySelector("[data-icons]")?.content.querySelector(`[data-for="${state}"]`);
    row.querySelector("[data-icon]").innerHTML = drawing?.innerHTML ?? "";
  }
  const place = row.querySelector("[data-said]");
  if (place.textContent !== text) place.textContent = text;
}

function refuse(row, sentence, again = false) {
  say(row, "rejected", "");
  row.querySelector(".sending-state").hidden = true;
  const error = row.querySelector(".error");
  if (error.hidden) error.setAttribute("role", "alert");
  error.hidden = false;
  row.querySelector("[data-fault]").textContent = sentence;
  row.querySelector("[data-again]").hidden = !again;
  row.querySelector("[data-drop]").hidden = false;
  row.querySelector("progress").hidden = true;
}

const sentenceOf = (html) => new DOMParser().parseFromString(html ?? "", "text/html").querySelector(".alert[data-code]")?.textContent.trim();

function drawRow(row, op, words) {
  const input = row.querySelector("[data-caption]");
  const left = row.words === undefined && document.activeElement !== input ? halfOf(op.id) : null;
  if (document.activeElement !== input && !row.typing) input.value = row.words = wordsOf(op);
  if (left !== null) {
    input.value = left;
    row.about = op;
    keepWords(row);
  }
  row.querySelector(".field").hidden = false;
  row.querySelector("[data-mark]").hidden = !/^image\/(jpeg|png|webp)$/.test(op.file.type);
  thumbnail(row, op);
  if (op.state === "rejected") return refuse(row, sentenceOf(op.reply?.html) || words.failed, true);
  row.querySelector(".sending-state").hidden = false;
  row.querySelector(".error").hidden = true;
  row.querySelector("[data-again]").hidden = true;
  const part = progress(op.id);
  const bar = row.querySelector("progress");
  bar.hidden = part === null;
  if (part !== null) bar.value = part;
  row.querySelector("[data-drop]").hidden = part !== null;
  if (op.storing) say(row, "storing", words.storing);
  else if (part !== null) say(row, "sending", words.sending);
  else if (op.unsafe) say(row, "unsafe", words.unsafe);
  else if (sender.signedOut) say(row, "waiting", words.signedOut);
  else say(row, "waiting", sender.trouble ? words.offline : words.waiting);
}

async function thumbnail(row, op) {
  const image = row.querySelector("img");
  if (image.src || row.drawing || !op.file.type.startsWith("image/")) return;
  row.drawing = true;
  const bytes = await outbox.bytes(op).catch(() => null);
  row.drawing = false;
  if (!bytes || image.src) return;
  const url = URL.createObjectURL(new Blob([bytes], { type: op.file.type }));
  pictures.set(op.id, url);
  image.onload = () => (image.hidden = false);
  image.src = url;
}

function draw(form) {
  if (!isMine(form)) return;
  const addresses = [addressOf(form), form.dataset.also];
  const words = wordsIn(form);
  const list = form.querySelector("[data-sending]");
  const ops = outbox.list.filter((op) => op.kind === "photo" && addresses.includes(op.url));
  const ids = new Set(ops.map((op) => op.id));
  for (const row of [...list.children]) {
    const id = row.dataset.op;
    if (!id || ids.has(id)) continue;
    // Somebody is typing its words: it stays until they are done; they reach the stored file all the same.
    if (row.contains(document.activeElement) && document.activeElement.matches("input") && row.dataset.state !== "gone") {
      say(row, "stored", words.storedHere);
      for (const rest of row.querySelectorAll("progress, button")) rest.hidden = true;
      continue;
    }
    URL.revokeObjectURL(pictures.get(id));
    pictures.delete(id);
    row.remove();
  }
  for (const op of ops) {
    let row = [...list.children].find((one) => one.dataset.op === op.id);
    if (!row) {
      row = newRow(form, op.file.name);
      row.dataset.op = op.id;
    }
    drawRow(row, op, words);
  }
  overlay(form.closest(".evidence"));
}

function drawAll() {
  for (const form of forms()) draw(form);
  for (const section of document.querySelectorAll(".evidence:not(:has(form[data-uploads]))")) overlay(section);
}

// Words typed for a stored file that the server does not have yet.
function overlay(section) {
  for (const item of section.querySelectorAll(".evidence-item")) {
    const id = item.id.replace("file-", "");
    const op = outbox.list.filter((one) => one.kind === "caption" && [`/attachments/${id}/caption`, captionOf(item.dataset.op)].includes(one.url)).at(-1);
    const mark = item.querySelector("[data-unsent]");
    mark.hidden = !op;
    mark.textContent = op?.state === "rejected" ? sentenceOf(op.reply?.html) || mark.dataset.rejected : mark.dataset.waiting;
    mark.className = `badge ${op?.state === "rejected" ? "bad" : "warn"}`;
    if (op) item.querySelector(".evidence-words strong").textContent = op.fields.caption || item.dataset.name;
  }
}

document.addEventListener("focusout", async ({ target }) => {
  const row = target.matches?.("[data-caption]") && target.closest("[data-op]");
  if (!row) return;
  await keepWords(row);
  drawAll();
});
// --- acts ---------------------------------------------------------------------------------------

document.addEventListener("click", async ({ target }) => {
  const row = target.closest("[data-sending] > li");
  if (row && target.closest("[data-again]")) return again(row);
  if (row && target.closest("[data-drop]")) return drop(row, target.closest("[data-drop]"));
  if (row && target.closest("[data-mark]")) return mark(row);
  const stored = target.closest("[data-marks]");
  if (stored) return markStored(stored);
});

// What was refused is sent once more, with the words it has now.
async function again(row) {
  const op = outbox.operations.get(row.dataset.op);
  const late = captionsOf(row.dataset.op).filter((one) => one.state === "rejected");
  if (op) await outbox.retry([op.id, ...late.map((one) => one.id)]);
}

// Asked once more on the button itself: nothing brings an unsent picture back.
async function drop(row, button) {
  const label = button.querySelector("[data-label]");
  if (row.dataset.op && button.dataset.sure === undefined) {
    button.dataset.sure = "";
    const before = label.textContent;
    label.textContent = button.dataset.asks;
    return setTimeout(() => {
      delete button.dataset.sure;
      label.textContent = before;
    }, SURE_FOR);
  }
  const id = row.dataset.op;
  row.dataset.state = "gone";
  half(id);
  if (id) await outbox.settle([id, ...captionsOf(id).map((op) => op.id)]);
  row.closest("form")?.querySelector("[data-camera]").focus();
  row.remove();
}

async function mark(row) {
  const form = row.closest("form");
  const op = outbox.operations.get(row.dataset.op);
  const bytes = op && (await outbox.bytes(op));
  if (!bytes) return;
  const made = await marked(form, new Blob([bytes], { type: op.file.type }), op.file.name);
  if (!made) return;
  const later = captionsOf(op.id);
  await queue(form, made, { caption: wordsOf(op), edit: op.edit });
  // On its way at this moment: then the marked one is one more picture.
  if (progress(op.id) === null) await outbox.settle([op.id, ...later.map((one) => one.id)]);
  drawAll();
}

async function markStored(button) {
  const item = button.closest(".evidence-item");
  const form = item.closest(".evidence").querySelector("form[data-uploads]");
  const reply = await fetch(button.dataset.marks).catch(() => null);
  if (!reply?.ok) return void (form.querySelector("[data-says]").textContent = wordsIn(form).away);
  const made = await marked(form, await reply.blob(), item.dataset.name);
  if (!made) return;
  await queue(form, made, { caption: item.querySelector('[name="caption"]')?.value ?? "" });
  drawAll();
}

async function marked(form, blob, name) {
  const pen = await import("./markup.js").catch(() => null);
  if (!pen) form.querySelector("[data-says]").textContent = wordsIn(form).away;
  return pen?.open(form.querySelector("[data-markup]"), blob, name);
}

// --- what the server says -----------------------------------------------------------------------

function stored(op, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const item of page.querySelectorAll(".evidence-item")) {
    const old = document.getElementById(item.id);
    if (old) {
      if (!old.contains(document.activeElement) && !old.querySelector("details[open]")) old.replaceWith(item);
      else old.querySelector(".evidence-words strong").replaceWith(item.querySelector(".evidence-words strong"));
    } else if (op.kind === "photo") listFor(op)?.append(item);
    if (item.isConnected) globalThis.htmx?.process(item);
  }
  for (const form of forms()) {
    if (op.kind !== "photo" || ![addressOf(form), form.dataset.also].includes(op.url)) continue;
    form.querySelector("[data-says]").textContent = wordsIn(form).stored.replace("{name}", op.file.name);
    count(form.closest(".evidence"));
  }
}

const listFor = (op) => [...forms()].find((form) => [addressOf(form), form.dataset.also].includes(op.url))?.closest(".evidence").querySelector(".evidence-list");

// The figure at the heading, and at the card of the criterion the drawer belongs to.
function count(section) {
  section.querySelector("[data-files]").textContent = section.querySelectorAll(".evidence-item").length;
  const drawer = section.closest("[data-evidence]");
  const place = drawer && document.querySelector(`[data-evidence-count="${CSS.escape(drawer.dataset.evidence)}"]`);
  if (!place) return;
  place.textContent = drawer.querySelectorAll(".evidence-item").length;
  place.hidden = place.textContent === "0";
}

outbox.addEventListener("change", drawAll);
outbox.addEventListener("progress", drawAll);
outbox.addEventListener("reply", ({ detail: { op, verdict, reply } }) => {
  if (verdict === "saved" && ["photo", "caption"].includes(op.kind)) stored(op, reply.html);
  drawAll();
});
document.addEventListener("htmx:load", ({ target }) => {
  for (const form of target.matches?.("form[data-uploads]") ? [target] : target.querySelectorAll?.("form[data-uploads]") ?? []) prepare(form);
  drawAll();
});
document.addEventListener("htmx:afterSettle", () => {
  for (const section of document.querySelectorAll("[data-evidence] .evidence")) count(section);
});
outbox.ready.then(() => {
  for (const form of forms()) prepare(form);
  drawAll();
});
