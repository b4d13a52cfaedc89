// What the points can be coloured by: one of the report's colours with its values read.

import { MISSING_COLOR, pixel, scalePixel } from "./color";
import { Arrays, CategoryColour, Colour, decodeNumber, MISSING_NUMBER, NumberColour } from "./data";
import { rounded } from "./numbers";
import { Points } from "./points";

/** The name of a category and the middle of its cells, in coordinates of the data. */
export interface Label {
  text: string;
  cells: number;
  x: number;
  y: number;
}

interface Reading {
  values: Uint8Array | Uint16Array;
  /** The value of a cell in words. */
  text(cell: number): string;
  pixels: Uint32Array;
  missing: number;
}

export interface CategoryColouring extends Reading {
  colour: CategoryColour;
  counts: number[];
  labels: Label[];
}

export interface NumberColouring extends Reading {
  colour: NumberColour;
}

export type Colouring = CategoryColouring | NumberColouring;

const NO_VALUE = "no value";

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length / 2)];
}

function labelsOf(colour: CategoryColour, values: ArrayLike<number>, points: Points): Label[] {
  const members: number[][] = colour.categories.map(() => []);
  for (let cell = 0; cell < values.length; cell++) members[values[cell]]?.push(cell);
  const labels = members.map((cells, i) => ({
    text: colour.categories[i],
    cells: cells.length,
    x: cells.length ? median(cells.map((cell) => points.x[cell])) : 0,
    y: cells.length ? median(cells.map((cell) => points.y[cell])) : 0,
  }));
  return labels.filter((label) => label.cells > 0).sort((a, b) => b.cells - a.cells);
}

/** An index beyond the categories, as 65535 is, means that a cell has none. */
function readCategories(colour: CategoryColour, values: Uint8Array | Uint16Array, points: Points): CategoryColouring {
  const palette = colour.colors.map(pixel);
  const counts = colour.categories.map(() => 0);
  let missing = 0;
  for (const value of values) {
    if (value in counts) counts[value]++;
    else missing++;
  }
  const missingPixel = pixel(MISSING_COLOR);
  const pixels = Uint32Array.from(values, (value) => palette[value] ?? missingPixel);
  const text = (cell: number): string => colour.categories[values[cell]] ?? NO_VALUE;
  return { colour, values, text, pixels, missing, counts, labels: labelsOf(colour, values, points) };
}

function readNumbers(colour: NumberColour, values: Uint8Array | Uint16Array): NumberColouring {
  const palette = Uint32Array.from({ length: 256 }, (_, byte) => scalePixel(byte / (MISSING_NUMBER - 1)));
  palette[MISSING_NUMBER] = pixel(MISSING_COLOR);
  const pixels = Uint32Array.from(values, (value) => palette[value]);
  let missing = 0;
  for (const value of values) missing += Number(value === MISSING_NUMBER);
  const text = (cell: number): string =>
    values[cell] === MISSING_NUMBER ? NO_VALUE : rounded(decodeNumber(colour, values[cell]));
  return { colour, values, text, pixels, missing };
}

export function readColouring(colour: Colour, arrays: Arrays, points: Points): Colouring {
  const values = arrays.numbers(colour.values);
  if (values.length !== points.count) throw new Error(`${colour.title} has not one value for each cell`);
  return colour.kind === "category" ? readCategories(colour, values, points) : readNumbers(colour, values);
}

export function isCategorical(colouring: Colouring): colouring is CategoryColouring {
  return colouring.colour.kind === "category";
}
