// «Còn thiếu» as a page of its own: what was scored on this device and waits is not missing any more, what was taken
// back is again. A page kept on this device may also be older than what the server has taken from here since.

import { fill, parsed } from "./cards.js";
import { known } from "./names.js";
import { outbox } from "./queue.js";
import { gapAfter, givenIn, scores, waitingOf } from "./standing.js";
import { all } from "./store.js";

const root = document.querySelector("[data-missing-list]");
const { inspection, side, unscored, wantsReason } = root.dataset;
const list = root.querySelector("ul");
const lines = new Map([...list.children].map((line) => [line.dataset.code, line]));
for (const line of lines.values()) line.dataset.told = line.querySelector("[data-why]").textContent;

// The server's last word about each answer, when it is newer than this page.
async function recall() {
  const told = (await outbox.store?.meta(all(`told ${outbox.account} ${inspection} ${side} `))) ?? [];
  for (const { html } of told) {
    const output = parsed(html).querySelector(".criterion-result");
    const line = output && lines.get(output.id.replace("result-", ""));
    if (line && Number(output.dataset.version) > Number(line.dataset.version)) line.dataset.told = output.dataset.gap;
  }
}

function why(line, ops) {
  if ("made" in line.dataset) return scores(ops) && !givenIn(ops) ? unscored : "";
  if (!ops) return line.dataset.told;
  if (scores(ops)) return { unscored, reason: wantsReason }[gapAfter(line, ops)] ?? "";
  return ops.findLast((op) => op.part === "reason")?.fields.reason?.trim() && line.dataset.told !== unscored ? "" : line.dataset.told;
}

// Scored when the page came, taken back since: the device knows its name from the scoring page.
function taken(code, names) {
  const line = root.querySelector("template[data-line]").content.firstElementChild.cloneNode(true);
  line.dataset.code = code;
  line.querySelector("a").hash = `c-${code}`;
  line.querySelector("[data-title]").textContent = `${code} ${names?.criteria?.[code]?.text ?? ""}`;
  const after = [...list.children].find((one) => one.dataset.code.localeCompare(code, "vi", { numeric: true }) > 0);
  list.insertBefore(line, after ?? null);
  lines.set(code, line);
}

async function draw() {
  const waiting = waitingOf(root.dataset);
  const names = (await known()).get(Number(inspection));
  for (const [code, ops] of waiting) if (!lines.has(code) && scores(ops) && !givenIn(ops)) taken(code, names);
  let number = 0;
  for (const [code, line] of lines) {
    const text = why(line, waiting.get(code));
    line.querySelector("[data-why]").textContent = text;
    line.hidden = !text;
  }
  for (const ops of waiting.values()) if (scores(ops)) number += 1;
  const said = root.querySelector("[data-waits]");
  said.hidden = !number;
  said.querySelector("[data-text]").textContent = fill(said.dataset.waits, { number });
  const none = [...lines.values()].every((line) => line.hidden);
  list.parentElement.hidden = none;
  root.querySelector("[data-none]").hidden = !none;
}

outbox?.ready.then(async () => {
  if (document.documentElement.dataset.kept) await recall().catch(() => {});
  outbox.addEventListener("change", draw);
  await draw();
});
