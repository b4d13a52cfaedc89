// The shown cells: where they are, and which is nearest to a place.

import { quadtree, Quadtree } from "d3-quadtree";
import { fixedShuffle } from "./painter";

const PADDING = 18; // between the outermost cells and the rim of the map

/** How coordinates of the data become places on the map before any zoom: x * scale + left, top - y * scale. */
export interface Fit {
  scale: number;
  left: number;
  top: number;
}

interface Extent {
  low: number;
  high: number;
}

function extentOf(values: ArrayLike<number>): Extent {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return values.length ? { low, high } : { low: 0, high: 1 };
}

export class Points {
  readonly order: Uint32Array;
  private readonly extents: [Extent, Extent];
  private tree: Quadtree | null = null;

  constructor(
    readonly x: ArrayLike<number>,
    readonly y: ArrayLike<number>,
  ) {
    if (x.length !== y.length) throw new Error("the cells have not as many x as y");
    this.order = fixedShuffle(x.length);
    this.extents = [extentOf(x), extentOf(y)];
  }

  get count(): number {
    return this.x.length;
  }

  /** Width by height of the space the cells take. */
  get aspect(): number {
    const [x, y] = this.extents;
    return Math.max(1, x.high - x.low) / Math.max(1, y.high - y.low);
  }

  fit(width: number, height: number): Fit {
    const [x, y] = this.extents;
    const room = (length: number): number => Math.max(1, length - 2 * PADDING);
    const scale = Math.min(room(width) / Math.max(1, x.high - x.low), room(height) / Math.max(1, y.high - y.low));
    return {
      scale,
      left: width / 2 - ((x.low + x.high) / 2) * scale,
      top: height / 2 + ((y.low + y.high) / 2) * scale,
    };
  }

  /** The nearest cell, in coordinates of the data; the tree is made when first asked for. */
  nearest(x: number, y: number, radius: number): number | null {
    this.tree ??= quadtree()
      .x((cell) => this.x[cell])
      .y((cell) => this.y[cell])
      .addAll(this.order);
    return this.tree.find(x, y, radius) ?? null;
  }
}
