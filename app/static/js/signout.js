// Signing out while something waits: the person is asked first. <form data-signs-out> is the way out.

import { outbox, sender } from "./queue.js";
import { download } from "./queuefile.js";

const dialog = document.getElementById("sign-out");
let leaving = null;

const number = () => outbox.list.length;

function count() {
  for (const place of dialog.querySelectorAll("[data-number]")) place.textContent = place.dataset.words.replace("{number}", number());
  dialog.querySelector("[data-all-sent]").hidden = number() > 0;
  dialog.querySelector("[data-some-left]").hidden = number() === 0;
}

if (dialog && outbox) {
  // Before once.js and htmx see it; the second time it goes through.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-signs-out]") || form === leaving) return;
    event.preventDefault();
    event.stopPropagation();
    await outbox.ready;
    leaving = form;
    // A form takes no second submit while it tells of the first.
    if (number() === 0) return setTimeout(() => form.requestSubmit());
    count();
    dialog.showModal();
  }, true);
  outbox.addEventListener("change", count);
  dialog.addEventListener("close", () => (leaving = null));
  dialog.addEventListener("click", async ({ target }) => {
    const act = target.closest("[data-act]")?.dataset.act;
    if (act === "download") await download();
    else if (act === "leave") leaving.requestSubmit();
    else if (act === "send") {
      dialog.querySelector("[data-failed]").hidden = true;
      await sender.flush();
      if (number() === 0) leaving?.requestSubmit();
      else dialog.querySelector("[data-failed]").hidden = false;
    }
  });
}
