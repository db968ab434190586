// Files with their progress, which fetch() cannot tell: the sender posts them through here once this is loaded.
// progress(id): null (not under way) or how much of it has left, 0…1. Event "progress" of the outbox {id}.

import { outbox, sender } from "./queue.js";

const STALLED = 90_000; // without a byte of it leaving, or an answer coming: a slow line may take as long as it needs
const TOLD_EVERY = 1000;
const parts = new Map();
let told = 0;

export const progress = (id) => parts.get(id) ?? null;

function set(id, part) {
  if (part === null) parts.delete(id);
  else parts.set(id, part);
  outbox.say("progress", { id });
  // Only one tab sends; the others hear of it now and then.
  if (part && performance.now() - told < TOLD_EVERY) return;
  told = performance.now();
  outbox.tell({ type: "uploading", id, part });
}
outbox.addEventListener("uploading", ({ detail: { id, part } }) => {
  if (part === null) parts.delete(id);
  else parts.set(id, part);
  outbox.say("progress", { id });
});

const plain = sender.post.bind(sender);
sender.post = (op) => (op.file ? carry(op) : plain(op));

async function carry(op) {
  const bytes = await outbox.bytes(op).catch(() => null);
  if (!bytes) return plain(op);
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...op.fields, op_id: op.id, device_at: op.at })) body.set(name, value);
  body.set(op.file.field ?? "file", new Blob([bytes], { type: op.file.type }), op.file.name);
  set(op.id, 0);
  let timer = null;
  const reply = await new Promise((done) => {
    const request = new XMLHttpRequest();
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), STALLED);
    };
    request.open("POST", op.url);
    request.setRequestHeader("X-CSRFToken", sender.token);
    request.setRequestHeader("X-Requested-With", "soat");
    request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      watch();
      if (lengthComputable) set(op.id, loaded / total);
    });
    request.addEventListener("progress", watch);
    request.addEventListener("load", () => done(request));
    for (const end of ["error", "abort"]) request.addEventListener(end, () => done(null));
    watch();
    request.send(body);
  });
  clearTimeout(timer);
  set(op.id, null);
  if (!reply) return { status: 0, ok: false, echo: null };
  const at = new Date(reply.getResponseHeader("Date") ?? Date.now()).toISOString();
  return { status: reply.status, ok: reply.status >= 200 && reply.status < 300, echo: reply.getResponseHeader("Soat-Op"), html: reply.responseText, at };
}
