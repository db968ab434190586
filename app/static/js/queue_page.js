// /outbox: everything of this account that waits on this device, with what can be done about each. Online the server
// says whose page it is; without a network the worker gives the page it keeps for everybody, and the device says it.

import { lastAccount, prepared } from "./kit.js";
import { clock, isToday } from "./times.js";

const root = document.querySelector("[data-outbox]");
const words = root.dataset;
const SURE_FOR = 4000;
const HEARD = 500;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const signedIn = Boolean(document.querySelector('meta[name="soat-person"]'));
const account = signedIn ? "" : await whose();
if (account) {
  const meta = Object.assign(document.createElement("meta"), { name: "soat-person", content: account });
  document.head.append(meta);
}

// With the server in reach only a session tells; without it, who has not signed out here.
async function whose() {
  const asked = await fetch("/me/token", { headers: { "X-Requested-With": "soat" }, redirect: "manual", cache: "no-store" }).catch(() => null);
  if (asked?.status === 401) location.replace("/login");
  const said = asked?.ok ? await asked.json().catch(() => null) : null;
  return said?.account ?? (asked?.status === 401 ? "" : lastAccount());
}

// Only now: the outbox asks the page whose it is.
if (!signedIn) import("./app.js");
const { outbox, sender } = await import("./queue.js");
if (outbox) start();
else root.querySelector("[data-nobody]").hidden = false;

async function start() {
  const { addressOf, kindOf, overFor, placeOf, reasonOf, saidBy, theirsOf, valueOf } = await import("./queue_words.js");
  const { known, note } = await import("./names.js");
  const drafts = await import("./queue_typed.js");
  const groups = root.querySelector("[data-groups]");
  const pattern = (name) => root.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
  const pictures = new Map(); // object URLs by operation
  const open = new Map(); // inspection → addresses of it that this account may open; null: none of them
  let names = new Map();
  let elsewhere = []; // what only another open page holds
  await outbox.ready;

  // --- names and ways ---------------------------------------------------------------------------

  async function learn() {
    names = await known();
    for (const kit of await prepared(outbox.account)) {
      names.set(kit.inspection, { ...names.get(kit.inspection), unit: kit.title, day: kit.detail });
    }
    draw();
    for (const inspection of new Set(everything().map((op) => op.inspection).filter(Boolean))) await ask(inspection);
    draw();
  }

  async function ask(inspection) {
    if (open.has(inspection)) return;
    const asking = { headers: { "X-Requested-With": "soat", "Soat-Kit": "1" }, redirect: "manual", cache: "no-store" };
    const reply = await fetch(`/inspections/${inspection}/kit`, asking).catch(() => null);
    if ([403, 404].includes(reply?.status)) return void open.set(inspection, null);
    const plan = reply?.ok ? await reply.json().catch(() => null) : null;
    if (plan?.account !== outbox.account) return;
    open.set(inspection, new Set(plan.pages));
    names.set(inspection, { ...names.get(inspection), unit: plan.title, day: plan.detail });
    await note(inspection, { unit: plan.title, day: plan.detail }).catch(() => {});
  }

  // null: nothing of it opens for this account any more; unknown without a network, then it is tried.
  function wayTo(op) {
    const address = addressOf(op);
    const pages = op.inspection && open.get(op.inspection);
    if (!address || pages === null) return null;
    const { pathname, search } = new URL(address, location.href);
    return !pages || [pathname + search, pathname].some((one) => pages.has(one)) ? address : null;
  }

  // --- drawing ----------------------------------------------------------------------------------

  const everything = () => [...outbox.list, ...elsewhere.filter((op) => !outbox.operations.has(op.id))];

  function draw() {
    const ops = everything();
    const halves = drafts.typed(outbox.account).map((one) => ({ ...one, id: `typed ${one.id}`, kind: "typed", state: "typed" }));
    const all = [...ops, ...halves];
    const count = (state) => ops.filter((op) => op.state === state).length;
    root.querySelector("[data-none]").hidden = all.length > 0;
    root.querySelector("[data-some]").hidden = all.length === 0;
    root.querySelector("[data-counts]").textContent = [
      ["waitingNumber", count("waiting")], ["conflictNumber", count("conflict")], ["rejectedNumber", count("rejected")],
      ["typedNumber", halves.length],
    ].filter(([, number]) => number).map(([name, number]) => fill(words[name], { number })).join(" · ");
    root.querySelector("[data-full]").hidden = outbox.fault !== "full";
    root.querySelector("[data-memory]").hidden = outbox.fault !== "memory";
    root.querySelector("[data-signed-out]").hidden = !sender.signedOut;
    root.querySelector('[data-act="send-all"]').hidden = ops.every((op) => op.state === "conflict" || overFor(op));
    root.querySelector('[data-act="download"]').hidden = ops.length === 0;
    const wanted = new Map();
    for (const op of all) wanted.set(op.inspection ?? 0, [...(wanted.get(op.inspection ?? 0) ?? []), op]);
    for (const group of [...groups.children]) if (!wanted.has(Number(group.dataset.inspection))) group.remove();
    for (const [inspection, mine] of wanted) drawGroup(inspection, mine);
    for (const [id, url] of pictures) {
      if (all.some((op) => op.id === id)) continue;
      URL.revokeObjectURL(url);
      pictures.delete(id);
    }
  }

  function drawGroup(inspection, ops) {
    let group = groups.querySelector(`[data-inspection="${inspection}"]`);
    if (!group) {
      group = pattern("group");
      group.dataset.inspection = inspection;
      group.setAttribute("aria-labelledby", `group-${inspection}`);
      group.querySelector("h2").id = `group-${inspection}`;
      groups.append(group);
    }
    const { unit, day } = names.get(inspection) ?? {};
    const title = unit ? [unit, day].filter(Boolean).join(" · ") : inspection ? fill(words.inspection, { number: inspection }) : words.rest;
    group.querySelector("[data-title]").textContent = title;
    group.querySelector("[data-number]").textContent = ops.length;
    const rows = group.querySelector("ul");
    for (const row of [...rows.children]) if (!ops.some((op) => op.id === row.dataset.op)) row.remove();
    for (const op of ops) {
      let row = [...rows.children].find((one) => one.dataset.op === op.id);
      if (!row) {
        row = pattern("row");
        row.dataset.op = op.id;
        rows.append(row);
      }
      drawRow(row, op);
    }
  }

  function put(row, name, text) {
    const place = row.querySelector(`[data-${name}]`);
    if (place.textContent !== text) place.textContent = text;
    (place.closest("[data-line]") ?? place).hidden = !text;
  }

  function drawRow(row, op) {
    const half = op.state === "typed";
    const about = names.get(op.inspection);
    row.dataset.state = op.state;
    const badge = row.querySelector("[data-badge]");
    badge.className = `badge ${op.state === "waiting" || half ? "warn" : "bad"}`;
    badge.textContent = words[`state${op.state[0].toUpperCase()}${op.state.slice(1)}`];
    put(row, "kind", half && !op.what ? words.answer : kindOf(half ? { kind: op.what } : op, words));
    put(row, "place", placeOf({ fields: {}, ...op }, words, about));
    put(row, "value", half ? halfOf(op, about) : saidBy(op, words, about));
    put(row, "at", half ? "" : moment(op.at));
    put(row, "reason", half ? (op.what ? words.writtenReason : words.typedReason) : reasonOf(op, words, sender));
    row.querySelector("[data-reason]").closest("p").classList.toggle("error", op.state === "rejected");
    put(row, "theirs", theirsOf(op, words));
    const way = wayTo(op);
    put(row, "closed", !way && op.inspection && open.has(op.inspection) ? words.closed : overFor(op) ? words.over : "");
    const link = row.querySelector("[data-way]");
    link.hidden = !way;
    if (way) link.href = way;
    link.querySelector("span").textContent = op.state === "conflict" ? words.settle : words.open;
    link.classList.toggle("primary", op.state === "conflict");
    row.querySelector('[data-act="send"]').hidden = op.elsewhere || overFor(op) || !["waiting", "rejected"].includes(op.state);
    const drop = row.querySelector('[data-act="drop"]');
    drop.hidden = Boolean(op.elsewhere);
    if (drop.dataset.sure === undefined) drop.querySelector("[data-label]").textContent = words.drop;
    picture(row, op);
  }

  function halfOf({ fields, what }, about) {
    if (what) return fields.text ? `«${fields.text}»` : "";
    const { not_applicable: na, na_reason: why, note: text, reason, ...value } = fields;
    const said = Object.values(value).some(Boolean) ? valueOf(value, words, about?.criteria) : "";
    return [said, na !== undefined && words.na, ...[why, reason, text].map((one) => one && `«${one}»`)].filter(Boolean).join(" · ");
  }

  const moment = (at) => (isToday(at) ? fill(words.today, { time: clock(at) }) : clock(at));

  // Small, and as a file: what the server refused must not be lost with the tablet.
  async function picture(row, op) {
    if (!op.file || row.dataset.drawn !== undefined) return;
    row.dataset.drawn = "";
    const bytes = op.bytes ?? (await outbox.bytes(op).catch(() => null));
    if (!bytes) return void put(row, "closed", words.noBytes);
    const url = URL.createObjectURL(new Blob([bytes], { type: op.file.type }));
    pictures.set(op.id, url);
    const save = row.querySelector("[data-file]");
    save.href = url;
    save.download = op.file.name;
    save.hidden = false;
    const image = row.querySelector("img");
    if (!op.file.type.startsWith("image/")) return;
    image.onload = () => (image.hidden = false);
    image.src = url;
  }

  // --- acts -------------------------------------------------------------------------------------

  const say = (text) => (root.querySelector("[data-says]").textContent = text);

  // What goes with it: the pictures of a finding, the words of a picture.
  const withIt = (op) => outbox.list.filter((one) => one !== op && (op.kind === "photo" ? one.url === `/attachments/by-op/${op.id}/caption`
    : ["finding", "recommendation"].includes(op.kind) && one.lane === op.lane && ["photo", "caption"].includes(one.kind)));

  // Asked once more on the button itself: nothing brings it back.
  async function drop(row, button) {
    const label = button.querySelector("[data-label]");
    const half = row.dataset.state === "typed";
    const op = half ? null : outbox.operations.get(row.dataset.op);
    const rest = op ? withIt(op) : [];
    if (button.dataset.sure === undefined) {
      button.dataset.sure = "";
      const sent = op?.state === "waiting" && op.tried > 0 ? `; ${words.mayHave}` : "";
      label.textContent = (rest.length ? fill(words.asksMore, { number: rest.length }) : words.asks) + sent;
      return void setTimeout(() => {
        delete button.dataset.sure;
        label.textContent = words.drop;
      }, SURE_FOR);
    }
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (half) drafts.forget(drafts.typed(outbox.account).find((one) => `typed ${one.id}` === row.dataset.op)?.keys ?? []);
    else if (op) await outbox.settle([op.id, ...rest.map((one) => one.id)]);
    draw();
    say(words.dropped);
    (next?.querySelector("a:not([hidden]), button:not([hidden])") ?? document.querySelector("h1")).focus();
  }

  async function send(ids) {
    const refused = outbox.list.filter((op) => op.state === "rejected" && (!ids || ids.includes(op.id)));
    const before = outbox.list.length;
    if (refused.length) await outbox.retry(refused.map((op) => op.id));
    await sender.flush();
    await outbox.refresh().catch(() => {});
    const left = outbox.list.length;
    say(left < before ? fill(words.sent, { number: before - left }) : reasonsNow());
    draw();
  }
  const reasonsNow = () => (sender.trouble || sender.signedOut ? words[sender.signedOut ? "signedOut" : "offline"] : words.stillLeft);

  async function take() {
    await hearOthers();
    const { download } = await import("./queuefile.js");
    const made = await download(elsewhere);
    const list = root.querySelector("[data-files]");
    list.replaceChildren(...made.map(({ name, url, size }) => {
      const row = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: url, download: name, textContent: name });
      row.append(link, ` · ${(size / 1_000_000).toLocaleString("vi-VN", { maximumFractionDigits: 1 })} MB`);
      return row;
    }));
    root.querySelector("[data-made]").hidden = false;
    root.querySelector("[data-parts]").hidden = made.length < 2;
    say(words.made);
  }

  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-act]");
    const row = target.closest("[data-op]");
    const acts = { send: () => send([row.dataset.op]), "send-all": () => send(), download: take, drop: () => drop(row, button) };
    if (button) acts[button.dataset.act]();
  });

  // --- what the disk would not take: other open pages hold it in memory ---------------------------

  outbox.addEventListener("unsafe", ({ detail }) => {
    const fresh = detail.ops.filter((op) => !elsewhere.some((one) => one.id === op.id));
    elsewhere.push(...fresh.map((op) => ({ ...op, elsewhere: true })));
    if (fresh.length) draw();
  });
  async function hearOthers() {
    elsewhere = [];
    outbox.tell({ type: "ask-unsafe" });
    await new Promise((done) => setTimeout(done, HEARD));
    draw();
  }
  outbox.addEventListener("reply", ({ detail: { op, verdict } }) => {
    if (verdict === "saved") elsewhere = elsewhere.filter((one) => one.id !== op.id);
  });

  outbox.addEventListener("change", draw);
  window.addEventListener("storage", ({ key }) => key?.startsWith("soat-typed-") && draw());
  draw();
  root.dataset.ready = "";
  await learn();
  if (outbox.tabs) await hearOthers();
}
