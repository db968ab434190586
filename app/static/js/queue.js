// The one outbox and the one sender of this page, for whoever is signed in; what waits is sent from every page.

import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";

export const person = document.querySelector('meta[name="soat-person"]');

export const account = person ? Number(person.content) : null;
export const outbox = person ? new Outbox(account) : null;
export const sender = person ? new Sender(outbox) : null;

// A new version waits for what is being kept or sent.
document.addEventListener("soat:update", (event) => {
  if (sender?.running || outbox?.list.some((op) => op.storing || op.unsafe)) event.preventDefault();
});

// The forms of the page go on working after the session was renewed elsewhere.
sender?.addEventListener("token", ({ detail }) => {
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", detail);
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = detail;
});
