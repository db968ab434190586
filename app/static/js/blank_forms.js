// An empty form of a finding or a recommendation, from the patterns that the page has brought along (_waiting.html):
// for a drawer that cannot be fetched, and to correct what waits without asking anybody.

import { uuid } from "./outbox.js";

const cardOf = (code) => document.getElementById(`c-${code}`);
export const heading = (code) => `${code} ${cardOf(code)?.querySelector("h4")?.lastChild.textContent.trim() ?? ""}`.trim();

// criterion: of the page's card, or ""; url: of something the server has, when that is changed.
export function blankForm(kind, criterion, url = null) {
  const pattern = document.querySelector(`template[data-blank="${kind}"]`);
  const form = pattern?.content.firstElementChild.cloneNode(true);
  if (!form) return null;
  form.elements.op_id.value = uuid();
  const place = form.querySelector("[data-area]");
  if (place && criterion) {
    const about = document.createElement("p");
    about.className = "soft small";
    about.textContent = heading(criterion);
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "criterion", value: criterion });
    place.replaceWith(input, about);
    form.elements.legal_basis.defaultValue = cardOf(criterion)?.querySelector("[data-basis]")?.textContent ?? "";
  }
  if (url) {
    form.setAttribute("action", url);
    form.querySelector("[data-also]")?.remove();
    if (!criterion) place?.remove();
    for (const name of ["hx-post", "hx-target", "hx-swap", "hx-disabled-elt"]) form.removeAttribute(name);
  }
  return form;
}
