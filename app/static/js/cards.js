// What a card of the scoring page holds and says. Inputs belong to the finger, outputs to the server: a card is
// drawn from the server's last output and from the operations that wait, by one function, draw().

import { ofPlace } from "./savestate.js";
import { clock } from "./times.js";
import { moreThanAll, percent, readAmount, score, written } from "./scoring.js";

export const page = document.getElementById("score");
export const words = document.getElementById("score-words")?.dataset ?? {};
export const VALUE_FIELDS = ["yes", "level", "numerator", "denominator", "faults", "points"];

export const cardOf = (node) => node.closest(".criterion");
export const cardAt = (code) => document.getElementById(`c-${code}`);
export const result = (card) => card.querySelector(".criterion-result");
export const fill = (text = "", values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
export { clock };
export const picture = (name) => document.getElementById("save-icons").content.querySelector(`[data-for="${name}"]`)?.innerHTML ?? "";
export const formOf = (card) => card.querySelector(".criterion-form");
export const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
export const ruleOf = (card) => (card.rule ??= JSON.parse(card.dataset.rule));
// Only looked at: the step is over, or the area is somebody else's by now.
export const closed = (card) => formOf(card).querySelector("fieldset").disabled;

// --- inputs -------------------------------------------------------------------------------------

export function valuesOf(card) {
  const data = new FormData(formOf(card));
  const values = {};
  for (const name of VALUE_FIELDS) if (data.has(name)) values[name] = data.get(name);
  return values;
}

// What the server had in its inputs when it wrote the page; kept up to date by what it accepts.
export function entryOf(card) {
  const entry = {};
  for (const input of formOf(card).elements) {
    if (input.type === "radio") entry[input.name] = input.defaultChecked ? input.value : entry[input.name] ?? "";
    else if (input.type === "checkbox") entry[input.name] = input.defaultChecked;
    else if (input.name && input.type !== "hidden") entry[input.name] = input.defaultValue;
  }
  return entry;
}

// The inputs after an operation, as domain/answers.py decides it.
export function after(entry, { fields }) {
  const next = { ...entry };
  if (fields.field === "value") {
    for (const name of VALUE_FIELDS) if (name in next) next[name] = fields[name] ?? "";
    if (VALUE_FIELDS.some((name) => fields[name]?.trim())) Object.assign(next, { not_applicable: false, na_reason: "" });
    if (fields.reason) next.reason = fields.reason;
  } else if (fields.field === "not_applicable") {
    Object.assign(next, { not_applicable: fields.not_applicable === "1", na_reason: fields.na_reason ?? "" });
  } else if (fields.field in next) next[fields.field] = fields[fields.field];
  return next;
}

export const accepted = (card, op) => (card.entry = after(card.entry ?? entryOf(card), op));

// Puts into the controls what the queue holds; what is being typed stays. Not called after a reply to this page.
// A closed card shows what is saved; what waits or was refused stands beside it in words.
export function fillIn(card, ops, typing) {
  let entry = (card.entry ??= entryOf(card));
  for (const op of closed(card) ? [] : ops) entry = after(entry, op);
  for (const input of formOf(card).elements) {
    if (!(input.name in entry) || typing(card, input)) continue;
    if (input.type === "radio") input.checked = input.value === entry[input.name];
    else if (input.type === "checkbox") input.checked = entry[input.name];
    else if (input.value !== entry[input.name]) input.value = entry[input.name];
  }
  card.querySelector(".reason.na")?.toggleAttribute("data-idle", !entry.not_applicable);
  if (!closed(card)) preview(card, entry.not_applicable);
}

// --- points at once -----------------------------------------------------------------------------

// Before the server has answered; the reply puts its own in the same place.
export function preview(card, notApplicable = false) {
  const values = valuesOf(card);
  const got = score(ruleOf(card), values);
  kept(card);
  const place = result(card).querySelector(".criterion-points");
  const small = place.querySelector("small").outerHTML;
  const shown = notApplicable || got.dropped ? "KAD" : got.points === undefined ? "–" : written(got.points);
  place.innerHTML = `${shown} ${small}`;
  const ratio = card.querySelector("[data-ratio]");
  if (ratio) {
    const [n, d] = [readAmount(values.numerator), readAmount(values.denominator)];
    const warning = n && d && moreThanAll(n, d) ? ` · ${words.moreThan}` : "";
    ratio.textContent = ratioWords(values, got, n, d, shown) + warning;
  }
  wantReason(card, got);
  return got;
}

// «= 99,91% → 4 điểm»; only what can be said of what stands in the two fields.
function ratioWords(values, got, n, d, shown) {
  const unread = (values.numerator?.trim() && !n) || (values.denominator?.trim() && !d);
  if (unread) return words.notReadable;
  if (!n || !d || got.fault) return "–";
  const share = percent(n, d);
  return `${share === "–" ? "" : `= ${share} `}→ ${got.dropped ? words.dropped : `${shown} ${words.points}`}`;
}

// The reason is asked for as soon as the two sides differ, and stays where something is written.
function wantReason(card, got) {
  const field = card.querySelector(".reason:not(.na)");
  if (!field) return;
  field.toggleAttribute("data-idle", !(asksReason(card, got) || field.querySelector("textarea").value));
}

export function asksReason(card, got) {
  if (!got.dropped && got.points === undefined) return false;
  const mine = got.dropped ? "na" : String(got.points);
  const { other = mine, first = mine } = card.dataset;
  return (ruleOf(card).kind === "tu_do" && !got.dropped) || other !== mine || first !== mine;
}

// --- outputs ------------------------------------------------------------------------------------

// The server's own output, before anything of ours is written over it.
const kept = (card) => (card.kept ??= result(card).outerHTML);

// Outputs of a reply take the place of the ones with the same id; nothing else changes.
export function apply(nodes) {
  for (const output of nodes.querySelectorAll("[id]")) {
    const place = document.getElementById(output.id);
    if (!place || place.closest(".criterion-form")) continue;
    const card = output.matches(".criterion-result") && cardOf(place);
    place.replaceWith(output);
    if (!card) continue;
    card.kept = output.outerHTML;
    card.dataset.answer = output.dataset.answer;
    if ("wantsReason" in output.dataset) card.querySelector(".reason:not(.na)")?.removeAttribute("data-idle");
    card.shown = null;
  }
}
export const applyHtml = (html) => apply(parsed(html).body);

function say(card, look, icon, text) {
  kept(card);
  const place = result(card).querySelector(".criterion-state");
  place.className = `criterion-state ${look}`;
  place.innerHTML = picture(icon);
  place.append(` ${text}`);
}

const LOOKS = {
  unsent: ["", "local", "unsent"], local: ["warn", "local", "kept"], full: ["bad", "full", "unkept"],
  conflict: ["bad", "conflict", "conflict"], rejected: ["bad", "rejected", "refused"],
};

// The one place where a card's state is drawn. ops: what waits of this card; typing: no operation yet; hint: why not.
export function draw(card, { ops, typing, hint }) {
  const state = ofPlace({ ops, typing });
  const shown = JSON.stringify([state, hint, ops.map((op) => [op.id, op.state, op.reply?.at])]);
  if (card.shown === shown) return;
  card.shown = shown;
  if (hint && !["conflict", "rejected"].includes(state)) say(card, "warn", "rejected", hint);
  else if (state !== "clean") say(card, LOOKS[state][0], LOOKS[state][1], words[LOOKS[state][2]]);
  else if (card.kept) result(card).outerHTML = card.kept;
  if (state === "conflict" || state === "rejected") card.dataset.state = state;
  else delete card.dataset.state;
  card.ops = ops;
  if (troubles.drawn) troubles.drawn(card);
  else if (card.dataset.state || closed(card)) troubles().then(() => troubles.drawn(card), () => {});
}

// Conflicts and refusals: what draws and settles them comes after the page, for the network may be gone by then.
export async function troubles() {
  const [conflicts, refusals] = await Promise.all([import("./conflicts.js"), import("./refusals.js")]);
  troubles.drawn = (card) => {
    conflicts.drawConflict(card);
    refusals.drawRefusals(card);
  };
  return { ...conflicts, ...refusals };
}
