// htmx requests carry the CSRF token; a request that failed is always said, and what was typed stays.

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const words = document.getElementById("notice-words");

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
});

function sentence(status) {
  const names = { 401: "signedOut", 403: "forbidden", 404: "missing", 413: "tooLarge", 429: "tooMany" };
  return words?.dataset[names[status]] ?? words?.dataset.failed ?? "";
}

// Shows one notice; the same sentence is not stacked twice.
export function notify(text) {
  const place = document.getElementById("notices");
  const pattern = document.getElementById("notice-pattern");
  if (!place || !pattern || !text) return;
  for (const old of place.querySelectorAll("[data-notice]")) {
    if (old.querySelector("[data-text]").textContent === text) old.remove();
  }
  const notice = pattern.content.firstElementChild.cloneNode(true);
  notice.querySelector("[data-text]").textContent = text;
  place.append(notice);
}

document.addEventListener("htmx:responseError", (event) => notify(sentence(event.detail.xhr.status)));
document.addEventListener("htmx:sendError", () => notify(words?.dataset.offline));
document.addEventListener("htmx:timeout", () => notify(words?.dataset.offline));

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismisses]")?.closest("[data-notice]")?.remove();
});
