// Values that stand half typed on this device and can be no operation yet: half a ratio, «không áp dụng» without its
// reason, a figure beside which somebody else has scored meanwhile. drafts.js writes them, field by field.

const PATTERN = /^soat-typed-(\d+)-(\d+)-(self|verified) (\S+) (\S+)$/;

// One of each criterion: {id, inspection, side, place, fields, keys}.
export function typed(account) {
  const found = new Map();
  for (const key of keysOf(account)) {
    const [, , inspection, side, place, name] = PATTERN.exec(key) ?? [];
    if (!name) continue;
    const id = `${inspection} ${side} ${place}`;
    const one = found.get(id) ?? { id, inspection: Number(inspection), side, place, fields: {}, keys: [] };
    try {
      one.fields[name] = JSON.parse(localStorage.getItem(key)).value;
    } catch {
      continue; // gone meanwhile, or not ours
    }
    one.keys.push(key);
    found.set(id, one);
  }
  return [...found.values()];
}

function keysOf(account) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`soat-typed-${account}-`)).sort();
  } catch {
    return []; // no storage
  }
}

export const forget = (keys) => keys.forEach((key) => localStorage.removeItem(key));

// All of an account's, also those that this page cannot read.
export const forgetAll = (account) => forget(keysOf(account));
export const number = (account) => new Set(keysOf(account).map((key) => key.replace(/ \S+$/, ""))).size;
