// Small pieces of the page.

export function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// "%(n)s lines" and {n: 3}: "3 lines".
export function fill(words, values) {
  return words.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");
}

// What was typed where a whole number is wanted: null for nothing, a number ("312", or "1.200" and "1,200" in thousands), or
// the text itself, which is kept too but is not sent.
export function whole(text) {
  const said = text.trim();
  if (!said) return null;
  const digits = /^\d{1,3}([., ]\d{3})+$/.test(said) ? said.replace(/[., ]/g, "") : said;
  return /^\d{1,15}$/.test(digits) ? Number(digits) : said;
}

// Show a text in a field, unless it stands there already: the server takes blanks off its ends, the person may be about to go
// on after one.
export function refill(field, text) {
  if (field.value.trim() !== (text || "").trim()) field.value = text || "";
}

export function badge(text, tone) {
  return element("span", `badge-q ${tone || "neutral"}`, text);
}

// Radio buttons: choose(value) is called when one is chosen. `keys`: digits are shown before the labels.
export function radios(name, choices, choose, keys) {
  return choices.map(({ value, label, tone }, n) => {
    const row = element("label", `option ${tone || ""}`);
    const input = element("input", "form-check-input");
    input.type = "radio";
    input.name = name;
    input.value = value ?? "";
    input.addEventListener("change", () => choose(value));
    row.append(input);
    if (keys) {
      const key = element("kbd", "", String(keys[n]));
      key.setAttribute("aria-hidden", "true");
      row.append(key);
    }
    row.append(element("span", "option-name", label));
    return row;
  });
}

export function button(text, onClick) {
  const node = element("button", "btn btn-sm btn-light", text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

// A UUID of version 7, which sorts by its time of making (qms/core/uids.py).
export function newUid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let now = Date.now();
  for (let n = 5; n >= 0; n -= 1) {
    bytes[n] = now % 256;
    now = Math.floor(now / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
