// The form that names the chosen type.

import { reasonOf } from "./api";
import { button, element } from "./dom";
import { RunData } from "./explorer_data";
import { TypeNames } from "./type_names";

const LONGEST_NAME = "100";

export class Naming {
  readonly root = element("section", { class: "box", id: "naming", "aria-labelledby": "naming-title" });
  private readonly title = element("h2", { id: "naming-title" });
  private readonly name = element("input", { type: "text", maxlength: LONGEST_NAME, autocomplete: "off" });
  private readonly note = element("input", { type: "text", autocomplete: "off" });
  private readonly hint = element("p", { class: "hint" });
  private readonly status = element("p", { class: "status", role: "status" });
  private readonly back: HTMLButtonElement;
  private place = 0;

  constructor(
    private readonly run: RunData,
    private readonly names: TypeNames,
  ) {
    const form = element(
      "form",
      { class: "fields" },
      element("label", {}, "Name", this.name),
      element("label", {}, "Note", this.note),
    );
    this.back = button("Undo", () => this.attempt(() => this.names.undo(), "The latest change is taken back."));
    form.append(element("div", { class: "toolbar" }, element("button", { type: "submit", class: "main" }, "Save name"), this.back));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    this.root.append(this.title, this.hint, form, this.status);
    names.onChange(() => this.show());
  }

  choose(place: number): void {
    if (place !== this.place) this.status.textContent = "";
    this.place = place;
    this.show();
  }

  private show(): void {
    const { type, label, name, note } = this.names.types[this.place];
    const merged = this.names.mergedWith(type);
    this.title.textContent = `What is ${type}?`;
    this.name.value = name || (label === type ? "" : merged.length > 1 ? label : "");
    this.note.value = note;
    const markers = this.run.types[this.place].markers;
    const words = markers.length ? `Its markers: ${markers.join(", ")}. ` : "";
    this.hint.textContent = words + (merged.length > 1 ? `Merged types share their name: ${merged.join(", ")}.` : "");
    this.back.hidden = !this.names.canUndo;
  }

  private save(): Promise<void> {
    const { type } = this.names.types[this.place];
    const name = this.name.value.trim();
    const words = name ? `${type} is now called ${name}; the run keeps it.` : `${type} has no name of its own now.`;
    return this.attempt(() => this.names.rename(type, name, this.note.value.trim()), words);
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
