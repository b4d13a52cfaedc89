// Makes the report, which can be read as it is, answer to clicks, words and the pointer.

import { Card, showTips } from "./card";
import { readReportData } from "./data";
import { scrollBox } from "./dom";
import { addDownloads } from "./downloads";
import { makeMap } from "./map";
import { clearOnEscape, Selection } from "./selection";
import { makeSearchable } from "./table_search";
import { makeSortable } from "./table_sort";
import { linkTypeRows } from "./type_rows";

function start(): void {
  const data = readReportData();
  const selection = new Selection();
  const card = new Card();
  document.querySelectorAll("main table, main figure > svg").forEach(scrollBox);
  document.querySelectorAll<HTMLTableElement>("table.searchable").forEach(makeSearchable);
  document.querySelectorAll<HTMLTableElement>("table.sortable").forEach(makeSortable);
  linkTypeRows(selection, new Map(data.types.map(({ name, color }) => [name, color])));
  addDownloads();
  showTips(card);
  clearOnEscape(selection);
  void makeMap(data, selection, card);
}

start();
