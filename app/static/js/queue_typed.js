// Values that stand half typed on this device and can be no operation yet: half a ratio, «không áp dụng» without its
// reason, a figure beside which somebody else has scored meanwhile (drafts.js writes them, field by field), and a finding
// or a recommendation that is still being written (written_drafts.js, the whole form).

const FORM = /^soat-typed-(\d+)-form ((\/inspections\/(\d+))\/(finding|recommendation)s\S*) (\S*)$/;
const PATTERN = /^soat-typed-(\d+)-(\d+)-(self|verified) (\S+) (\S+)$/;

// One of each criterion: {id, inspection, side, place, fields, keys}; of a form: {…, what, url} instead of a side.
export function typed(account) {
  const found = new Map();
  for (const key of keysOf(account)) {
    const form = FORM.exec(key) && formOf(key);
    if (form) found.set(key, form);
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

function formOf(key) {
  const [, , url, , inspection, what, place] = FORM.exec(key);
  try {
    const { fields } = JSON.parse(localStorage.getItem(key));
    return fields && { id: key, inspection: Number(inspection), what, url, place: place.includes(".") ? place : "", fields, keys: [key] };
  } catch {
    return null; // as above
  }
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
export const number = (account) => typed(account).length;
