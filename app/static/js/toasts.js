// «Không có kết nối…» is said in passing: it goes when the network is back, and by itself, for the save state says the
// same as long as it is true. What is typed or tapped below it is never out of reach: the page can be moved above it.

const place = document.getElementById("notices");
const words = document.getElementById("notice-words")?.dataset;
const SHOWN = 8000;

const mine = () => [...(place?.querySelectorAll("[data-notice]") ?? [])].filter((notice) => notice.querySelector("[data-text]")?.textContent === words.offline);
// Also when what could not be fetched was made from what the page has.
export const noteless = () => mine().forEach((notice) => notice.remove());

if (place && words) {
  new MutationObserver(() => {
    for (const notice of mine()) {
      if (notice.dataset.goes !== undefined) continue;
      notice.dataset.goes = "";
      setTimeout(() => notice.remove(), SHOWN);
    }
  }).observe(place, { childList: true });
  addEventListener("online", noteless);
  document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && noteless());
}
