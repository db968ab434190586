// What waits on this device, on its disk: IndexedDB «soat». One operation, one transaction, and nothing else is
// awaited inside it; an operation counts as kept only when its transaction has been flushed (durability strict).
// Stores: operations (key id, index account), files (key id: the bytes of an operation's file), meta (key key).

const asked = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});
const finished = (transaction) => new Promise((done, fail) => {
  transaction.oncomplete = () => done();
  transaction.onabort = transaction.onerror = () => fail(transaction.error ?? new Error("aborted"));
});

export async function openStore() {
  const request = indexedDB.open("soat", 1);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore("operations", { keyPath: "id" }).createIndex("account", "account");
    database.createObjectStore("files", { keyPath: "id" });
    database.createObjectStore("meta", { keyPath: "key" });
  };
  const database = await asked(request);
  // A newer version of the app wants to change the stores: it waits for nobody.
  database.onversionchange = () => database.close();
  return new Store(database);
}

class Store {
  constructor(database) {
    this.database = database;
  }

  // work(table, then) asks for everything at once; table("meta") is a store of the transaction, then(step) is what
  // is done with a result: what it throws ends the transaction and is thrown here.
  async write(work, durability = "strict") {
    const transaction = this.database.transaction(["operations", "files", "meta"], "readwrite", { durability });
    let thrown = null;
    const then = (step) => ({ target }) => {
      try {
        step(target.result);
      } catch (fault) {
        thrown = fault;
        transaction.abort();
      }
    };
    const end = finished(transaction);
    work((name) => transaction.objectStore(name), then);
    await end.catch((fault) => {
      throw thrown ?? fault;
    });
  }

  // All operations of an account in the order they were made, without the bytes of their files.
  async all(account) {
    const table = this.database.transaction("operations").objectStore("operations");
    const found = await asked(table.index("account").getAll(account));
    return found.sort((one, other) => one.order - other.order);
  }

  async count(account) {
    return asked(this.database.transaction("operations").objectStore("operations").index("account").count(account));
  }

  async bytes(id) {
    return (await asked(this.database.transaction("files").objectStore("files").get(id)))?.buffer ?? null;
  }

  // New operations get their place in the order, which no clock can change. ``instead``: ids of older ones that
  // a new one replaces, as long as ``still`` holds for what is on the disk now.
  async add(operations, { instead = [], still = () => true, gone = [], put = [] } = {}) {
    await this.write((table, then) => {
      for (const id of instead) {
        table("operations").get(id).onsuccess = then((older) => older && still(older) && drop(table, id));
      }
      for (const id of gone) drop(table, id);
      for (const op of put) table("operations").put(op);
      table("meta").get("order").onsuccess = then((counter) => {
        let order = counter?.value ?? 0;
        for (const { bytes, ...op } of operations) {
          const placed = operations.find((given) => given.id === op.id);
          order += 1;
          placed.order = order;
          table("operations").put({ ...op, order });
          if (bytes) table("files").put({ id: op.id, buffer: bytes });
        }
        table("meta").put({ key: "order", value: order });
      });
    });
  }

  // Counts a try before it is made; null when the operation is there no more.
  async claim(id) {
    let claimed = null;
    await this.write((table, then) => {
      table("operations").get(id).onsuccess = then((op) => {
        if (!op) return;
        claimed = { ...op, tried: op.tried + 1 };
        table("operations").put(claimed);
      });
    }, "relaxed");
    return claimed;
  }

  put(op) {
    return this.write((table) => void table("operations").put(op));
  }

  // ``told``: what the server said with it; of each part of the place the newest stays.
  remove(id, told = null) {
    return this.write((table, then) => {
      drop(table, id);
      if (!told) return;
      table("meta").get(told.key).onsuccess = then((before) => {
        const ops = [...(before?.ops ?? []).filter(({ part }) => part !== told.op.part), told.op];
        table("meta").put({ key: told.key, html: told.html, order: told.order, ops });
      });
    }, "relaxed"); // sent twice it is written once
  }

  // The row of a key, or all rows of a range.
  async meta(key) {
    const table = this.database.transaction("meta").objectStore("meta");
    return asked(key instanceof IDBKeyRange ? table.getAll(key) : table.get(key));
  }

  // The account whose device this is now; what the server told another one goes.
  own(row) {
    return this.write((table, then) => {
      table("meta").get(row.key).onsuccess = then((before) => {
        if (before?.account !== row.account) table("meta").delete(all("told "));
        table("meta").put(row);
      });
    }, "relaxed");
  }

  // For browsers without Web Locks: one sender at a time, until its lease runs out.
  async lease(owner, until) {
    let mine = false;
    await this.write((table, then) => {
      table("meta").get("sender").onsuccess = then((held) => {
        mine = !held || held.owner === owner || held.until < Date.now() || held.until > Date.now() + 600_000;
        if (mine) table("meta").put({ key: "sender", owner, until });
      });
    }, "relaxed");
    return mine;
  }
}

export const all = (prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

function drop(table, id) {
  table("operations").delete(id);
  table("files").delete(id);
}
