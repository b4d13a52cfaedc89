// Sorting a table by a click on a column's header: up, down, as it was.

import { element } from "./dom";
import { isMissing, parseNumber } from "./numbers";

type Order = "ascending" | "descending" | "none";
type Key = number | string | null;

const NEXT: Record<Order, Order> = { none: "ascending", ascending: "descending", descending: "none" };
const WORDS = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export const ROWS_CHANGED = "rowschanged";

export function rowsOf(table: HTMLTableElement): HTMLTableRowElement[] {
  return Array.from(table.tBodies).flatMap((body) => Array.from(body.rows));
}

/** The text of a cell, or what its data-value says where that sorts better. */
function textOf(row: HTMLTableRowElement, column: number): string {
  const cell = row.cells[column];
  return cell?.dataset.value ?? cell?.textContent?.trim() ?? "";
}

/** Whether every cell of a column is a number or missing, and one at least a number. */
export function isNumeric(rows: HTMLTableRowElement[], column: number): boolean {
  const present = rows.map((row) => textOf(row, column)).filter((text) => !isMissing(text));
  return present.length > 0 && present.every((text) => parseNumber(text) !== null);
}

function compare(a: Key, b: Key): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return WORDS.compare(String(a), String(b));
}

function sorted(rows: HTMLTableRowElement[], column: number, order: Order): HTMLTableRowElement[] {
  const numeric = isNumeric(rows, column);
  const direction = order === "descending" ? -1 : 1;
  const keyed = rows.map((row) => {
    const text = textOf(row, column);
    const key: Key = isMissing(text) ? null : numeric ? parseNumber(text) : text;
    return { row, key };
  });
  // Missing values come last in either direction.
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    return direction * compare(a.key, b.key);
  });
  return keyed.map(({ row }) => row);
}

export function makeSortable(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const headers = Array.from(table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? []);
  if (!body) return;
  const original = Array.from(body.rows);

  const sortBy = (header: HTMLTableCellElement): void => {
    const order = NEXT[(header.getAttribute("aria-sort") ?? "none") as Order];
    for (const other of headers) other.setAttribute("aria-sort", other === header ? order : "none");
    body.append(...(order === "none" ? original : sorted(original, header.cellIndex, order)));
    table.dispatchEvent(new Event(ROWS_CHANGED));
  };

  for (const header of headers) {
    const control = element("button", { type: "button", class: "sort" }, ...Array.from(header.childNodes));
    control.addEventListener("click", () => sortBy(header));
    header.setAttribute("aria-sort", "none");
    header.append(control);
  }
}
