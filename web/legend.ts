// What the colours of the map mean.

import { CategoryColouring, Colouring, isCategorical, NumberColouring } from "./colouring";
import { MISSING_COLOR, SCALE_GRADIENT } from "./color";
import { element, swatch } from "./dom";
import { grouped, rounded } from "./numbers";
import { Selection } from "./selection";

export class Legend {
  readonly root = element("div", { class: "legend" });
  private buttons: { button: HTMLButtonElement; category: string }[] = [];
  private colour = "";

  constructor(private readonly selection: Selection) {
    selection.onChange(() => this.mark());
  }

  show(colouring: Colouring): void {
    this.colour = colouring.colour.id;
    this.buttons = [];
    const body = isCategorical(colouring) ? this.categories(colouring) : this.scale(colouring);
    const title = element("div", { class: "legend-title" }, colouring.colour.title);
    if (isCategorical(colouring)) title.append(element("span", {}, "cells"));
    this.root.replaceChildren(title, body, ...this.missing(colouring));
    this.mark();
  }

  private categories({ colour, counts }: CategoryColouring): HTMLElement {
    const words = `Highlight the cells of one ${colour.title}`;
    const list = element("div", { class: "categories", role: "group", "aria-label": words });
    colour.categories.forEach((category, i) => {
      const name = element("span", { class: "name" }, category);
      const count = element("span", { class: "count" }, grouped(counts[i]));
      const button = element("button", { type: "button" }, swatch(colour.colors[i]), name, count);
      button.addEventListener("click", () => this.selection.toggle(colour.id, category));
      this.buttons.push({ button, category });
      list.append(button);
    });
    return list;
  }

  private scale({ colour }: NumberColouring): HTMLElement {
    const ramp = element("div", { class: "ramp" });
    ramp.style.backgroundImage = SCALE_GRADIENT;
    const [low, high] = [colour.low, colour.high].map((end) => element("span", {}, rounded(end)));
    const ends = element("div", { class: "ends" }, low, high);
    return element("div", { class: "scale" }, ramp, ends);
  }

  private missing({ missing }: Colouring): HTMLElement[] {
    if (!missing) return [];
    const count = element("span", { class: "count" }, grouped(missing));
    return [element("div", { class: "missing" }, swatch(MISSING_COLOR), element("span", { class: "name" }, "no value"), count)];
  }

  private mark(): void {
    for (const { button, category } of this.buttons) {
      button.setAttribute("aria-pressed", String(this.selection.holds(this.colour, category)));
    }
  }
}
