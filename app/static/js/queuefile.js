// «Tải hàng đợi về máy»: the whole queue of the account as one file; its format stands in CONTRIBUTING.

import { outbox, person } from "./queue.js";

async function queueFile() {
  await outbox.refresh().catch(() => {});
  const operations = [];
  for (const { storing, unsafe, bytes, ...op } of outbox.list) {
    // One that an older version of the app has kept has none yet.
    if (!op.seal) await outbox.seal(op);
    const held = op.file && (bytes ?? (await outbox.bytes(op)));
    operations.push({ ...op, ...(held && { file: { ...op.file, base64: base64(held) } }) });
  }
  return { format: 1, account: outbox.account, name: person.dataset.name, at: new Date().toISOString(), operations };
}

function base64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export async function download() {
  const queue = await queueFile();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(queue, null, 1)], { type: "application/json" }));
  link.download = `soat-${queue.name}-${queue.at.slice(0, 16).replace(/[-:T]/g, "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
