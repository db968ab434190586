// Live search and the unit picker.
// [data-live-search]: 300 ms after the last key the field says "typed", which hx-trigger waits for. Keys of an
// unfinished syllable (Telex, VNI) do not count.

const waiting = new WeakMap();

function typed(field) {
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(() => field.dispatchEvent(new CustomEvent("typed", { bubbles: true })), 300));
}

document.addEventListener("input", (event) => {
  if (event.isComposing || !(event.target instanceof HTMLInputElement) || event.target.type !== "search") return;
  if (event.target.closest("[data-live-search]")) typed(event.target);
});

document.addEventListener("compositionend", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.closest("[data-live-search]")) typed(event.target);
});

// Enter in a picker's search field looks now; it does not send the whole form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.closest("[data-picker] [data-live-search]")) return;
  event.preventDefault();
  event.target.dispatchEvent(new CustomEvent("typed", { bubbles: true }));
});

// «Tìm» in a picker is for browsers without script; with script it looks at once.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picker] button[name=find]");
  if (!button) return;
  event.preventDefault();
  button.parentElement.querySelector("input").dispatchEvent(new CustomEvent("typed", { bubbles: true }));
});

// A row that was ticked moves up to the chosen ones, so that the next search does not lose it.
document.addEventListener("change", (event) => {
  const row = event.target.closest("[data-found] label");
  const chosen = event.target.closest("[data-picker]")?.querySelector("[data-chosen]");
  if (!row || !chosen || !event.target.checked) return;
  if (event.target.type === "radio") chosen.replaceChildren();
  chosen.append(row);
  event.target.focus();
});

// What is chosen already is not offered again.
document.addEventListener("htmx:afterSwap", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker) return;
  const taken = new Set([...picker.querySelectorAll("[data-chosen] input")].map((input) => input.value));
  for (const input of picker.querySelectorAll("[data-found] input")) {
    if (taken.has(input.value)) input.closest("label").remove();
  }
});
