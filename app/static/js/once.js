// A form is sent once: a second tap while the first is under way does nothing.

const PAUSE = 5000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  // htmx forms and forms a script has taken over look after themselves.
  if (form.method !== "post" || event.defaultPrevented || form.matches("[hx-post], [hx-put], [hx-patch]")) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, PAUSE);
});

// A page that comes back from the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
