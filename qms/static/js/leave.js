// Asks before a page with unsaved writing is left. The browser says it in its own words.

for (const form of document.querySelectorAll("form[data-leave]")) {
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!touched) return;
    event.preventDefault();
    event.returnValue = "";
  });
}
