// The scoring page and its door: taps and typing become operations of the outbox; what the outbox says is drawn.
// A reply never touches a control.

import "./requests.js";
import "./dialogs.js";
import "./once.js";
import "./steppers.js";
import "./drawers.js";

import {
  VALUE_FIELDS, accepted, applyHtml, cardAt, cardOf, clock, draw, fill, fillIn, page, picture, preview, result,
  ruleOf, troubles, valuesOf, words,
} from "./cards.js";
import { Drafts } from "./drafts.js";
import { uuid } from "./outbox.js";
import "./places.js";
import { outbox, sender } from "./queue.js";
import { overall } from "./savestate.js";

const TEXT_PAUSE = 600;
const VALUE_PARTS = ["value", "not_applicable"];
const { inspection, side } = page.dataset;
const address = `/inspections/${inspection}/answers`;
const timers = new Map();
const versions = new Map();
const hints = new Map(); // why a card cannot be sent yet, by code
const drafts = new Drafts(`soat-typed-${outbox.account}-${inspection}-${side}`);

// --- operations ---------------------------------------------------------------------------------

// What else goes along with every operation: the hidden fields, and data-send-… of page and card.
function extras(card) {
  const sent = {};
  for (const input of card.querySelectorAll('.criterion-form input[type="hidden"]')) {
    if (!["csrf_token", "op_id", "base_version"].includes(input.name)) sent[input.name] = input.value;
  }
  for (const [name, value] of [...Object.entries(page.dataset), ...Object.entries(card.dataset)]) {
    const field = /^send([A-Z])(.*)$/.exec(name);
    if (field) sent[field[1].toLowerCase() + field[2]] = value;
  }
  if (page.dataset.round) sent.round ??= page.dataset.round;
  return sent;
}

// What waits from the first round is shown in the second too: there it is settled.
const here = (op) => op.kind === "answer" && String(op.inspection) === inspection && op.side === side;
const opsOf = (code) => outbox.list.filter((op) => here(op) && op.place === code);

function operation(card, part, values) {
  const code = card.dataset.code;
  return {
    kind: "answer", inspection: Number(inspection), place: code, side, part, url: `${address}/${encodeURIComponent(code)}`,
    fields: { ...extras(card), side, field: part, ...values },
    // While a conflict is open a further tap meets it too: only the person's choice settles it.
    base: opsOf(code).find((op) => op.state === "conflict")?.base ?? versions.get(code) ?? 0,
  };
}

async function send(card, part, values, edit = null, base = {}) {
  const id = uuid();
  painted.add(id);
  if (VALUE_PARTS.includes(part)) hints.delete(card.dataset.code);
  const op = await outbox.add({ ...operation(card, part, values), id, edit, ...base });
  if (!op.unsafe) forget(op);
}

// On the disk, or at the server: no draft any more, unless somebody has typed on.
function forget({ place, part }) {
  const names = part === "value" ? VALUE_FIELDS : part === "not_applicable" ? [part, "na_reason"] : [part];
  drafts.forget(place, names.filter((name) => !timers.has(`${place} ${name}`)));
}

// --- drawing ------------------------------------------------------------------------------------

const painted = new Set(); // operations whose values stand in the controls
const touched = new Set(); // cards that may say something of their own
const typingIn = (card, input) => timers.has(`${card.dataset.code} ${input.name}`) || drafts.has(card.dataset.code, input.name);
const typingAt = (code) => [...timers.keys()].some((key) => key.startsWith(`${code} `));

function drawCard(code) {
  const card = cardAt(code);
  if (!card) return;
  touched.add(code);
  draw(card, { ops: opsOf(code), typing: typingAt(code) || hints.has(code), hint: hints.get(code) });
}

// Every change of the queue comes through here: from this page, another tab, or the disk after a reload.
function drawAll() {
  const strange = new Set();
  for (const op of outbox.list) {
    if (!here(op)) continue;
    touched.add(op.place);
    if (!painted.has(op.id)) strange.add(op.place);
    painted.add(op.id);
  }
  for (const code of strange) if (cardAt(code)) fillIn(cardAt(code), opsOf(code), typingIn);
  for (const code of touched) drawCard(code);
  drawState();
}

let spinner = null;
function drawState() {
  const { trouble, signedOut, savedAt } = sender;
  const facts = overall({ ops: outbox.list, typing: timers.size > 0, half: hints.size > 0, trouble, signedOut, fault: outbox.fault });
  const { state, number } = facts;
  const who = document.querySelector(".conflict")?.dataset.who;
  const texts = {
    sending: words.sending + (number > 9 ? ` (${number})` : ""),
    local: number ? fill(words.local, { number }) : words.unsent, offline: fill(words.local, { number }),
    conflict: who ? fill(words.conflictWith, { number: facts.conflicts, who }) : fill(words.conflicts, { number: facts.conflicts }),
    rejected: fill(words.rejectedItems, { number: facts.rejected }), "signed-out": words.signedOut,
    full: outbox.fault === "memory" ? words.unkept : words.full,
    clean: savedAt ? fill(words.saved, { time: clock(savedAt) }) : words.clean,
  };
  const bars = {
    offline: facts.photos ? fill(words.offlinePhotos, facts) : fill(words.offline, { number }),
    "signed-out": words.signedOutLong, full: outbox.fault === "memory" ? words.memory : words.fullLong,
  };
  const place = document.getElementById("save-state");
  place.dataset.state = state;
  place.querySelector("[data-words]").textContent = texts[state];
  clearTimeout(spinner);
  const icon = place.querySelector("[data-icon]");
  // A short wait is not worth a flicker.
  if (state === "sending") spinner = setTimeout(() => (icon.innerHTML = picture(state)), 400);
  else icon.innerHTML = picture(state);
  const banner = document.getElementById("save-banner");
  banner.hidden = !facts.bar;
  banner.classList.toggle("bad", facts.bar !== "offline");
  if (facts.bar) banner.querySelector("[data-words]").textContent = bars[facts.bar];
  speak(`${state} ${facts.conflicts} ${facts.rejected}`, facts.alert, bars[state] ?? (state === "local" || facts.alert ? texts[state] : ""));
  const dialog = document.getElementById("signed-out");
  if (!signedOut && dialog.open) dialog.close();
  else if (signedOut && number && !dialog.open && !dialog.dismissed) dialog.showModal();
  dialog.querySelector("[data-another]").hidden = signedOut !== "another";
  banner.querySelector("button").hidden = facts.bar !== "signed-out";
}

// The live regions stand outside of all that is swapped, and speak at most every 5 s; a state is said once.
let spoken = -Infinity;
let said = "";
let speaker = null;
function speak(key, alert, text) {
  clearTimeout(speaker);
  if (key === said) return;
  if (!text) return void (said = key);
  speaker = setTimeout(() => {
    said = key;
    spoken = performance.now();
    for (const [id, mine] of [["save-live", !alert], ["save-alert", alert]]) document.getElementById(id).textContent = mine ? text : "";
  }, Math.max(0, spoken + 5000 - performance.now()));
}

outbox.addEventListener("change", drawAll);

outbox.addEventListener("reply", ({ detail: { op, verdict, reply, local } }) => {
  const card = here(op) && cardAt(op.place);
  if (!card) return;
  if (verdict === "saved") {
    applyHtml(reply.html);
    versions.set(op.place, Number(result(card).dataset.version));
    accepted(card, op);
    if (local) {
      forget(op);
      drafts.seen(op.place, versions.get(op.place));
    }
    const rest = opsOf(op.place);
    if (!local) fillIn(card, rest, typingIn);
    else if (rest.length || typingAt(op.place)) preview(card, card.querySelector('[name="not_applicable"]')?.checked);
  } else if (verdict === "conflict") troubles().then(({ applySums }) => applySums(reply.html), () => {});
  drawCard(op.place);
  drawState();
});

// --- conflicts and refusals ----------------------------------------------------------------------

const known = {
  versions, opsOf, operation,
  drawAnew: (card) => {
    fillIn(card, opsOf(card.dataset.code), typingIn);
    drawCard(card.dataset.code);
  },
};

outbox.addEventListener("settled", async ({ detail }) => {
  const card = detail.inspection === inspection && detail.side === side && cardAt(detail.place);
  if (card) (await troubles()).settledElsewhere(known, card, detail);
});

// --- taps and typing ----------------------------------------------------------------------------

function sendValue(card, edit) {
  const got = preview(card);
  if (got.half) return wait(card, words.half);
  const values = valuesOf(card);
  const reason = card.querySelector('textarea[name="reason"]');
  if (ruleOf(card).kind === "tu_do" && reason?.value) values.reason = reason.value;
  const na = card.querySelector('[name="not_applicable"]');
  if (na?.checked && !got.empty) {
    na.checked = false;
    card.querySelector(".reason.na")?.setAttribute("data-idle", "");
  }
  return send(card, "value", values, edit);
}

// Something stands in the card that cannot be sent yet; it is kept on the device as it is.
function wait(card, hint) {
  hints.set(card.dataset.code, hint);
  drawCard(card.dataset.code);
  drawState();
}

function sendNotApplicable(card, edit) {
  const checked = card.querySelector('[name="not_applicable"]').checked;
  const reason = card.querySelector('[name="na_reason"]');
  card.querySelector(".reason.na").toggleAttribute("data-idle", !checked);
  if (checked && !reason.value.trim()) {
    drafts.keep(card.dataset.code, "not_applicable", true, versions.get(card.dataset.code));
    wait(card, words.needsReason);
    return reason.focus();
  }
  preview(card, checked);
  return send(card, "not_applicable", checked ? { not_applicable: "1", na_reason: reason.value } : {}, edit);
}

const senders = {
  reason: (card, input, edit) => send(card, "reason", { reason: input.value }, edit),
  note: (card, input, edit) => send(card, "note", { note: input.value }, edit),
  na_reason: (card, input, edit) => card.querySelector('[name="not_applicable"]').checked && sendNotApplicable(card, edit),
};

// One stay in one field is one edit: what was not sent yet is replaced by what is typed on.
let edit = null;
page.addEventListener("focusin", () => (edit = `${performance.timeOrigin}-${performance.now()}`));

function later(card, input) {
  const key = `${card.dataset.code} ${input.name}`;
  clearTimeout(timers.get(key)?.timer);
  const now = edit;
  const go = () => {
    clearTimeout(timers.get(key)?.timer);
    timers.delete(key);
    (senders[input.name] ?? ((at) => sendValue(at, now)))(card, input, now);
    drawCard(card.dataset.code);
    drawState();
  };
  timers.set(key, { timer: setTimeout(go, TEXT_PAUSE), go });
  drawCard(card.dataset.code);
  drawState();
}

page.addEventListener("input", (event) => {
  const input = event.target;
  const card = cardOf(input);
  if (!card || input.matches('[type="radio"], [type="checkbox"]')) return;
  drafts.keep(card.dataset.code, input.name, input.value, versions.get(card.dataset.code));
  if (VALUE_FIELDS.includes(input.name)) preview(card);
  later(card, input);
  if (event.isComposing) pause(event);
});

// Telex and VNI make a letter of several keys: half a letter is not sent, not even by the timer before.
function pause({ target }) {
  const card = cardOf(target);
  if (card) clearTimeout(timers.get(`${card.dataset.code} ${target.name}`)?.timer);
}
page.addEventListener("compositionstart", pause);
page.addEventListener("compositionend", (event) => cardOf(event.target) && later(cardOf(event.target), event.target));

page.addEventListener("change", (event) => {
  const input = event.target;
  const card = cardOf(input);
  if (!card) return;
  if (input.name === "not_applicable") sendNotApplicable(card);
  else if (input.matches('[type="radio"]')) sendValue(card);
  else timers.get(`${card.dataset.code} ${input.name}`)?.go();
});

page.addEventListener("submit", (event) => {
  const card = cardOf(event.target);
  if (!card || !event.target.matches(".criterion-form")) return;
  event.preventDefault();
  sendValue(card);
}, true);

page.addEventListener("click", async (event) => {
  const card = cardOf(event.target);
  const keep = event.target.closest("[data-keeps]");
  if (keep) return (await troubles()).settle(known, card, keep.closest(".conflict"), keep.dataset.keeps);
  const button = event.target.closest("[data-op]");
  if (button) return (await troubles()).act(known, card, button);
  if (event.target.closest("[data-clears]")) clear(card);
  const fills = event.target.closest("[data-fills]");
  if (fills) takeFigure(card, fills.dataset);
});

function takeFigure(card, { numerator, denominator }) {
  card.querySelector('[name="numerator"]').value = numerator;
  card.querySelector('[name="denominator"]').value = denominator;
  sendValue(card);
}

function clear(card) {
  for (const input of card.querySelectorAll(VALUE_FIELDS.map((name) => `[name="${name}"]`).join())) {
    if (input.type === "radio") input.checked = false;
    else input.value = "";
  }
  sendValue(card);
}

// A new version waits for what is being typed.
document.addEventListener("soat:update", (event) => {
  if (!timers.size) return;
  event.preventDefault();
  sendTyped();
});

// Leaving: what was typed a moment ago goes into the outbox; asked is only where the page holds what nothing else does.
const sendTyped = () => [...timers.values()].forEach(({ go }) => go());
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && sendTyped());
window.addEventListener("beforeunload", (event) => (timers.size || outbox.list.some((op) => op.storing || op.unsafe)) && event.preventDefault());

const dialog = document.getElementById("signed-out");
// A drawer met the end of the session; the outbox may have nothing to send that would tell.
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status !== 401) return;
  sender.left();
  if (!dialog.open) dialog.showModal();
});
dialog.addEventListener("close", () => (dialog.dismissed = Boolean(sender.signedOut)));
dialog.querySelector("[data-retries]").addEventListener("click", async () => {
  await sender.flush();
  dialog.querySelector("[data-still]").hidden = sender.signedOut === "another" || !dialog.open;
});

// --- start --------------------------------------------------------------------------------------

for (const card of document.querySelectorAll(".criterion")) versions.set(card.dataset.code, Number(result(card).dataset.version));

const fetchLate = () => ["./progress.js", "./figures.js", "./waiting.js", "./shell.js", "./presence.js"].forEach((late) => import(late).catch(() => {}));

// First what waits is put back into the controls, then what was still being typed.
outbox.ready.then(async () => {
  // A page kept on this device may be older than what the server has taken from here since.
  if (document.documentElement.dataset.kept) await import("./recall.js").then(({ recall }) => recall(versions)).catch(() => {});
  drawAll();
  for (const [code, name, value, version] of drafts.all()) {
    const card = cardAt(code);
    const input = card?.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!input || input.disabled || input.closest("fieldset:disabled")) continue;
    if (version !== versions.get(code)) {
      // The answer is another one by now. Half a figure beside it would make a score that nobody gave: /outbox shows
      // it. A text is sent as what it was typed on, so that a conflict shows both.
      if (["note", "reason"].includes(name)) send(card, name, { [name]: value }, null, { base: version });
      else drafts.texts.delete(`${code} ${name}`);
      continue;
    }
    if (input.type === "checkbox") {
      input.checked = value;
      card.querySelector(".reason.na").removeAttribute("data-idle");
      if (!card.querySelector('[name="na_reason"]').value.trim()) wait(card, words.needsReason);
    } else {
      input.value = value;
      later(card, input);
    }
    if (VALUE_FIELDS.includes(name)) preview(card);
  }
  document.documentElement.dataset.outbox = "ready";
  // What nobody touches in the first moment comes after all that a tap needs.
  setTimeout(() => {
    troubles().then(drawState, () => {});
    fetchLate();
    addEventListener("online", fetchLate); // it may have gone before they came
  });
});
// Tapped and typed before this module was there: no browser restores these forms, so what differs is the person's.
for (const form of document.querySelectorAll(".criterion-form")) {
  for (const input of form.elements) {
    const box = input.matches('[type="radio"], [type="checkbox"]');
    const told = input.type === "radio" ? !input.checked || input.defaultChecked : box ? input.checked === input.defaultChecked : input.value === (input.defaultValue ?? input.value);
    if (!told) input.dispatchEvent(new Event(box ? "change" : "input", { bubbles: true }));
  }
}
document.documentElement.dataset.scoring = "ready";
