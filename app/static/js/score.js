// The scoring page: inputs belong to the finger, outputs to the server. A card is drawn from its inputs
// and from the server's outputs only; a reply never touches a control.

import { Saving } from "./saving.js";
import { moreThanAll, percent, readAmount, score, written } from "./scoring.js";

const TEXT_PAUSE = 600;
const page = document.getElementById("score");
const words = document.getElementById("score-words").dataset;
const address = `/inspections/${page.dataset.inspection}/answers`;
const timers = new Map();

const cardOf = (node) => node.closest(".criterion");
const result = (card) => card.querySelector(".criterion-result");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// --- what a card says ---------------------------------------------------------------------------

const VALUE_FIELDS = ["yes", "level", "numerator", "denominator", "faults", "points"];

function valuesOf(card) {
  const data = new FormData(card.querySelector("form"));
  const values = {};
  for (const name of VALUE_FIELDS) if (data.has(name)) values[name] = data.get(name);
  return values;
}

const ruleOf = (card) => (card.rule ??= JSON.parse(card.dataset.rule));

// Points at once, before the server has answered; the reply puts its own in the same place.
function preview(card) {
  const values = valuesOf(card);
  const got = score(ruleOf(card), values);
  const place = result(card).querySelector(".criterion-points");
  const small = place.querySelector("small").outerHTML;
  const shown = got.dropped ? "KAD" : got.points === undefined ? "–" : written(got.points);
  place.innerHTML = `${shown} ${small}`;
  const ratio = card.querySelector("[data-ratio]");
  if (ratio) {
    const [n, d] = [readAmount(values.numerator), readAmount(values.denominator)];
    const warning = n && d && moreThanAll(n, d) ? ` · ${words.moreThan}` : "";
    ratio.textContent = ratioWords(values, got, n, d, shown) + warning;
  }
  wantReason(card, got);
  return got;
}

// «= 99,91% → 4 điểm»; only what can be said of what stands in the two fields.
function ratioWords(values, got, n, d, shown) {
  const unread = (values.numerator?.trim() && !n) || (values.denominator?.trim() && !d);
  if (unread) return words.notReadable;
  if (!n || !d || got.fault) return "–";
  const share = percent(n, d);
  return `${share === "–" ? "" : `= ${share} `}→ ${got.dropped ? words.dropped : `${shown} ${words.points}`}`;
}

// The reason is asked for as soon as the two sides differ, and stays where something is written.
function wantReason(card, got) {
  const field = card.querySelector(".reason:not(.na)");
  if (!field) return;
  const other = card.dataset.other;
  const mine = got.dropped ? "na" : got.points === undefined ? null : String(got.points);
  const free = ruleOf(card).kind === "tu_do" && mine !== null;
  const differs = mine !== null && [other, card.dataset.first].some((points) => points !== undefined && points !== mine);
  field.toggleAttribute("data-idle", !(differs || free || field.querySelector("textarea").value));
}

function say(card, look, icon, text) {
  const place = result(card).querySelector(".criterion-state");
  const picture = document.querySelector(`#save-icons [data-for="${icon}"]`) ??
    document.getElementById("save-icons").content.querySelector(`[data-for="${icon}"]`);
  place.className = `criterion-state ${look}`;
  place.innerHTML = picture?.innerHTML ?? "";
  place.append(` ${text}`);
}

function clearFault(card) {
  for (const fault of card.querySelectorAll(".error")) fault.remove();
  for (const input of card.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  if (card.dataset.state === "rejected") delete card.dataset.state;
}

// Outputs of a reply take the place of the ones with the same id; nothing else changes.
function apply(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const output of parsed.body.querySelectorAll("[id]")) document.getElementById(output.id)?.replaceWith(output);
}

// --- sending ------------------------------------------------------------------------------------

const saving = new Saving(address, page.dataset.side, {
  saved(code, html) {
    apply(html);
    const card = document.getElementById(`c-${code}`);
    const output = result(card);
    saving.version(code, Number(output.dataset.version));
    card.dataset.answer = output.dataset.answer;
    if ("wantsReason" in output.dataset) card.querySelector(".reason:not(.na)")?.removeAttribute("data-idle");
    // Another part of the card was taken; what was refused still stands in its field.
    if (saving.hasRefused(code)) say(card, "bad", "rejected", words.refused);
    else clearFault(card);
    const typing = [...timers.keys()].some((key) => key.startsWith(`${code} `));
    if (typing || saving.queues.get(code).length > 1) unsent(card);
  },
  conflict(code, html, op) {
    const card = document.getElementById(`c-${code}`);
    card.querySelector(".conflict")?.remove();
    card.dataset.state = "conflict";
    card.querySelector("form").insertAdjacentHTML("afterend", html);
    const panel = card.querySelector(".conflict");
    panel.op = op;
    panel.querySelector("[data-mine]").textContent = result(card).querySelector(".criterion-points").textContent.trim();
    say(card, "bad", "conflict", words.conflict);
  },
  rejected(code, html, status) {
    const card = document.getElementById(`c-${code}`);
    clearFault(card);
    card.dataset.state = "rejected";
    const fault = new DOMParser().parseFromString(html, "text/html").querySelector(".error, .alert");
    const text = status === 403 ? words.forbidden : fault?.textContent.trim() || words.rejected;
    const input = card.querySelector(`[name="${CSS.escape(fault?.dataset.field || "none")}"]`);
    const line = document.createElement("p");
    line.className = "error";
    line.id = `fault-${code}`;
    line.setAttribute("role", "alert");
    line.textContent = text;
    const beside = input?.closest(".ratio, .stepper");
    if (beside) beside.after(line);
    else (input?.closest(".field, fieldset.choice") ?? card.querySelector("fieldset")).append(line);
    input?.setAttribute("aria-invalid", "true");
    input?.setAttribute("aria-describedby", line.id);
    say(card, "bad", "rejected", words.refused);
  },
  signedOut() {
    const dialog = document.getElementById("signed-out");
    if (!dialog.open) dialog.showModal();
  },
  changed: drawState,
  typing: () => timers.size > 0,
});

let spinner = null;
let spoken = 0;
function drawState({ state, waiting, savedAt }) {
  clearTimeout(spinner);
  // A short wait is not worth a flicker.
  if (state === "sending") spinner = setTimeout(() => showState("sending", words.sending), 400);
  else if (state === "offline") showState("offline", fill(words.local, { number: waiting }));
  else if (state === "signed-out") showState("signed-out", words.signedOut);
  else if (state === "conflict") showState("conflict", words.conflict);
  else if (state === "rejected") showState("rejected", words.rejected);
  else if (savedAt) {
    const time = savedAt.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
    showState("clean", fill(words.saved, { time }));
  } else showState("clean", words.clean);
  const banner = document.getElementById("save-banner");
  banner.hidden = state !== "offline";
  if (state !== "offline") return;
  const text = fill(words.offline, { number: waiting });
  banner.querySelector("[data-words]").textContent = text;
  if (Date.now() - spoken > 5000) {
    spoken = Date.now();
    document.getElementById("save-live").textContent = text;
  }
}

function showState(state, text) {
  const place = document.getElementById("save-state");
  place.dataset.state = state;
  const picture = document.getElementById("save-icons").content.querySelector(`[data-for="${state}"]`);
  place.querySelector("[data-icon]").innerHTML = picture?.innerHTML ?? "";
  place.querySelector("[data-words]").textContent = text;
}

// --- taps and typing ----------------------------------------------------------------------------

function sendValue(card) {
  const got = preview(card);
  if (got.half) return;
  clearFault(card);
  const values = valuesOf(card);
  const reason = card.querySelector('textarea[name="reason"]');
  if (ruleOf(card).kind === "tu_do" && reason?.value) values.reason = reason.value;
  const na = card.querySelector('[name="not_applicable"]');
  if (na?.checked && !got.empty) {
    na.checked = false;
    card.querySelector(".reason.na")?.setAttribute("data-idle", "");
  }
  saving.add(card.dataset.code, "value", values);
}

function sendNotApplicable(card) {
  const checked = card.querySelector('[name="not_applicable"]').checked;
  const reason = card.querySelector('[name="na_reason"]');
  card.querySelector(".reason.na").toggleAttribute("data-idle", !checked);
  if (checked && !reason.value.trim()) {
    say(card, "warn", "rejected", words.needsReason);
    reason.focus();
    return;
  }
  const values = checked ? { not_applicable: "1", na_reason: reason.value } : {};
  saving.add(card.dataset.code, "not_applicable", values);
}

const senders = {
  reason: (card, input) => saving.add(card.dataset.code, "reason", { reason: input.value }),
  note: (card, input) => saving.add(card.dataset.code, "note", { note: input.value }),
  na_reason: (card) => card.querySelector('[name="not_applicable"]').checked && sendNotApplicable(card),
};

function later(card, input) {
  const key = `${card.dataset.code} ${input.name}`;
  clearTimeout(timers.get(key)?.timer);
  const send = () => {
    clearTimeout(timers.get(key)?.timer);
    timers.delete(key);
    (senders[input.name] ?? sendValue)(card, input);
  };
  timers.set(key, { timer: setTimeout(send, TEXT_PAUSE), send });
}

page.addEventListener("input", (event) => {
  const input = event.target;
  const card = cardOf(input);
  if (!card || input.matches('[type="radio"], [type="checkbox"]')) return;
  if (VALUE_FIELDS.includes(input.name)) preview(card);
  unsent(card);
  if (!event.isComposing) later(card, input);
});

// Telex and VNI compose a letter from several keys: what is half a letter is not sent, not even by the
// timer of the letter before.
page.addEventListener("compositionstart", (event) => {
  const card = cardOf(event.target);
  if (card) clearTimeout(timers.get(`${card.dataset.code} ${event.target.name}`)?.timer);
});
page.addEventListener("compositionend", (event) => cardOf(event.target) && later(cardOf(event.target), event.target));

// From the first key to the server's answer the card does not say «Đã lưu».
const unsent = (card) => say(card, "", "local", words.unsent);

page.addEventListener("change", (event) => {
  const input = event.target;
  const card = cardOf(input);
  if (!card) return;
  if (input.matches('[type="radio"], [type="checkbox"]')) unsent(card);
  if (input.name === "not_applicable") sendNotApplicable(card);
  else if (input.matches('[type="radio"]')) sendValue(card);
  else timers.get(`${card.dataset.code} ${input.name}`)?.send();
});

page.addEventListener("submit", (event) => {
  const card = cardOf(event.target);
  if (!card || !event.target.matches(".criterion-form")) return;
  event.preventDefault();
  sendValue(card);
}, true);

page.addEventListener("click", (event) => {
  const card = cardOf(event.target);
  const keep = event.target.closest("[data-keeps]");
  if (keep) return settle(card, keep.closest(".conflict"), keep.dataset.keeps);
  if (event.target.closest("[data-clears]")) clear(card);
  const fills = event.target.closest("[data-fills]");
  if (fills) takeFigure(card, fills.dataset);
});

function takeFigure(card, { numerator, denominator }) {
  card.querySelector('[name="numerator"]').value = numerator;
  card.querySelector('[name="denominator"]').value = denominator;
  unsent(card);
  sendValue(card);
}

function clear(card) {
  for (const input of card.querySelectorAll(VALUE_FIELDS.map((name) => `[name="${name}"]`).join())) {
    if (input.type === "radio") input.checked = false;
    else input.value = "";
  }
  unsent(card);
  sendValue(card);
}

async function settle(card, panel, kept) {
  const code = card.dataset.code;
  const version = Number(panel.dataset.version);
  saving.round = Number(panel.dataset.round);
  if (kept === "mine") {
    panel.remove();
    delete card.dataset.state;
    saving.again(code, panel.op, version);
    return;
  }
  // Their answer is wanted in the inputs: the person asked for it, so the whole card may be replaced.
  const reply = await fetch(`${address}/${encodeURIComponent(code)}?side=${page.dataset.side}`, { headers: { "X-Requested-With": "soat" } }).catch(() => null);
  if (!reply?.ok) return;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector(".criterion");
  card.replaceWith(fresh);
  globalThis.htmx?.process(fresh);
  saving.version(code, version);
  saving.settled(code);
  fresh.querySelector("h4").focus();
}

document.querySelector("[data-retries]").addEventListener("click", async () => {
  // The new session has a new token: take it from a fresh page before sending again. Only the person who
  // scored may send: a shared tablet must not put one person's scores under another's name.
  const dialog = document.getElementById("signed-out");
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const fresh = reply?.ok ? new DOMParser().parseFromString(await reply.text(), "text/html") : null;
  const person = fresh?.getElementById("score")?.dataset.person;
  const same = person === page.dataset.person;
  dialog.querySelector("[data-still]").hidden = Boolean(person);
  dialog.querySelector("[data-another]").hidden = !person || same;
  if (!same) return;
  document.querySelector('meta[name="csrf-token"]').content = fresh.querySelector('meta[name="csrf-token"]').content;
  dialog.close();
  saving.flush();
});

// --- finding one's way --------------------------------------------------------------------------

const cards = () => [...document.querySelectorAll(".criterion")];
let here = null;

function current() {
  const top = 80;
  return here?.isConnected ? here : cards().find((card) => card.getBoundingClientRect().bottom > top) ?? cards()[0];
}

function jump(card) {
  if (!card) return;
  here = card;
  card.scrollIntoView({ block: "start" });
  card.querySelector("h4").focus({ preventScroll: true });
  history.replaceState(null, "", `#${card.id}`);
  remember(card.dataset.code);
}

const memory = `soat-here-${page.dataset.inspection}-${page.dataset.side}`;
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
  here = cardOf(event.target) ?? here;
  if (here) remember(here.dataset.code);
});
window.addEventListener("wheel", () => (here = null), { passive: true });
window.addEventListener("touchmove", () => (here = null), { passive: true });

const missing = document.getElementById("missing");
document.querySelector('[data-opens="missing"]').addEventListener("click", () => {
  const list = document.getElementById("missing-list");
  const pattern = document.getElementById("missing-row").content.firstElementChild;
  list.replaceChildren();
  for (const card of cards()) {
    const why = result(card).dataset.gap;
    if (!why) continue;
    const row = pattern.cloneNode(true);
    row.querySelector("a").href = `#${card.id}`;
    const [code, text] = card.querySelector("h4").childNodes;
    row.querySelector("[data-title]").textContent = `${code.textContent} ${text.textContent.trim()}`;
    row.querySelector("[data-why]").textContent = why;
    list.append(row);
  }
  document.getElementById("missing-none").hidden = list.children.length > 0;
});
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

// --- start --------------------------------------------------------------------------------------

saving.round = Number(page.dataset.round);
for (const card of cards()) saving.version(card.dataset.code, Number(result(card).dataset.version));
if (!location.hash) {
  let code = null;
  try {
    code = localStorage.getItem(memory);
  } catch {
    // as above
  }
  const last = code && document.getElementById(`c-${code}`);
  if (last && last !== cards()[0]) last.scrollIntoView({ block: "start" });
}
// What the app has counted itself comes after the page: it is a help, nothing waits for it.
fetch(`/inspections/${page.dataset.inspection}/score/figures`, { headers: { "X-Requested-With": "soat" } })
  .then((reply) => (reply.ok ? reply.text() : ""))
  .then(apply, () => {});
document.documentElement.dataset.scoring = "ready";
