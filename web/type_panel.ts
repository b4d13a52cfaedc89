// What the decoder gives for a type and its states, against the middle of the type or another type.

import { Api, Latest, reasonOf } from "./api";
import { ChangeChart } from "./change_chart";
import { DecodedImages } from "./decoded_images";
import { element } from "./dom";
import { CellData, Decoded, RunData } from "./explorer_data";
import { StateSliders } from "./state_sliders";
import { TypeNames } from "./type_names";

const NO_OTHER = "";
const TOO_FEW = "The type has too few cells for its states to vary.";

export class TypePanel {
  readonly root = element("section", { class: "box", id: "decoder", "aria-labelledby": "decoder-title" });
  private readonly other = element("select");
  private readonly states = element("div", { class: "two" });
  private readonly heading = element("h3");
  private readonly status = element("p", { class: "status", role: "status" });
  private readonly chart: ChangeChart;
  private readonly images = new DecodedImages();
  private readonly latest = new Latest();
  private readonly kept: Map<number, number[]>[] = [new Map(), new Map()]; // states by type, of each side
  private sliders: StateSliders[] = [];
  private type = 0;

  constructor(
    private readonly api: Api,
    private readonly run: RunData,
    private readonly names: TypeNames,
    onFeature: (feature: string) => void,
  ) {
    this.chart = new ChangeChart(onFeature);
    this.other.addEventListener("change", () => this.build());
    this.root.append(
      element("h2", { id: "decoder-title" }, "What the decoder gives"),
      element("div", { class: "fields" }, element("label", {}, "Compared with", this.other)),
      // Images stay in sight while many states are moved; a long chart stands below its sliders.
      ...(run.image ? [this.images.root, this.states] : [this.states, this.heading, this.chart.root]),
      this.status,
    );
    names.onChange(() => this.list());
    this.list();
  }

  choose(type: number): void {
    if (this.type === type && this.sliders.length) return;
    this.type = type;
    this.build();
  }

  /** Moves the sliders of the chosen type to the states of one of its cells. */
  showCell({ states }: CellData): void {
    if (this.sliders[0].states) this.sliders[0].set(states);
  }

  /** The choices, by the names that types have now. */
  private list(): void {
    const types = this.names.types.map(({ shown }, t) => element("option", { value: String(t) }, shown));
    const other = this.other.value;
    this.other.replaceChildren(element("option", { value: NO_OTHER }, "the middle of the type"), ...types);
    this.other.value = other;
    if (this.sliders.length) this.decode();
  }

  private get chosen(): number[] {
    const other = this.other.value === NO_OTHER ? [] : [Number(this.other.value)];
    return [this.type, ...other];
  }

  private build(): void {
    this.sliders = this.chosen.map((t, side) => this.slidersOf(t, this.kept[side]));
    this.states.replaceChildren(...this.sliders.map(({ root }) => root));
    this.decode();
  }

  /** With the states that the type was left with. */
  private slidersOf(t: number, kept: Map<number, number[]>): StateSliders {
    const { type, ranges } = this.run.types[t];
    const sliders = new StateSliders(type, ranges, kept.get(t), (states) => {
      kept.set(t, states);
      this.decode();
    });
    if (!ranges.length) {
      const reason = this.run.noStates ? `${this.run.noStates}: it decodes the typical cell.` : TOO_FEW;
      sliders.root.append(element("p", { class: "hint" }, reason));
    }
    return sliders;
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
    this.heading.textContent = `What differs most: ${one} against ${other}`;
    if (features) this.chart.show(features, one, other);
    if (image && otherImage) this.images.show(image, otherImage, one, other);
  }
}
