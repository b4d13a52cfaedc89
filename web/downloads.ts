// Buttons that save the table behind a figure or a table, and figures themselves.

import { button, toolbarOf } from "./dom";

export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The text of a CSV block, in which "<" and "\" are written \u003c and \u005c. */
function csvText(block: Element): string {
  const codes: Record<string, string> = { "3c": "<", "5c": "\\" };
  return (block.textContent ?? "").replace(/^\n/, "").replace(/\\u00(3c|5c)/g, (_, code: string) => codes[code]);
}

function addTableButton(owner: HTMLElement, name: string): void {
  const block = document.getElementById(`csv-${name}`);
  if (!block) return;
  const saveTable = (): void => save(new Blob([csvText(block)], { type: "text/csv" }), `${name}.csv`);
  toolbarOf(owner).append(button("Table (CSV)", saveTable));
}

function addFigureButton(figure: HTMLElement, name: string): void {
  const drawing = figure.querySelector("svg");
  if (!drawing) return;
  const saveFigure = (): void => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(drawing)}\n`;
    save(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
  };
  toolbarOf(figure).append(button("Figure (SVG)", saveFigure));
}

export function addDownloads(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure[id^="figure-"]')) {
    const name = figure.id.slice("figure-".length);
    addFigureButton(figure, name);
    addTableButton(figure, name);
  }
  for (const table of document.querySelectorAll<HTMLElement>('table[id^="table-"]')) {
    addTableButton(table, table.id.slice("table-".length));
  }
}
