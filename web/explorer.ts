// The explorer: the report's map, and beside it what the decoder gives and what types are called.

import { Api, reasonOf } from "./api";
import { Card } from "./card";
import { CellFacts } from "./cell_facts";
import { Arrays } from "./data";
import { element } from "./dom";
import { ExplorerMap } from "./explorer_map";
import { PackedMap, RunData } from "./explorer_data";
import { Naming } from "./naming";
import { clearOnEscape, Selection, TYPE_COLOUR } from "./selection";
import { TypeNames } from "./type_names";
import { TypePanel } from "./type_panel";
import { TypeTree } from "./type_tree";

/** Makes a type that is chosen at one place the chosen one everywhere. */
function linkTypes(selection: Selection, names: TypeNames, panel: TypePanel, naming: Naming): void {
  const choose = (type: number): void => {
    panel.choose(type);
    naming.choose(type);
  };
  selection.onChange((chosen) => {
    const type = chosen?.colour === TYPE_COLOUR ? names.placeOfShown(chosen.category) : -1;
    if (type >= 0) choose(type);
  });
  choose(0);
}

async function build(main: HTMLElement): Promise<void> {
  const api = new Api();
  const [run, packed] = await Promise.all([api.get<RunData>("/api/run"), api.get<PackedMap>("/api/map")]);
  const arrays = await Arrays.unpack(packed.arrays);
  const selection = new Selection();
  const names = new TypeNames(api, run.names);
  const place = element("div", { id: "map" });
  const map = new ExplorerMap(api, packed.directory, arrays, selection, new Card(), place);
  const panel = new TypePanel(api, run, names, (feature) => map.showFeature(feature));
  const chooseType = (type: number): void => selection.choose(TYPE_COLOUR, names.shown(type));
  const naming = new Naming(run, names, chooseType);
  const tree = new TypeTree(run, names, chooseType);
  const facts = new CellFacts(api, run, map, (cell) => {
    chooseType(run.types.findIndex(({ type }) => type === cell.type));
    panel.showCell(cell);
  });
  const left = element("div", { class: "side" }, place, facts.root, tree.root);
  const right = element("div", { class: "side" }, naming.root, panel.root);
  main.replaceChildren(element("div", { class: "desk" }, left, right));
  names.onChange(() => {
    map.renameTypes(names).catch((error) => naming.tell(`The map still shows the former names: ${reasonOf(error)}.`));
  });
  linkTypes(selection, names, panel, naming);
  clearOnEscape(selection);
}

async function start(): Promise<void> {
  const main = document.getElementById("explorer");
  if (!main) return;
  try {
    await build(main);
  } catch (error) {
    main.replaceChildren(element("p", { class: "notice", role: "alert" }, `Nothing can be shown: ${reasonOf(error)}.`));
  }
}

void start();
