// A field above a table that leaves only the rows with the words typed.

import { element, toolbarOf } from "./dom";
import { grouped } from "./numbers";
import { isNumeric, ROWS_CHANGED, rowsOf } from "./table_sort";

/** What a row is found by: its words, not its numbers. */
function wordsOf(row: HTMLTableRowElement, numeric: boolean[]): string {
  const words = Array.from(row.cells).filter((_, column) => !numeric[column]);
  return words.map((cell) => cell.textContent ?? "").join("\n").toLowerCase();
}

export function makeSearchable(table: HTMLTableElement): void {
  const rows = rowsOf(table);
  const columns = Math.max(0, ...rows.map((row) => row.cells.length));
  const numeric = Array.from({ length: columns }, (_, column) => isNumeric(rows, column));
  const words = rows.map((row) => wordsOf(row, numeric));

  const field = element("input", { type: "search", spellcheck: "false", autocomplete: "off" });
  const status = element("span", { class: "status", role: "status" });
  const filter = (): void => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, i) => (row.hidden = !wanted.every((word) => words[i].includes(word))));
    const left = rows.filter((row) => !row.hidden).length;
    status.textContent = `${grouped(left)} of ${grouped(rows.length)}`;
    table.dispatchEvent(new Event(ROWS_CHANGED));
  };
  field.addEventListener("input", filter);
  toolbarOf(table).prepend(element("label", { class: "search" }, "Search", field), status);
  filter();
}
