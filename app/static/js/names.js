// What the device knows by name of the places that something waits for: the ward, its criteria, what their choices
// are called. Read from the scoring page while it is open, so that the list of what waits can be read without it.
// Kept with the outbox, for its account only; it goes when that account signs out with nothing waiting.

import { outbox, person } from "./queue.js";
import { all } from "./store.js";

const key = (inspection) => `names ${outbox.account} ${inspection}`;
const page = document.getElementById("score");
let noted = false;

export async function note(inspection, names) {
  const before = await outbox.store?.meta(key(inspection));
  const row = { ...before, ...names, key: key(inspection), inspection, criteria: { ...before?.criteria, ...names.criteria } };
  await outbox.store?.write((table) => void table("meta").put(row), "relaxed");
}

// By inspection: {unit, day, criteria: {code: {text, choices}}}; «0» holds what the account is called.
export async function known() {
  const rows = (await outbox.store?.meta(all(`names ${outbox.account} `)).catch(() => null)) ?? [];
  return new Map(rows.map((row) => [row.inspection, row]));
}

function criterion(card) {
  const [, text] = card.querySelector("h4").childNodes;
  const choices = {};
  for (const row of card.querySelectorAll(".choice-row")) {
    choices[row.querySelector("input").value] = row.querySelector(".choice-text").textContent.trim();
  }
  return [card.dataset.code, { text: text.textContent.trim(), choices }];
}

async function look() {
  const inspection = Number(page.dataset.inspection);
  if (noted || !outbox.list.some((op) => op.inspection === inspection && !op.storing && !op.unsafe)) return;
  noted = true;
  const criteria = Object.fromEntries([...document.querySelectorAll(".criterion")].map(criterion));
  await note(inspection, { unit: document.querySelector(".score-where h1").textContent.trim(), criteria }).catch(() => (noted = false));
  await note(0, { name: person.dataset.name }).catch(() => {});
}

if (page && outbox) {
  outbox.addEventListener("change", look);
  outbox.ready.then(look);
}
