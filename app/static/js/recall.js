// A scoring page that was kept on this device may be older than what the server has taken from here since. The
// outbox keeps the server's last word about each answer (Outbox.tellsKit); here the page learns it.

import { accepted, applyHtml, cardOf, fillIn, page } from "./cards.js";
import { outbox } from "./queue.js";
import { all } from "./store.js";

export async function recall(versions) {
  const { inspection, side } = page.dataset;
  const told = (await outbox.store?.meta(all(`told ${outbox.account} ${inspection} ${side} `))) ?? [];
  for (const { html, ops } of told.sort((one, other) => one.order - other.order)) {
    const output = new DOMParser().parseFromString(html, "text/html").querySelector(".criterion-result");
    const place = output && document.getElementById(output.id);
    const card = place && cardOf(place);
    const version = Number(output?.dataset.version);
    if (!card || version <= versions.get(card.dataset.code)) continue;
    versions.set(card.dataset.code, version);
    for (const op of ops) accepted(card, op);
    fillIn(card, [], () => false); // what waits and what was being typed comes after
    applyHtml(html);
  }
}
