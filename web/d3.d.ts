// The parts of d3 (as packaged by Debian 12: d3-zoom 1.8, d3-selection 1.4, d3-quadtree 1.0) that the report uses.

declare module "d3-selection" {
  import { Transform } from "d3-zoom";
  interface Selected {
    call(target: (selected: Selected, ...values: never[]) => void, ...values: unknown[]): Selected;
    on(name: string, listener: (() => void) | null): Selected;
    transition(): Selected;
    duration(milliseconds: number): Selected;
  }
  export function select(element: Element): Selected;
  export const event: { transform: Transform };
}

declare module "d3-zoom" {
  export interface Transform {
    k: number;
    x: number;
    y: number;
    translate(x: number, y: number): Transform;
    scale(k: number): Transform;
  }
  export interface Zoom {
    (selected: unknown): void;
    transform(selected: unknown, transform: Transform): void;
    scaleBy(selected: unknown, factor: number): void;
    translateBy(selected: unknown, x: number, y: number): void;
    scaleExtent(extent: [number, number]): Zoom;
    translateExtent(extent: [[number, number], [number, number]]): Zoom;
    filter(wanted: () => boolean): Zoom;
    on(name: string, listener: () => void): Zoom;
  }
  export function zoom(): Zoom;
  export const zoomIdentity: Transform;
}

declare module "d3-quadtree" {
  export interface Quadtree {
    x(of: (item: number) => number): Quadtree;
    y(of: (item: number) => number): Quadtree;
    addAll(items: ArrayLike<number>): Quadtree;
    find(x: number, y: number, radius: number): number | undefined;
  }
  export function quadtree(): Quadtree;
}
