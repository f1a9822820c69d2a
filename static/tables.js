// Sortable tables: each heading of a table[data-sortable] becomes a button. Without this script
// the tables stand in the order that the page gives them.
"use strict";

const byText = new Intl.Collator("en-GB", { numeric: true });

function valueOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.sort ?? cell.textContent.trim();
}

function sort(table, column, descending) {
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((a, b) =>
    byText.compare(valueOf(a, column), valueOf(b, column)));
  body.append(...(descending ? rows.reverse() : rows));
  [...table.tHead.rows[0].cells].forEach((cell, index) => {
    if (index === column) {
      cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
    } else {
      cell.removeAttribute("aria-sort");
    }
  });
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () =>
      sort(table, column, cell.getAttribute("aria-sort") === "ascending"));
  });
}
