// Choosing what the cells are coloured by: a list by groups and, among many features, a field to type a name.

import { Colour } from "./data";
import { element } from "./dom";

const FEATURES = "Features"; // genes, markers, pixels
const MOST_WITHOUT_SEARCH = 15;

export class ColourChoice {
  readonly root = element("div", { class: "choice" });
  private readonly list = element("select");
  private readonly features: Map<string, string>; // id by name in lower case

  constructor(
    colours: Colour[],
    private readonly chosen: (id: string) => void,
  ) {
    const features = colours.filter(({ group }) => group === FEATURES);
    this.features = new Map(features.map(({ id, title }) => [title.toLowerCase(), id]));
    this.list.append(...groupsOf(colours));
    this.list.addEventListener("change", () => chosen(this.list.value));
    this.root.append(element("label", {}, "Colour the cells by", this.list));
    if (features.length > MOST_WITHOUT_SEARCH) this.root.append(...this.search(features));
  }

  private search(features: Colour[]): HTMLElement[] {
    const names = element("datalist", { id: "feature-names" }, ...features.map(({ title }) => element("option", { value: title })));
    const field = element("input", { type: "search", list: names.id, autocomplete: "off", spellcheck: "false" });
    const answer = element("p", { class: "status", role: "status" });
    const find = (last: boolean): void => {
      const id = this.features.get(field.value.trim().toLowerCase());
      const unknown = last && !id && field.value !== "";
      answer.textContent = unknown ? `${field.value} is not among the ${features.length} features of this page.` : "";
      if (!id || id === this.list.value) return;
      this.list.value = id;
      this.chosen(id);
    };
    field.addEventListener("input", () => find(false));
    field.addEventListener("change", () => find(true));
    return [element("label", {}, "Find by name", field), names, answer];
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
