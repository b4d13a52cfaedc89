// The tree of the types with their names: ticked ones can be merged.

import { reasonOf } from "./api";
import { button, element, swatch } from "./dom";
import { Fork, RunData } from "./explorer_data";
import { grouped } from "./numbers";
import { TypeNames } from "./type_names";

const ROW = 30; // px
const WIDTH = 150;
const DOT = 5;
const SVG = "http://www.w3.org/2000/svg";

interface Node {
  x: number;
  y: number;
  types: number[];
}

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** Where each node of the tree stands: leaves at the left, one row each. */
function placed(run: RunData): Node[] {
  const heights = run.forks.map(({ height }) => height ?? 0);
  const highest = Math.max(...heights, 1e-9);
  const nodes: Node[] = run.types.map((_, t) => ({ x: 0, y: (run.order.indexOf(t) + 0.5) * ROW, types: [t] }));
  run.forks.forEach(({ a, b, height }) => {
    const x = ((height ?? highest) / highest) * (WIDTH - 3 * DOT) + DOT;
    nodes.push({ x, y: (nodes[a].y + nodes[b].y) / 2, types: [...nodes[a].types, ...nodes[b].types] });
  });
  return nodes;
}

export class TypeTree {
  readonly root = element("section", { class: "box", id: "types", "aria-labelledby": "types-title" });
  private readonly ticks: HTMLInputElement[];
  private readonly labels: HTMLButtonElement[];
  private readonly name = element("input", { type: "text", maxlength: "100", autocomplete: "off" });
  private readonly merges = element("ul", { class: "merges" });
  private readonly status = element("p", { class: "status", role: "status" });

  constructor(
    private readonly run: RunData,
    private readonly names: TypeNames,
    choose: (type: number) => void,
  ) {
    this.ticks = run.types.map(() => element("input", { type: "checkbox" }));
    this.labels = run.types.map((_, t) => button("", () => choose(t), { class: "leaf" }));
    const rows = run.order.map((t) => this.row(t));
    const list = element("div", { class: "leaves" }, ...rows);
    this.root.append(
      element("h2", { id: "types-title" }, "Types"),
      element("p", { class: "hint" }, this.hint()),
      element("div", { class: "tree" }, list, ...(run.forks.length ? [this.drawing()] : [])),
      this.form(),
      this.status,
      this.merges,
    );
    names.onChange(() => this.show());
    this.show();
  }

  private hint(): string {
    const tree = this.run.forks.length ? " Types that are alike hang together; a fork ticks all types on it." : "";
    return `Tick types that are one, and give them one name. Only names change: the model stays as it is.${tree}`;
  }

  private row(t: number): HTMLElement {
    const { color, cells, type } = this.run.types[t];
    this.ticks[t].setAttribute("aria-label", `Tick ${type}`);
    const count = element("span", { class: "count" }, grouped(cells));
    return element("div", { class: "row" }, this.ticks[t], swatch(color), this.labels[t], count);
  }

  private drawing(): SVGElement {
    const nodes = placed(this.run);
    const height = this.run.types.length * ROW;
    const svg = shape("svg", { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": "Tree of the types" });
    this.run.forks.forEach((fork, m) => svg.append(...this.branch(nodes, fork, nodes[this.run.types.length + m])));
    return svg;
  }

  private branch(nodes: Node[], { a, b, support }: Fork, node: Node): SVGElement[] {
    const [upper, lower] = [nodes[a], nodes[b]];
    const path = `M${upper.x} ${upper.y}H${node.x}V${lower.y}H${lower.x}`;
    const types = node.types.map((t) => this.run.types[t].type).join(", ");
    const sure = support === null ? "" : `, together in ${Math.round(support * 100)} of 100 samples`;
    const dot = shape("circle", { cx: node.x, cy: node.y, r: DOT, class: "fork", tabindex: 0, role: "button", "aria-label": `Tick ${types}${sure}` });
    const title = shape("title", {});
    title.textContent = `${types}${sure}`;
    dot.append(title);
    dot.addEventListener("click", () => this.tick(node.types));
    dot.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.tick(node.types);
    });
    return [shape("path", { d: path, class: "branch" }), dot];
  }

  private tick(types: number[]): void {
    this.ticks.forEach((tick, t) => (tick.checked = types.includes(t)));
  }

  private form(): HTMLElement {
    const form = element(
      "form",
      { class: "fields" },
      element("label", {}, "Name of the merged types", this.name),
      element("div", { class: "toolbar" }, element("button", { type: "submit" }, "Merge ticked types")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const types = this.run.types.filter((_, t) => this.ticks[t].checked).map(({ type }) => type);
      if (types.length < 2) {
        this.status.textContent = "Tick two types or more.";
        return;
      }
      void this.attempt(() => this.names.merge(types, this.name.value.trim()), `${types.join(", ")} are merged.`);
    });
    return form;
  }

  private show(): void {
    this.names.types.forEach(({ shown }, t) => (this.labels[t].textContent = shown));
    const { merges } = this.names;
    this.merges.replaceChildren(
      ...merges.map(({ types, name }, m) => {
        const line = element("li", {}, `${types.join(", ")}${name ? `: ${name}` : ""}`);
        if (m === merges.length - 1) line.append(" ", button("Take back", () => this.attempt(() => this.names.unmerge(), "The merge is taken back.")));
        return line;
      }),
    );
  }

  private async attempt(change: () => Promise<void>, words: string): Promise<void> {
    try {
      await change();
      this.tick([]);
      this.name.value = "";
      this.status.textContent = words;
    } catch (error) {
      this.status.textContent = `Not done: ${reasonOf(error)}.`;
    }
  }
}
