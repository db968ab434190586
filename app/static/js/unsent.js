// On every page but the scoring page: how much of this account waits on this device, and the way to it.

import { outbox } from "./queue.js";

const chip = document.getElementById("unsent");

function draw() {
  const ops = outbox.list;
  chip.hidden = ops.length === 0;
  if (chip.hidden) return;
  chip.querySelector("span").textContent = chip.dataset.words.replace("{number}", ops.length);
  const { inspection, side } = ops.find((op) => op.inspection && op.side) ?? {};
  if (inspection) chip.href = `/inspections/${inspection}/score?side=${side}`;
}

if (chip && outbox) {
  outbox.addEventListener("change", draw);
  outbox.ready.then(draw);
}
