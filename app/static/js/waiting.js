// What waits of pictures and findings, as far as every page shows it: the figures on the cards, and files that came
// broken sent again. What only the drawers need is fetched when there is something to show in it.

import "./limits.js";
import "./names.js";
import { outbox } from "./queue.js";
import { noteless } from "./toasts.js";

const page = document.getElementById("score");
const words = document.getElementById("waiting-words")?.dataset;
const MOST_TRIES = 5;
const WRITTEN = ["finding", "recommendation"];
const PARTS = [
  ["form[data-uploads], [data-marks], form[data-caption-form]", () => import("./evidence.js")],
  ["form[data-queue]", () => import("./findings.js")],
];

function look(target) {
  // Without a network, and without a worker that has kept it: the forms post by themselves.
  for (const [what, module] of PARTS) if (target.matches?.(what) || target.querySelector?.(what)) module().catch(() => {});
}

// --- the cards of the scoring page ---------------------------------------------------------------

function drawCards() {
  const found = new Map();
  for (const op of outbox.list) {
    if (op.kind !== "photo" || !op.place || String(op.inspection) !== page.dataset.inspection || op.side !== page.dataset.side) continue;
    const figures = found.get(op.place) ?? { waiting: 0, rejected: 0 };
    figures[op.state === "rejected" ? "rejected" : "waiting"] += 1;
    found.set(op.place, figures);
  }
  for (const mark of document.querySelectorAll(".criterion [data-evidence-waiting]")) {
    if (!found.has(mark.closest(".criterion").dataset.code)) mark.remove();
  }
  for (const [code, { waiting, rejected }] of found) {
    const count = document.getElementById(`c-${code}`)?.querySelector("[data-evidence-count]");
    if (!count) continue;
    let mark = count.parentElement.querySelector("[data-evidence-waiting]");
    if (!mark) {
      mark = document.createElement("span");
      mark.dataset.evidenceWaiting = "";
      count.after(mark);
    }
    mark.className = `badge ${rejected ? "bad" : "warn"}`;
    mark.textContent = [waiting && words.waiting.replace("{number}", waiting), rejected && words.rejected.replace("{number}", rejected)].filter(Boolean).join(", ");
  }
}

// A finding that only this device has is seen at its criterion too.
function drawFindings() {
  const found = new Map();
  for (const op of outbox.list) {
    if (op.kind !== "finding" || !op.fields.criterion || String(op.inspection) !== page.dataset.inspection) continue;
    const figures = found.get(op.fields.criterion) ?? { waiting: 0, rejected: 0 };
    figures[op.state === "rejected" ? "rejected" : "waiting"] += 1;
    found.set(op.fields.criterion, figures);
  }
  for (const card of document.querySelectorAll(".criterion")) {
    const figures = found.get(card.dataset.code);
    let mark = card.querySelector("[data-finding-waiting]");
    if (!figures) mark?.remove();
    else {
      if (!mark) {
        mark = document.createElement("span");
        mark.dataset.findingWaiting = "";
        card.querySelector('.criterion-foot [data-opens="finding"]')?.append(mark);
      }
      mark.className = `badge ${figures.rejected ? "bad" : "warn"}`;
      mark.textContent = figures.rejected ? words.rejected.replace("{number}", figures.rejected) : words.waiting.replace("{number}", figures.waiting);
    }
  }
}

// --- the way to /outbox ---------------------------------------------------------------------------

// What the disk would not take lives on this page only: nothing leads away from it then.
const unkept = () => outbox.list.filter((op) => op.storing || op.unsafe);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-saves-queue]")) import("./queuefile.js").then(({ download }) => download(), () => {});
  const way = event.target.closest("[data-to-outbox]");
  if (!way || !outbox || !unkept().length) return;
  event.preventDefault();
  window.open(way.href, "_blank", "noopener");
});
// The list in another tab asks for it, to show it and to put it into the file.
outbox?.addEventListener("ask-unsafe", () => {
  const ops = unkept().map(({ storing, ...op }) => op);
  if (ops.length) outbox.tell({ type: "unsafe", ops });
});

if (outbox) {
  outbox.addEventListener("change", () => {
    if (page && words) {
      drawCards();
      drawFindings();
    }
    if (document.querySelector("[data-written]") && outbox.list.some((op) => WRITTEN.includes(op.kind))) import("./findings.js").catch(() => {});
  });
  outbox.addEventListener("reply", ({ detail: { op, verdict, reply, local } }) => {
    if (verdict === "saved" && op.kind === "photo" && page) {
      const count = document.getElementById(`c-${op.place}`)?.querySelector("[data-evidence-count]");
      if (count && op.side === page.dataset.side && String(op.inspection) === page.dataset.inspection) {
        count.textContent = Number(count.textContent) + 1;
        count.hidden = false;
      }
    }
    if (!local) return;
    // The bytes were bent on their way; those on the device are whole.
    if (verdict === "rejected" && /\bdata-broken\b/.test(reply.html) && op.tried < MOST_TRIES) outbox.retry([op.id]);
    // Pictures that came before their finding.
    if (verdict === "saved" && op.kind === "finding") {
      const early = outbox.list.filter((other) => other.lane === op.lane && other.state === "rejected" && other.reply?.status === 404);
      if (early.length) outbox.retry(early.map((other) => other.id));
    }
  });
  // The drawer of another criterion must not stay when the one that was tapped cannot be fetched.
  for (const fault of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(fault, ({ detail: { target, requestConfig } }) => {
    if (!["evidence-body", "finding-body"].includes(target?.id) || requestConfig.verb !== "get") return;
    target.replaceChildren();
    import("./blank.js").then(({ fill }) => fill(target, requestConfig.path)).then(() => target.childElementCount && noteless(), () => {});
  });
  look(document);
  document.addEventListener("htmx:load", ({ target }) => look(target));
}
