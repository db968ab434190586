// What the server has refused, on its card: its sentence at the field, and what can be done about it. Where the card
// is closed to this person by now, what they had given stands there in words: sending it again can only fail, so it
// can be copied for whoever scores the area now.

import { VALUE_FIELDS, clock, closed, fill, formOf, parsed, ruleOf, words } from "./cards.js";
import { outbox } from "./queue.js";
import { score, written } from "./scoring.js";

// What a pressed button says since, by operation: the card may be drawn anew at any moment.
const copied = new Map();

export function drawRefusals(card) {
  for (const old of card.querySelectorAll(".error, .rejected-acts")) old.remove();
  for (const input of card.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  card.ops.filter((op) => op.state === "rejected").forEach((op, place) => refused(card, op, place));
  // On its way from here, though the card is closed by now: the controls show what is saved.
  if (closed(card)) for (const op of card.ops) if (op.state === "waiting") beside(card, op, true);
}

function refused(card, op, place) {
  const fault = parsed(op.reply.html ?? "").querySelector(".error[data-field], .alert[data-code]");
  const input = card.querySelector(`[name="${CSS.escape(fault?.dataset.field || "none")}"]`);
  const line = document.createElement("p");
  line.className = "error";
  line.id = `fault-${card.dataset.code}-${place}`;
  line.textContent = fault?.textContent.trim() || (op.reply.status === 403 ? words.forbidden : words.rejected);
  const figures = input?.closest(".ratio, .stepper");
  if (figures) figures.after(line);
  else (input?.closest(".field, fieldset.choice") ?? card.querySelector("fieldset")).append(line);
  input?.setAttribute("aria-invalid", "true");
  input?.setAttribute("aria-describedby", line.id);
  // A 403 of ours is about this person and this area; a page of somebody in between may be gone the next time.
  beside(card, op, closed(card) || (op.reply.status === 403 && Boolean(fault)));
}

// The ways out, outside the fieldset: that may be closed to this person by now. ``over``: sending can only fail.
function beside(card, op, over) {
  const acts = document.getElementById("rejected-acts").content.firstElementChild.cloneNode(true);
  const shown = { retry: !over, drop: op.state === "rejected", copy: over };
  for (const button of acts.querySelectorAll("button")) {
    button.dataset.op = op.id;
    button.hidden = !shown[button.dataset.act];
  }
  const label = acts.querySelector("[data-label]");
  if (copied.has(op.id) && label) label.textContent = copied.get(op.id);
  const said = acts.querySelector("[data-said]"); // none on a kept page of an older build
  if (said) said.hidden = !over;
  if (said && over) said.textContent = textOf(card, op);
  formOf(card).after(acts);
}

// «Bạn đã nhập lúc 14:32: 3 → 0,5 điểm»
const textOf = (card, op) => fill(words.hadGiven, { time: clock(op.at), what: inWords(card, op) });

// An operation as its person would say it.
export function inWords(card, { part, fields }) {
  if (part === "note" || part === "reason") return fields[part] ? `«${fields[part]}»` : "–";
  if (part === "not_applicable") return fields.not_applicable ? `${words.dropped}: «${fields.na_reason}»` : `${words.dropped}: –`;
  const given = Object.fromEntries(VALUE_FIELDS.filter((name) => fields[name]).map((name) => [name, fields[name]]));
  const [name] = Object.keys(given);
  const choice = card.querySelector(`input[type="radio"][name="${name}"][value="${CSS.escape(given[name] ?? "")}"]`);
  const said = choice?.closest(".choice-row").querySelector(".choice-text").textContent.trim() ?? Object.values(given).join("/");
  const got = score(ruleOf(card), given);
  const points = got.dropped ? words.dropped : got.points === undefined ? "" : `${written(got.points)} ${words.points}`;
  const what = [said, points].filter(Boolean).join(" → ") || "–";
  return fields.reason ? `${what} · «${fields.reason}»` : what;
}

// A button of a refused operation was pressed.
export async function act(the, card, button) {
  const op = outbox.operations.get(button.dataset.op);
  if (button.dataset.act === "retry") return outbox.retry([button.dataset.op]);
  if (button.dataset.act === "copy") return op && copy(card, textOf(card, op), button);
  await outbox.settle([button.dataset.op]);
  card.shown = null;
  the.drawAnew(card);
  card.querySelector("h4").focus();
}

async function copy(card, text, { dataset }) {
  const where = `${card.querySelector("h4").textContent.trim()}\n`;
  const done = await navigator.clipboard?.writeText(where + text).then(() => true, () => false);
  copied.set(dataset.op, done ? dataset.copied : dataset.marked);
  const button = card.querySelector(`[data-act="copy"][data-op="${dataset.op}"]`);
  if (!button) return;
  // Without TLS there is no clipboard for a page: what is marked can be copied by hand.
  if (!done) getSelection().selectAllChildren(button.closest(".rejected-acts").querySelector("[data-said]"));
  button.querySelector("[data-label]").textContent = copied.get(dataset.op);
}
