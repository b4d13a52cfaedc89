// Rows of tables that belong to a type: a click, Enter or the space bar highlights its cells; arrow keys move between them.

import { swatch } from "./dom";
import { Selection, TYPE_COLOUR } from "./selection";
import { ROWS_CHANGED } from "./table_sort";

type Row = HTMLTableRowElement;

function visibleRows(table: HTMLTableElement): Row[] {
  return Array.from(table.querySelectorAll<Row>("tbody tr[data-type]")).filter((row) => !row.hidden);
}

/** One row of a table takes part in the order of Tab, so that a long table does not take a hundred strokes. */
function keepOneTabStop(table: HTMLTableElement, wanted?: Row): void {
  const rows = visibleRows(table);
  const stop = wanted ?? rows.find((row) => row.tabIndex === 0) ?? rows[0];
  for (const row of table.querySelectorAll<Row>("tr[data-type]")) row.tabIndex = row === stop ? 0 : -1;
}

function move(table: HTMLTableElement, row: Row, key: string): boolean {
  const rows = visibleRows(table);
  const places: Record<string, number> = {
    ArrowDown: Math.min(rows.indexOf(row) + 1, rows.length - 1),
    ArrowUp: Math.max(rows.indexOf(row) - 1, 0),
    Home: 0,
    End: rows.length - 1,
  };
  if (!(key in places)) return false;
  keepOneTabStop(table, rows[places[key]]);
  rows[places[key]]?.focus();
  return true;
}

function addSwatch(row: Row, color: string | undefined): void {
  const cell = Array.from(row.cells).find(({ textContent }) => textContent?.trim() === row.dataset.type);
  if (color && cell && !cell.querySelector(".swatch")) cell.prepend(swatch(color));
}

function choose(row: Row, selection: Selection): void {
  selection.toggle(TYPE_COLOUR, row.dataset.type ?? "");
}

function rowOf(target: EventTarget | null): Row | null {
  return target instanceof Element ? target.closest<Row>("tbody tr[data-type]") : null;
}

function listen(table: HTMLTableElement, selection: Selection): void {
  table.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    const link = event.target instanceof Element && event.target.closest("a, button");
    if (!row || link || getSelection()?.toString()) return;
    keepOneTabStop(table, row);
    choose(row, selection);
  });
  table.addEventListener("keydown", (event) => {
    const row = event.target as Row;
    if (row !== rowOf(row)) return;
    if (event.key === "Enter" || event.key === " ") choose(row, selection);
    else if (!move(table, row, event.key)) return;
    event.preventDefault();
  });
  table.addEventListener(ROWS_CHANGED, () => keepOneTabStop(table));
}

export function linkTypeRows(selection: Selection, colors: Map<string, string>): void {
  const rows = Array.from(document.querySelectorAll<Row>("tbody tr[data-type]"));
  for (const row of rows) addSwatch(row, colors.get(row.dataset.type ?? ""));
  for (const table of new Set(rows.map((row) => row.closest("table")))) {
    if (!table) continue;
    table.setAttribute("role", "grid");
    keepOneTabStop(table);
    listen(table, selection);
  }
  const mark = (): void => rows.forEach((row) => row.setAttribute("aria-selected", String(selection.type === row.dataset.type)));
  selection.onChange(mark);
  mark();
}
