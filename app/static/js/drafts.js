// What stands in a field and is no operation yet: half a ratio, a text of the last half second. It is written at
// every key; each field by itself (two tabs), with the version of the answer that the person had in view.

export class Drafts {
  constructor(key) {
    this.key = `${key} `;
    this.texts = new Map(); // «3.4.1 note» → {value, version}
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(this.key)) this.texts.set(name.slice(this.key.length), JSON.parse(localStorage.getItem(name)));
      }
    } catch {
      // no storage, or not ours
    }
  }

  keep(code, name, value, version) {
    this.texts.set(`${code} ${name}`, { value, version });
    try {
      localStorage.setItem(`${this.key}${code} ${name}`, JSON.stringify({ value, version }));
    } catch {
      // without storage the page itself holds it
    }
  }

  // After one's own save.
  seen(code, version) {
    for (const [place, draft] of this.texts) if (place.startsWith(`${code} `)) this.keep(...place.split(" "), draft.value, version);
  }

  has(code, name) {
    return this.texts.has(`${code} ${name}`);
  }

  forget(code, names) {
    for (const name of names) {
      if (!this.texts.delete(`${code} ${name}`)) continue;
      try {
        localStorage.removeItem(`${this.key}${code} ${name}`);
      } catch {
        // as above
      }
    }
  }

  all() {
    return [...this.texts].map(([place, { value, version }]) => [...place.split(" "), value, version]);
  }
}
