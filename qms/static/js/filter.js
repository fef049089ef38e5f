// Long lists to tick from: a box that narrows the list, and the chosen ones in the heading. Also narrows the unit menu.

function matches(text, words) {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

function split(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

for (const picker of document.querySelectorAll("[data-picker]")) {
  const list = picker.querySelector(".picker-list");
  const chosen = picker.querySelector("[data-chosen]");
  const labels = [...list.querySelectorAll("label")];
  const box = document.createElement("input");
  box.type = "search";
  box.className = "form-control form-control-sm";
  box.placeholder = picker.dataset.filterLabel;
  box.setAttribute("aria-label", picker.dataset.filterLabel);
  const holder = document.createElement("div");
  holder.className = "picker-filter";
  holder.append(box);
  const nothing = document.createElement("p");
  nothing.className = "hint";
  nothing.setAttribute("role", "status");
  holder.append(nothing);
  list.before(holder);

  box.addEventListener("input", () => {
    const words = split(box.value);
    let shown = 0;
    for (const label of labels) {
      label.hidden = !matches(label.textContent, words);
      if (!label.hidden) shown += 1;
    }
    for (const group of list.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("label:not([hidden])");
    nothing.textContent = shown ? "" : picker.dataset.nothing;
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  list.addEventListener("change", () => {
    const names = labels.filter((label) => label.querySelector("input").checked).map((label) => {
      const badge = document.createElement("span");
      badge.className = "badge-q info";
      badge.textContent = label.textContent.trim();
      return badge;
    });
    chosen.replaceChildren(...(names.length ? names.flatMap((name) => [name, " "]) : [picker.dataset.none]));
  });
}

for (const box of document.querySelectorAll("[data-filter-links]")) {
  const items = [...box.closest(".panel").querySelectorAll("li")];
  box.addEventListener("input", () => {
    const words = split(box.value);
    for (const item of items) item.hidden = !matches(item.textContent, words);
  });
}
