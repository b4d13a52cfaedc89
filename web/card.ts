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

/** The titles of shapes become tips of the card: a browser would show them a second later, and plainer. */
function takeTitles(): void {
  for (const title of document.querySelectorAll("figure svg > :not(title) > title")) {
    title.parentElement?.setAttribute("data-tip", title.textContent ?? "");
    title.remove();
  }
}

/** Elements of figures with a title or data-tip show it in the card. */
export function showTips(card: Card): void {
  takeTitles();
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
