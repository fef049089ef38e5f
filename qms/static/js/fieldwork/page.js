// The page of the fieldwork: opens the vault, shows the lines, takes down what is written, keeps the person told.

const version = new URL(import.meta.url).search;
const [{ MARK, openVault, holder }, { Book }, { Sender }, { shrunk }, { Particulars, sampleTold, differing },
  { element, fill, badge, radios, button, newUid, refill }] =
  await Promise.all(["vault", "book", "sending", "photos", "particulars", "parts"].map((name) => import(`./${name}.js${version}`)));

const given = JSON.parse(document.getElementById("given").textContent);
const words = given.words;
const $ = (selector, within = document) => within.querySelector(selector);
const [before, after] = given.urls.page.split("~");
const uid = location.pathname.slice(before.length, -after.length);
const answers = new Map(given.answers.map((one) => [one.value, one]));
const wide = matchMedia("(min-width: 62rem)");

const vault = await openVault();
const sender = new Sender(given.urls, uid);
const book = new Book({ vault, sender, needs: Object.fromEntries(answers), newUid });
book.holder = holder;

const rows = new Map(); // uid of a line -> its row in the list
let current = null; // uid of the line that is open
let isOver = false; // the page belongs to somebody else now

// ---- What the person must know

const notices = new Map();

function notice(name, text, tone, link, dismiss) {
  if (notices.get(name)?.text === text) return;
  notices.get(name)?.node.remove();
  notices.delete(name);
  if (!text) return;
  const node = element("div", `notice ${tone || "warn"}`);
  node.dataset.notice = name;
  node.setAttribute("role", tone === "bad" ? "alert" : "status");
  const inner = element("div", "", text);
  if (link) {
    const anchor = element("a", "", link.text);
    anchor.href = link.url;
    if (link.isApart) anchor.target = "_blank";
    inner.append(" ", anchor);
  }
  node.append(inner);
  if (dismiss) node.append(button(words.understood, () => { notice(name, ""); dismiss(); }));
  $("[data-notices]").append(node);
  notices.set(name, { text, node });
}

function showStatus() {
  if (isOver) return;
  const waiting = book.pending.size;
  const status = book.status;
  const signedOut = vault.why ? words.signed_out_unkept : words.signed_out;
  const text = status === "sending" ? words.sending
    : status === "signed_out" ? signedOut
    : status === "offline" ? `${vault.why ? words.offline_unkept : words.offline}${waiting ? ` ${fill(words.waiting, { n: waiting })}.` : ""}`
    : waiting ? fill(words.waiting, { n: waiting }) : words.online;
  $("[data-state]").textContent = text;
  document.body.dataset.status = waiting && status === "online" ? "waiting" : status;
  notice("signed_out", status === "signed_out" ? signedOut : "", "bad", signIn());
  notice("failed", status === "failed" ? `${words.failed} ${book.why || ""}` : "", "warn");
  notice("missing", status === "missing" ? words.not_for_you : "", "bad");
  notice("full", book.full ? words.full : "", "bad");
  notice("unreadable", book.unreadable ? fill(words.unreadable, { n: book.unreadable }) : "", "warn");
  const minutes = Math.round(Math.abs(book.ahead) / 60);
  notice("clock", minutes >= 5 ? fill(book.ahead > 0 ? words.clock_ahead : words.clock_behind, { n: minutes }) : "", "info");
  count("device", waiting || "");
}

// The way to sign in: where nothing is kept, beside this page, not instead of it.
function signIn() {
  const isApart = Boolean(vault.why);
  const back = isApart ? given.urls.audit.replace("~", uid) : location.pathname;
  return { text: isApart ? words.sign_in_apart : words.sign_in, url: `${given.urls.sign_in}?next=${encodeURIComponent(back)}`, isApart };
}

function count(name, text) {
  $(`[data-count=${name}]`).textContent = text;
}

// Everything of the audit leaves the page: somebody else holds the device.
function lose() {
  if (isOver) return;
  const isLost = book.unkept > 0;
  isOver = true;
  const last = vault.last.catch(() => {}); // what was written a moment ago still gets to the disk
  last.then(() => { vault.key = null; });
  document.querySelector("main").replaceChildren(element("p", "notice bad", isLost ? words.other_person_unkept : words.other_person));
  for (const node of document.querySelectorAll("[data-number], [data-title], .fw-tabs .count, [data-state]")) node.textContent = "";
  document.title = "QMS";
  last.then(() => vault.forgetOthers(holder())).finally(() => {
    const again = element("a", "btn btn-primary", words.ready ? document.querySelector("h1").textContent : "QMS");
    again.href = location.pathname;
    document.querySelector("main").append(again);
  });
}

// Why a change was not taken.
function refusal({ refused }) {
  return fill(words.refused, { why: words[refused] || refused });
}

// ---- The list of lines

function lineState(line) {
  const entry = book.entry("answer", line.uid);
  if (!entry) return ["", ""];
  if (entry.conflict) return [words.conflict, "bad"];
  return [words.to_send, entry.refused || entry.gone ? "bad" : "info"];
}

function showRow(line) {
  const row = rows.get(line.uid);
  if (!row) return;
  const shown = book.shown("answer", line.uid);
  const choice = answers.get(shown.answer);
  const [state, tone] = lineState(line);
  row.item.classList.toggle("is-open", !shown.answer);
  row.marks.replaceChildren(badge(choice ? choice.label : words.open, choice ? choice.tone : "neutral"));
  for (const one of differing(answers, line, shown)) row.marks.append(badge(`${one.code}: ${one.choice.label}`, one.choice.tone));
  if (state) row.marks.append(badge(state, tone));
}

function drawList() {
  rows.clear();
  const sections = new Map();
  for (const line of book.lines) {
    if (!sections.has(line.section)) sections.set(line.section, element("ol", "list"));
    const item = element("li");
    const link = element("a", "fw-row");
    link.href = `#line-${line.uid}`;
    link.append(element("span", "list-main", line.question), element("span", "sub", line.clauses));
    const marks = element("span", "fw-marks");
    item.append(link, marks);
    rows.set(line.uid, { item, marks, link });
    sections.get(line.section).append(item);
    showRow(line);
  }
  $("[data-list]").replaceChildren(...[...sections].map(([name, list]) => {
    const section = element("section", "fw-section");
    section.append(element("h2", "", name), list);
    return section;
  }));
  showAsked();
  markCurrent();
}

// Which lines are asked, by the answers that this device holds.
function showAsked() {
  for (const line of book.lines) {
    const row = rows.get(line.uid);
    if (row) row.item.hidden = !book.isAsked(line);
  }
  for (const section of document.querySelectorAll(".fw-section")) section.hidden = !$("li:not([hidden])", section);
}

function markCurrent() {
  for (const [uid, { link }] of rows) {
    if (uid === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function showCounts() {
  const asked = book.asked();
  const done = asked.filter((line) => book.shown("answer", line.uid).answer).length;
  const later = book.lines.length - asked.length;
  $("[data-answered]").textContent = [
    fill(words.answered, { n: done, total: asked.length }), later ? fill(words.lines_waiting, { n: later }) : "",
  ].filter(Boolean).join(" · ");
  count("lines", `${done}/${asked.length}`);
}

// ---- One line

const seen = $("#seen"), reason = $("#reason");
const keyed = [...given.answers.map((one) => one.value), null];
$("[data-answers]").append(...radios("answer",
  [...given.answers, { value: null, label: words.open, tone: "" }], (value) => write({ answer: value }),
  [...given.answers.map((_one, n) => n + 1), 0]));
const particulars = new Particulars({ words, answers, write, isWide: () => wide.matches });
const radioOf = (value) => $(`[data-answers] input[value="${value ?? ""}"]`);

function openLine(uid, focus) {
  const line = book.record("answer", uid);
  if (!line) return;
  if (current && current !== uid) book.leave(`answer:${current}`);
  current = uid;
  $("[data-clauses]").textContent = line.clauses;
  $("#question").textContent = line.question;
  $("[data-methods]").textContent = line.methods;
  $("[data-hint]").hidden = !line.hint;
  $("[data-hint] p").textContent = line.hint;
  $("[data-after]").textContent = line.after?.told || "";
  $("[data-after]").hidden = !line.after;
  particulars.open(line, book.shown("answer", uid));
  fillLine();
  $("#line").hidden = false;
  markCurrent();
  if (wide.matches) rows.get(uid)?.item.scrollIntoView({ block: "nearest" });
  if (focus === "answer") (radioOf(book.shown("answer", uid).answer)).focus();
  else if (focus) $("#question").focus();
}

function fillLine() {
  const shown = book.shown("answer", current);
  radioOf(shown.answer).checked = true;
  refill(seen, shown.seen);
  refill(reason, shown.reason);
  particulars.fill(book.record("answer", current), shown);
  showLine();
}

// Where a line stands among those that are asked.
function placeOf(line) {
  const asked = book.asked();
  const at = asked.indexOf(line);
  return at < 0 ? words.not_asked : fill(words.line_of, { n: at + 1, total: asked.length });
}

// What changes on the open line without its fields being touched.
function showLine() {
  const line = book.record("answer", current);
  if (!line) return;
  const entry = book.entry("answer", current);
  const shown = book.shown("answer", current);
  $("[data-place]").textContent = placeOf(line);
  particulars.show(line, shown);
  $("[data-reason]").hidden = !["not_applicable", "not_sampled"].includes(shown.answer) && !reason.value;
  const stored = $("[data-stored]");
  const lacks = entry ? book.lacks(entry) : "";
  stored.textContent = !entry ? (line.at ? words.sent : "")
    : entry.gone ? words.gone
    : entry.refused ? refusal(entry)
    : [entry.stored ? words.stored : vault.why || entry.unkept ? words.unkept : words.storing, words[lacks]].filter(Boolean).join(" ");
  stored.dataset.stored = entry ? (entry.stored ? "kept" : "no") : "sent";
  $("[data-by]").textContent = line.by ? fill(words.answered_by, { who: line.by, when: line.at }) : "";
  const conflict = $("[data-conflict]");
  conflict.hidden = !entry?.conflict;
  if (entry?.conflict) {
    $("[data-theirs-who]").textContent = fill(words.now_says, { who: line.by, when: line.at });
    $("[data-theirs]").textContent = told(line, line);
    $("[data-mine]").textContent = told(shown, line);
  }
  showPhotos();
}

// The open line as it is known now; but what is just being written stays as it is.
function showOpen() {
  if (!current || !book.record("answer", current)) return;
  if (book.active === `answer:${current}` && book.entry("answer", current)?.touched) showLine();
  else fillLine();
}

// All that an answer says, in one text.
function told(said, line) {
  const sample = sampleTold(words, said);
  const own = differing(answers, line, said).map(({ code, choice, reason: why }) => `${code}: ${choice.label}${why ? ` – ${why}` : ""}`);
  const label = answers.get(said.answer)?.label ?? words.open;
  return [label, said.seen, said.reason, sample && `${words.sample}: ${sample}`, ...own].filter(Boolean).join(" · ");
}

function write(patch) {
  if (!current || isOver) return;
  book.active = `answer:${current}`;
  book.edit("answer", current, patch);
}

seen.addEventListener("input", () => write({ seen: seen.value || null }));
reason.addEventListener("input", () => write({ reason: reason.value || null }));
$("[data-keep-mine]").addEventListener("click", () => book.settle("answer", current, "mine"));
$("[data-keep-theirs]").addEventListener("click", () => book.settle("answer", current, "theirs").then(fillLine));
$("[data-keep-both]").addEventListener("click", () => book.settle("answer", current, "both").then(fillLine));

function go(where, focus = "question") {
  const lines = book.asked(current);
  const at = lines.findIndex((line) => line.uid === current);
  let next = null;
  if (where === "previous") next = lines[at - 1];
  else if (where === "next") next = lines[at + 1];
  else {
    const order = [...lines.slice(at + 1), ...lines.slice(0, at)];
    next = order.find((line) => !book.shown("answer", line.uid).answer);
    notice("no_open", next ? "" : words.no_open, "good");
  }
  if (!next) return;
  history.replaceState(null, "", `#line-${next.uid}`);
  openLine(next.uid, focus);
}
for (const one of document.querySelectorAll("[data-go]")) one.addEventListener("click", () => go(one.dataset.go));

$("#line").addEventListener("keydown", (event) => {
  const isText = event.target.matches("textarea");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    go("open", "answer");
  } else if (event.altKey && !event.target.matches("select") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    go(event.key === "ArrowDown" ? "next" : "previous", "answer");
  } else if (!isText && event.target.name === "answer" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (event.key === "Enter") {
      event.preventDefault();
      seen.focus();
    } else if (/^[0-8]$/.test(event.key)) {
      event.preventDefault();
      const value = keyed[event.key === "0" ? keyed.length - 1 : Number(event.key) - 1];
      const radio = radioOf(value);
      radio.checked = true;
      radio.focus();
      write({ answer: value });
    }
  }
});

// ---- Photos

$("#photo").addEventListener("change", async (event) => {
  const [line, files] = [current, [...event.target.files]];
  event.target.value = "";
  const refused = [];
  for (const file of files) {
    try {
      await book.addPhoto(line, await shrunk(file, given.limit));
    } catch {
      refused.push(file.name);
    }
  }
  const mb = Math.floor(given.limit / 1024 / 1024);
  notice("photo", refused.length ? fill(words.photo_too_large, { name: refused.join(", "), mb }) : "", "bad");
});

const drawn = new Map(); // name of a photo that waits -> address of its picture

function showPhotos() {
  const line = book.record("answer", current);
  const items = (line?.photos || []).map((photo, n) => {
    const item = element("li");
    const link = element("a", "", `${words.photo} ${n + 1}`);
    link.href = photo.url;
    item.append(link);
    return item;
  });
  for (const [name, entry] of book.pending) {
    if (entry.kind !== "photo" || entry.value.line !== current) continue;
    const item = element("li");
    const picture = element("img");
    picture.alt = entry.value.name;
    if (drawn.has(name)) picture.src = drawn.get(name);
    else book.file(name).then((bytes) => {
      if (bytes && !drawn.has(name)) drawn.set(name, URL.createObjectURL(new Blob([bytes], { type: entry.value.type })));
      picture.src = drawn.get(name) || "";
    }).catch(() => {});
    item.append(picture, badge(entry.refused ? refusal(entry) : words.photo_to_send, entry.refused ? "bad" : "info"));
    const remove = button(words.remove, () => book.discard(name));
    remove.setAttribute("aria-label", `${words.remove}: ${entry.value.name}`);
    item.append(remove);
    items.push(item);
  }
  $("[data-photos]").replaceChildren(...items);
}

// ---- Meetings

const lists = new Map();

function drawMeetings() {
  const host = $("[data-meetings]");
  if (!lists.size) {
    for (const { value, label } of given.meetings) {
      const part = $("#meeting").content.cloneNode(true);
      $("h2", part).textContent = label;
      const form = $("form", part);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const name = form.elements.name.value.trim();
        $("[data-wrong]", form).textContent = name ? "" : words.name_needed;
        if (!name) return form.elements.name.focus();
        book.edit("attendance", newUid(), { meeting: value, name, post: form.elements.post.value.trim() || null, is_removed: false });
        form.reset();
        form.elements.name.focus();
      });
      lists.set(value, $("[data-present]", part));
      host.append(part);
    }
  }
  const targets = new Set(book.records.attendance.keys());
  for (const entry of book.pending.values()) if (entry.kind === "attendance") targets.add(entry.target);
  let present = 0;
  for (const [meeting, list] of lists) {
    const items = [];
    for (const target of targets) {
      const shown = book.shown("attendance", target);
      if (shown.meeting !== meeting || shown.is_removed) continue;
      const item = element("li");
      const main = element("div", "list-main", shown.name);
      if (shown.post) main.append(element("span", "sub", shown.post));
      const entry = book.entry("attendance", target);
      item.append(main);
      if (entry) item.append(badge(entry.refused ? refusal(entry) : words.to_send, entry.refused ? "bad" : "info"));
      const isNew = !book.record("attendance", target);
      const remove = button(words.remove, () => isNew && !entry.sent
        ? book.discard(`attendance:${target}`) : book.edit("attendance", target, { is_removed: true }));
      remove.setAttribute("aria-label", `${words.remove}: ${shown.name}`);
      item.append(remove);
      items.push(item);
      present += 1;
    }
    list.replaceChildren(...(items.length ? items : [element("li", "none", words.nobody)]));
  }
  count("meetings", present || "");
}

// ---- What the auditee says

const cards = new Map();

// The worst that a line comes to under any of its standards, if it is something to speak about.
function worst(line) {
  const { answer, verdicts } = book.shown("answer", line.uid);
  const came = answer && line.standards?.length ? line.standards.map(([key]) => verdicts?.[key]?.answer || answer) : [answer];
  return given.answers.filter((one) => one.is_discussed && came.includes(one.value)).pop();
}

function discussed() {
  const fromLines = book.lines
    .map((line) => ({ line, choice: worst(line) }))
    .filter(({ choice }) => choice)
    .map(({ line, choice }) => ({
      target: `line:${line.uid}`, title: line.findings.join(", ") || line.section, tone: choice.tone, grade: choice.label,
      text: book.shown("answer", line.uid).seen || line.question,
    }));
  const apart = (book.state?.findings || []).map((one) => {
    const choice = answers.get(one.grade);
    return { target: one.target, title: one.number, tone: choice?.tone, grade: choice?.label || "", text: one.title };
  });
  return [...fromLines, ...apart];
}

function drawStances() {
  const host = $("[data-stances]");
  const found = discussed();
  count("findings", found.length || "");
  const wanted = new Set(found.map((one) => one.target));
  for (const [target, card] of cards) if (!wanted.has(target)) { card.node.remove(); cards.delete(target); }
  if (!found.length) host.replaceChildren(element("p", "none", words.nothing_to_say));
  else host.querySelector(":scope > .none")?.remove();
  for (const one of found) {
    const card = cards.get(one.target) || newCard(one.target, host);
    card.title.replaceChildren(one.title, " ", badge(one.grade, one.tone));
    card.text.textContent = one.text;
    showCard(one.target, card);
  }
}

function newCard(target, host) {
  const node = $("#stance").content.cloneNode(true).firstElementChild;
  const edit = (patch) => {
    book.active = `stance:${target}`;
    book.edit("stance", target, patch);
  };
  $(".options", node).append(...radios(`stance-${target}`, given.stances, (value) => edit({ stance: value })));
  for (const name of ["spoken_by", "note"]) {
    const field = $(`[name=${name}]`, node);
    field.addEventListener("input", () => edit({ [name]: field.value || null }));
    field.addEventListener("blur", () => book.leave(`stance:${target}`));
  }
  $("[data-keep-mine]", node).addEventListener("click", () => book.settle("stance", target, "mine"));
  $("[data-keep-theirs]", node).addEventListener("click", () => book.settle("stance", target, "theirs"));
  host.append(node);
  const card = { node, title: $("h2", node), text: $("[data-text]", node) };
  cards.set(target, card);
  return card;
}

function showCard(target, { node }) {
  const shown = book.shown("stance", target);
  const entry = book.entry("stance", target);
  for (const input of node.querySelectorAll("input[type=radio]")) input.checked = input.value === shown.stance;
  for (const name of ["spoken_by", "note"]) {
    const field = $(`[name=${name}]`, node);
    if (document.activeElement !== field) field.value = shown[name] || "";
  }
  const stored = $("[data-stored]", node);
  stored.textContent = !entry ? (book.record("stance", target) ? words.sent : "")
    : entry.refused ? refusal(entry)
    : [entry.stored ? words.stored : vault.why || entry.unkept ? words.unkept : "", words[book.lacks(entry)]].filter(Boolean).join(" ");
  stored.dataset.stored = entry ? (entry.stored ? "kept" : "no") : "sent";
  $("[data-conflict]", node).hidden = !entry?.conflict;
  if (entry?.conflict) {
    const record = book.record("stance", target);
    const label = given.stances.find((one) => one.value === record?.stance)?.label ?? words.open;
    $("[data-theirs]", node).textContent = [label, record?.spoken_by, record?.note].filter(Boolean).join(" · ");
  }
}

// ---- This device

const facts = new Map();

function fact(name, text, tone) {
  facts.set(name, [text, tone]);
  $("[data-facts]").replaceChildren(...[...facts.values()].filter(([one]) => one).map(([one, look]) => element("li", look || "", one)));
}

function drawWaiting() {
  const items = [...book.pending].map(([name, entry]) => {
    const item = element("li");
    const line = book.record("answer", entry.kind === "photo" ? entry.value.line : entry.target);
    const about = entry.kind === "answer" ? told(entry.value, line)
      : entry.kind === "photo" ? `${words.photo} ${entry.value.name}`
      : entry.kind === "attendance" ? entry.value.name : [entry.value.note, entry.value.spoken_by].filter(Boolean).join(" · ");
    const main = element("div", "list-main", about || words.open);
    if (line) main.append(element("span", "sub", line.question));
    const lacks = book.lacks(entry);
    const why = entry.refused ? refusal(entry) : entry.gone ? words.gone : entry.conflict ? words.conflict : words[lacks] || "";
    if (why) main.append(element("span", "sub", why));
    item.append(main);
    if (line && entry.kind === "answer") {
      const link = element("a", "", placeOf(line));
      link.href = `#line-${line.uid}`;
      item.append(link);
    }
    if (entry.gone || entry.refused || entry.conflict) {
      const remove = button(words.remove, () => book.discard(name));
      remove.setAttribute("aria-label", `${words.remove}: ${about}`);
      item.append(remove);
    }
    return item;
  });
  $("[data-waiting]").replaceChildren(...(items.length ? items : [element("li", "none", words.all_sent)]));
}
$("[data-send]").addEventListener("click", () => book.refresh().then(() => book.send(true)));

// After the first lines are there: keep the audit, ask the browser for its promise, have the page itself kept.
async function lookAfterDevice(state) {
  if (vault.why) return;
  if (state) {
    try {
      await vault.last;
      await vault.keepAudit(state);
    } catch {
      book.full = true;
      showStatus();
      return fact("ready", words.not_ready, "warn");
    }
  }
  const others = await vault.ofOthers().catch(() => 0);
  notice("others", others ? fill(words.sealed_here, { n: others }) : "", "info");
  const persistent = await (navigator.storage?.persist?.() ?? Promise.resolve(false)).catch(() => false);
  fact("persistent", persistent ? words.persistent : words.not_persistent, persistent ? "good" : "warn");
  document.body.dataset.persistent = persistent ? "yes" : "no";
  if (!persistent && !wasToldOnce()) notice("not_persistent", words.not_persistent, "info", null, () => wasToldOnce(true));
  if (!navigator.serviceWorker) return fact("ready", words.not_ready, "warn");
  fact("ready", words.not_ready, "warn");
  try {
    await navigator.serviceWorker.register(given.urls.worker, { scope: given.urls.scope });
    await navigator.serviceWorker.ready;
    fact("ready", words.ready, "good");
    document.body.dataset.ready = "yes";
  } catch {
    fact("ready", words.not_ready, "warn");
  }
}

// That the browser promises nothing is said in the midst of the work until somebody has understood it, once on a device.
function wasToldOnce(isSo) {
  try {
    if (isSo) localStorage.setItem(`${MARK}-told`, "yes");
    return localStorage.getItem(`${MARK}-told`) === "yes";
  } catch {
    return Boolean(isSo); // it is said again the next time
  }
}

// ---- Leaving the page while something of it is nowhere else

let mayGo = false;

addEventListener("beforeunload", (event) => {
  if (isOver || mayGo || !book.unkept) return;
  event.preventDefault();
  event.returnValue = ""; // older browsers ask by this one
});

// Not every browser (those of phones above all) asks then.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.target === "_blank" || event.ctrlKey || event.metaKey || event.shiftKey || isOver || !book.unkept) return;
  if (link.pathname === location.pathname && link.hash) return;
  if (confirm(fill(words.leave, { n: book.unkept }))) mayGo = true;
  else event.preventDefault();
});
addEventListener("pageshow", () => { mayGo = false; });

// ---- Which part is shown

function show() {
  if (isOver) return;
  const hash = location.hash.slice(1);
  const isLine = hash.startsWith("line-") && book.record("answer", hash.slice(5));
  const part = isLine ? "line" : ["meetings", "findings", "device"].includes(hash) ? hash : "lines";
  document.body.dataset.view = part;
  for (const one of document.querySelectorAll("[data-part]")) {
    const beside = wide.matches && ["line", "lines"].includes(part) && ["line", "lines"].includes(one.dataset.part);
    one.hidden = !(one.dataset.part === part || (beside && (one.dataset.part !== "line" || book.asked().length)));
  }
  for (const link of document.querySelectorAll(".fw-tabs a")) {
    if (link.hash === (part === "line" ? "#lines" : `#${part}`)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (isLine) openLine(hash.slice(5), true);
  else if (part === "lines" && wide.matches && book.asked().length) openLine(current || firstOpen().uid);
  else if (current) book.leave(`answer:${current}`);
  if (part === "meetings") drawMeetings();
  if (part === "findings") drawStances();
  if (part === "device") drawWaiting();
}

function firstOpen() {
  const asked = book.asked();
  return asked.find((line) => !book.shown("answer", line.uid).answer) || asked[0];
}

function showAudit() {
  const { audit, people } = book.state;
  $("[data-number]").textContent = audit.number;
  $("[data-title]").textContent = `${audit.title} · ${audit.unit} · ${audit.days}`;
  $("[data-audit-link]").href = given.urls.audit.replace("~", uid);
  document.title = `${document.querySelector("h1").firstChild.textContent} ${audit.number}`;
  $("#people").replaceChildren(...people.map((name) => {
    const option = element("option");
    option.value = name;
    return option;
  }));
  notice("closed", audit.closed, "info");
}

// ---- From the device or from the server, then on

function begin() {
  showAudit();
  show();
  drawList();
  showCounts();
  count("findings", discussed().length || "");
  count("meetings", book.state.attendance.length || "");
  notice("why", vault.why ? words[vault.why] : "", "bad");
  showStatus();
  book.addEventListener("written", ({ detail: name }) => {
    const [kind, target] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
    if (kind === "answer") {
      const line = book.record("answer", target);
      if (line) showRow(line);
      showAsked();
      showCounts();
      if (target === current) showLine();
    } else if (kind === "photo") showPhotos();
    else if (kind === "attendance") drawMeetings();
    else if (cards.has(target)) showCard(target, cards.get(target));
    showStatus();
  });
  book.addEventListener("kept", ({ detail: name }) => {
    if (name === `answer:${current}`) showLine();
    if (name.startsWith("stance:") && cards.has(name.slice(7))) showCard(name.slice(7), cards.get(name.slice(7)));
    if (document.body.dataset.view === "device") drawWaiting();
    channel?.postMessage({});
    showStatus();
  });
  book.addEventListener("renewed", ({ detail }) => channel?.postMessage({ person: vault.person, now: detail }));
  book.addEventListener("taken", () => {
    showAudit();
    if (rows.size !== book.lines.length || book.lines.some((line) => !rows.has(line.uid))) drawList();
    for (const line of book.lines) showRow(line);
    showAsked();
    showCounts();
    showOpen();
    drawMeetings();
    if (document.body.dataset.view === "findings") drawStances();
    if (document.body.dataset.view === "device") drawWaiting();
  });
  book.addEventListener("status", ({ detail }) => {
    if (detail) book.status = detail;
    showStatus();
  });
  addEventListener("hashchange", show);
  wide.addEventListener("change", show);
  $("[data-only-open]").addEventListener("change", (event) => $("[data-list]").classList.toggle("only-open", event.target.checked));
  addEventListener("online", () => book.refresh());
  addEventListener("offline", () => { book.status = "offline"; showStatus(); });
  document.addEventListener("visibilitychange", () => {
    if (!book.isMine()) lose();
    else if (document.visibilityState === "visible") book.refresh();
    else book.send();
  });
  addEventListener("pageshow", (event) => { if (event.persisted && !book.isMine()) lose(); });
  document.body.dataset.begun = "yes";
}
book.addEventListener("lost", lose);

const channel = self.BroadcastChannel ? new BroadcastChannel(`qms-fieldwork-${uid}`) : null;
if (channel) channel.onmessage = async ({ data }) => {
  if (isOver || !vault.base || !book.state) return;
  if (data.now && data.person === vault.person) book.renew(data.now);
  await book.restore();
  for (const line of book.lines) showRow(line);
  showAsked();
  showCounts();
  showOpen();
  drawMeetings();
  if (document.body.dataset.view === "findings") drawStances();
  if (document.body.dataset.view === "device") drawWaiting();
  showStatus();
};

async function start() {
  if (given.state) {
    const { state } = given;
    sender.csrf = state.csrf;
    await vault.openWith(state.person, state.key, uid);
    book.take(state);
    await book.restore();
    book.take(state);
    book.ahead = Math.round((Date.now() - Date.parse(state.now)) / 1000);
    begin();
    setTimeout(() => lookAfterDevice(state), 300);
    setTimeout(() => book.send(), 300);
    return;
  } else if (await vault.openForHolder(uid) && await startFromDevice()) {
    book.refresh();
  } else {
    const said = await sender.state();
    if (!said.ok) {
      const text = said.signedOut ? words.signed_out : said.offline ? words.nothing_here : said.status === 403 ? words.not_team : words.not_for_you;
      notice("nothing", text, "bad", said.signedOut
        ? { text: words.sign_in, url: `${given.urls.sign_in}?next=${encodeURIComponent(location.pathname)}` } : undefined);
      return;
    }
    given.state = said.ok;
    return start();
  }
  setTimeout(() => lookAfterDevice(), 300);
}

async function startFromDevice() {
  const kept = await vault.keptAudit();
  if (!kept) return false;
  await book.restore();
  book.take(kept);
  begin();
  return true;
}

await start();
