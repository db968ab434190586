// The service worker. The server puts BUILD, FILES and PAGES before these lines and serves it as /sw.js.
//
// It keeps two kinds of caches. soat-shell-<build>: the static files of a build and two pages that know nobody.
// soat-kit-<account>: the pages a person made ready on purpose (kit.js fills it). Kept pages are given only to
// the account that signed in last on this device and has not signed out; signing out, or in as somebody else,
// empties the kits of all others. What waits to be sent is not here but in the outbox: no post is ever replayed.
"use strict";

const PATIENCE = 4000;
const STATE = "soat-state";
const DOWN = [502, 503, 504];
// In the place of a page that only its account may open: the same, kept for everybody; a script asks whose it is.
const STAND_INS = { "/outbox": "/offline/outbox" };
const shell = (build) => `soat-shell-${build}`;
const kit = (account) => `soat-kit-${account}`;
const isKit = (name) => name.startsWith("soat-kit-");

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function install() {
  const cache = await caches.open(shell(BUILD));
  await cache.addAll(FILES);
  // Without cookies, or somebody's name would stand on a page that is shown to everybody.
  await cache.addAll(PAGES.map((page) => new Request(page, { credentials: "omit", cache: "reload" })));
}

// The new worker waits until a page says that nothing is being written («Tải lại»), or all pages are closed.
async function activate() {
  const needed = new Set([shell(BUILD)]);
  for (const name of (await caches.keys()).filter(isKit)) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (!new URL(request.url).pathname.startsWith("/__kit/")) continue;
      needed.add(shell((await (await cache.match(request)).json()).build));
    }
  }
  for (const name of await caches.keys()) {
    if (name.startsWith("soat-shell-") && !needed.has(name)) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data?.soat === "take-over") self.skipWaiting();
  if (event.data?.soat === "signed-out") event.waitUntil(signedOut());
});

// Background Sync wakes the pages; they send, because only a page may say what became of an answer.
self.addEventListener("sync", (event) => {
  if (event.tag !== "soat-outbox") return;
  const tell = (pages) => pages.forEach((page) => page.postMessage({ type: "flush" }));
  event.waitUntil(self.clients.matchAll({ type: "window" }).then(tell));
});

// --- whose device it is ---------------------------------------------------------------------------

async function account() {
  const kept = await (await caches.open(STATE)).match("/__account");
  return kept ? kept.text() : "";
}

async function signedIn(id) {
  if (id === (await account())) return;
  await (await caches.open(STATE)).put("/__account", new Response(id));
  for (const name of await caches.keys()) if (isKit(name) && name !== kit(id)) await caches.delete(name);
}

async function signedOut() {
  await caches.delete(STATE);
  for (const name of (await caches.keys()).filter(isKit)) await caches.delete(name);
}

// --- requests -------------------------------------------------------------------------------------

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || request.headers.has("Soat-Kit")) return;
  if (request.mode === "navigate" && request.method === "POST") {
    if (url.pathname === "/logout") event.respondWith(leave(request));
    else if (request.referrer.startsWith(`${self.location.origin}/`)) event.respondWith(post(request));
  }
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request, url));
  else if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (/^\/inspections\/\d+\//.test(url.pathname) && isPart(request)) event.respondWith(kept(event, url, true));
  else if (/^\/attachments\/\d+\/thumbnail$/.test(url.pathname)) event.respondWith(kept(event, url, false));
});

const isPart = (request) => request.headers.has("HX-Request") || request.headers.has("X-Requested-With");

// The key of a kept page, as kit.js writes it: one area of the scoring page is found in the whole page.
function key(url, part) {
  const query = new URLSearchParams(url.search);
  if (url.pathname.endsWith("/score")) query.delete("area");
  query.sort();
  if (part) query.append("_part", "1");
  const text = query.toString();
  return url.pathname + (text ? `?${text}` : "");
}

async function file(request, url) {
  const [, version, path] = /^\/static\/(?:v-([0-9a-f]+)\/)?(.*)$/.exec(url.pathname);
  const found = version && (await caches.has(shell(version))) && (await caches.open(shell(version)));
  const own = found && (await found.match(url.pathname, { ignoreVary: true }));
  if (own) return own;
  const reply = await fetch(request).catch(() => null);
  if (reply?.ok) return reply;
  // A kept page of a build whose files are gone: those of this build are better than none.
  const today = await (await caches.open(shell(BUILD))).match(`/static/v-${BUILD}/${path}`, { ignoreVary: true });
  return today ?? reply ?? Response.error();
}

async function page(event, url) {
  await finishLeaving();
  const answer = await kept(event, url, false);
  if (answer.type !== "error") return answer;
  const own = PAGES.includes(url.pathname) ? url.pathname : "/offline";
  return (await (await caches.open(shell(BUILD))).match(own, { ignoreVary: true })) ?? answer;
}

// The network first; the kept copy when it fails, says nothing for a while, or the server behind it is down.
async function kept(event, url, part) {
  const who = await account();
  const copy = who && ((await (await caches.open(kit(who))).match(key(url, part))) ?? (await standIn(url)));
  const reply = fetch(event.request).catch(() => null);
  event.waitUntil(reply.then((answer) => answer && note(event.request, url, part, answer, copy && answer.clone())).catch(() => {}));
  if (!copy) return (await reply) ?? Response.error();
  const patience = new Promise((done) => setTimeout(done, PATIENCE, null));
  const answer = await Promise.race([reply, patience]);
  if (answer && !DOWN.includes(answer.status)) return answer;
  return copy.headers.has("Soat-Kept") && /^text\/html/.test(copy.headers.get("Content-Type")) ? dress(copy) : copy;
}

async function standIn({ pathname }) {
  const own = STAND_INS[pathname];
  return own && (await caches.open(shell(BUILD))).match(own, { ignoreVary: true });
}

// Every page that arrives tells who is signed in; a page that was made ready is kept anew, never a redirected
// one, an error, or somebody else's.
async function note(request, url, part, answer, spare) {
  const id = answer.headers.get("Soat-Page");
  if (answer.status !== 200 || answer.redirected || !id) return;
  if (request.mode === "navigate") await signedIn(id);
  if (!spare || url.searchParams.has("area") || id !== (await account())) return;
  const cache = await caches.open(kit(id));
  const place = key(url, part);
  // Removed meanwhile, or another account's: it is not kept.
  if (!(await cache.match(place))) return;
  const body = await spare.blob();
  await cache.put(place, new Response(body, { headers: lasting(answer.headers, body.size) }));
}

// The body is kept unpacked, so what spoke of its packing goes; the security headers stay with the page.
function lasting(headers, size) {
  const own = new Headers(headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) own.delete(name);
  own.set("Soat-Kept", new Date().toISOString());
  own.set("Soat-Size", String(size));
  return own;
}

// A kept page says so, and is given new operation ids: the same form sent twice from one copy is two things.
async function dress(copy) {
  const text = (await copy.text())
    .replace("<html ", `<html data-kept="${copy.headers.get("Soat-Kept")}" `)
    .replace(/<input\b[^>]*\bname="op_id"[^>]*>/g, (input) => input.replace(/value="[0-9a-f-]{36}"/, () => `value="${crypto.randomUUID()}"`));
  return new Response(text, { headers: copy.headers });
}

// The form of a page that reaches nobody: the page stays as it stands, with all that was typed, and says so
// (shell.js). The browser's own page of errors would take it away, and going back would not bring it again.
async function post(request) {
  const reply = await fetch(request).catch(() => null);
  if (reply) return reply;
  for (const page of await self.clients.matchAll({ type: "window" })) {
    if (page.url.split("#")[0] === request.referrer) page.postMessage({ type: "unreached" });
  }
  return new Response(null, { status: 204 });
}

// Signed out by the server: nothing of this person stays. Without a network the session cannot be ended, but
// nobody can open the kept pages any more until somebody signs in.
async function leave(request) {
  const reply = await fetch(request).catch(() => null);
  if (reply && (reply.type === "opaqueredirect" || reply.ok)) await signedOut();
  if (reply) return reply;
  await caches.delete(STATE);
  await (await caches.open(STATE)).put("/__leaving", new Response());
  return (await (await caches.open(shell(BUILD))).match("/offline", { ignoreVary: true })) ?? Response.error();
}

// Signed out while there was no network: before any other page the server hears of it, or whoever takes the tablet
// next would still be the one who left.
async function finishLeaving() {
  if (!(await caches.match("/__leaving", { cacheName: STATE }))) return;
  const asking = { headers: { "X-Requested-With": "soat" }, cache: "no-store", redirect: "manual" };
  const asked = await fetch("/me/token", asking).catch(() => null);
  const { csrf } = asked?.ok ? await asked.json().catch(() => ({})) : {};
  if (csrf) {
    const reply = await fetch("/logout", { method: "POST", body: new URLSearchParams({ csrf_token: csrf }), redirect: "manual" }).catch(() => null);
    if (reply?.type === "opaqueredirect" || reply?.ok) await signedOut();
  } else if (asked?.status === 401) await signedOut();
}
