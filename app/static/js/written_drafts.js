// What is being written in a form of findings and recommendations and is no operation yet: kept at every key, by its
// place, so that neither a reload nor «Đóng» takes it. It goes once it is queued, or when the person throws it away.

import { account } from "./queue.js";

const OWN = ["csrf_token", "op_id"];
const PREFIX = `soat-typed-${account}-form `;

// The address, and what of the place does not change while one writes. One that waits has its own name.
function keyOf(form) {
  if (form.dataset.op) return PREFIX + form.dataset.op;
  const fixed = form.querySelector('input[type="hidden"][name="criterion"], input[type="hidden"][name="area"]')?.value ?? "";
  return `${PREFIX}${new URL(form.action).pathname} ${fixed}`;
}

export const fieldsOf = (form) => Object.fromEntries([...new FormData(form)].filter(([name]) => !OWN.includes(name)));

export function put(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const input = form.elements[name];
    if (input) input.value = value; // a group of radio buttons takes a value too
  }
}

const untouched = (input) => {
  if (input.type === "radio" || input.type === "checkbox") return input.checked === input.defaultChecked;
  if (input.tagName === "SELECT") return true; // the place alone is no text
  return input.value === (input.defaultValue ?? input.value);
};

export const blank = (form) => [...form.elements].every(untouched);

// Typed before the scripts were there. A page that is loaded anew may hold what the browser put back into it.
export function early(form) {
  const again = !form.closest("dialog") && performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  return form.dataset.dirty !== undefined || (!blank(form) && (!again || form.contains(document.activeElement)));
}

export function keep(form) {
  if (!form.dataset.op && blank(form)) return forget(form);
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ fields: fieldsOf(form), at: new Date().toISOString() }));
  } catch {
    // without storage the page itself holds it, and asks before it is left
  }
}

const fieldsTyped = (form) => Object.fromEntries([...form.elements]
  .filter((input) => input.name && !OWN.includes(input.name) && !untouched(input) && (input.type !== "radio" || input.checked))
  .map((input) => [input.name, [input.value, input]]));

export function forget(form) {
  drop(keyOf(form));
  form.querySelector("[data-draft]")?.remove();
}
export const forgetOp = (id) => drop(PREFIX + id);
function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // as above
  }
}

function read(form) {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(form)));
    return kept?.fields ? kept : null;
  } catch {
    return null;
  }
}

// With the version it was written on: somebody may have changed the thing since. ``typed``: something was typed into
// the form before its draft was there; neither takes the place of the other.
export function restore(form, typed = false) {
  const kept = read(form);
  if (!kept) return typed && keep(form);
  const mine = typed ? fieldsTyped(form) : {};
  put(form, kept.fields);
  for (const [name, [value, input]] of Object.entries(mine)) {
    const before = kept.fields[name];
    const both = input.tagName === "TEXTAREA" && before && !value.includes(before);
    form.elements[name].value = both ? `${before}\n${value}` : value;
  }
  if (typed) keep(form);
  const line = document.querySelector("[data-written] [data-restored]")?.content.firstElementChild.cloneNode(true);
  if (!line) return;
  const when = { hour: "2-digit", minute: "2-digit", day: "numeric", month: "numeric", timeZone: "Asia/Ho_Chi_Minh" };
  line.querySelector("[data-moment]").textContent = new Date(kept.at).toLocaleString("vi-VN", when);
  (form.querySelector(".dialog-body") ?? form).prepend(line);
}

// Asked once more on the button itself; true the second time.
export function sure(button) {
  if (button.dataset.sure !== undefined) return true;
  const label = button.querySelector("[data-label]");
  const before = label.textContent;
  button.dataset.sure = "";
  label.textContent = button.dataset.asks;
  setTimeout(() => {
    delete button.dataset.sure;
    label.textContent = before;
  }, 4000);
  return false;
}

const changed = ({ target, isComposing }) => {
  const form = !isComposing && target.closest?.("form[data-queue]");
  if (form) keep(form);
};
document.addEventListener("input", changed);
document.addEventListener("change", changed);
document.addEventListener("compositionend", changed);
