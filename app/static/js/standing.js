// What answers will be once the server has what waits on this device: scored or not, and whether a reason is missing.
// The server's word replaces it; points are never reckoned here.

import { VALUE_FIELDS, after, asksReason, ruleOf } from "./cards.js";
import { outbox } from "./queue.js";
import { score } from "./scoring.js";

const SCORES = ["value", "not_applicable"];
const BLANK = { ...Object.fromEntries(VALUE_FIELDS.map((name) => [name, ""])), not_applicable: false, na_reason: "", reason: "" };

// The operations that wait, by code; what was refused, or stands against somebody else's answer, counts for nothing.
export function waitingOf({ inspection, side }) {
  const found = new Map();
  for (const op of outbox.list) {
    const here = op.kind === "answer" && String(op.inspection) === inspection && op.side === side;
    if (here && op.state === "waiting") found.set(op.place, [...(found.get(op.place) ?? []), op]);
  }
  return found;
}

export const scores = (ops) => ops?.some((op) => SCORES.includes(op.part));

// place: a card, or a line of «Còn thiếu», with the rule and the other side's points. → "unscored" | "reason" | ""
export function gapAfter(place, ops, entry = BLANK) {
  const then = ops.reduce(after, entry);
  const given = Object.fromEntries(VALUE_FIELDS.filter((name) => then[name]).map((name) => [name, then[name]]));
  const got = then.not_applicable ? { dropped: true } : score(ruleOf(place), given);
  if (!got.dropped && got.points === undefined) return "unscored";
  return asksReason(place, got) && !then.reason?.trim() ? "reason" : "";
}

// Of a criterion that is not on this page: something was given, or the score was taken back.
export function givenIn(ops) {
  const { part, fields } = ops.findLast((op) => SCORES.includes(op.part));
  return part === "value" ? VALUE_FIELDS.some((name) => fields[name]?.trim()) : Boolean(fields.not_applicable);
}
