// What is written in the field, kept in the browser's own database: sealed with the key of the person who wrote it, and on
// the disk before the page says so. Where the browser can keep nothing, everything stays in memory, and `why` says so.
//
// Readable on the device are only the uids of person, audit and record. A key lies beside the records as long as its person
// holds the device (qms/core/holder.py); it cannot be taken out, only used. Who comes next has it thrown away. The server
// gives it again to its person.

const NAME = "qms-fieldwork";
const KEYS = "keys", AUDITS = "audits", RECORDS = "records";
const ROOT = new URL("../../../", import.meta.url).pathname; // of this installation; others may share the host and its storage
export const MARK = `qms-fieldwork${ROOT === "/" ? "" : ROOT}`; // in localStorage: whose key lies here, for a quick look

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

function finished(transaction) {
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error || new Error("aborted"));
    transaction.onerror = () => failed(transaction.error);
  });
}

function opened() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const base = request.result;
      base.createObjectStore(KEYS, { keyPath: "person" });
      base.createObjectStore(AUDITS, { keyPath: ["person", "audit"] });
      base.createObjectStore(RECORDS, { keyPath: ["person", "audit", "name"] });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      done(request.result);
    };
    request.onerror = () => failed(request.error);
    request.onblocked = () => failed(new Error("blocked"));
  });
}

export function holder() {
  const found = document.cookie.split("; ").find((one) => one.startsWith("qms_holder="));
  return found ? found.slice("qms_holder=".length) : null; // null: the browser does not know (any more)
}

function mark(person) {
  try {
    if (person) localStorage.setItem(MARK, person);
    else localStorage.removeItem(MARK);
  } catch { /* no localStorage, no quick look: the keys themselves are looked at */ }
}

// Whether a key is of this installation.
function isOurs({ root }) {
  return (root ?? ROOT) === ROOT;
}

export async function openVault() {
  if (!self.isSecureContext || !self.crypto?.subtle) return new Vault(null, "no_https");
  if (!self.indexedDB) return new Vault(null, "no_storage");
  try {
    return new Vault(await opened(), null);
  } catch {
    return new Vault(null, "no_storage");
  }
}

class Vault {
  constructor(base, why) {
    this.base = base;
    this.why = why;
    this.key = null;
    this.person = null;
    this.audit = null;
    this.memory = new Map();
    this.last = Promise.resolve();
  }

  #write(stores) {
    return this.base.transaction(stores, "readwrite", { durability: "strict" });
  }

  // Throw away the keys of everybody but this person; their sealed records stay.
  async forgetOthers(person) {
    if (!this.base) return;
    const transaction = this.#write([KEYS]);
    const keys = transaction.objectStore(KEYS);
    const found = (await asked(keys.getAll())).filter(isOurs);
    for (const one of found) if (one.person !== person) keys.delete(one.person);
    await finished(transaction);
    mark(found.some((one) => one.person === person) ? person : null);
  }

  // Open with the key that the server gave.
  async openWith(person, key, audit) {
    this.person = person;
    this.audit = audit;
    if (!this.base) return;
    const raw = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
    this.key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    this.last = this.#keepKey(); // before anything is sealed with it, but nobody has to wait to read
  }

  async #keepKey() {
    const transaction = this.#write([KEYS]);
    const keys = transaction.objectStore(KEYS);
    for (const one of await asked(keys.getAll())) if (isOurs(one)) keys.delete(one.person); // nobody else's stays
    keys.put({ person: this.person, key: this.key, root: ROOT });
    await finished(transaction);
    mark(this.person);
  }

  // Open with the key that lies here, for the holder of the device. Whether there was one.
  async openForHolder(audit) {
    if (!this.base) return false;
    const now = holder();
    if (now !== null) await this.forgetOthers(now);
    const found = (await asked(this.base.transaction(KEYS).objectStore(KEYS).getAll())).filter(isOurs);
    if (found.length !== 1) return false;
    this.person = found[0].person;
    this.key = found[0].key;
    this.audit = audit;
    return true;
  }

  #about(name) {
    return new TextEncoder().encode(JSON.stringify([this.person, this.audit, name]));
  }

  async #seal(name, content) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const about = { name: "AES-GCM", iv, additionalData: this.#about(name) };
    return { iv, sealed: await crypto.subtle.encrypt(about, this.key, content) };
  }

  async #unseal(name, { iv, sealed }) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: this.#about(name) }, this.key, sealed);
  }

  // Keep a record under a name, and perhaps a file with it. Resolves when it is on the disk. Writes come one after the
  // other, so that the last keystroke wins.
  put(name, value, file) {
    const next = this.last.catch(() => {}).then(() => this.#put(name, value, file));
    this.last = next;
    return next;
  }

  async #put(name, value, file) {
    if (!this.base) {
      this.memory.set(name, { value, file });
      return;
    }
    const text = new TextEncoder().encode(JSON.stringify(value));
    const row = { person: this.person, audit: this.audit, name, id: value.id, ...await this.#seal(name, text) };
    if (file) row.file = await this.#seal(`${name}/file`, file);
    const transaction = this.#write([RECORDS]);
    transaction.objectStore(RECORDS).put(row);
    await finished(transaction);
  }

  // With `id`: only if that change still lies there.
  drop(name, id) {
    const next = this.last.catch(() => {}).then(async () => {
      this.memory.delete(name);
      if (!this.base) return;
      const transaction = this.#write([RECORDS]);
      const records = transaction.objectStore(RECORDS), at = [this.person, this.audit, name];
      const row = id && await asked(records.get(at));
      if (!row?.id || row.id === id) records.delete(at);
      await finished(transaction);
    });
    this.last = next;
    return next;
  }

  // All records of this person and audit: {name: value}; and how many could not be opened.
  async all() {
    if (!this.base) {
      return { found: new Map([...this.memory].map(([name, one]) => [name, one.value])), unreadable: 0 };
    }
    const range = IDBKeyRange.bound([this.person, this.audit], [this.person, this.audit, []]);
    const rows = await asked(this.base.transaction(RECORDS).objectStore(RECORDS).getAll(range));
    const found = new Map();
    let unreadable = 0;
    await Promise.all(rows.map(async (row) => {
      try {
        const text = await this.#unseal(row.name, row);
        found.set(row.name, JSON.parse(new TextDecoder().decode(text)));
      } catch {
        unreadable += 1;
      }
    }));
    return { found, unreadable };
  }

  async file(name) {
    if (!this.base) return this.memory.get(name)?.file;
    const row = await asked(this.base.transaction(RECORDS).objectStore(RECORDS).get([this.person, this.audit, name]));
    return row?.file ? this.#unseal(`${name}/file`, row.file) : undefined;
  }

  // How many unsent records of others lie here, sealed.
  async ofOthers() {
    if (!this.base) return 0;
    const keys = await asked(this.base.transaction(RECORDS).objectStore(RECORDS).getAllKeys());
    return keys.filter(([person]) => person !== this.person).length;
  }

  // The audit as the server last told it.
  async keepAudit(state) {
    if (!this.base) return;
    const { key: _key, csrf: _csrf, ...kept } = state;
    const text = new TextEncoder().encode(JSON.stringify(kept));
    const row = { person: this.person, audit: this.audit, ...await this.#seal("audit", text) };
    const transaction = this.#write([AUDITS]);
    transaction.objectStore(AUDITS).put(row);
    await finished(transaction);
  }

  async keptAudit() {
    if (!this.base) return null;
    const row = await asked(this.base.transaction(AUDITS).objectStore(AUDITS).get([this.person, this.audit]));
    if (!row) return null;
    try {
      return JSON.parse(new TextDecoder().decode(await this.#unseal("audit", row)));
    } catch {
      return null;
    }
  }
}
