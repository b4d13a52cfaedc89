// A slider for each state of a type.

import { button, element } from "./dom";
import { Range } from "./explorer_data";
import { rounded } from "./numbers";

const STEPS = 200;

export class StateSliders {
  readonly root = element("fieldset", { class: "sliders" });
  private readonly sliders: HTMLInputElement[];
  private readonly outputs: HTMLOutputElement[] = [];

  constructor(
    title: string,
    private readonly ranges: Range[],
    private readonly changed: () => void,
  ) {
    this.root.append(element("legend", {}, title));
    this.sliders = ranges.map((range, s) => this.slider(range, s));
    if (ranges.length) this.root.append(button("Middle of the type", () => this.set(ranges.map(([, middle]) => middle))));
    this.write();
  }

  /** Values of the states; null where they cannot be moved. */
  get states(): number[] | null {
    return this.ranges.length ? this.sliders.map(({ valueAsNumber }) => valueAsNumber) : null;
  }

  /** Moves the sliders, which reach as far as their values ask for. */
  set(states: number[]): void {
    this.sliders.forEach((slider, s) => {
      slider.min = String(Math.min(Number(slider.min), states[s]));
      slider.max = String(Math.max(Number(slider.max), states[s]));
      slider.value = String(states[s]);
    });
    this.write();
    this.changed();
  }

  private slider([low, middle, high]: Range, s: number): HTMLInputElement {
    const step = Math.max((high - low) / STEPS, Number.EPSILON);
    // Steps are counted from the low end; "any" lets the middle be the middle, and keys move by a hundredth then.
    const slider = element("input", { type: "range", min: String(low), max: String(high), step: "any" });
    slider.value = String(middle);
    slider.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 20, PageDown: -20 }[event.key];
      if (!by) return;
      event.preventDefault();
      slider.value = String(slider.valueAsNumber + by * step * 2);
      slider.dispatchEvent(new Event("input"));
    });
    const output = element("output");
    this.outputs.push(output);
    slider.addEventListener("input", () => {
      this.write();
      this.changed();
    });
    this.root.append(element("label", {}, element("span", {}, `State ${s + 1}`), slider, output));
    return slider;
  }

  private write(): void {
    this.sliders.forEach((slider, s) => (this.outputs[s].textContent = rounded(slider.valueAsNumber)));
  }
}
