// A drawer of the scoring page whose content could not be fetched, and that no kit holds: it is made from what the
// page has, for the criterion that was tapped; never is the drawer of another criterion left standing there.

import "./evidence.js";
import "./findings.js";
import { uuid } from "./outbox.js";

const heading = (code) => document.getElementById(`c-${code}`)?.querySelector("h4")?.textContent.trim() ?? code;

export function fill(target, path) {
  const url = new URL(path, location.href);
  const body = target.id === "evidence-body" ? evidence(url) : finding(url.searchParams.get("criterion"));
  if (!body) return;
  target.replaceChildren(body);
  globalThis.htmx?.process(body);
  body.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

function evidence({ pathname, search }) {
  const code = decodeURIComponent(/\/answers\/([^/]+)\/attachments$/.exec(pathname)?.[1] ?? "");
  const pattern = document.getElementById("evidence-blank");
  if (!pattern || !code) return null;
  const body = pattern.content.firstElementChild.cloneNode(true);
  body.querySelector("[data-about]").textContent = heading(code);
  body.querySelector("form[data-uploads]").setAttribute("action", pathname + search);
  return body;
}

// The form as it was fetched for another criterion.
let pristine = null;
export const remember = (form) => (pristine ??= form.cloneNode(true));

function finding(code) {
  const form = pristine?.cloneNode(true);
  if (!form?.elements.criterion || !code) return null;
  form.elements.criterion.value = code;
  form.elements.op_id.value = uuid();
  form.elements.legal_basis.value = "";
  form.elements.text.value = "";
  form.querySelector(".soft.small").textContent = heading(code);
  delete form.dataset.dirty;
  return form;
}
