// Moving and enlarging the map: mouse, wheel, fingers, keys.

import { event, select } from "d3-selection";
import { Transform, zoom, zoomIdentity } from "d3-zoom";

const LARGEST = 40;
const STEP = 1.5;
const SHIFT = 60; // pixels that an arrow key moves the map
const MILLISECONDS = 200;

export class MapZoom {
  transform: Transform = zoomIdentity;
  private readonly behaviour = zoom().scaleExtent([1, LARGEST]);
  private readonly target;
  private size: [number, number] = [0, 0];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    changed: () => void,
  ) {
    this.target = select(canvas);
    this.behaviour.filter(() => this.isWanted(event as unknown as Event));
    this.behaviour.on("zoom", () => {
      this.transform = event.transform;
      this.letPageScroll();
      changed();
    });
    this.target.call(this.behaviour).on("dblclick.zoom", null);
    canvas.addEventListener("pointerdown", () => canvas.focus({ preventScroll: true }));
    canvas.addEventListener("dblclick", () => this.reset());
    canvas.addEventListener("keydown", (pressed) => this.onKey(pressed));
    this.letPageScroll();
  }

  /** Tells the size of the canvas; what was in its middle stays there. */
  resize(width: number, height: number): void {
    const { k, x, y } = this.transform;
    const [oldWidth, oldHeight] = this.size;
    this.size = [width, height];
    this.behaviour.translateExtent([[0, 0], this.size]);
    if (!oldWidth || !oldHeight) return;
    const moved = zoomIdentity.translate((x * width) / oldWidth, (y * height) / oldHeight).scale(k);
    this.target.call(this.behaviour.transform, moved);
  }

  enlarge(): void {
    this.slowly().call(this.behaviour.scaleBy, STEP);
  }

  reduce(): void {
    this.slowly().call(this.behaviour.scaleBy, 1 / STEP);
  }

  reset(): void {
    this.slowly().call(this.behaviour.transform, zoomIdentity);
  }

  /** The wheel scrolls the page until the map has the focus; so does one finger while the map is not enlarged. */
  private isWanted(begun: Event): boolean {
    if (begun instanceof WheelEvent) return begun.ctrlKey || document.activeElement === this.canvas;
    if ("touches" in begun) return (begun as TouchEvent).touches.length > 1 || this.transform.k > 1;
    return (begun as MouseEvent).button === 0 && !(begun as MouseEvent).ctrlKey;
  }

  private letPageScroll(): void {
    this.canvas.style.touchAction = this.transform.k > 1 ? "none" : "pan-y";
  }

  private slowly() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return still ? this.target : this.target.transition().duration(MILLISECONDS);
  }

  private onKey(pressed: KeyboardEvent): void {
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
    const step = SHIFT / this.transform.k;
    const moves: Record<string, () => void> = {
      "+": () => this.enlarge(),
      "=": () => this.enlarge(),
      "-": () => this.reduce(),
      "0": () => this.reset(),
      ArrowLeft: () => this.shift(step, 0),
      ArrowRight: () => this.shift(-step, 0),
      ArrowUp: () => this.shift(0, step),
      ArrowDown: () => this.shift(0, -step),
    };
    const move = moves[pressed.key];
    if (!move) return;
    pressed.preventDefault();
    move();
  }

  private shift(x: number, y: number): void {
    this.target.call(this.behaviour.translateBy, x, y);
  }
}
