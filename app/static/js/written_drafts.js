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

export function keep(form) {
  if (!form.dataset.op && [...form.elements].every(untouched)) return forget(form);
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ fields: fieldsOf(form), at: new Date().toISOString() }));
  } catch {
    // without storage the page itself holds it, and asks before it is left
  }
}

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

// With the version it was written on: somebody may have changed the thing since.
export function restore(form) {
  const kept = read(form);
  if (!kept) return;
  put(form, kept.fields);
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
