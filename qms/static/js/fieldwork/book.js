// What is known of the audit and what was written since: the server's records, and over them the changes that have not been
// sent. A change is in the vault before it counts as kept, and leaves it only when the server has it.
//
// A change: {kind, target, id, version, was, tried, value, at}, kind one of answer, attendance, stance, photo; `version` and
// `was` are what it was written over, `tried` what of it was sent before and may have arrived. While it waits it may be
// marked: refused (a sentence, or the name of one; `later` if it is only not yet its turn), conflict, gone. In this page only:
// stored (it is in the vault), unkept (the vault had no room for it), sent (it is under way), touched (when it was written
// here).

const FIELDS = {
  answer: ["answer", "seen", "reason", "drawn_from", "population", "size", "items", "verdicts"],
  attendance: ["meeting", "name", "post", "is_removed"],
  stance: ["stance", "spoken_by", "note"],
  photo: [],
};
const QUIET = 15_000; // a line that is being written is sent when nothing was typed for so long, or it is left
const QUIET_UNKEPT = 2_000; // the same where nothing can be kept: only what is sent is safe
const AT_ONCE = 100;
const LONGEST = 10_000; // letters of a text; the fields let no more in, but two texts put together may have more
const MOST = 1_000_000_000; // things that a sample is drawn from
const RETRY = 30_000;
const RARELY = 120_000; // what is not yet its turn is asked about again
const MOST_TRIED = 3;

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
  constructor({ vault, sender, needs, newUid }) {
    super();
    Object.assign(this, { vault, sender, needs, newUid });
    this.lines = [];
    this.records = { answer: new Map(), attendance: new Map(), stance: new Map(), photo: new Map() };
    this.pending = new Map();
    this.files = new Map(); // photos that the vault had no room for, as long as this page lives
    this.quiet = vault.why ? QUIET_UNKEPT : QUIET;
    this.status = "waiting";
    this.active = null; // the name of what is being written now
    this.ahead = 0;
    this.full = false;
    this.unreadable = 0;
    this.sending = false;
    this.turn = Promise.resolve();
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

  // Some records as they stand now. By the version of the checklist it is seen whether others were at it meanwhile.
  renew(now) {
    for (const line of now.lines || []) {
      const known = this.records.answer.get(line.uid);
      if (!known) continue;
      this.state.checklist += line.version - known.version;
      Object.assign(known, line);
    }
    if (now.checklist !== undefined && now.checklist !== this.state.checklist) this.isBehind = true;
    if (now.attendance) this.records.attendance = new Map(now.attendance.map((one) => [one.uid, one]));
    if (now.stances) this.records.stance = new Map(now.stances.map((one) => [one.target, one]));
  }

  // Take over what the vault holds; but what was written here since, or could not be stored, stands.
  async restore() {
    const began = Date.now();
    const { found, unreadable } = await this.vault.all();
    this.unreadable = unreadable;
    const stands = (name, { stored, touched }) => !stored || (touched && (name === this.active || touched >= began));
    for (const [name, entry] of found) {
      const mine = this.pending.get(name);
      if (mine && stands(name, mine)) continue;
      if (mine?.id === entry.id) Object.assign(mine, entry);
      else this.pending.set(name, { ...entry, stored: true });
    }
    for (const [name, mine] of [...this.pending]) if (!found.has(name) && !stands(name, mine)) this.pending.delete(name);
  }

  // ---- What is written

  record(kind, target) {
    return this.records[kind].get(target);
  }

  entry(kind, target) {
    return this.pending.get(`${kind}:${target}`);
  }

  // Whether a line is asked: by the answers as this device holds them, as the server does it by those that it has
  // (AuditLine.is_asked). What was answered stays asked.
  isAsked({ uid, after }) {
    return !after || Boolean(this.#answerOf(uid)) || after.answers.includes(this.#answerOf(after.line));
  }

  #answerOf(uid) {
    const entry = this.entry("answer", uid);
    return entry ? entry.value.answer : this.record("answer", uid)?.answer;
  }

  // The lines that are asked now; and one more, to stand among them.
  asked(besides) {
    return this.lines.filter((line) => line.uid === besides || this.isAsked(line));
  }

  // How much is neither sent nor kept: whoever leaves the page loses it.
  get unkept() {
    if (this.vault.why) return this.pending.size;
    return [...this.pending.values()].filter((entry) => entry.unkept).length;
  }

  // The bytes of a photo that waits.
  async file(name) {
    return this.files.get(name) ?? this.vault.file(name);
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
    const isTold = before.conflict || before.sent || before.tried?.length; // taking it back must be told, too
    if (!isTold && same(value, was)) return this.#forget(name);
    return this.#keep(name, {
      kind, target, id: this.newUid(), version: before.version, was, tried: before.tried, value,
      at: new Date().toISOString(), conflict: before.conflict, gone: before.gone, sent: before.sent, touched: Date.now(),
    });
  }

  addPhoto(line, { name, type, bytes }) {
    const uid = this.newUid();
    const value = { line, name, type, size: bytes.byteLength };
    const entry = { kind: "photo", target: uid, id: uid, version: 0, was: {}, value, at: new Date().toISOString() };
    return this.#keep(`photo:${uid}`, entry, bytes);
  }

  async #keep(name, entry, file) {
    await this.#store(name, entry, file);
    this.#plan(entry);
  }

  async #store(name, entry, file) {
    this.pending.set(name, entry);
    if (file) this.files.set(name, file); // until the vault has it
    this.#tell("written", name);
    const { stored: _stored, unkept: _unkept, sent: _sent, touched: _touched, ...kept } = entry;
    try {
      await this.vault.put(name, kept, file);
      this.full = false;
      entry.stored = !this.vault.why;
      entry.unkept = false;
      this.files.delete(name);
    } catch {
      this.full = true;
      entry.unkept = true;
    }
    this.#tell("kept", name);
  }

  // Perhaps there is room again.
  async #keepRest() {
    for (const [name, entry] of [...this.pending]) {
      if (entry.unkept && this.pending.get(name) === entry) await this.#store(name, entry, this.files.get(name));
    }
  }

  // With `id`: only that change, not one that another page wrote since.
  async #forget(name, id) {
    this.pending.delete(name);
    this.files.delete(name);
    if (this.full && !this.unkept) this.full = false;
    this.#tell("written", name);
    await this.vault.drop(name, id).catch(() => {});
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
    const chosen = { ...entry, value, conflict: false, tried: [], id: this.newUid(), version: record?.version ?? 0 };
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
    this.timer = setTimeout(() => this.send(), name === this.active ? this.quiet + 200 : 1000);
  }

  leave(name) {
    if (this.active !== name) return;
    this.active = null;
    if (this.pending.has(name)) this.send();
  }

  #due(isForced) {
    return [...this.pending].filter(([name, entry]) =>
      !entry.conflict && !entry.gone && !this.lacks(entry)
      && (isForced || !entry.refused || (entry.later && !this.state?.audit.closed))
      && (isForced || name !== this.active || Date.now() - (entry.touched || 0) >= this.quiet));
  }

  // Whether the page still belongs to who holds the device.
  isMine() {
    const holder = this.holder();
    return holder === null || holder === this.vault.person;
  }

  async send(isForced = false) {
    if (this.sending) {
      this.again = isForced || this.again || false;
      return;
    }
    if (!this.isMine()) {
      this.#tell("lost");
      return;
    }
    this.sending = true;
    try {
      await this.#alone(() => this.#sendAll(isForced));
    } finally {
      this.sending = false;
    }
    const { again } = this;
    this.again = undefined;
    if (again !== undefined) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(again), 1000);
    }
  }

  // One after the other, in all pages of this audit: what the server tells of the lines must not be older than what it took.
  #alone(work) {
    const next = this.turn.catch(() => {}).then(
      () => (navigator.locks ? navigator.locks.request(`qms-fieldwork-${this.vault.audit}`, work) : work()));
    this.turn = next;
    return next;
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
    if (this.#due(false).length) this.retry = setTimeout(() => this.send(), ["waiting", "online"].includes(status) ? 2000 : RETRY);
    else if ([...this.pending.values()].some((entry) => entry.later)) this.retry = setTimeout(() => this.refresh(), RARELY);
    if (this.isBehind) setTimeout(() => this.refresh());
    this.isBehind = false;
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
    const changes = due.map(([, { id, kind, target, version, was, tried, value, at }]) => (
      { uid: id, kind, target, version, was, tried: tried || [], value, at }));
    const wasOnline = navigator.onLine;
    const said = await this.sender.changes(this.vault.person, changes);
    for (const [name, entry] of due) for (const one of [entry, this.pending.get(name)]) if (one) one.sent = false;
    if (said.status === 422) return this.#sendApart(due, said);
    if (wasOnline && (said.offline || said.status >= 500)) await this.#remember(due);
    if (!said.ok) return this.#trouble(said);
    const { ahead, results, ...now } = said.ok;
    this.ahead = ahead;
    this.renew(now);
    const outcomes = new Map(results.map((one) => [one.uid, one]));
    for (const [name, entry] of due) await this.#settled(name, entry, outcomes.get(entry.id));
    await this.vault.keepAudit(this.state).catch(() => {});
    this.#tell("taken");
    this.#tell("renewed", now);
    return null;
  }

  // One of them the server does not understand: it must not stand in the way of the others.
  async #sendApart(due, said) {
    if (due.length > 1) {
      for (const one of due) {
        const status = await this.#sendChanges([one]);
        if (status) return status;
      }
      return null;
    }
    const [name, sent] = due[0];
    const entry = this.pending.get(name);
    if (entry?.id === sent.id) await this.#keep(name, { ...entry, refused: said.refused || "not_understood", later: false });
    return null;
  }

  // Nobody knows whether these arrived. If they did, what is written on over them is no quarrel with somebody else.
  async #remember(due) {
    for (const [name, sent] of due) {
      const entry = this.pending.get(name);
      if (!entry || entry.tried?.some((one) => same(sent.value, one))) continue;
      entry.tried = [...(entry.tried || []), sent.value].slice(-MOST_TRIED);
      await this.#store(name, entry);
    }
  }

  async #settled(name, sent, result) {
    const entry = this.pending.get(name);
    if (!entry || !result) return;
    const isNewer = entry.id !== sent.id;
    if (result.outcome === "taken") {
      if (!isNewer) return this.#forget(name, sent.id);
      const record = this.record(entry.kind, entry.target);
      entry.version = record?.version ?? entry.version;
      entry.was = pick(record, entry.kind);
      entry.tried = [];
    } else if (result.outcome === "conflict") entry.conflict = true;
    else if (result.outcome === "gone") entry.gone = true;
    else if (result.outcome === "waits") {
      if (this.state) this.state.audit.closed = result.message;
      if (!isNewer) Object.assign(entry, { refused: result.message, later: true });
    } else if (!isNewer) Object.assign(entry, { refused: result.message, later: false });
    return this.#keep(name, entry);
  }

  async #sendPhoto(name, entry) {
    let bytes;
    try {
      await this.vault.last.catch(() => {}); // it may be on its way to the disk
      bytes = await this.file(name);
    } catch {
      return "failed"; // the disk does not answer now; the photo may well be on it
    }
    if (!bytes) {
      await this.#store(name, { ...entry, refused: "photo_lost", gone: true });
      return null;
    }
    const said = await this.sender.photo(this.vault.person, entry.target, entry.value.line, entry.value.name, entry.value.type, bytes);
    if (said.ok) {
      this.record("answer", entry.value.line)?.photos.push({ uid: said.ok.uid, url: said.ok.url });
      await this.#forget(name);
      await this.vault.keepAudit(this.state).catch(() => {});
      return null;
    }
    if (said.code === "other_person" || !(said.missing || [409, 413, 422].includes(said.status))) return this.#trouble(said);
    const refused = said.missing ? "gone" : said.refused || (said.status === 413 ? "photo_refused" : "not_understood");
    if (said.status === 409 && this.state) this.state.audit.closed ||= refused;
    await this.#keep(name, { ...entry, refused, later: said.status === 409, gone: Boolean(said.missing) }, bytes);
    return null;
  }

  // Ask the server how things stand, and take that over; then send what waits.
  async refresh() {
    if (!this.isMine()) {
      this.#tell("lost");
      return "lost";
    }
    await this.#keepRest();
    const status = await this.#alone(() => this.#ask());
    if (status === "ok") await this.send();
    return status;
  }

  async #ask() {
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
    return "ok";
  }
}
