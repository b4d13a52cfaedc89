// Finding a cell by its name, and what is known of the one that was found or clicked.

import { Api, reasonOf } from "./api";
import { button, element } from "./dom";
import { CellData, RunData } from "./explorer_data";
import { ExplorerMap } from "./explorer_map";

const OFFERED = 20;

export class CellFacts {
  readonly root = element("section", { class: "box", id: "cell", "aria-labelledby": "cell-title" });
  private readonly field = element("input", { type: "search", list: "cell-names", autocomplete: "off", spellcheck: "false" });
  private readonly offered = element("datalist", { id: "cell-names" });
  private readonly status = element("p", { class: "status", role: "status" });
  private readonly facts = element("div");

  constructor(
    private readonly api: Api,
    private readonly run: RunData,
    private readonly map: ExplorerMap,
    private readonly decode: (cell: CellData) => void,
  ) {
    const form = element(
      "form",
      { class: "fields line" },
      element("label", {}, "Find a cell by its name", this.field),
      element("button", { type: "submit" }, "Find"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.find({ name: this.field.value.trim() });
    });
    this.field.addEventListener("input", () => this.offer());
    map.onClick((place) => void this.find({ place: String(place) }));
    this.root.append(element("h2", { id: "cell-title" }, "Cell"), form, this.offered, this.status, this.facts);
  }

  private offer(): void {
    const letters = this.field.value.trim();
    const found = letters ? this.map.cellNames.filter((name) => name.includes(letters)) : [];
    this.offered.replaceChildren(...found.slice(0, OFFERED).map((value) => element("option", { value })));
  }

  private async find(wanted: Record<string, string>): Promise<void> {
    try {
      const { cell } = await this.api.get<{ cell: CellData | null }>("/api/cell", wanted);
      if (cell) this.show(cell);
      else this.clear(`There is no cell called ${wanted.name}.`);
    } catch (error) {
      this.clear(`${reasonOf(error)}.`);
    }
  }

  private clear(words: string): void {
    this.status.textContent = words;
    this.facts.replaceChildren();
    this.map.pinCell(null);
  }

  private show(cell: CellData): void {
    this.field.value = cell.name;
    this.map.pinCell(cell.place);
    this.status.textContent = `${cell.name}: ${cell.type ?? "no type"}${cell.place === null ? "; not on the map" : ""}`;
    const terms = cell.facts.map(([title, text]) => element("div", {}, element("dt", {}, title), element("dd", {}, text)));
    const use = button(this.run.noStates ? "Show its type" : "Decode its type and states", () => this.decode(cell));
    this.facts.replaceChildren(element("dl", { class: "facts" }, ...terms), ...(cell.type ? [use] : []));
  }
}
