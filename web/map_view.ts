// The canvas with the cells.

import { Colouring, isCategorical, Label } from "./colouring";
import { element } from "./dom";
import { drawLabels } from "./labels";
import { MapZoom } from "./map_zoom";
import { Painter } from "./painter";
import { Fit, Points } from "./points";

const REACH = 10; // how far from a cell the pointer may be, in pixels
const COVERED = 0.2; // share of the map that the cells' discs would cover side by side
const RADII: [number, number] = [0.9, 3.6];
const LARGEST_RADIUS = 7;
const LOWEST = 260;

/** The cell under the pointer, and where on the screen the pointer is. */
export interface Hover {
  cell: number;
  x: number;
  y: number;
}

export class MapView {
  readonly root: HTMLElement;
  readonly canvas = element("canvas", { tabindex: "0", role: "img" });
  readonly zoom: MapZoom;
  showNames = true;
  private readonly ring = element("div", { class: "ring", hidden: "" });
  private readonly pin = element("div", { class: "ring pin", hidden: "" });
  private pinned: number | null = null;
  private readonly painter = new Painter();
  private readonly context: CanvasRenderingContext2D;
  private colouring: Colouring | null = null;
  private bright: Uint8Array | null = null;
  private brightLabel: string | null = null;
  private waiting = false; // for the next frame

  constructor(
    private readonly points: Points,
    private readonly onHover: (hover: Hover | null) => void,
    onClick: (cell: number) => void = () => undefined,
  ) {
    const context = this.canvas.getContext("2d");
    if (!context) throw new Error("this browser draws no pictures");
    this.context = context;
    this.root = element("div", { class: "map-view" }, this.canvas, this.ring, this.pin);
    this.zoom = new MapZoom(this.canvas, () => {
      this.leave();
      this.redraw();
    });
    new ResizeObserver(() => this.resize()).observe(this.root);
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerdown", (event) => this.hover(event));
    this.canvas.addEventListener("click", (event) => {
      const cell = this.cellAt(event);
      if (cell !== null) onClick(cell);
    });
    // A finger leaves with every tap, and would take the card with it.
    this.canvas.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && this.leave());
  }

  show(colouring: Colouring): void {
    this.colouring = colouring;
    this.redraw();
  }

  /** Greys all cells but those marked 1 (null: none), and of the names leaves one. */
  highlight(bright: Uint8Array | null, label: string | null): void {
    this.bright = bright;
    this.brightLabel = label;
    this.redraw();
  }

  /** Keeps a ring around one cell (null: none). */
  pinCell(cell: number | null): void {
    this.pinned = cell;
    this.redraw();
  }

  redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  private get ratio(): number {
    return window.devicePixelRatio || 1;
  }

  private get size(): [number, number] {
    return [this.canvas.width / this.ratio, this.canvas.height / this.ratio];
  }

  private resize(): void {
    const width = Math.floor(this.root.clientWidth);
    if (!width) return;
    const highest = Math.max(LOWEST, Math.min(620, width));
    const height = Math.round(Math.min(highest, Math.max(LOWEST, width / this.points.aspect)));
    this.canvas.style.height = `${height}px`;
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    this.zoom.resize(width, height);
    this.draw();
  }

  /** From coordinates of the data to pixels of CSS, with the zoom. */
  private get fit(): Fit {
    const { scale, left, top } = this.points.fit(...this.size);
    const { k, x, y } = this.zoom.transform;
    return { scale: scale * k, left: left * k + x, top: top * k + y };
  }

  private get radius(): number {
    const [width, height] = this.size;
    const fair = Math.sqrt((COVERED * width * height) / (Math.PI * Math.max(1, this.points.count)));
    const base = Math.min(Math.max(fair, RADII[0]), RADII[1]);
    return Math.min(LARGEST_RADIUS, base * Math.sqrt(this.zoom.transform.k));
  }

  private draw(): void {
    if (!this.colouring || !this.canvas.width) return;
    const { scale, left, top } = this.fit;
    const { x, y, order } = this.points;
    const view = { scale: scale * this.ratio, left: left * this.ratio, top: top * this.ratio, radius: this.radius * this.ratio };
    this.painter.paint(this.context, { x, y, order, pixels: this.colouring.pixels, bright: this.bright }, view);
    const place = (label: Label): [number, number] => [label.x * view.scale + view.left, view.top - label.y * view.scale];
    drawLabels(this.context, this.labels(), place, this.ratio);
    this.pin.hidden = this.pinned === null;
    if (this.pinned !== null) this.encircle(this.pin, this.pinned);
  }

  private encircle(ring: HTMLElement, cell: number): void {
    const { scale, left, top } = this.fit;
    ring.style.left = `${this.points.x[cell] * scale + left}px`;
    ring.style.top = `${top - this.points.y[cell] * scale}px`;
  }

  /** The cell at a place of the screen, where one is near. */
  private cellAt(event: MouseEvent): number | null {
    const box = this.canvas.getBoundingClientRect();
    const { scale, left, top } = this.fit;
    const x = (event.clientX - box.left - left) / scale;
    const y = (top - (event.clientY - box.top)) / scale;
    return this.points.nearest(x, y, REACH / scale);
  }

  private labels(): Label[] {
    if (!this.showNames || !this.colouring || !isCategorical(this.colouring)) return [];
    const { labels } = this.colouring;
    return this.bright ? labels.filter(({ text }) => text === this.brightLabel) : labels;
  }

  private hover(event: PointerEvent): void {
    const dragged = event.buttons !== 0 && event.type === "pointermove";
    const cell = dragged ? null : this.cellAt(event);
    if (cell === null) {
      this.leave();
      return;
    }
    this.ring.hidden = false;
    this.encircle(this.ring, cell);
    this.onHover({ cell, x: event.clientX, y: event.clientY });
  }

  private leave(): void {
    this.ring.hidden = true;
    this.onHover(null);
  }
}
