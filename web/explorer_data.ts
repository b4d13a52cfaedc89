// What the program answers to the explorer's page.

import { Colour, ReportData } from "./data";

/** Low end, middle and high end of a state in the cells of a type. */
export type Range = [number, number, number];

export interface TypeFacts {
  type: string; // "T3"
  color: string;
  cells: number;
  confidence: number | null;
  support: number | null;
  markers: string[];
  ranges: Range[];
}

export interface TypeName {
  type: string;
  label: string; // its name, or that of the types it is merged with
  shown: string; // "T3 B cell"
  name: string; // given to this type; or empty
  note: string;
}

export interface Names {
  types: TypeName[];
  merges: { types: string[]; name: string }[];
  undo: boolean;
}

/** A fork of the tree: types are nodes 0 to T - 1, fork m is node T + m. */
export interface Fork {
  a: number;
  b: number;
  height: number | null;
  support: number | null;
}

export interface RunData {
  model: string;
  features: number;
  shownFeatures: number;
  states: number;
  noStates: string; // why none can be moved
  image: { width: number; height: number } | null;
  types: TypeFacts[];
  order: number[];
  forks: Fork[];
  names: Names;
}

export interface Packed<Directory> {
  directory: Directory;
  arrays: string;
}

export type PackedMap = Packed<ReportData>;
export type PackedColour = Packed<Colour>;

export interface CellData {
  name: string;
  place: number | null; // on the map
  type: string | null;
  states: number[];
  facts: [string, string][];
}

export interface Change {
  feature: string;
  value: number;
  other: number;
  inSd: number;
}

export interface ImageData8 {
  width: number;
  height: number;
  low: number;
  high: number;
  pixels: string; // base64, a byte each
}

export interface Decoded {
  features?: Change[];
  image?: ImageData8;
  otherImage?: ImageData8;
}
