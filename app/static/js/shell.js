// The service worker on every page: registered, renewed when a new version has come, told about signing out.
// Without it (an old browser, no HTTPS) everything works as before, only not without a network.

import { notify } from "./requests.js";

const words = document.getElementById("shell-words")?.dataset;
const UPDATE_EVERY = 30 * 60_000;
const HELD = 300;
const STALLED = 10_000;
const ready = () => import("./ready.js");

function notice(name, press) {
  const pattern = document.getElementById(name);
  if (!pattern || document.querySelector(`[data-shell="${name}"]`)) return null;
  const line = pattern.content.firstElementChild.cloneNode(true);
  line.querySelector("[data-press]")?.addEventListener("click", press);
  document.getElementById("shell-notices").append(line);
  return line;
}

// Who is in the middle of writing says no: a form with unsent text, or a module that cancels «soat:update».
function busy() {
  if (document.querySelector("form[data-dirty]")) return true;
  return !document.dispatchEvent(new CustomEvent("soat:update", { cancelable: true }));
}

// The worker could bring a form of this page to nobody: it may be sent again, and still holds what was typed.
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data?.type !== "unreached") return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    // unsaved.js asks again before it is left.
    if (form.matches("[data-guard]")) form.dispatchEvent(new Event("input", { bubbles: true }));
  }
  notify(document.getElementById("notice-words")?.dataset.offline);
});

let taking = false;
function offer(worker) {
  let timer = null;
  const press = () => {
    clearTimeout(timer);
    const held = busy();
    line.querySelector("[data-busy]").hidden = !held;
    // Pressed once is enough: it goes on as soon as nobody is in the middle of something.
    if (held) timer = setTimeout(press, HELD);
    else {
      taking = true;
      worker.postMessage({ soat: "take-over" });
      // The older worker may still be held by a request that does not end: the page at least is the new one then.
      setTimeout(() => location.reload(), STALLED);
    }
  };
  const line = notice("shell-new-version", press);
}

async function start() {
  const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
  const watch = (worker) => worker?.addEventListener("statechange", () => {
    // The very first worker is no news.
    if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
  });
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  // Only the page whose button was pressed loads itself anew; the others go on and do so when they are left.
  navigator.serviceWorker.addEventListener("controllerchange", () => taking && location.reload());
  // A page of a build the worker has not met: do not wait for the browser to look by itself.
  if (words && !(await caches.has(`soat-shell-${words.build}`))) registration.update().catch(() => {});
  setInterval(() => registration.update().catch(() => {}), UPDATE_EVERY);
  // A page the worker does not look after (loaded past it) must tell it by itself that a person leaves.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches('form[action="/logout"]')) return;
    if (!navigator.serviceWorker.controller) registration.active?.postMessage({ soat: "signed-out" });
  });
  await navigator.serviceWorker.ready;
  const account = words?.account;
  if (!kept && account && (await caches.has(`soat-kit-${account}`))) await (await ready()).refreshStale(account, words.build);
}

// This page came from the device: it says from when it is.
const kept = document.documentElement.dataset.kept;
if (kept) {
  const line = notice("shell-kept");
  const moment = new Date(kept).toLocaleString("vi-VN", { hour: "2-digit", minute: "2-digit", day: "numeric", month: "numeric", timeZone: "Asia/Ho_Chi_Minh" });
  if (line) line.querySelector("[data-moment]").textContent = moment;
}

if (document.querySelector("[data-kit], [data-kits]")) {
  const fetchReady = () => ready().catch(() => {});
  fetchReady();
  addEventListener("online", fetchReady); // it may have gone before that came
}
if ("serviceWorker" in navigator && window.isSecureContext) start().catch(() => {});
