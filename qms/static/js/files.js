// A file field that also takes files by drop, by paste and from the camera, and lists what will be sent.

const form = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

function size(bytes) {
  if (bytes < 1024 * 1024) return `${form.format(Math.max(bytes / 1024, 0.1))} KB`;
  return `${form.format(bytes / 1024 / 1024)} MB`;
}

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function button(text, onClick) {
  const node = element("button", "btn btn-sm btn-light", text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

function enhance(field) {
  const input = field.querySelector("input[type=file]");
  const words = field.dataset;
  const zone = element("div", "drop-zone");
  const list = element("ul", "file-list");
  list.setAttribute("aria-live", "polite");
  let files = [];

  function show() {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    list.replaceChildren(...files.map(line));
  }

  function add(more) {
    const known = new Set(files.map((file) => `${file.name}/${file.size}/${file.lastModified}`));
    const fresh = [...more].filter((file) => !known.has(`${file.name}/${file.size}/${file.lastModified}`));
    files = input.multiple ? [...files, ...fresh] : [...more].slice(-1);
    show();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function line(file) {
    const row = element("li");
    if (file.type.startsWith("image/")) {
      const picture = element("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
      row.append(picture);
    } else {
      row.append(element("span", "file-kind", file.name.split(".").pop().slice(0, 4).toUpperCase()));
    }
    row.append(element("span", "file-name", file.name), element("span", "count", size(file.size)));
    const remove = button(words.remove, () => {
      files = files.filter((other) => other !== file);
      show();
      choose.focus();
    });
    remove.setAttribute("aria-label", `${words.remove}: ${file.name}`);
    row.append(remove);
    return row;
  }

  const choose = button(words.choose, () => input.click());
  zone.append(choose);
  if (words.camera && matchMedia("(pointer: coarse)").matches) {
    zone.append(button(words.camera, () => {
      const camera = element("input");
      camera.type = "file";
      camera.accept = "image/*";
      camera.capture = "environment";
      camera.addEventListener("change", () => add(camera.files));
      camera.click();
    }));
  }
  zone.append(element("span", "hint", words.drop));
  input.hidden = true;
  input.required = false; // the browser cannot point at a hidden field; the server asks for it
  input.after(zone, list);
  choose.setAttribute("aria-describedby", input.getAttribute("aria-describedby") || "");
  choose.id = `${input.id}-choose`;
  field.querySelector("label").htmlFor = choose.id;

  input.addEventListener("change", () => {
    const chosen = [...input.files];
    if (chosen.length) add(chosen);
    else show();
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    add(event.dataTransfer.files);
  });
  return add;
}

const fields = [...document.querySelectorAll("[data-files]")].map((field) => [field, enhance(field)]);

// A pasted picture goes to the first file field of the form that has the focus, else of the page.
document.addEventListener("paste", (event) => {
  const pasted = [...(event.clipboardData?.files || [])];
  if (!pasted.length) return;
  const here = event.target.closest?.("form");
  const [, add] = fields.find(([field]) => here && here.contains(field)) || fields[0];
  event.preventDefault();
  const stamp = new Date().toISOString().slice(0, 19).replace(/[T:]/g, "-");
  add(pasted.map((file, n) => (file.name === "image.png"
    ? new File([file], `${stamp}${n ? `-${n}` : ""}.png`, { type: file.type }) : file)));
});
