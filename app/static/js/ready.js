// [data-kit]: the button «Sẵn sàng ngoại tuyến» with its progress and its tick. [data-kits]: the list of what is
// ready on this device, on /me and on the page shown without a network.

import { isStale, lastAccount, prepare, prepared, remove, renew, supported } from "./kit.js";
import { clock } from "./times.js";

const DAY = 86_400_000;
const SOON = 2000;
const REST_OF_TIME = 10;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const size = (bytes) => `${(bytes / 1_000_000).toLocaleString("vi-VN", { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB`;
// Safari alone forgets what a page has kept, after seven days without a visit, unless the app is installed.
const forgets = () => /^((?!chrome|android|crios|fxios).)*safari/i.test(navigator.userAgent)
  && !navigator.standalone && !window.matchMedia("(display-mode: standalone)").matches;

// Kits of an older build or an older day are fetched anew, quietly, one after the other.
export async function refreshStale(account, build) {
  if (!account || navigator.connection?.saveData) return;
  for (const one of await prepared(account)) {
    if (!isStale(one, build)) continue;
    await prepare(one.address).catch(() => {});
    document.dispatchEvent(new CustomEvent("soat:kit"));
  }
}

for (const box of document.querySelectorAll("[data-kit]")) button(box);
for (const box of document.querySelectorAll("[data-kits]")) list(box);

async function button(box) {
  const words = box.dataset;
  const press = box.querySelector("[data-prepares]");
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");
  const line = box.querySelector("[data-line]");
  if (!supported()) {
    press.disabled = true;
    said.textContent = words.unsupported;
    return;
  }

  async function paint() {
    const mine = (await prepared(words.person)).find((one) => one.inspection === Number(words.inspection));
    box.toggleAttribute("data-kept-here", Boolean(mine));
    press.querySelector("[data-label]").textContent = mine ? words.again : words.prepare;
    said.textContent = mine ? fill(words.ready, { time: clock(mine.at), size: size(mine.bytes) }) : "";
    const days = mine ? Math.floor((Date.now() - mine.at) / DAY) : 0;
    line.hidden = !(mine && forgets());
    line.classList.toggle("warn-text", days >= 5);
    if (mine && forgets()) line.textContent = days >= 5 ? fill(words.soon, { days }) : words.safari;
  }

  press.addEventListener("click", async () => {
    press.disabled = true;
    bar.hidden = false;
    bar.removeAttribute("value");
    // Asked when a person wants it: browsers that ask back then have a reason to show.
    await navigator.storage?.persist?.().catch(() => false);
    try {
      await prepare(words.kit, (done, all) => {
        bar.max = all;
        bar.value = done;
        said.textContent = fill(words.progress, { done, all });
      });
      await paint();
    } catch (error) {
      said.textContent = error?.name === "QuotaExceededError" ? words.full : words.failed;
    }
    bar.hidden = true;
    press.disabled = false;
  });

  document.addEventListener("soat:kit", paint);
  await paint();
  press.disabled = false; // it was nobody's until now
  if (document.getElementById("score")) follow(words);
}

// After something was saved, the kept scoring page is fetched anew, so that it shows what has been done. Over a slow
// line that takes long: most of the line is left to what is being scored.
function follow({ person, inspection }) {
  const state = document.getElementById("save-state");
  if (!state) return;
  let [timer, asked, rest] = [null, false, SOON];
  const fetchAnew = async () => {
    const begun = performance.now();
    asked = false;
    await renew(person, Number(inspection), /\/score(\?|$|\/missing)/).catch(() => {});
    rest = Math.max(SOON, REST_OF_TIME * (performance.now() - begun));
    timer = asked ? setTimeout(fetchAnew, rest) : null;
  };
  new MutationObserver(() => {
    if (state.dataset.state !== "clean" || document.documentElement.dataset.kept) return;
    asked = true;
    timer ??= setTimeout(fetchAnew, rest);
  }).observe(state, { attributes: true, attributeFilter: ["data-state"], childList: true, subtree: true });
}

async function list(box) {
  const account = box.dataset.person || (await lastAccount());
  const rows = box.querySelector("ul");
  const pattern = box.querySelector("template").content.firstElementChild;
  const kits = await prepared(account);
  rows.replaceChildren();
  for (const one of kits) {
    const row = pattern.cloneNode(true);
    for (const link of row.querySelectorAll("a[data-to]")) link.href = `/inspections/${one.inspection}${link.dataset.to}`;
    row.querySelector("[data-title]").textContent = one.title;
    row.querySelector("[data-detail]").textContent = `${one.detail} · ${clock(one.at)} · ${size(one.bytes)}`;
    row.querySelector("[data-removes]")?.addEventListener("click", async () => {
      await remove(account, one.inspection);
      await list(box);
    });
    rows.append(row);
  }
  box.querySelector("[data-none]").hidden = kits.length > 0;
  rows.hidden = kits.length === 0;
}

document.querySelector("[data-reloads]")?.addEventListener("click", () => location.reload());
