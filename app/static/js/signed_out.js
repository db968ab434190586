// A form that htmx sent met the end of the session: sent once more as a page, the server keeps what was typed and
// asks to sign in. The scoring page has a dialog of its own (score.js), for it has more to lose than one form.

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status !== 401 && xhr.status !== 400) return;
  const form = requestConfig.elt;
  const same = form.matches?.("form[method=post]") && form.getAttribute("action") === requestConfig.path;
  if (!same || requestConfig.triggeringEvent?.type !== "submit") return;
  // Asking whether to leave would only be in the way: nothing is left behind.
  form.dispatchEvent(new Event("reset", { bubbles: true }));
  HTMLFormElement.prototype.submit.call(form);
});

// After signing in elsewhere the page has a newer token than its forms.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && event.detail.parameters.csrf_token) event.detail.parameters.csrf_token = token;
});
