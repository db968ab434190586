// The words of a picture: kept on the device while they are typed, an operation of their own once they stand. They
// follow the picture in its lane, or go by themselves when it is at the server.

import { outbox } from "./queue.js";

const TYPING = 400;
export const captionOf = (id) => `/attachments/by-op/${id}/caption`;
export const captionsOf = (id) => outbox.list.filter((op) => op.kind === "caption" && op.url === captionOf(id));
export const wordsOf = (op) => captionsOf(op.id).at(-1)?.fields.caption ?? op.fields.caption ?? "";

// Where the files of a form belong, read from its address: one of a criterion, a finding, a task.
export function placeOf(url) {
  const { pathname, searchParams } = new URL(url, location.href);
  const found = /^\/inspections\/(\d+)\/(?:answers\/([^/]+)\/)?/.exec(pathname);
  return { inspection: found ? Number(found[1]) : null, place: decodeURIComponent(found?.[2] ?? ""), side: searchParams.get("side") ?? "" };
}

// A caption is kept at every key: the page may be gone before the disk of the queue has it.
const halfKey = (id) => `soat-here-caption ${id}`;
export function half(id, value = null) {
  try {
    if (value === null) localStorage.removeItem(halfKey(id));
    else localStorage.setItem(halfKey(id), value);
  } catch {
    // without storage the page itself holds it
  }
}
export function halfOf(id) {
  try {
    return localStorage.getItem(halfKey(id));
  } catch {
    return null;
  }
}

function words(id, value, op) {
  const key = `caption ${id}`;
  const about = op ?? { lane: key, inspection: null, place: "", side: "" };
  return outbox.add({
    kind: "caption", url: captionOf(id), inspection: about.inspection, place: about.place, side: about.side, lane: about.lane, part: key, edit: key,
    fields: { caption: value },
  });
}

export async function keepWords(row) {
  clearTimeout(row.typing);
  row.typing = null;
  const { op: id } = row.dataset;
  const value = row.querySelector("[data-caption]").value.trim();
  const op = outbox.operations.get(id);
  if (!id || value === (op ? wordsOf(op) : row.words ?? "")) return half(id);
  row.words = value;
  const lane = op ?? row.about;
  if (op?.state !== "rejected") {
    await words(id, value, lane);
    return half(id);
  }
  op.fields.caption = value; // goes along when it is sent again
  const { storing, unsafe, bytes, ...kept } = op;
  if (!unsafe) await outbox.store?.put(kept);
  half(id);
  outbox.changed();
}

document.addEventListener("input", ({ target, isComposing }) => {
  const row = target.matches?.("[data-caption]") && target.closest("[data-op]");
  if (!row) return;
  row.about = outbox.operations.get(row.dataset.op) ?? row.about;
  if (row.dataset.op) half(row.dataset.op, target.value);
  clearTimeout(row.typing);
  row.typing = isComposing ? 1 : setTimeout(() => keepWords(row), TYPING);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("[data-caption]")) return;
  event.preventDefault();
  event.target.blur();
});
const keepAll = () => document.querySelectorAll("[data-sending] > [data-op]").forEach((row) => row.typing && keepWords(row));
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepAll());

// The words of a stored file: kept here first, then sent.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-caption-form]")) return;
  event.preventDefault();
  event.stopPropagation();
  const url = new URL(form.action).pathname;
  const { inspection, place, side } = placeOf(form.closest(".evidence").querySelector("form[data-uploads]")?.action ?? "/");
  const key = `caption ${url}`;
  await outbox.add({ kind: "caption", url, inspection, place, side, lane: key, part: key, edit: key, fields: { caption: form.elements.caption.value.trim() } });
  const details = form.closest("details");
  details.open = false;
  details.querySelector("summary").focus();
}, true);
