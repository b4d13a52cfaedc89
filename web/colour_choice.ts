// Choosing what the cells are coloured by: a list by groups and, among many genes, a field to type a name.

import { Colour } from "./data";
import { element } from "./dom";

const GENES = "Genes";
const MOST_WITHOUT_SEARCH = 15;

export class ColourChoice {
  readonly root = element("div", { class: "choice" });
  private readonly list = element("select");
  private readonly genes: Map<string, string>; // id by name in lower case

  constructor(
    colours: Colour[],
    private readonly chosen: (id: string) => void,
  ) {
    const genes = colours.filter(({ group }) => group === GENES);
    this.genes = new Map(genes.map(({ id, title }) => [title.toLowerCase(), id]));
    this.list.append(...groupsOf(colours));
    this.list.addEventListener("change", () => chosen(this.list.value));
    this.root.append(element("label", {}, "Colour the cells by", this.list));
    if (genes.length > MOST_WITHOUT_SEARCH) this.root.append(...this.search(genes));
  }

  private search(genes: Colour[]): HTMLElement[] {
    const names = element("datalist", { id: "gene-names" }, ...genes.map(({ title }) => element("option", { value: title })));
    const field = element("input", { type: "search", list: names.id, autocomplete: "off", spellcheck: "false" });
    const answer = element("p", { class: "status", role: "status" });
    const find = (last: boolean): void => {
      const id = this.genes.get(field.value.trim().toLowerCase());
      const unknown = last && !id && field.value !== "";
      answer.textContent = unknown ? `${field.value} is not among the ${genes.length} genes of this page.` : "";
      if (!id || id === this.list.value) return;
      this.list.value = id;
      this.chosen(id);
    };
    field.addEventListener("input", () => find(false));
    field.addEventListener("change", () => find(true));
    return [element("label", {}, "Find a gene", field), names, answer];
  }
}

function groupsOf(colours: Colour[]): HTMLElement[] {
  const groups = new Map<string, HTMLElement>();
  for (const { id, title, group } of colours) {
    if (!groups.has(group)) groups.set(group, element("optgroup", { label: group }));
    groups.get(group)?.append(element("option", { value: id }, title));
  }
  return [...groups.values()];
}
