// What every page does: closes open menus, finds its search box on "/", and loads the other modules where they are needed.

const version = new URL(import.meta.url).search;

const modules = [
  ["[data-files]", "./files.js"],
  ["[data-picker], [data-filter-links]", "./filter.js"],
  ["[data-progress]", "./progress.js"],
  ["[data-leave]", "./leave.js"],
  ["[data-matrix]", "./matrix.js"],
];
for (const [selector, file] of modules) {
  if (document.querySelector(selector)) import(file + version);
}

// What is kept for fieldwork without network belongs to one person. Where somebody else holds the device now (or nobody,
// after signing out), the key to it is thrown away; see fieldwork/vault.js.
async function forgetOthers() {
  let whose = null;
  try {
    const root = new URL("../../", import.meta.url).pathname;
    whose = localStorage.getItem(`qms-fieldwork${root === "/" ? "" : root}`);
  } catch { /* nothing is kept here then */ }
  if (!whose || document.cookie.includes(`qms_holder=${whose}`)) return;
  const { openVault, holder } = await import("./fieldwork/vault.js" + version);
  if (holder() !== null) await (await openVault()).forgetOthers(holder());
}
forgetOthers();

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const inside = event.target.closest("details[data-menu]");
  closeMenus(inside);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details[data-menu][open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("[data-shortcut='/']");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

// A menu at the right edge opens to the left.
document.addEventListener("toggle", (event) => {
  const panel = event.target.open && event.target.matches("[data-menu]") && event.target.querySelector(".panel");
  if (panel && panel.getBoundingClientRect().right > document.documentElement.clientWidth) panel.classList.add("at-right");
}, true);

// A filter chip applies when its panel closes, so that several boxes can be ticked at once.
for (const form of document.querySelectorAll("form[data-filters]")) {
  let changed = false;
  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") changed = true;
  });
  for (const chip of form.querySelectorAll("details")) {
    chip.addEventListener("toggle", () => {
      if (!chip.open && changed) form.requestSubmit();
    });
  }
}

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else if (!event.defaultPrevented) {
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000); // the answer may be a file, and the page stays
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const button of document.querySelectorAll("[data-take]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.into).value = document.getElementById(button.dataset.take).textContent;
  });
}

const attention = document.querySelector("[data-focus]");
if (attention) attention.focus();
