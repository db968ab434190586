// How far the work is, with what waits on this device: «Đã chấm 41/77, 12 chờ gửi», the areas' x/y, «Còn thiếu».
// Points stay the server's, with a mark that says so. A short wait is not worth a flicker: it is shown once the
// network is known to be away, or after a second, and then until nothing waits any more.

import { cardAt, entryOf, fill, page, picture, result, words } from "./cards.js";
import { outbox, sender } from "./queue.js";
import { gapAfter, givenIn, scores, waitingOf } from "./standing.js";

const SOON = 1000;
let shown = false;
let timer = null;

const gapOf = (card, ops) => gapAfter(card, ops, card.entry ?? entryOf(card));

// By area: how many more are scored than the server says, and of how many the score waits.
function tally() {
  const areas = new Map();
  for (const [code, ops] of waitingOf(page.dataset)) {
    if (!scores(ops)) continue;
    const card = cardAt(code);
    const link = card ? null : document.querySelector(`.score-rail [data-unscored~="${CSS.escape(code)}"], .score-rail [data-scored~="${CSS.escape(code)}"]`);
    const area = card?.closest(".score-area").dataset.area ?? link?.dataset.area;
    if (!area) continue;
    const before = card ? result(card).dataset.answer !== "todo" : link.dataset.scored.split(" ").includes(code);
    const now = card ? gapOf(card, ops) !== "unscored" : givenIn(ops);
    const sum = areas.get(area) ?? { more: 0, number: 0 };
    areas.set(area, { more: sum.more + now - before, number: sum.number + 1 });
  }
  return areas;
}

// «7/16» as the server wrote it, and as it is with what waits.
function count(node, more) {
  const [done, all] = (node.dataset.told ??= node.textContent).split("/");
  const text = `${Number(done) + more}/${all}`;
  if (node.textContent !== text) node.textContent = text;
}

// What waits, beside a figure; where there is little room only the number is seen.
function wait(place, number, text = fill(words.waits, { number })) {
  let mark = place.querySelector(":scope > .waits");
  if (!number) return mark?.remove();
  if (!mark) {
    mark = document.createElement("span");
    mark.className = "waits";
    place.append(mark);
  }
  if (mark.title === text) return;
  mark.title = text;
  mark.innerHTML = `${picture("local")}<b aria-hidden="true">${number}</b><span>${text}</span>`;
}

function draw() {
  let areas = tally();
  clearTimeout(timer);
  if (!areas.size) shown = false;
  else if (sender.trouble || sender.signedOut) shown = true;
  else if (!shown) timer = setTimeout(() => { shown = true; draw(); }, SOON);
  if (!shown) areas = new Map();
  const sums = [...areas.values()];
  const number = sums.reduce((sum, area) => sum + area.number, 0);
  const answered = document.getElementById("answered");
  count(answered, sums.reduce((sum, area) => sum + area.more, 0));
  wait(answered.parentElement, number);
  wait(document.getElementById("total-points").parentElement, number, fill(words.notCounted, { number }));
  for (const link of document.querySelectorAll(".score-rail a[data-area]")) {
    const { more, number: waiting } = areas.get(link.dataset.area) ?? { more: 0, number: 0 };
    const told = link.querySelector("[data-count]");
    const bar = link.querySelector("progress");
    if (!told) continue; // a kept page of an older build
    count(told, more);
    bar.value = Number(bar.dataset.told ??= bar.value) + more;
    wait(told.parentElement, waiting);
    const head = document.querySelector(`.score-area[data-area="${CSS.escape(link.dataset.area)}"] .area-head`);
    if (head) wait(head, waiting, fill(words.notCounted, { number: waiting }));
  }
}

// Why a criterion is on the list of what is missing; ops: what waits of it.
function whyMissing(card, ops) {
  const told = result(card).dataset.gap;
  if (!ops) return told;
  const gap = gapOf(card, ops);
  if (gap) return gap === "reason" ? words.wantsReason : words.unscored;
  return scores(ops) || ops.some((op) => op.part === "reason") ? "" : told;
}

// «Còn thiếu», when it is opened.
export function list() {
  const waiting = waitingOf(page.dataset);
  const rows = document.getElementById("missing-list");
  const pattern = document.getElementById("missing-row").content.firstElementChild;
  rows.replaceChildren();
  for (const card of document.querySelectorAll(".criterion")) {
    const why = whyMissing(card, waiting.get(card.dataset.code));
    if (!why) continue;
    const row = pattern.cloneNode(true);
    row.querySelector("a").href = `#${card.id}`;
    const [code, text] = card.querySelector("h4").childNodes;
    row.querySelector("[data-title]").textContent = `${code.textContent} ${text.textContent.trim()}`;
    row.querySelector("[data-why]").textContent = why;
    rows.append(row);
  }
  document.getElementById("missing-none").hidden = rows.children.length > 0;
  const number = [...waiting.values()].filter(scores).length;
  const line = document.getElementById("missing-waits");
  if (!line) return;
  line.hidden = !number;
  line.querySelector("span").textContent = fill(words.scoredHere, { number });
}

outbox.addEventListener("change", draw);
outbox.addEventListener("reply", draw); // the page has put the server's word in its place by now
outbox.ready.then(draw);
