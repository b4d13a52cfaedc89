// Choosing a type, what is known of it, and the form that names it.

import { reasonOf } from "./api";
import { button, element } from "./dom";
import { RunData } from "./explorer_data";
import { cells, rounded } from "./numbers";
import { TypeNames } from "./type_names";

const LONGEST_NAME = "100";

export class Naming {
  readonly root = element("section", { class: "box", id: "naming", "aria-label": "Type" });
  private readonly type = element("select");
  private readonly facts = element("p", { class: "hint" });
  private readonly markers = element("p", { class: "hint" });
  private readonly name = element("input", { type: "text", maxlength: LONGEST_NAME, autocomplete: "off" });
  private readonly note = element("input", { type: "text", autocomplete: "off" });
  private readonly hint = element("p", { class: "hint" });
  private readonly status = element("p", { class: "status", role: "status" });
  private readonly back: HTMLButtonElement;
  private place = 0;

  constructor(
    private readonly run: RunData,
    private readonly names: TypeNames,
    chosen: (place: number) => void,
  ) {
    const form = element(
      "form",
      { class: "fields pair" },
      element("label", {}, "Name", this.name),
      element("label", {}, "Note", this.note),
    );
    this.back = button("Undo", () => this.attempt(() => this.names.undo(), "The latest change is taken back."));
    form.append(element("div", { class: "toolbar" }, element("button", { type: "submit", class: "main" }, "Save name"), this.back));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    this.type.addEventListener("change", () => chosen(Number(this.type.value)));
    const choice = element("div", { class: "fields" }, element("label", {}, "Type", this.type));
    this.root.append(choice, this.facts, this.markers, this.hint, form, this.status);
    names.onChange(() => this.show());
  }

  choose(place: number): void {
    if (place !== this.place) this.status.textContent = "";
    this.place = place;
    this.show();
  }

  tell(words: string): void {
    this.status.textContent = words;
  }

  private show(): void {
    const { type, note } = this.names.types[this.place];
    const merged = this.names.mergedWith(type);
    this.type.replaceChildren(...this.names.types.map(({ shown }, t) => element("option", { value: String(t) }, shown)));
    this.type.value = String(this.place);
    this.name.value = this.names.given(this.place);
    this.note.value = note;
    this.describe();
    this.hint.textContent = merged.length > 1 ? `Merged types share their name: ${merged.join(", ")}.` : "";
    this.back.hidden = !this.names.canUndo;
  }

  private describe(): void {
    const { cells: count, confidence, support, markers } = this.run.types[this.place];
    const sure = confidence === null ? "" : `, mean confidence ${rounded(confidence)}`;
    const share = support === null ? "" : `, found in ${Math.round(support * 100)} % of the bootstraps`;
    this.facts.textContent = `${cells(count)}${sure}${share}.`;
    this.markers.textContent = markers.length ? `Markers: ${markers.join(", ")}.` : "";
  }

  private save(): Promise<void> {
    const { type } = this.names.types[this.place];
    const name = this.name.value.trim();
    const note = this.note.value.trim();
    if (name === this.names.given(this.place)) {
      // Sent, the name of a merge would become the type's own.
      const kept = note ? `The note of ${type} is kept in the run.` : `${type} has no note now.`;
      return this.attempt(() => this.names.rename(type, undefined, note), kept);
    }
    const words = name ? `${type} is now called ${name}; the run keeps it.` : `${type} has no name of its own now.`;
    return this.attempt(() => this.names.rename(type, name, note), words);
  }

  private async attempt(change: () => Promise<void>, words: string): Promise<void> {
    try {
      await change();
      this.status.textContent = words;
    } catch (error) {
      this.status.textContent = `Not done: ${reasonOf(error)}.`;
    }
  }
}
