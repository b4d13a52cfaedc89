// The one category, mostly a type, whose cells are highlighted everywhere.

export const TYPE_COLOUR = "type";

export interface Chosen {
  colour: string;
  category: string;
}

export class Selection {
  private chosen: Chosen | null = null;
  private readonly listeners: ((chosen: Chosen | null) => void)[] = [];

  get current(): Chosen | null {
    return this.chosen;
  }

  get type(): string | null {
    return this.chosen?.colour === TYPE_COLOUR ? this.chosen.category : null;
  }

  holds(colour: string, category: string): boolean {
    return this.chosen?.colour === colour && this.chosen.category === category;
  }

  choose(colour: string, category: string): void {
    if (!this.holds(colour, category)) this.set({ colour, category });
  }

  toggle(colour: string, category: string): void {
    this.set(this.holds(colour, category) ? null : { colour, category });
  }

  clear(): void {
    if (this.chosen) this.set(null);
  }

  onChange(listener: (chosen: Chosen | null) => void): void {
    this.listeners.push(listener);
  }

  private set(chosen: Chosen | null): void {
    this.chosen = chosen;
    for (const listener of this.listeners) listener(chosen);
  }
}

/** Escape clears the selection, but not while it has a search field to empty. */
export function clearOnEscape(selection: Selection): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (event.target instanceof HTMLInputElement && event.target.value && event.target.type !== "checkbox") return;
    selection.clear();
  });
}
