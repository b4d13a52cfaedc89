// A slider for each state of a type.

import { button, element } from "./dom";
import { Range } from "./explorer_data";

const STEPS = 50; // of an arrow key

function twoDigits(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

export class StateSliders {
  readonly root = element("fieldset", { class: "sliders" });
  private readonly sliders: HTMLInputElement[];
  private readonly outputs: HTMLOutputElement[] = [];

  constructor(
    title: string,
    private readonly ranges: Range[],
    start: number[] | undefined,
    private readonly changed: (states: number[]) => void,
  ) {
    this.root.append(element("legend", {}, title));
    this.sliders = ranges.map((range, s) => this.slider(range, s));
    if (ranges.length) this.root.append(button("Middle of the type", () => this.set(ranges.map(([, middle]) => middle))));
    this.place(start ?? ranges.map(([, middle]) => middle));
  }

  /** Values of the states; null where they cannot be moved. */
  get states(): number[] | null {
    return this.ranges.length ? this.sliders.map(({ valueAsNumber }) => valueAsNumber) : null;
  }

  /** Moves the sliders, which reach as far as their values ask for. */
  set(states: number[]): void {
    this.place(states);
    this.changed(states);
  }

  private place(states: number[]): void {
    this.sliders.forEach((slider, s) => {
      slider.min = String(Math.min(Number(slider.min), states[s]));
      slider.max = String(Math.max(Number(slider.max), states[s]));
      slider.value = String(states[s]);
    });
    this.write();
  }

  private slider([low, , high]: Range, s: number): HTMLInputElement {
    const step = (high - low) / STEPS;
    // The middle is at no step from the low end: the slider takes any value, and keys move it by steps of our own.
    const slider = element("input", { type: "range", min: String(low), max: String(high), step: "any" });
    slider.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
      if (!by) return;
      event.preventDefault();
      slider.value = String(slider.valueAsNumber + by * step);
      slider.dispatchEvent(new Event("input"));
    });
    const output = element("output");
    this.outputs.push(output);
    slider.addEventListener("input", () => {
      this.write();
      this.changed(this.sliders.map(({ valueAsNumber }) => valueAsNumber));
    });
    this.root.append(element("label", {}, element("span", {}, `State ${s + 1}`), slider, output));
    return slider;
  }

  private write(): void {
    this.sliders.forEach((slider, s) => (this.outputs[s].textContent = twoDigits(slider.valueAsNumber)));
  }
}
