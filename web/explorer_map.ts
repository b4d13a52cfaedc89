// The report's map with all features to colour by, and cells to click.

import { Api, reasonOf } from "./api";
import { Card } from "./card";
import { Arrays, ReportData } from "./data";
import { PackedColour } from "./explorer_data";
import { CellMap } from "./map";
import { Points } from "./points";
import { Selection, TYPE_COLOUR } from "./selection";
import { TypeNames } from "./type_names";

const NAME_COLOUR = "name";
const HINT =
  "Drag to move. Click into the map, then scroll, to zoom; double-click to see all. " +
  "Click a cell to see what is known of it, a type to highlight its cells; Esc ends that.";

export class ExplorerMap {
  private readonly map: CellMap;
  private readonly listeners: ((place: number) => void)[] = [];

  constructor(
    private readonly api: Api,
    data: ReportData,
    arrays: Arrays,
    selection: Selection,
    card: Card,
    place: HTMLElement,
  ) {
    if (!data.map) throw new Error("the data have no map");
    const points = new Points(arrays.numbers(data.map.x), arrays.numbers(data.map.y));
    this.map = new CellMap(data, data.map, arrays, points, selection, card, {
      hint: HINT,
      features: { like: (letters) => this.like(letters), show: (name) => this.showFeature(name) },
      onClick: (cell) => this.listeners.forEach((listener) => listener(cell)),
    });
    this.map.replace(place);
  }

  get cellNames(): string[] {
    return this.map.cellNames;
  }

  onClick(listener: (place: number) => void): void {
    this.listeners.push(listener);
  }

  pinCell(place: number | null): void {
    this.map.pinCell(place);
  }

  /** Colours the cells by a feature, whatever the case of its letters; says why not where it cannot. */
  async showFeature(name: string): Promise<string> {
    try {
      const near = await this.like(name);
      const known = near.find((one) => one === name) ?? near.find((one) => one.toLowerCase() === name.toLowerCase());
      if (!known) return `The data have no feature ${name}.${near.length ? ` Like it: ${near.slice(0, 3).join(", ")}.` : ""}`;
      await this.fetch(`feature:${known}`, true);
      return "";
    } catch (error) {
      return `${reasonOf(error)}.`;
    }
  }

  /** Types were named: their names in the legend and on the map, and the colouring by name. */
  async renameTypes(names: TypeNames): Promise<void> {
    await this.fetch(TYPE_COLOUR, false);
    if (names.named) await this.fetch(NAME_COLOUR, false);
    else this.map.remove(NAME_COLOUR);
  }

  private async like(letters: string): Promise<string[]> {
    return (await this.api.get<{ features: string[] }>("/api/features", { like: letters })).features;
  }

  private async fetch(name: string, show: boolean): Promise<void> {
    const { directory, arrays } = await this.api.get<PackedColour>("/api/colour", { name });
    this.map.put(directory, await Arrays.unpack(arrays), show);
  }
}
