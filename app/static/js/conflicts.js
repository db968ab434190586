// A conflict of one criterion is settled by a person: mine, theirs, or theirs with mine as a note. ``the`` is what
// the page knows and does.

import { apply, clock, fill, formOf, page, parsed, result, words } from "./cards.js";
import { outbox } from "./queue.js";
import { inWords } from "./refusals.js";

// Both values, who and when, until a person has chosen; the newest reply is the one that counts.
export function drawConflict(card) {
  const ops = card.ops.filter((op) => op.state === "conflict");
  const old = card.querySelector(".conflict");
  const last = ops.at(-1);
  if (last && old?.dataset.reply === last.id + last.reply.at) return;
  old?.remove();
  if (!last) return;
  formOf(card).insertAdjacentHTML("afterend", last.reply.html);
  const panel = card.querySelector(".conflict");
  panel.dataset.reply = last.id + last.reply.at;
  panel.querySelector("[data-mine]").textContent = mineIn(card, ops);
  panel.querySelector("[data-mine-at]").textContent = `(${clock(last.at)})`;
}

// Sums of the area and the whole stand as the other person left them; the card keeps both answers.
export function applySums(html) {
  const outputs = parsed(html).querySelector("template[data-outputs]");
  outputs?.content.querySelector(".criterion-result")?.remove();
  if (outputs) apply(outputs.content);
}

const latest = (ops, part) => ops.filter((op) => op.part === part).at(-1)?.fields;

// As this person gave it, part by part: the level or the figures, the points they give, the reason, the note.
const mineIn = (card, ops) => [...newestByPart(ops).values()].map((op) => inWords(card, op)).join(" · ");

const newestByPart = (ops) => new Map(ops.map((op) => [op.part, op]));

// The server said that the delegation is in another round: from here on this page speaks of that one.
const roundOf = ({ dataset }) => (dataset.round ? { round: dataset.round } : {});
function enterRound(round) {
  if (!round || round === page.dataset.round) return;
  page.dataset.round = round;
  for (const input of document.querySelectorAll('.criterion-form input[name="round"]')) input.value = round;
}

export async function settle(the, card, panel, kept) {
  const { versions } = the;
  const { inspection, side } = page.dataset;
  const code = card.dataset.code;
  const ops = the.opsOf(code);
  const mine = ops.filter((op) => op.state === "conflict");
  const waiting = ops.filter((op) => op.state === "waiting");
  const version = Math.max(Number(panel.dataset.version), versions.get(code) ?? 0);
  const theirs = JSON.parse(panel.dataset.theirs);
  const { innerHTML: html } = panel.querySelector("template[data-outputs]");
  const gone = mine.map((op) => op.id);
  enterRound(panel.dataset.round);
  if (kept === "mine") {
    const later = newestByPart(waiting);
    const again = [...newestByPart(mine).values()].filter((op) => !later.has(op.part));
    versions.set(code, version);
    const fresh = again.map((op) => {
      const { kind, place, lane, part, url, fields } = op;
      return { kind, inspection: op.inspection, place, side: op.side, lane, part, url, fields: { ...fields, ...roundOf(page) }, base: version };
    });
    await outbox.settle(gone, fresh, waiting.map((op) => op.id), version);
  } else {
    const note = [theirs.note, opinion(card, mine)].filter(Boolean).join("\n");
    const fresh = kept === "note" && note !== (theirs.note ?? "") ? [{ ...the.operation(card, "note", { note }), base: version }] : [];
    const settled = { place: code, inspection, side, theirs, version, html };
    takeTheirs(the, card, settled);
    await outbox.settle(gone, fresh);
    outbox.tell({ type: "settled", ...settled });
    the.drawAnew(card);
  }
  card.querySelector("h4").focus();
}

function takeTheirs({ versions }, card, { theirs, version, html }) {
  const code = card.dataset.code;
  if (version < (versions.get(code) ?? 0)) return;
  versions.set(code, version);
  card.entry = theirs;
  const outputs = document.createElement("template");
  outputs.innerHTML = html;
  apply(outputs.content);
}

// It was settled in another tab.
export function settledElsewhere(the, card, detail) {
  takeTheirs(the, card, detail);
  the.drawAnew(card);
}

// «Ý kiến khác (tôi chấm 3 điểm, 14:32): …», to stand in the note beside the answer of somebody else; nothing where
// only words were taken away.
function opinion(card, ops) {
  const [value, na] = [latest(ops, "value"), latest(ops, "not_applicable")];
  const points = result(card).querySelector(".criterion-points").firstChild.textContent.trim();
  const scored = na?.not_applicable ? words.otherNa : value || na ? fill(words.otherPoints, { points }) : "";
  const texts = [na?.na_reason, latest(ops, "reason")?.reason, latest(ops, "note")?.note].filter(Boolean).join("; ");
  if (!scored && !texts) return "";
  const what = [scored, clock(ops.at(-1).at)].filter(Boolean).join(", ");
  return fill(words.otherOpinion, { what }) + (texts ? `: ${texts}` : "");
}
