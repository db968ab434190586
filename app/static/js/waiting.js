// What waits of pictures and findings, as far as every page shows it: the figures on the cards, and files that came
// broken sent again. What only the drawers need is fetched when there is something to show in it.

import "./limits.js";
import "./names.js";
import { account, outbox } from "./queue.js";
import { notify } from "./requests.js";
import { noteless } from "./toasts.js";

const page = document.getElementById("score");
const words = document.getElementById("waiting-words")?.dataset;
const MOST_TRIES = 5;
const WRITTEN = ["finding", "recommendation"];
const QUEUED = "form[data-queue], form[data-queue-move]";
const PARTS = [
  ["form[data-uploads], [data-marks], form[data-caption-form]", () => import("./evidence.js")],
  [QUEUED, () => import("./findings.js")],
];

function look(target) {
  // Without a network, and without a worker that has kept it: the forms post by themselves.
  for (const [what, module] of PARTS) if (target.matches?.(what) || target.querySelector?.(what)) module().catch(() => {});
}

// Pressed before its module is there, on a slow line: the form waits for it, so that its words go through the outbox.
const SENT = [[QUEUED, () => import("./findings.js")], ["form[data-caption-form]", () => import("./evidence.js")]];
const there = new Set();
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const [what, module] = SENT.find(([one]) => form.matches(one)) ?? [];
  if (!outbox || !what || there.has(what) || form === passing) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.waits !== undefined) return;
  form.dataset.waits = "";
  if (form.matches("[data-guard]")) form.dataset.dirty = ""; // no older draft takes the place of what is sent here
  await module().then(() => there.add(what), () => {});
  delete form.dataset.waits;
  pass(form, event.submitter);
}, true);

// Its module could not be fetched: it goes as a plain form, which says when there is no network.
let passing = null;
function pass(form, submitter) {
  passing = form;
  if (form.isConnected) form.requestSubmit(form.contains(submitter) ? submitter : null);
  passing = null;
}

const away = () => notify(document.getElementById("notice-words")?.dataset.offline);
document.addEventListener("click", async (event) => {
  const pen = event.target.closest("[data-marks]");
  if (!pen || !outbox || there.has("pen")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await import("./evidence.js").then(() => there.add("pen"), () => null)) pen.click();
  else away();
}, true);
// What is chosen stays in its field until evidence.js takes it from there.
document.addEventListener("change", ({ target }) => {
  if (outbox && target.matches?.('form[data-uploads] [type="file"]')) import("./evidence.js").catch(away);
});

// --- the cards of the scoring page ---------------------------------------------------------------

function drawCards() {
  const found = new Map();
  for (const op of outbox.list) {
    if (op.kind !== "photo" || !op.place || String(op.inspection) !== page.dataset.inspection || op.side !== page.dataset.side) continue;
    const figures = found.get(op.place) ?? { waiting: 0, rejected: 0 };
    figures[op.state === "rejected" ? "rejected" : "waiting"] += 1;
    found.set(op.place, figures);
  }
  mark("evidence-waiting", found, (card) => card.querySelector("[data-evidence-count]"));
}

// What was found, or is still being written, about a criterion.
function drawFound() {
  const found = new Map();
  const of = (code) => found.get(code) ?? found.set(code, { waiting: 0, rejected: 0 }).get(code);
  for (const op of outbox.list) {
    if (!WRITTEN.includes(op.kind) || !op.place || String(op.inspection) !== page.dataset.inspection) continue;
    of(op.place)[op.state === "waiting" ? "waiting" : "rejected"] += 1;
  }
  for (const code of drafted()) of(code).draft = true;
  mark("found-waiting", found, (card) => card.querySelector("[data-found]")?.lastChild);
}

function drafted() {
  const start = `soat-typed-${account}-form /inspections/${page.dataset.inspection}/findings `;
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
  } catch {
    return [];
  }
}

function mark(name, found, placeIn) {
  const [hook, key] = [`[data-${name}]`, name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())];
  for (const mark of document.querySelectorAll(`.criterion ${hook}`)) {
    if (!found.has(mark.closest(".criterion").dataset.code)) mark.remove();
  }
  for (const [code, { waiting, rejected, draft }] of found) {
    const place = document.getElementById(`c-${code}`) && placeIn(document.getElementById(`c-${code}`));
    if (!place) continue;
    let mark = place.parentElement.querySelector(hook);
    if (!mark) {
      mark = document.createElement("span");
      mark.dataset[key] = "";
      place.after(mark);
    }
    mark.className = `badge ${rejected ? "bad" : "warn"}`;
    mark.textContent = [waiting && words.waiting.replace("{number}", waiting), rejected && words.rejected.replace("{number}", rejected), draft && words.draft]
      .filter(Boolean).join(", ");
  }
}

// The kept pages of what was found know the new words and versions: the next change without a network is no conflict
// with one's own. The page is often left at once: what is left to do stands in the session.
const RENEWS = "soat-renews";
let renewing = null;
function renewKept(urls) {
  let all = urls;
  try {
    all = [...new Set([...JSON.parse(sessionStorage.getItem(RENEWS) ?? "[]"), ...urls])];
    sessionStorage.setItem(RENEWS, JSON.stringify(all));
  } catch {
    // without storage only this page knows
  }
  clearTimeout(renewing);
  if (all.length) renewing = setTimeout(async () => {
    if (await globalThis.caches?.has(`soat-kit-${account}`).catch(() => false)) {
      const { renew } = await import("./kit.js");
      const changed = all.map((url) => `${url.replace(/\/(remove|restore)$/, "")}/edit`);
      const list = [...new Set(all.map((url) => /^\/inspections\/\d+/.exec(url)[0]))];
      for (const at of list) await renew(String(account), Number(at.split("/")[2]), new RegExp(`^(${[`${at}/findings`, ...changed].join("|")})$`)).catch(() => {});
    }
    try {
      sessionStorage.removeItem(RENEWS);
    } catch {
      // as above
    }
  }, 1000);
}

// --- the way to /outbox ---------------------------------------------------------------------------

// What the disk would not take lives on this page only: nothing leads away from it then.
const unkept = () => outbox.list.filter((op) => op.storing || op.unsafe);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-saves-queue]")) import("./queuefile.js").then(({ download }) => download(), away);
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
      drawFound();
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
    if (verdict === "saved" && WRITTEN.includes(op.kind)) renewKept([op.url]);
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
  if (page && words) {
    document.getElementById("finding")?.addEventListener("close", drawFound); // what was left half written there
    outbox.ready.then(drawFound);
    // When the page has long been usable: without a network, and without a worker, the drawers must still open.
    setTimeout(() => import("./blank.js").then(() => (document.documentElement.dataset.drawers = "ready"), () => {}), 300);
  }
  renewKept([]);
  look(document);
  addEventListener("online", () => look(document)); // it may have gone before they came
  document.addEventListener("htmx:load", ({ target }) => look(target));
}
