// <form data-guard>: the browser asks before what was typed is left behind.

const dirty = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (!form) return;
  form.dataset.dirty = "";
  dirty.add(form);
});

// Typed before this module was there, and still typed at.
const { activeElement: typing } = document;
if (typing?.form?.matches("[data-guard]") && typing.value !== (typing.defaultValue ?? typing.value)) {
  typing.dispatchEvent(new Event("input", { bubbles: true }));
}

function clean(form) {
  delete form.dataset.dirty;
  dirty.delete(form);
}

document.addEventListener("submit", (event) => {
  // htmx forms stay dirty until the server has taken them.
  if (!event.target.matches("[hx-post], [hx-put], [hx-patch]")) clean(event.target);
});
document.addEventListener("reset", (event) => clean(event.target));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form && event.detail.successful) clean(form);
});

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (dirty.size) event.preventDefault();
});
