// The small card beside the pointer.

import { element } from "./dom";

const GAP = 14;

export class Card {
  private readonly box = element("div", { class: "card", hidden: "" });

  constructor() {
    document.body.append(this.box);
  }

  /** Shows lines of text; the first stands out where there are several. */
  show(lines: string[], x: number, y: number): void {
    this.box.replaceChildren(...lines.map((line) => element("div", {}, line)));
    this.box.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const page = document.documentElement;
    const left = x + GAP + width > page.clientWidth ? x - GAP - width : x + GAP;
    const top = y + GAP + height > page.clientHeight ? y - GAP - height : y + GAP;
    this.box.style.left = `${Math.max(4, left)}px`;
    this.box.style.top = `${Math.max(4, top)}px`;
  }

  hide(): void {
    this.box.hidden = true;
  }
}

/** Elements of figures with data-tip show it in the card. */
export function showTips(card: Card): void {
  let shown: Element | null = null;
  const show = (event: PointerEvent): void => {
    const over = event.target instanceof Element ? event.target.closest("svg [data-tip]") : null;
    if (over) card.show((over.getAttribute("data-tip") ?? "").split("\n"), event.clientX, event.clientY);
    else if (shown) card.hide();
    shown = over;
  };
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerdown", show);
  document.addEventListener("scroll", () => card.hide(), { passive: true, capture: true });
}
