// Who is on which criterion now: a small word on the card, nothing that moves, nothing that asks. Without a
// network it is quiet.

const EVERY = 15_000;
const SOON = 1_000;
const page = document.getElementById("score");
const words = document.getElementById("presence-words")?.dataset;
const own = words?.side === page?.dataset.side;
let last = null;
let timer = null;

function here() {
  if (document.visibilityState !== "visible") return "";
  const focused = document.activeElement?.closest?.(".criterion");
  const cards = [...document.querySelectorAll(".criterion")];
  return (focused ?? cards.find((card) => card.getBoundingClientRect().bottom > 80))?.dataset.code ?? "";
}

function paint(others) {
  const by = Map.groupBy ? Map.groupBy(others, (one) => one.criterion) : grouped(others);
  for (const card of document.querySelectorAll(".criterion")) {
    const titles = (by.get(card.dataset.code) ?? []).map((one) => one.title).join(", ");
    let chip = card.querySelector(".presence");
    if (!titles) chip?.remove();
    else {
      if (!chip) {
        chip = document.createElement("span");
        chip.className = "presence badge info";
        card.querySelector("h4").after(chip);
      }
      const text = words.here.replace("{who}", titles);
      if (chip.textContent !== text) chip.textContent = text;
    }
  }
}

function grouped(others) {
  const by = new Map();
  for (const one of others) by.set(one.criterion, [...(by.get(one.criterion) ?? []), one]);
  return by;
}

async function tell() {
  clearTimeout(timer);
  timer = setTimeout(tell, EVERY);
  if (document.visibilityState !== "visible" && last === "") return;
  if (navigator.onLine === false) return paint([]);
  last = here();
  try {
    const reply = await fetch(`/inspections/${page.dataset.inspection}/presence`, {
      method: "POST", body: new URLSearchParams({ criterion: last }), redirect: "manual", signal: AbortSignal.timeout(EVERY),
      headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "", "X-Requested-With": "soat" },
    });
    paint(reply.ok ? (await reply.json()).others : []);
  } catch {
    paint([]);
  }
}

// After a move it is said soon, not at every step of the way.
function moved() {
  if (here() === last) return;
  clearTimeout(timer);
  timer = setTimeout(tell, SOON);
}

if (page && own) {
  document.addEventListener("focusin", moved);
  window.addEventListener("scroll", moved, { passive: true });
  document.addEventListener("visibilitychange", moved);
  tell();
}
