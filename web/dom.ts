// Making and finding elements.

type Child = Node | string;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function button(text: string, onClick: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", onClick);
  return made;
}

export function swatch(color: string): HTMLElement {
  const made = element("span", { class: "swatch", "aria-hidden": "true" });
  made.style.backgroundColor = color;
  return made;
}

/** Puts an element into a box of its own that scrolls sideways where the element is wider than the page. */
export function scrollBox(content: Element): HTMLElement {
  const box = element("div", { class: "scroll" });
  content.replaceWith(box);
  box.append(content);
  return box;
}

/** The row of buttons of a figure or a table: below the one, above the other. */
export function toolbarOf(owner: HTMLElement): HTMLElement {
  const table = owner instanceof HTMLTableElement;
  const anchor = table ? owner.closest(".scroll") ?? owner : owner.lastElementChild;
  const beside = table ? anchor?.previousElementSibling : anchor;
  if (beside instanceof HTMLElement && beside.classList.contains("toolbar")) return beside;
  const bar = element("div", { class: "toolbar" });
  if (table) anchor?.before(bar);
  else owner.append(bar);
  return bar;
}
