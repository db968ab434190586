// A drawer of the scoring page whose content could not be fetched, and that no kit holds: it is made from what the
// page has, for the criterion that was tapped; never is the drawer of another criterion left standing there.

import "./evidence.js";
import "./findings.js";
import { blankForm, heading } from "./blank_forms.js";

export function fill(target, path) {
  const url = new URL(path, location.href);
  const code = url.searchParams.get("criterion");
  const body = target.id === "evidence-body" ? evidence(url) : code && blankForm("finding", code);
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
