// What a line has besides its result: the sample, a verdict of its own under one of several standards, and, to be read, what
// the unit said beforehand and what the line came to in the last audit.

const version = new URL(import.meta.url).search;
const { badge, element, fill, refill, whole } = await import(`./parts.js${version}`);

const $ = (selector, within = document) => within.querySelector(selector);
const TEXTS = ["drawn_from", "items"], NUMBERS = ["population", "size"];

// "40 of 312 files of the first semester: 12, 19", as the checklist says it; "" where nothing was sampled.
export function sampleTold(words, { drawn_from: source, population, size, items }) {
  const [all, some] = [population, size].map((one) => (one ?? "").toLocaleString(document.documentElement.lang));
  const number = all && some ? fill(words.size_of, { size: some, all }) : all ? fill(words.of_all, { all }) : some;
  return [[number, source].filter(Boolean).join(" "), items].filter(Boolean).join(": ");
}

// [{code, choice, reason}] where a line comes to something else under one of its standards.
export function differing(answers, line, { answer, verdicts }) {
  return (line?.standards || [])
    .map(([key, code]) => ({ code, choice: answers.get(verdicts?.[key]?.answer), reason: verdicts?.[key]?.reason }))
    .filter(({ choice }) => choice && choice.value !== answer);
}

function label(field, id, text) {
  field.id = id;
  const node = $("label", field.closest(".field"));
  node.htmlFor = id;
  node.textContent = text;
}

export class Particulars {
  // write(patch): something of the open line was changed. isWide(): there is room to unfold what is to be read.
  constructor({ words, answers, write, isWide }) {
    Object.assign(this, { words, answers, write, isWide });
    this.sample = $("[data-sample]");
    this.standards = $("[data-verdicts]");
    this.verdicts = {};
    for (const name of TEXTS) {
      const field = $(`#${name}`);
      field.addEventListener("input", () => write({ [name]: field.value || null }));
    }
    for (const name of NUMBERS) {
      const field = $(`#${name}`);
      field.addEventListener("input", () => write({ [name]: whole(field.value) }));
    }
  }

  // Another line is open.
  open(line, shown) {
    this.#beside("[data-unit-says]", line.unit_says && {
      mark: badge(line.unit_says.answer, line.unit_says.tone), text: line.unit_says.shown, who: [line.unit_says.who],
    });
    this.#beside("[data-last-time]", line.last_time && {
      mark: badge(line.last_time.answer, line.last_time.tone), text: line.last_time.seen, who: this.#lastTime(line.last_time),
    });
    this.#drawStandards(line.standards || []);
    this.fill(line, shown);
    this.sample.open = Boolean(line.samples || sampleTold(this.words, shown));
    this.standards.open = differing(this.answers, line, shown).length > 0;
  }

  #beside(selector, said) {
    const node = $(selector);
    node.hidden = !said;
    if (!said) return;
    $("[data-mark]", node).replaceChildren(said.mark);
    $("[data-text]", node).textContent = said.text || "";
    $("[data-who]", node).replaceChildren(...said.who);
    node.open = this.isWide();
  }

  #lastTime({ audit, url, findings }) {
    const link = element("a", "", audit);
    link.href = url;
    return [link, findings.length ? ` · ${findings.map(([number]) => number).join(", ")}` : ""];
  }

  #drawStandards(standards) {
    this.standards.hidden = !standards.length;
    this.fields = new Map();
    $("[data-standards]").replaceChildren(...standards.map(([key, code]) => {
      const part = $("#standard").content.cloneNode(true).firstElementChild;
      const [choice, reason] = [$("select", part), $("input", part)];
      label(choice, `verdict-${key}`, code);
      label(reason, `why-${key}`, fill(this.words.why_differs, { standard: code }));
      choice.append(new Option(this.words.the_same, ""), ...[...this.answers.values()].map(({ value, label }) => new Option(label, value)));
      const say = () => this.write({
        verdicts: { ...this.verdicts, [key]: { answer: choice.value || null, reason: reason.value || null } },
      });
      choice.addEventListener("change", say);
      reason.addEventListener("input", say);
      this.fields.set(key, { choice, reason, why: reason.closest(".field") });
      return part;
    }));
  }

  // The fields of the open line, as it is known now.
  fill(line, shown) {
    for (const name of TEXTS) refill($(`#${name}`), shown[name]);
    for (const name of NUMBERS) {
      const field = $(`#${name}`);
      if (whole(field.value) !== (shown[name] ?? null)) field.value = shown[name] ?? "";
    }
    for (const [key, { choice, reason }] of this.fields) {
      choice.value = shown.verdicts?.[key]?.answer || "";
      refill(reason, shown.verdicts?.[key]?.reason);
    }
    this.show(line, shown);
  }

  // What changes without the fields being touched.
  show(line, shown) {
    this.verdicts = shown.verdicts || {};
    $("[data-sample-told]").textContent = sampleTold(this.words, shown);
    for (const name of NUMBERS) $(`#${name}`).setAttribute("aria-invalid", typeof shown[name] === "string");
    $("[data-verdicts-told]").replaceChildren(
      ...differing(this.answers, line, shown).map(({ code, choice }) => badge(`${code}: ${choice.label}`, choice.tone)));
    for (const [key, { why }] of this.fields) {
      const { answer, reason } = shown.verdicts?.[key] || {};
      why.hidden = !(answer && answer !== shown.answer) && !reason;
    }
  }
}
