// What the decoder gives for a type and its states, against the middle of the type or another type.

import { Api, Latest, reasonOf } from "./api";
import { ChangeChart } from "./change_chart";
import { DecodedImages } from "./decoded_images";
import { element } from "./dom";
import { CellData, Decoded, RunData } from "./explorer_data";
import { cells, rounded } from "./numbers";
import { StateSliders } from "./state_sliders";
import { TypeNames } from "./type_names";

const NO_OTHER = "";
const TOO_FEW = "The type has too few cells for its states to vary.";

export class TypePanel {
  readonly root = element("section", { class: "box", id: "decoder", "aria-labelledby": "decoder-title" });
  private readonly type = element("select");
  private readonly other = element("select");
  private readonly facts = element("p", { class: "hint" });
  private readonly states = element("div", { class: "two" });
  private readonly heading = element("h3");
  private readonly status = element("p", { class: "status", role: "status" });
  private readonly chart: ChangeChart;
  private readonly images = new DecodedImages();
  private readonly latest = new Latest();
  private readonly listeners: ((type: number) => void)[] = [];
  private sliders: StateSliders[] = [];

  constructor(
    private readonly api: Api,
    private readonly run: RunData,
    private readonly names: TypeNames,
    onFeature: (feature: string) => void,
  ) {
    this.chart = new ChangeChart(onFeature);
    this.type.addEventListener("change", () => {
      this.listeners.forEach((listener) => listener(Number(this.type.value)));
      this.build();
    });
    this.other.addEventListener("change", () => this.build());
    this.root.append(
      element("h2", { id: "decoder-title" }, "What the model knows of a type"),
      element("div", { class: "fields pair" }, element("label", {}, "Type", this.type), element("label", {}, "Compare with", this.other)),
      this.facts,
      this.states,
      this.heading,
      this.status,
      run.image ? this.images.root : this.chart.root,
    );
    names.onChange(() => this.list());
    this.list();
  }

  /** Calls the listener when somebody chooses a type here. */
  onChoice(listener: (type: number) => void): void {
    this.listeners.push(listener);
  }

  choose(type: number): void {
    if (this.type.value === String(type) && this.sliders.length) return;
    this.type.value = String(type);
    this.build();
  }

  /** Sets the type and the states of a cell. */
  showCell({ type, states }: CellData): void {
    const place = this.run.types.findIndex((one) => one.type === type);
    if (place < 0) return;
    this.type.value = String(place);
    this.listeners.forEach((listener) => listener(place));
    this.build();
    if (this.sliders[0].states) this.sliders[0].set(states);
  }

  /** The choices, by the names that types have now. */
  private list(): void {
    const options = (): HTMLOptionElement[] => this.names.types.map(({ shown }, t) => element("option", { value: String(t) }, shown));
    const [type, other] = [this.type.value, this.other.value];
    this.type.replaceChildren(...options());
    this.other.replaceChildren(element("option", { value: NO_OTHER }, "the middle of the type"), ...options());
    this.type.value = type || "0";
    this.other.value = other;
    if (this.sliders.length) this.decode();
  }

  private get chosen(): number[] {
    const other = this.other.value === NO_OTHER ? [] : [Number(this.other.value)];
    return [Number(this.type.value), ...other];
  }

  private build(): void {
    const { cells: count, confidence, support } = this.run.types[this.chosen[0]];
    const sure = confidence === null ? "" : `, mean confidence ${rounded(confidence)}`;
    const share = support === null ? "" : `, found in ${Math.round(support * 100)} % of the bootstraps`;
    this.facts.textContent = `${cells(count)}${sure}${share}.`;
    this.sliders = this.chosen.map((t) => new StateSliders(this.names.types[t].type, this.run.types[t].ranges, () => this.decode()));
    this.states.replaceChildren(...this.sliders.map(({ root }) => root));
    this.chosen.forEach((t, i) => {
      const reason = this.run.noStates ? `${this.run.noStates}: it decodes the typical cell.` : TOO_FEW;
      if (!this.run.types[t].ranges.length) this.sliders[i].root.append(element("p", { class: "hint" }, reason));
    });
    this.decode();
  }

  private decode(): void {
    void this.latest.run(async () => {
      const [type, other] = this.chosen.map((t) => this.names.types[t].type);
      const [states, otherStates] = this.sliders.map((one) => one.states ?? undefined);
      try {
        const decoded = await this.api.post<Decoded>("/api/decode", { type, states, otherType: other, otherStates });
        this.status.textContent = "";
        this.show(decoded, type, other ?? `middle of ${type}`);
      } catch (error) {
        this.status.textContent = `Not decoded: ${reasonOf(error)}.`;
      }
    });
  }

  private show({ features, image, otherImage }: Decoded, one: string, other: string): void {
    this.heading.textContent = image ? `${one} and ${other}` : `What differs most: ${one} against ${other}`;
    if (features) this.chart.show(features, one, other);
    if (image && otherImage) this.images.show(image, otherImage, one, other);
  }
}
