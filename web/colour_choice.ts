// Choosing what the cells are coloured by: a list by groups and, among many features, a field to type a name.

import { reasonOf } from "./api";
import { Colour } from "./data";
import { element } from "./dom";

const FEATURES = "Features"; // genes, markers, pixels
const MOST_WITHOUT_SEARCH = 15;

/** Where features are found that are not in the list: names like some letters, and one feature by its name. */
export interface FeatureSource {
  like(letters: string): Promise<string[]>;
  /** Shows the cells by this feature; says why not where it cannot. */
  show(name: string): Promise<string>;
}

export class ColourChoice {
  readonly root = element("div", { class: "choice" });
  private readonly list = element("select");
  private readonly features: Map<string, string>; // id by name in lower case

  constructor(
    colours: Colour[],
    private readonly chosen: (id: string) => void,
    private readonly more?: FeatureSource,
  ) {
    const features = colours.filter(({ group }) => group === FEATURES);
    this.features = new Map(features.map(({ id, title }) => [title.toLowerCase(), id]));
    this.list.append(...groupsOf(colours));
    this.list.addEventListener("change", () => chosen(this.list.value));
    this.root.append(element("label", {}, "Colour the cells by", this.list));
    if (more || features.length > MOST_WITHOUT_SEARCH) this.root.append(...this.search(features));
  }

  private search(features: Colour[]): HTMLElement[] {
    const names = element("datalist", { id: "feature-names" }, ...features.map(({ title }) => element("option", { value: title })));
    const field = element("input", { type: "search", list: names.id, autocomplete: "off", spellcheck: "false" });
    const answer = element("p", { class: "status", role: "status" });
    const parts = [element("label", {}, this.more ? "Or by a feature" : "Find by name", field), names, answer];
    if (this.more) {
      this.searchMore(this.more, field, names, answer);
      return parts;
    }
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
    return parts;
  }

  private searchMore(more: FeatureSource, field: HTMLInputElement, names: HTMLElement, answer: HTMLElement): void {
    field.addEventListener("input", async () => {
      const letters = field.value.trim();
      if (!letters) return;
      try {
        const found = await more.like(letters);
        if (letters === field.value.trim()) names.replaceChildren(...found.map((value) => element("option", { value })));
      } catch (error) {
        answer.textContent = `${reasonOf(error)}.`;
      }
    });
    field.addEventListener("change", async () => {
      const name = field.value.trim();
      answer.textContent = name ? await more.show(name) : "";
    });
  }

  /** Adds a colour to the list where it is not there yet, and chooses it where wanted. */
  put(colour: Colour, choose: boolean): void {
    const known = Array.from(this.list.options).find(({ value }) => value === colour.id);
    if (!known) {
      const groups = Array.from(this.list.querySelectorAll("optgroup"));
      const group = groups.find(({ label }) => label === colour.group) ?? element("optgroup", { label: colour.group });
      group.append(element("option", { value: colour.id }, colour.title));
      if (!group.isConnected && !group.parentElement) this.list.append(group);
    }
    if (choose) this.list.value = colour.id;
  }

  remove(id: string): void {
    Array.from(this.list.options).find(({ value }) => value === id)?.remove();
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
