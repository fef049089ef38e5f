// A table of boxes: arrow keys go from cell to cell, Home and End along the row. Fixed cells are passed over.

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

for (const table of document.querySelectorAll("[data-matrix]")) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input[type=checkbox]")]);
  table.addEventListener("keydown", (event) => {
    const row = rows.findIndex((boxes) => boxes.includes(event.target));
    if (row < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = target(rows, row, rows[row].indexOf(event.target), event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

function target(rows, row, column, key) {
  if (key === "Home") return rows[row].find((box) => !box.disabled);
  if (key === "End") return rows[row].findLast((box) => !box.disabled);
  if (!(key in STEPS)) return undefined;
  const [down, right] = STEPS[key];
  do {
    row += down;
    column += right;
  } while (rows[row]?.[column]?.disabled);
  return rows[row]?.[column];
}
