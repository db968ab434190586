// Ticking many units. [data-filters]: a list of check boxes with a search field above it, without the server.
// The field finds without accents, as all searches here do; what is ticked stays ticked while it is hidden.

const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\u0111/gi, "d").toLowerCase();

function filter(field) {
  const list = field.closest("[data-filters]");
  const words = bare(field.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of list.querySelectorAll("label.check:not(.unit-everyone)")) {
    const name = bare(row.textContent);
    row.hidden = !words.every((word) => name.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  list.querySelector("[data-none]").hidden = shown > 0;
}

// How many are chosen; «tất cả» stands for its number, with others ticked beside it.
function count(list) {
  const told = list.querySelector("[data-count]");
  if (!told) return;
  const ticked = [...list.querySelectorAll("label.check:not(.unit-everyone) input:checked")];
  const all = list.querySelector("[name=everyone]")?.checked;
  const number = all
    ? Number(told.dataset.communes) + ticked.filter((box) => !("commune" in box.dataset)).length
    : ticked.length;
  told.textContent = number.toLocaleString("vi-VN");
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-filters] [data-words]")) filter(event.target);
});

// Enter looks, which it has done already; it does not send the whole form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("[data-filters] [data-words]")) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const list = event.target.closest?.(".unit-list");
  if (list) count(list);
});

for (const list of document.querySelectorAll(".unit-list")) count(list);
