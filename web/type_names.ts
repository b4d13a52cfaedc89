// The names of the types as the run keeps them; changes go there and come back.

import { Api } from "./api";
import { Names, TypeName } from "./explorer_data";

export class TypeNames {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly api: Api,
    private names: Names,
  ) {}

  get types(): TypeName[] {
    return this.names.types;
  }

  get merges(): Names["merges"] {
    return this.names.merges;
  }

  get canUndo(): boolean {
    return this.names.undo;
  }

  /** Whether a type has a name or is merged. */
  get named(): boolean {
    return this.types.some(({ type, label }) => type !== label);
  }

  shown(place: number): string {
    return this.types[place].shown;
  }

  placeOfShown(shown: string): number {
    return this.types.findIndex((one) => one.shown === shown);
  }

  /** Types under the same name by a merge, this one among them. */
  mergedWith(type: string): string[] {
    let group = new Set([type]);
    for (let grown = true; grown; ) {
      grown = false;
      for (const { types } of this.merges) {
        if (!types.some((one) => group.has(one)) || types.every((one) => group.has(one))) continue;
        group = new Set([...group, ...types]);
        grown = true;
      }
    }
    return this.types.map((one) => one.type).filter((one) => group.has(one));
  }

  /** The name that was given to all that a type is merged with, else to itself; empty without one. */
  given(place: number): string {
    const { type, name } = this.types[place];
    const group = this.mergedWith(type);
    const merges = this.merges.filter((merge) => group.includes(merge.types[0]) && merge.name);
    return merges[merges.length - 1]?.name ?? name;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Without a name the names stay as they are. */
  rename(type: string, name: string | undefined, note: string): Promise<void> {
    return this.change("/api/rename", { type, name, note });
  }

  merge(types: string[], name: string): Promise<void> {
    return this.change("/api/merge", { types, name });
  }

  /** Takes the latest merge back. */
  unmerge(): Promise<void> {
    return this.change("/api/unmerge", {});
  }

  /** Takes the latest change on this page back. */
  undo(): Promise<void> {
    return this.change("/api/undo", {});
  }

  private async change(path: string, sent: unknown): Promise<void> {
    this.names = await this.api.post<Names>(path, sent);
    this.listeners.forEach((listener) => listener());
  }
}
