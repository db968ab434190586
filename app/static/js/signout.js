// Signing out while something waits: the person is asked first. <form data-signs-out> is the way out. Once nothing
// waits, nothing of the account stays on the device: the next one to hold it may be somebody else.

import { account, outbox, sender } from "./queue.js";
import { download } from "./queuefile.js";
import { forgetAll, number as typedNumber } from "./queue_typed.js";
import { all } from "./store.js";

const dialog = document.getElementById("sign-out");
let leaving = null;

const number = () => outbox.list.length;
const halves = () => typedNumber(account);

function count() {
  for (const place of dialog.querySelectorAll("[data-number]")) place.textContent = place.dataset.words.replace("{number}", number());
  for (const place of dialog.querySelectorAll("[data-typed-number]")) place.textContent = place.dataset.words.replace("{number}", halves());
  dialog.querySelector("[data-all-sent]").hidden = number() + halves() > 0;
  dialog.querySelector("[data-some-left]").hidden = number() === 0;
  dialog.querySelector("[data-half-typed]").hidden = halves() === 0;
  for (const act of ["send", "download"]) dialog.querySelector(`[data-act="${act}"]`).hidden = number() === 0;
  // Nothing else waits: what is half typed is kept, or thrown away on purpose.
  dialog.querySelector('[data-act="forget"]').hidden = number() > 0 || halves() === 0;
}

// What the server told of the answers goes in any case; what an account needs to go on goes once nothing waits.
async function clean() {
  outbox.sealWith = async () => {};
  const rest = number() > 0;
  for (const key of here()) localStorage.removeItem(key);
  await outbox.store?.write((table) => {
    table("meta").delete(all(`told ${account} `));
    if (rest) return;
    table("meta").delete("seal");
    table("meta").delete(all(`names ${account} `));
  }).catch(() => {});
}
const here = () => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith("soat-here-"));
  } catch {
    return []; // no storage, no traces
  }
};

async function leave() {
  const form = leaving;
  await clean();
  form.requestSubmit();
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
    if (number() + halves() === 0) return setTimeout(leave);
    count();
    dialog.showModal();
  }, true);
  outbox.addEventListener("change", count);
  dialog.addEventListener("close", () => (leaving = null));
  dialog.addEventListener("click", async ({ target }) => {
    const act = target.closest("[data-act]")?.dataset.act;
    if (act === "download") await download();
    else if (act === "leave") await leave();
    else if (act === "forget") {
      forgetAll(account);
      await leave();
    } else if (act === "send") {
      dialog.querySelector("[data-failed]").hidden = true;
      await sender.flush();
      if (number() + halves() === 0 && leaving) await leave();
      else if (number() > 0) dialog.querySelector("[data-failed]").hidden = false;
    }
  });
}
