// Form II.06: moving through the grid with Enter and arrows, the total row, rows to add, explanations to ask for.
// Only outputs come from the server; what a person typed is never replaced.

const form = document.getElementById("dossier-form");
const grid = form.querySelector(".dossier-grid");
const changed = () => document.body.dispatchEvent(new CustomEvent("dossier:changed"));

// --- moving ---------------------------------------------------------------------------------------

const cellsOf = (row) => [...row.querySelectorAll(".dossier-cell, .dossier-name")];

function move(cell, down, right) {
  const rows = [...grid.querySelectorAll("tbody tr:not(.dossier-faults), tfoot tr:not(.dossier-faults)")];
  const row = cell.closest("tr");
  if (right) {
    const cells = cellsOf(row);
    return cells[cells.indexOf(cell) + right];
  }
  const target = rows[rows.indexOf(row) + down];
  if (!target) return null;
  const column = cell.dataset.column;
  return column ? target.querySelector(`[data-column="${column}"]`) : target.querySelector(".dossier-name");
}

grid.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".dossier-cell, .dossier-name");
  if (!cell || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const none = cell.selectionStart === cell.selectionEnd;
  const whole = cell.selectionEnd - cell.selectionStart === cell.value.length;
  const steps = {
    Enter: [event.shiftKey ? -1 : 1, 0],
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    ArrowLeft: whole || (none && cell.selectionStart === 0) ? [0, -1] : null,
    ArrowRight: whole || (none && cell.selectionEnd === cell.value.length) ? [0, 1] : null,
  };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const next = move(cell, ...step);
  if (next) {
    next.focus();
    next.select();
  }
});

// --- the total row --------------------------------------------------------------------------------

// Cells that the button filled are filled again; what a person typed into the total row is theirs.
const computed = new WeakSet();

const read = (text) => {
  const plain = text.trim();
  return /^(\d+|\d{1,3}(\.\d{3})+)$/.test(plain) ? Number(plain.replaceAll(".", "")) : null;
};
const written = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ".");

function fillTotal() {
  for (const cell of grid.querySelectorAll("tfoot [data-column]")) {
    if (cell.value.trim() && !computed.has(cell)) continue;
    const values = [...grid.querySelectorAll(`tbody [data-column="${cell.dataset.column}"]`)]
      .map((input) => read(input.value))
      .filter((value) => value !== null);
    const text = values.length ? written(values.reduce((sum, value) => sum + value, 0)) : "";
    if (text === cell.value) continue;
    cell.value = text;
    computed.add(cell);
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
  changed();
}

form.querySelector("[data-fills-total]").addEventListener("click", (event) => {
  event.preventDefault();
  fillTotal();
});
grid.addEventListener("input", (event) => {
  if (event.target.closest("tfoot")) computed.delete(event.target);
});

// --- one more row ---------------------------------------------------------------------------------

const adder = form.querySelector("[data-adds-row]");

function addRow() {
  const rows = grid.querySelectorAll("tbody tr:not(.dossier-faults)");
  const pattern = rows[rows.length - 1];
  if (!pattern || rows.length >= Number(adder.dataset.most)) return;
  const row = pattern.cloneNode(true);
  row.querySelector(".dossier-place").textContent = String(rows.length + 1);
  for (const found of row.querySelectorAll(".dossier-stored")) found.remove();
  for (const input of cellsOf(row)) {
    const name = input.name.replace(/^rows-\d+-/, `rows-${rows.length}-`);
    input.name = name;
    input.id = name;
    input.value = "";
    input.defaultValue = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+/, String(rows.length + 1)));
  }
  grid.tBodies[0].append(row);
  row.querySelector(".dossier-name").focus();
}

adder.hidden = false;
adder.addEventListener("click", addRow);

// --- explanations ---------------------------------------------------------------------------------

const list = document.getElementById("dossier-explanations");
const pattern = document.getElementById("dossier-why-pattern");

function ask(code, sentence) {
  let line = [...list.children].find((one) => one.dataset.code === code);
  if (!line) {
    line = document.createElement("template");
    line.innerHTML = pattern.innerHTML.replaceAll("explanations-NEW", `explanations-${list.children.length}`);
    line = line.content.firstElementChild;
    line.dataset.code = code;
    line.querySelector("input[type=hidden]").value = code;
    list.append(line);
  }
  line.querySelector("[data-sentence]").textContent = sentence;
  line.hidden = false;
}

document.getElementById("dossier-checks").addEventListener("htmx:afterSwap", (event) => {
  const told = event.currentTarget.querySelectorAll("[data-broken]");
  const codes = new Set([...told].map((one) => one.dataset.broken));
  for (const line of list.children) if (!codes.has(line.dataset.code)) line.hidden = true;
  for (const one of told) ask(one.dataset.broken, one.textContent);
});
