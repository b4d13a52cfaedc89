// The features that differ most between two decoded profiles, as bars with their values.

import { button, element } from "./dom";
import { Change } from "./explorer_data";
import { rounded } from "./numbers";

const SAME = "Nothing differs: move a state.";

/** Signed, for people: "+0.31", "−1.2". */
function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${rounded(Math.abs(value))}`;
}

function bar(share: number): HTMLElement {
  const filled = element("span", { class: share < 0 ? "bar fall" : "bar rise" });
  filled.style.width = `${Math.abs(share) * 50}%`;
  filled.style.left = share < 0 ? `${50 - Math.abs(share) * 50}%` : "50%";
  return element("span", { class: "bars", "aria-hidden": "true" }, filled);
}

export class ChangeChart {
  readonly root = element("div", { class: "scroll chart" });

  constructor(private readonly onFeature: (feature: string) => void) {}

  /** `one` and `other`: what the profiles are called. */
  show(changes: Change[], one: string, other: string): void {
    if (!changes.length) {
      this.root.replaceChildren(element("p", { class: "hint" }, SAME));
      return;
    }
    const largest = Math.max(...changes.map(({ inSd }) => Math.abs(inSd)), 0.5);
    const titles = ["Feature", "Difference in s.d.", one, other];
    const head = element("tr", {}, ...titles.map((title, i) => element("th", { scope: "col", ...(i > 1 ? { class: "number" } : {}) }, title)));
    const rows = changes.map((change) => this.row(change, largest));
    this.root.replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
  }

  private row({ feature, value, other, inSd }: Change, largest: number): HTMLElement {
    const name = button(feature, () => this.onFeature(feature), { class: "link", title: `Colour the cells by ${feature}` });
    const size = element("span", { class: "size" }, signed(inSd));
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", {}, element("div", { class: "bar-cell" }, bar(inSd / largest), size)),
      element("td", { class: "number" }, rounded(value)),
      element("td", { class: "number" }, rounded(other)),
    );
  }
}
