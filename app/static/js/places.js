// Finding one's way on the scoring page: steps, the place remembered, «Còn thiếu», the area in view.

import { cardOf, page } from "./cards.js";
import { notify } from "./requests.js";

const { inspection, side } = page.dataset;
const address = `/inspections/${inspection}/answers`;

const cards = () => [...document.querySelectorAll(".criterion")];
let at = null;

function current() {
  const top = 80;
  return at?.isConnected ? at : cards().find((card) => card.getBoundingClientRect().bottom > top) ?? cards()[0];
}

function jump(card) {
  if (!card) return;
  at = card;
  card.scrollIntoView({ block: "start" });
  card.querySelector("h4").focus({ preventScroll: true });
  history.replaceState(null, "", `#${card.id}`);
  remember(card.dataset.code);
}

const memory = `soat-here-${inspection}-${side}`;
function remember(code) {
  try {
    localStorage.setItem(memory, code);
  } catch {
    // Without storage the page just opens at its beginning.
  }
}

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-jump]");
  if (!step) return;
  const all = cards();
  jump(all[all.indexOf(current()) + Number(step.dataset.jump)]);
});

page.addEventListener("focusin", (event) => {
  at = cardOf(event.target) ?? at;
  if (at) remember(at.dataset.code);
});
window.addEventListener("wheel", () => (at = null), { passive: true });
window.addEventListener("touchmove", () => (at = null), { passive: true });

const missing = document.getElementById("missing");
document.querySelector('[data-opens="missing"]').addEventListener("click", () => import("./progress.js").then(({ list }) => list(), () => {
  missing.close();
  notify(document.getElementById("notice-words").dataset.offline);
}));
missing.addEventListener("click", (event) => {
  const link = event.target.closest("a.row");
  if (!link) return;
  event.preventDefault();
  // Closing gives the focus back to the opener first; the jump comes after it.
  missing.addEventListener("close", () => jump(document.getElementById(decodeURIComponent(link.hash.slice(1)))), { once: true });
  missing.close();
});

// The finding button of the bar speaks of the criterion in view.
document.getElementById("finding-here")?.addEventListener("click", (event) => {
  const card = current();
  globalThis.htmx?.ajax("GET", `${event.currentTarget.dataset.address}?criterion=${card.dataset.code}`, "#finding-body");
});

// So does the picture button.
document.getElementById("evidence-here").addEventListener("click", () => {
  const code = encodeURIComponent(current().dataset.code);
  globalThis.htmx?.ajax("GET", `${address}/${code}/attachments?side=${page.dataset.side}`, "#evidence-body");
});

// The area in view is marked in the rail.
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    for (const link of document.querySelectorAll(".score-rail a[data-area]")) {
      if (link.dataset.area === entry.target.dataset.area) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}, { rootMargin: "-70px 0px -70% 0px" });
for (const area of document.querySelectorAll(".score-area")) seen.observe(area);

document.getElementById("areas").addEventListener("click", (event) => {
  if (event.target.closest("a[href^='#']") && event.currentTarget.matches(":popover-open")) event.currentTarget.hidePopover();
});

// Not below a finger that has begun already.
if (!location.hash && !scrollY && !cardOf(document.activeElement)) {
  let code = null;
  try {
    code = localStorage.getItem(memory);
  } catch {
    // as above
  }
  const last = code && document.getElementById(`c-${code}`);
  if (last && last !== cards()[0]) last.scrollIntoView({ block: "start" });
}
