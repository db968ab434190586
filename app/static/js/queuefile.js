// «Tải hàng đợi về máy»: the whole queue of the account as a file; its format stands in CONTRIBUTING. What one import
// does not take at once comes as several files, in order.

import { outbox, person } from "./queue.js";

// Below what domain/queue_files.py takes: a test compares them.
export const MOST_BYTES = 60_000_000;
export const MOST_OPERATIONS = 2000;

const NEXT = 600; // between two files, so that the browser takes each for one of its own

function base64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

// Sizes in order → which of them go together.
export function shares(sizes, most = MOST_BYTES, many = MOST_OPERATIONS) {
  const found = [[]];
  let whole = 0;
  sizes.forEach((size, at) => {
    const full = whole + size > most || found.at(-1).length === many;
    if (full && found.at(-1).length) {
      found.push([]);
      whole = 0;
    }
    found.at(-1).push(at);
    whole += size;
  });
  return found;
}

// ``more``: operations that another open page has in its memory, with their bytes.
async function files(more, most) {
  await outbox.refresh().catch(() => {});
  const rows = [];
  const known = new Set(outbox.list.map((op) => op.id));
  for (const { storing, unsafe, bytes, ...op } of [...outbox.list, ...more.filter((one) => !known.has(one.id))]) {
    // One that an older version of the app has kept has none yet.
    if (!op.seal) await outbox.seal(op);
    const held = op.file && (bytes ?? (await outbox.bytes(op)));
    rows.push(new Blob([JSON.stringify({ ...op, ...(held && { file: { ...op.file, base64: base64(held) } }) }, null, 1)]));
  }
  const at = new Date().toISOString();
  const name = person?.dataset.name ?? String(outbox.account);
  const groups = shares(rows.map((row) => row.size), most);
  return groups.map((group, part) => {
    const head = { format: 1, account: outbox.account, name, at, ...(groups.length > 1 && { part: part + 1, parts: groups.length }) };
    const body = group.flatMap((one) => [rows[one], ",\n"]).slice(0, -1);
    const blob = new Blob([JSON.stringify(head, null, 1).slice(0, -2), ',\n "operations": [', ...body, "]\n}\n"], { type: "application/json" });
    const suffix = groups.length > 1 ? `-${part + 1}-${groups.length}` : "";
    return { name: `soat-${name}-${at.slice(0, 16).replace(/[-:T]/g, "")}${suffix}.json`, size: blob.size, url: URL.createObjectURL(blob) };
  });
}

// Gives what was made, so that a page can offer it once more; the addresses live as long as the page.
export async function download(more = [], most = MOST_BYTES) {
  const made = await files(more, most);
  for (const [at, { name, url }] of made.entries()) {
    if (at) await new Promise((done) => setTimeout(done, NEXT));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
  }
  return made;
}
