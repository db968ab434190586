// [data-opens="id"] opens a <dialog>, [data-closes] closes it. A link keeps its address for browsers without script.
// A .drawer stands beside the page on wide screens, so that the page stays in view and in reach.

const wide = window.matchMedia("(min-width: 1024px)");
const openers = new WeakMap();

export function open(dialog, opener) {
  if (dialog.open) return;
  openers.set(dialog, opener);
  if (dialog.classList.contains("drawer") && wide.matches) dialog.show();
  else dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    open(dialog, opener);
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    const closed = closer.closest("dialog");
    // A link out of a dialog to a place of this page: focus goes to that place's heading, not back.
    const place = closer.hash && document.getElementById(decodeURIComponent(closer.hash.slice(1)));
    if (place) openers.set(closed, place.querySelector('[tabindex="-1"]') ?? place);
    // «Thôi» as a link leads away only where there is no dialog to close.
    else if (closed) event.preventDefault();
    closed?.close();
  }
  // A tap beside a modal dialog lands on the dialog itself; typed words are not thrown away by it.
  if (event.target instanceof HTMLDialogElement && event.target.matches(":modal")) {
    if (!typed(event.target)) event.target.close();
  }
});

// Nor by Escape or the back gesture: «Thôi» does that.
const typed = (dialog) => Boolean(dialog.querySelector("form[data-dirty]"));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const modal = [...document.querySelectorAll("dialog:modal")].at(-1);
  if (modal) return typed(modal) && event.preventDefault();
  const drawer = [...document.querySelectorAll("dialog.drawer[open]")].at(-1);
  if (drawer && !typed(drawer)) drawer.close();
});
document.addEventListener("cancel", (event) => {
  if (event.target instanceof HTMLDialogElement && typed(event.target)) event.preventDefault();
}, true);

// "close" does not bubble. Focus goes back to where the person came from.
document.addEventListener("close", (event) => openers.get(event.target)?.focus({ preventScroll: true }), true);

// A dialog that the server sent open (a refused form) has to be opened again as a modal one.
for (const dialog of document.querySelectorAll("dialog[data-open-at-once]")) open(dialog, null);
