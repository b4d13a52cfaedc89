// The map of cells with its controls, in the place of the picture that the page holds for readers without JavaScript.

import { Card } from "./card";
import { ColourChoice, FeatureSource } from "./colour_choice";
import { Colouring, isCategorical, readColouring } from "./colouring";
import { Arrays, Colour, MapData, ReportData } from "./data";
import { button, element } from "./dom";
import { save } from "./downloads";
import { Legend } from "./legend";
import { Hover, MapView } from "./map_view";
import { cells, grouped } from "./numbers";
import { Points } from "./points";
import { Chosen, Selection, TYPE_COLOUR } from "./selection";

const CONFIDENCE = "confidence";
const HINT =
  "Drag to move. Click into the map, then scroll, to zoom; double-click to see all. " +
  "Click a type, here or in a table, to highlight its cells; Esc ends that.";

/** What a page may add to the map. */
export interface MapExtras {
  features?: FeatureSource;
  hint?: string;
  onClick?(cell: number): void;
}

export class CellMap {
  private readonly view: MapView;
  private readonly legend: Legend;
  private readonly choice: ColourChoice;
  private readonly status = element("p", { class: "status", role: "status" });
  private readonly clear: HTMLButtonElement;
  private readonly read = new Map<string, Colouring>();
  private shown: Colouring | null = null;
  private names: string[] | null = null;

  constructor(
    private readonly data: ReportData,
    private readonly map: MapData,
    private readonly arrays: Arrays,
    private readonly points: Points,
    private readonly selection: Selection,
    private readonly card: Card,
    private readonly extras: MapExtras = {},
  ) {
    this.view = new MapView(points, (hover) => this.onHover(hover), (cell) => extras.onClick?.(cell));
    this.legend = new Legend(selection);
    this.choice = new ColourChoice(data.colours, (id) => this.colourBy(id), extras.features);
    this.clear = button("End highlighting", () => selection.clear());
    selection.onChange((chosen) => this.highlight(chosen));
  }

  replace(place: HTMLElement): void {
    this.colourBy(this.data.colours[0].id);
    this.highlight(this.selection.current);
    const side = element("div", { class: "map-side" }, this.choice.root, this.legend.root, this.clear);
    const hint = element("p", { class: "hint" }, this.extras.hint ?? HINT);
    const main = element("div", { class: "map-main" }, this.view.root, this.tools(), this.status, hint);
    place.classList.add("map");
    place.replaceChildren(main, side);
  }

  /** Adds a colour, or replaces the one of its id; its values lie in these arrays. */
  put(colour: Colour, arrays: Arrays, show: boolean): void {
    const place = this.data.colours.findIndex(({ id }) => id === colour.id);
    const former = this.data.colours[place];
    const chosen = this.selection.current;
    if (former) this.data.colours[place] = colour;
    else this.data.colours.push(colour);
    this.read.set(colour.id, readColouring(colour, arrays, this.points));
    this.choice.put(colour, show);
    if (show || this.shown?.colour.id === colour.id) this.colourBy(colour.id);
    if (chosen?.colour !== colour.id || former?.kind !== "category" || colour.kind !== "category") return;
    // A type that was given another name stays highlighted.
    const category = colour.categories[former.categories.indexOf(chosen.category)];
    if (colour.id === TYPE_COLOUR && category) this.selection.choose(colour.id, category);
    else this.selection.clear();
  }

  remove(id: string): void {
    const place = this.data.colours.findIndex((colour) => colour.id === id);
    if (place < 0) return;
    this.data.colours.splice(place, 1);
    this.read.delete(id);
    this.choice.remove(id);
    if (this.selection.current?.colour === id) this.selection.clear();
    if (this.shown?.colour.id === id) this.colourBy(this.data.colours[0].id);
  }

  pinCell(cell: number | null): void {
    this.view.pinCell(cell);
  }

  get cellNames(): string[] {
    if (this.data.cells) this.names ??= this.arrays.lines(this.data.cells);
    return this.names ?? [];
  }

  private tools(): HTMLElement {
    const { zoom } = this.view;
    const names = element("input", { type: "checkbox" });
    names.checked = this.view.showNames;
    names.addEventListener("change", () => {
      this.view.showNames = names.checked;
      this.view.redraw();
    });
    return element(
      "div",
      { class: "toolbar" },
      button("+", () => zoom.enlarge(), { "aria-label": "Enlarge the map" }),
      button("−", () => zoom.reduce(), { "aria-label": "Reduce the map" }),
      button("Whole map", () => zoom.reset()),
      button("Picture (PNG)", () => this.savePicture()),
      element("label", { class: "check" }, names, "Names on the map"),
    );
  }

  private savePicture(): void {
    this.view.canvas.toBlob((picture) => picture && save(picture, "map.png"));
  }

  private colouring(id: string): Colouring | null {
    const colour = this.data.colours.find((one) => one.id === id);
    if (colour && !this.read.has(id)) this.read.set(id, readColouring(colour, this.arrays, this.points));
    return this.read.get(id) ?? null;
  }

  private colourBy(id: string): void {
    const colouring = this.colouring(id);
    if (!colouring) return;
    this.shown = colouring;
    // What was highlighted by another annotation has no legend any more; types stay, to see a gene within one.
    const chosen = this.selection.current;
    if (chosen && chosen.colour !== TYPE_COLOUR && chosen.colour !== id) this.selection.clear();
    this.legend.show(colouring);
    this.view.show(colouring);
    const words = `${this.map.title} of ${cells(this.map.shown)}, coloured by ${colouring.colour.title}`;
    this.view.canvas.setAttribute("aria-label", words);
  }

  private highlight(chosen: Chosen | null): void {
    const colouring = chosen && this.colouring(chosen.colour);
    const category = colouring && isCategorical(colouring) ? colouring.colour.categories.indexOf(chosen.category) : -1;
    const bright = colouring && category >= 0 ? Uint8Array.from(colouring.values, (value) => Number(value === category)) : null;
    this.view.highlight(bright, bright && chosen ? chosen.category : null);
    this.clear.disabled = !chosen;
    const count = bright?.reduce((sum, one) => sum + one, 0) ?? 0;
    const { shown, cells: all } = this.map;
    const whole = shown < all ? `${grouped(shown)} of ${cells(all)} are shown.` : `${cells(shown)}.`;
    this.status.textContent = bright && chosen ? `${whole} ${chosen.category} is highlighted: ${cells(count)}.` : whole;
  }

  private onHover(hover: Hover | null): void {
    if (!hover) {
      this.card.hide();
      return;
    }
    this.card.show(this.describe(hover.cell), hover.x, hover.y);
  }

  private describe(cell: number): string[] {
    const colourings = [this.colouring(TYPE_COLOUR), this.colouring(CONFIDENCE), this.shown];
    const lines = [...new Set(colourings)].map((one) => (one ? `${one.colour.title}: ${one.text(cell)}` : ""));
    return [this.cellNames[cell] ?? "", ...lines].filter(Boolean);
  }
}

/** Makes the map, or says in its place why there is none. */
export async function makeMap(data: ReportData, selection: Selection, card: Card): Promise<void> {
  const place = document.getElementById("map");
  if (!place || !data.map || !data.colours.length) return;
  try {
    const arrays = await Arrays.read();
    const points = new Points(arrays.numbers(data.map.x), arrays.numbers(data.map.y));
    new CellMap(data, data.map, arrays, points, selection, card).replace(place);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    place.prepend(element("p", { class: "notice", role: "status" }, `The map cannot be moved or coloured here: ${reason}.`));
  }
}
