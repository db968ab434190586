// What waits, in words: its kind, its value, where it belongs, what the server said. ``words`` are the texts of the
// page (data-…), ``names`` what names.js knows of its inspection.

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const quoted = (text) => (text ? `«${text}»` : "");
const parsed = (html) => new DOMParser().parseFromString(html ?? "", "text/html");
const plain = (node) => node?.textContent.replace(/\s+/g, " ").trim() ?? "";
const size = (bytes) => `${(bytes / 1_000_000).toLocaleString("vi-VN", { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB`;

const criterionOf = (op) => op.place || op.fields.criterion || "";

export function kindOf(op, words) {
  if (op.kind === "answer") return { note: words.note, reason: words.reasonText }[op.part] ?? words.answer;
  return words[op.kind] ?? words.other;
}

export function placeOf(op, words, names) {
  const code = criterionOf(op);
  if (code) {
    const text = names?.criteria?.[code]?.text;
    const side = words[op.side];
    return [`${code}${text ? ` ${text}` : ""}`, side].filter(Boolean).join(" · ");
  }
  return op.fields.area ? fill(words.area, { code: op.fields.area }) : "";
}

// A value as it was given; ``fields`` as the outbox posts them, or as they stand half typed.
export function valueOf(fields, words, choices) {
  const { yes, level, numerator, denominator, faults, points } = fields;
  if (yes) return choices?.[yes] ?? (yes === "1" ? words.yes : words.no);
  if (level) return choices?.[level] ?? fill(words.level, { number: Number(level) + 1 });
  if (numerator || denominator) return `${numerator || "…"} / ${denominator || "…"}`;
  if (faults) return fill(words.faults, { number: faults });
  if (points) return fill(words.points, { number: points });
  return words.cleared;
}

function answer({ part, fields }, words, choices) {
  if (part === "note" || part === "reason") return quoted(fields[part]) || words.emptied;
  if (part === "not_applicable") return fields.not_applicable ? `${words.na}: ${quoted(fields.na_reason)}` : words.applicable;
  return [valueOf(fields, words, choices), quoted(fields.reason)].filter(Boolean).join(" · ");
}

export function saidBy(op, words, names) {
  if (op.kind === "answer") return answer(op, words, names?.criteria?.[op.place]?.choices);
  if (op.file) return [op.file.name, size(op.file.size), quoted(op.fields.caption)].filter(Boolean).join(" · ");
  if (op.kind === "caption") return quoted(op.fields.caption) || words.emptied;
  return op.fields.text ?? "";
}

const BY_STATUS = { 401: "signedOut", 403: "forbidden", 404: "missing", 409: "moved", 413: "large" };

// Why it is not at the server.
export function reasonOf(op, words, sender) {
  if (op.state === "conflict") return "";
  if (op.state === "rejected") {
    const page = parsed(op.reply?.html);
    const sentence = plain(page.querySelector(".alert[data-code]")) || plain(page.querySelector(".error"));
    return sentence || (words[BY_STATUS[op.reply?.status]] ?? words.failed);
  }
  if (op.elsewhere) return words.elsewhere;
  if (op.unsafe) return words.unkept;
  if (sender.signedOut) return sender.signedOut === "another" ? words.another : words.signedOut;
  if (sender.trouble) return sender.trouble === "server" ? words.busy : words.offline;
  if (sender.outbox.list.some((one) => one.lane === op.lane && one.state === "rejected" && op.lane.endsWith(one.id))) return words.held;
  return words.sending;
}

// This very person may not write there now: sent again it is refused again. A page of somebody in between may be gone.
export const overFor = (op) => op.state === "rejected" && op.reply?.status === 403 && Boolean(parsed(op.reply.html).querySelector(".alert[data-code], .error[data-field]"));

// In a conflict: whose answer stands, and what it says.
export function theirsOf(op, words) {
  const panel = op.state === "conflict" && parsed(op.reply?.html).querySelector(".conflict");
  if (!panel) return "";
  const theirs = panel.querySelector('[data-keeps="theirs"]');
  return fill(words.theirs, { who: panel.dataset.who, what: plain(theirs?.querySelector("strong")) });
}

// Where it is seen and settled; a refused new finding opens again with all that was typed.
export function addressOf(op) {
  if (op.what) return /\/\d+$/.test(op.url) ? `${op.url}/edit` : `${op.url}/new${op.place ? `?criterion=${encodeURIComponent(op.place)}` : ""}`;
  if (op.inspection && op.place && op.side) return `/inspections/${op.inspection}/score?side=${op.side}#c-${encodeURIComponent(op.place)}`;
  if (["finding", "recommendation"].includes(op.kind) && op.state === "rejected" && /[a-z]$/.test(op.url)) {
    const { criterion, area } = op.fields;
    const query = criterion ? `?criterion=${encodeURIComponent(criterion)}` : area ? `?area=${encodeURIComponent(area)}` : "";
    return `${op.url}/new${query}#op=${op.id}`;
  }
  if (op.inspection) return `/inspections/${op.inspection}/findings`;
  return /^\/(?:tasks|dossiers|directives)\/\d+/.exec(op.url)?.[0] ?? null;
}
