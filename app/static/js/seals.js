// The seal of an operation: only its own account's page can make one (CONTRIBUTING, «Seals of operations in a file»).
// Without TLS a browser has no crypto.subtle: then operations go unsealed.

const encode = (text) => new TextEncoder().encode(text);
const hexOf = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Given by the server as text. What is kept of it on the device can seal, but not be read.
export const importKey = (given) => (given instanceof CryptoKey ? given
  : crypto.subtle.importKey("raw", encode(given), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]));

export async function sealOf(key, { account, at, base = null, fields, id, kind, sha256 = null, url }) {
  const sorted = Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));
  return hexOf(await crypto.subtle.sign("HMAC", key, encode(JSON.stringify({ account, at, base, fields: sorted, id, kind, sha256, url }))));
}
