// On every page but the scoring page: how much of this account waits on this device, the worst of it by its name,
// and the way to the list of it.

import { outbox } from "./queue.js";

const chip = document.getElementById("unsent");

function draw() {
  const { list } = outbox;
  chip.hidden = list.length === 0;
  if (chip.hidden) return;
  const worst = ["conflict", "rejected"].find((state) => list.some((op) => op.state === state));
  const number = worst ? list.filter((op) => op.state === worst).length : list.length;
  chip.querySelector("span").textContent = chip.dataset[worst ?? "words"].replace("{number}", number);
  chip.classList.toggle("bad-text", Boolean(worst));
  chip.classList.toggle("warn-text", !worst);
}

if (chip && outbox) {
  outbox.addEventListener("change", draw);
  outbox.ready.then(draw);
}
