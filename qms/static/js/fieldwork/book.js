// What is known of the audit and what was written since: the server's records, and over them the changes that have not been
// sent. A change is in the vault before it counts as kept, and leaves it only when the server has it.
//
// A change: {kind, target, id, version, was, value, at}, kind one of answer, attendance, stance, photo; `version` and `was`
// are what it was written over. While it waits it may be marked: refused (a sentence), conflict, gone.

const FIELDS = {
  answer: ["answer", "seen", "reason", "drawn_from", "population", "size", "items", "verdicts"],
  attendance: ["meeting", "name", "post", "is_removed"],
  stance: ["stance", "spoken_by", "note"],
  photo: [],
};
const QUIET = 15_000; // a line that is being written is sent when nothing was typed for so long, or it is left
const AT_ONCE = 100;
const LONGEST = 10_000; // letters of a text; the fields let no more in, but two texts put together may have more
const MOST = 1_000_000_000; // things that a sample is drawn from
const RETRY = 30_000;

// What a record says. Of what a server of an earlier version did not tell, nothing is said, so that nothing is overwritten.
function pick(record, kind) {
  const found = {};
  for (const name of FIELDS[kind]) {
    if (!record || name in record) found[name] = record?.[name] ?? (name === "is_removed" ? false : null);
  }
  return found;
}

// A value for comparing: nothing is null, verdicts are text.
function bare(value) {
  if (value === "" || value === undefined || value === false) return null;
  if (value === null || typeof value !== "object") return value;
  const said = Object.entries(value).map(([key, one]) => [key, one.answer || null, one.reason || null]);
  const found = said.filter(([, answer, reason]) => answer || reason).sort(([one], [other]) => (one < other ? -1 : 1));
  return found.length ? JSON.stringify(found) : null;
}

function same(one, other) {
  return Object.keys(one).every((name) => bare(one[name]) === bare(other[name]));
}

function joined(...texts) {
  return [...new Set(texts.filter(Boolean))].join("\n") || null;
}

export class Book extends EventTarget {
  constructor({ vault, sender, needs, limit, newUid }) {
    super();
    Object.assign(this, { vault, sender, needs, limit, newUid });
    this.lines = [];
    this.records = { answer: new Map(), attendance: new Map(), stance: new Map(), photo: new Map() };
    this.pending = new Map();
    this.status = "waiting";
    this.active = null; // the name of what is being written now
    this.ahead = 0;
    this.full = false;
    this.unreadable = 0;
    this.sending = false;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // ---- What the server says

  take(state) {
    this.state = state;
    this.lines = state.lines;
    this.records.answer = new Map(state.lines.map((line) => [line.uid, line]));
    this.records.attendance = new Map(state.attendance.map((one) => [one.uid, one]));
    this.records.stance = new Map(state.stances.map((one) => [one.target, one]));
    for (const entry of this.pending.values()) {
      const line = entry.kind === "answer" ? entry.target : entry.kind === "photo" ? entry.value.line : null;
      if (line) entry.gone = !this.records.answer.has(line);
    }
    this.#tell("taken");
  }

  #renew(now) {
    for (const line of now.lines || []) {
      const known = this.records.answer.get(line.uid);
      if (known) Object.assign(known, line);
    }
    if (now.attendance) this.records.attendance = new Map(now.attendance.map((one) => [one.uid, one]));
    if (now.stances) this.records.stance = new Map(now.stances.map((one) => [one.target, one]));
  }

  async restore() {
    const { found, unreadable } = await this.vault.all();
    this.unreadable = unreadable;
    for (const [name, entry] of found) if (name !== this.active) this.pending.set(name, { ...entry, stored: true });
    for (const name of [...this.pending.keys()]) {
      if (name !== this.active && !found.has(name) && this.pending.get(name).stored) this.pending.delete(name);
    }
    return found.size;
  }

  // ---- What is written

  record(kind, target) {
    return this.records[kind].get(target);
  }

  entry(kind, target) {
    return this.pending.get(`${kind}:${target}`);
  }

  // A record as it is with what was written over it.
  shown(kind, target) {
    return { ...pick(this.record(kind, target), kind), ...this.entry(kind, target)?.value };
  }

  edit(kind, target, patch) {
    const name = `${kind}:${target}`;
    const record = this.record(kind, target);
    const before = this.pending.get(name) || { version: record?.version ?? 0 };
    const was = { ...pick(record, kind), ...before.was };
    const value = { ...was, ...before.value, ...patch };
    if (!before.conflict && !before.sent && same(value, was)) return this.#forget(name);
    return this.#keep(name, {
      kind, target, id: this.newUid(), version: before.version, was, value,
      at: new Date().toISOString(), conflict: before.conflict, gone: before.gone, touched: Date.now(),
    });
  }

  addPhoto(line, { name, type, bytes }) {
    const uid = this.newUid();
    const value = { line, name, type, size: bytes.byteLength };
    const entry = { kind: "photo", target: uid, id: uid, version: 0, was: {}, value, at: new Date().toISOString() };
    return this.#keep(`photo:${uid}`, entry, bytes);
  }

  async #keep(name, entry, file) {
    this.pending.set(name, entry);
    this.#tell("written", name);
    const { stored: _stored, sent: _sent, touched: _touched, ...kept } = entry;
    try {
      await this.vault.put(name, kept, file);
      this.full = false;
      entry.stored = !this.vault.why;
    } catch {
      this.full = true;
    }
    this.#tell("kept", name);
    this.#plan(entry);
  }

  async #forget(name) {
    this.pending.delete(name);
    this.#tell("written", name);
    await this.vault.drop(name).catch(() => {});
    this.#tell("kept", name);
  }

  discard(name) {
    return this.#forget(name);
  }

  // Two versions, one choice: "mine", "theirs" or "both" (my result, my numbers, both texts).
  settle(kind, target, which) {
    const name = `${kind}:${target}`;
    const entry = this.pending.get(name);
    const record = this.record(kind, target);
    if (!entry || which === "theirs") return this.#forget(name);
    const value = { ...entry.value };
    if (which === "both") {
      for (const field of ["seen", "reason", "items"]) value[field] = joined(record?.[field], value[field]);
      for (const field of ["drawn_from", "population", "size"]) value[field] ??= record?.[field] ?? null;
      value.verdicts = { ...record?.verdicts, ...value.verdicts };
    }
    const chosen = { ...entry, value, conflict: false, id: this.newUid(), version: record?.version ?? 0 };
    chosen.was = pick(record, kind);
    return this.#keep(name, chosen).then(() => this.send(true));
  }

  // What a change still lacks before the server would take it: the name of a sentence, or "".
  lacks({ kind, value }) {
    if (Object.values(value).some((one) => one?.length > LONGEST)) return "too_long";
    if (kind === "answer") return this.#lineLacks(value);
    if (kind === "stance" && value.stance === "disagrees" && !value.note?.trim()) return "note_needed";
    if (kind === "attendance" && !value.name?.trim()) return "name_needed";
    return "";
  }

  #lineLacks({ answer, seen, reason, population, size, verdicts }) {
    const own = Object.values(verdicts || {}).filter((one) => one.answer && one.answer !== answer);
    if (own.length && !answer) return "answer_needed";
    if ([answer, ...own.map((one) => one.answer)].some((one) => this.needs[one]?.needs_seen) && !seen?.trim()) return "seen_needed";
    if (this.needs[answer]?.needs_reason && !reason?.trim()) return "reason_needed";
    if ([population, size].some((one) => typeof one === "string" || one > MOST)) return "number_needed";
    if (population !== null && size > population) return "too_many";
    if (own.some((one) => !one.reason?.trim())) return "difference_needed";
    return "";
  }

  // ---- Sending

  #plan(entry) {
    clearTimeout(this.timer);
    const name = `${entry.kind}:${entry.target}`;
    this.timer = setTimeout(() => this.send(), name === this.active ? QUIET + 200 : 1000);
  }

  leave(name) {
    if (this.active !== name) return;
    this.active = null;
    if (this.pending.has(name)) this.send();
  }

  #due(isForced) {
    return [...this.pending].filter(([name, entry]) =>
      !entry.conflict && !entry.gone && !this.lacks(entry) && (isForced || !entry.refused)
      && (isForced || name !== this.active || Date.now() - (entry.touched || 0) >= QUIET));
  }

  // Whether the page still belongs to who holds the device.
  isMine() {
    const holder = this.holder();
    return holder === null || holder === this.vault.person;
  }

  async send(isForced = false) {
    if (this.sending) {
      this.again = true;
      return;
    }
    if (!this.isMine()) {
      this.#tell("lost");
      return;
    }
    this.sending = true;
    try {
      const work = () => this.#sendAll(isForced);
      if (navigator.locks) await navigator.locks.request(`qms-fieldwork-${this.vault.audit}`, work);
      else await work();
    } finally {
      this.sending = false;
    }
    if (this.again) {
      this.again = false;
      this.#plan({ kind: "", target: "" });
    }
  }

  async #sendAll(isForced) {
    const due = this.#due(isForced);
    this.#tell("status", due.length ? "sending" : null);
    let status = this.pending.size ? "waiting" : "online";
    const changes = due.filter(([, entry]) => entry.kind !== "photo").slice(0, AT_ONCE);
    const photos = due.filter(([, entry]) => entry.kind === "photo");
    if (changes.length) status = await this.#sendChanges(changes) || status;
    for (const [name, entry] of photos) {
      if (!["waiting", "online"].includes(status)) break;
      status = await this.#sendPhoto(name, entry) || status;
    }
    if (status === "waiting" || status === "online") status = this.pending.size ? "waiting" : "online";
    this.status = status;
    this.#tell("status", status);
    clearTimeout(this.retry);
    if (this.#due(false).length) this.retry = setTimeout(() => this.send(), status === "offline" || status === "failed" ? RETRY : 2000);
  }

  #trouble(said) {
    if (said.offline) return "offline";
    if (said.signedOut) return "signed_out";
    if (said.missing || said.status === 403) return "missing";
    if (said.status === 409 && said.code === "other_person") {
      this.#tell("lost");
      return "signed_out";
    }
    this.why = said.refused;
    return "failed";
  }

  async #sendChanges(due) {
    for (const [, entry] of due) entry.sent = true;
    const changes = due.map(([, { id, kind, target, version, was, value, at }]) => (
      { uid: id, kind, target, version, was, value, at }));
    const said = await this.sender.changes(this.vault.person, changes);
    for (const [, entry] of due) entry.sent = false;
    if (!said.ok) return this.#trouble(said);
    this.ahead = said.ok.ahead;
    this.#renew(said.ok);
    const results = new Map(said.ok.results.map((one) => [one.uid, one]));
    for (const [name, entry] of due) await this.#settled(name, entry, results.get(entry.id));
    await this.vault.keepAudit(this.state).catch(() => {});
    this.#tell("taken");
    return null;
  }

  async #settled(name, sent, result) {
    const entry = this.pending.get(name);
    if (!entry || !result) return;
    const isNewer = entry.id !== sent.id;
    if (result.outcome === "taken") {
      if (!isNewer) return this.#forget(name);
      const record = this.record(entry.kind, entry.target);
      entry.version = record?.version ?? entry.version;
      entry.was = pick(record, entry.kind);
    } else if (result.outcome === "conflict") entry.conflict = true;
    else if (result.outcome === "gone") entry.gone = true;
    else if (!isNewer) entry.refused = result.message;
    return this.#keep(name, entry);
  }

  async #sendPhoto(name, entry) {
    const bytes = await this.vault.file(name);
    if (!bytes) return null;
    const said = await this.sender.photo(this.vault.person, entry.target, entry.value.line, entry.value.name, entry.value.type, bytes);
    if (said.ok) {
      this.record("answer", entry.value.line)?.photos.push({ uid: said.ok.uid, url: said.ok.url });
      await this.#forget(name);
      await this.vault.keepAudit(this.state).catch(() => {});
      return null;
    }
    if (said.missing || [403, 409, 413, 422].includes(said.status)) {
      entry.refused = said.refused || "?";
      if (said.missing) entry.gone = true;
      await this.#keep(name, entry);
      return null;
    }
    return this.#trouble(said);
  }

  // Ask the server how things stand, and take that over; then send what waits.
  async refresh() {
    if (!this.isMine()) {
      this.#tell("lost");
      return "lost";
    }
    const said = await this.sender.state();
    if (said.ok && said.ok.person !== this.vault.person) {
      this.#tell("lost");
      return "lost";
    }
    if (!said.ok) {
      this.status = this.#trouble(said);
      this.#tell("status", this.status);
      return this.status;
    }
    this.ahead = Math.round((Date.now() - Date.parse(said.ok.now)) / 1000);
    this.take(said.ok);
    await this.vault.keepAudit(said.ok).catch(() => { this.full = true; });
    await this.send();
    return "ok";
  }
}
