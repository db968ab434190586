// «Sẵn sàng ngoại tuyến»: fetches everything an inspection needs tonight and keeps it on the device. worker.js
// gives it out when there is no network; it belongs to one account and goes when that account signs out.

const AT_ONCE = 4;
const DAY = 86_400_000;
const cacheOf = (account) => `soat-kit-${account}`;
const place = (inspection) => `/__kit/${inspection}`;

export const supported = () => "caches" in window && "serviceWorker" in navigator && window.isSecureContext;

// As worker.js has it.
function key(address, part) {
  const url = new URL(address, location.href);
  const query = new URLSearchParams(url.search);
  query.sort();
  if (part) query.append("_part", "1");
  const text = query.toString();
  return url.pathname + (text ? `?${text}` : "");
}

// What is ready on this device, newest first: {inspection, title, detail, at, bytes, build, account, address, keys}.
export async function prepared(account) {
  if (!supported() || !account || !(await caches.has(cacheOf(account)))) return [];
  const cache = await caches.open(cacheOf(account));
  const marks = (await cache.keys()).filter((request) => new URL(request.url).pathname.startsWith("/__kit/"));
  const kits = await Promise.all(marks.map(async (request) => (await cache.match(request))?.json()));
  return kits.filter(Boolean).sort((one, other) => other.at - one.at);
}

// Who signed in last on this device and has not signed out; the worker writes it down.
export async function lastAccount() {
  if (!supported()) return "";
  const kept = await caches.match("/__account", { cacheName: "soat-state" }).catch(() => null);
  return kept ? kept.text() : "";
}

export async function remove(account, inspection) {
  const all = await prepared(account);
  const mine = all.find((one) => one.inspection === inspection);
  const others = new Set(all.filter((one) => one !== mine).flatMap((one) => one.keys));
  const cache = await caches.open(cacheOf(account));
  await cache.delete(place(inspection));
  for (const one of mine?.keys ?? []) if (!others.has(one)) await cache.delete(one);
}

export const isStale = (one, build) => one.build !== build || Date.now() - one.at > DAY;

class Broken extends Error {}

// Fetches one thing; null when the server says that it is not for this person now.
async function take(cache, account, { address, part }) {
  const headers = { "Soat-Kit": "1", ...(part && { "HX-Request": "true", "X-Requested-With": "soat" }) };
  const reply = await fetch(address, { headers, cache: "no-store", redirect: "manual" }).catch(() => null);
  if (reply && [403, 404, 409].includes(reply.status)) return null;
  // A redirect, a failure, a page of somebody else's or of a captive portal: nothing of it is kept.
  if (reply?.status !== 200 || reply.headers.get("Soat-Page") !== String(account)) throw new Broken(address);
  const body = await reply.blob();
  const kept = new Headers(reply.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) kept.delete(name);
  kept.set("Soat-Kept", new Date().toISOString());
  kept.set("Soat-Size", String(body.size));
  await cache.put(key(address, part), new Response(body, { headers: kept }));
  return { key: key(address, part), size: body.size, html: /^text\/html/.test(reply.headers.get("Content-Type")) ? await body.text() : "" };
}

// Fetches the whole kit; progress(done, all). Throws when it could not be completed: what was ready before stays.
export async function prepare(address, progress = () => {}) {
  const reply = await fetch(address, { headers: { "Soat-Kit": "1", "X-Requested-With": "soat" }, cache: "no-store" });
  if (reply.status !== 200 || !reply.headers.get("Soat-Page")) throw new Broken(address);
  const plan = await reply.json();
  const cache = await caches.open(cacheOf(plan.account));
  const jobs = [...plan.pages.map((page) => ({ address: page })), ...plan.parts.map((part) => ({ address: part, part: true }))];
  const known = new Set(jobs.map((job) => job.address));
  const keys = [];
  let bytes = 0;
  let done = 0;
  let next = 0;
  async function work() {
    while (next < jobs.length) {
      const got = await take(cache, plan.account, jobs[next++]);
      progress(++done, jobs.length);
      if (!got) continue;
      keys.push(got.key);
      bytes += got.size;
      // Small pictures of what has been taken are part of the pages.
      for (const [, picture] of got.html.matchAll(/src="(\/attachments\/\d+\/thumbnail)"/g)) {
        if (!known.has(picture)) jobs.push({ address: picture });
        known.add(picture);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const { pages, parts, ...facts } = plan;
  const mark = { ...facts, address, at: Date.now(), bytes, keys };
  await cache.put(place(plan.inspection), new Response(JSON.stringify(mark), { headers: { "Content-Type": "application/json" } }));
  return mark;
}

// The scoring page as it is now, after something was saved on it: reopened without a network it shows that.
export async function renew(account, inspection, pattern) {
  const mine = (await prepared(account)).find((one) => one.inspection === inspection);
  if (!mine) return;
  const cache = await caches.open(cacheOf(account));
  for (const one of mine.keys) {
    if (pattern.test(one) && !/[?&]_part=/.test(one)) await take(cache, account, { address: one }).catch(() => {});
  }
}
