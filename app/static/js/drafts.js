// What stands in a field and is no operation yet: half a ratio, a text of the last half second. It is written at
// every key, without waiting, so that not even a reload takes it. One place for each account, inspection and side.

export class Drafts {
  constructor(key) {
    this.key = key;
    this.texts = {};
    try {
      this.texts = JSON.parse(localStorage.getItem(key)) ?? {};
    } catch {
      // no storage, or not ours
    }
  }

  keep(code, name, value) {
    (this.texts[code] ??= {})[name] = value;
    this.write();
  }

  has(code, name) {
    return this.texts[code]?.[name] !== undefined;
  }

  forget(code, names) {
    for (const name of names) delete this.texts[code]?.[name];
    if (this.texts[code] && !Object.keys(this.texts[code]).length) delete this.texts[code];
    this.write();
  }

  all() {
    return Object.entries(this.texts).flatMap(([code, texts]) => Object.entries(texts).map(([name, value]) => [code, name, value]));
  }

  write() {
    try {
      if (Object.keys(this.texts).length) localStorage.setItem(this.key, JSON.stringify(this.texts));
      else localStorage.removeItem(this.key);
    } catch {
      // Without storage the page itself holds what is typed.
    }
  }
}
