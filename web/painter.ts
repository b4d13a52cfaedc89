// Draws many cells as small discs, pixel by pixel: a canvas takes a hundred times longer for a hundred thousand arcs.

import { DIMMED_COLOR, pixel } from "./color";

const WHITE = 0xffffffff;
const DIMMED = pixel(DIMMED_COLOR);

/** From coordinates of the data to pixels of the device: x * scale + left, top - y * scale. */
export interface View {
  scale: number;
  left: number;
  top: number;
  radius: number;
}

export interface Scene {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  order: Uint32Array;
  pixels: Uint32Array;
  bright: Uint8Array | null; // 1 for highlighted cells; null: all alike
}

/** The pixels of a disc as offsets into an image: those it covers, and those it covers in part (of 256). */
interface Disc {
  full: number[];
  edge: number[];
  share: number[];
}

const SUBPIXELS = 4;

/** The covered share of the pixel at (x, y) from the centre, of 256. */
function coverage(x: number, y: number, radius: number): number {
  let inside = 0;
  for (let i = 0; i < SUBPIXELS * SUBPIXELS; i++) {
    const dx = x + ((i % SUBPIXELS) + 0.5) / SUBPIXELS - 0.5;
    const dy = y + (Math.floor(i / SUBPIXELS) + 0.5) / SUBPIXELS - 0.5;
    if (dx * dx + dy * dy <= radius * radius) inside++;
  }
  return (inside * 256) / (SUBPIXELS * SUBPIXELS);
}

function makeDisc(radius: number, reach: number, stride: number): Disc {
  const disc: Disc = { full: [], edge: [], share: [] };
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const share = coverage(x, y, radius);
      if (share === 256) disc.full.push(y * stride + x);
      else if (share > 0) {
        disc.edge.push(y * stride + x);
        disc.share.push(share);
      }
    }
  }
  return disc;
}

/** Mixes two pixels; share is the weight of the second, of 256. Red and blue are mixed in one go. */
function mix(below: number, above: number, share: number): number {
  const rest = 256 - share;
  const redBlue = (((below & 0xff00ff) * rest + (above & 0xff00ff) * share) >>> 8) & 0xff00ff;
  const green = (((below & 0xff00) * rest + (above & 0xff00) * share) >>> 8) & 0xff00;
  return (0xff000000 | redBlue | green) >>> 0;
}

export class Painter {
  private image: ImageData | null = null;

  /** The image is wider than the canvas by a margin in which discs at the rim may end. */
  private bufferFor(width: number, height: number): { image: ImageData; buffer: Uint32Array } {
    if (this.image?.width !== width || this.image.height !== height) this.image = new ImageData(width, height);
    const buffer = new Uint32Array(this.image.data.buffer);
    buffer.fill(WHITE);
    return { image: this.image, buffer };
  }

  paint(context: CanvasRenderingContext2D, scene: Scene, view: View): void {
    const { width, height } = context.canvas;
    const reach = Math.ceil(view.radius);
    const margin = 2 * reach + 1;
    const stride = width + 2 * margin;
    const { image, buffer } = this.bufferFor(stride, height + 2 * margin);
    const disc = makeDisc(view.radius, reach, stride);

    const stampAll = (wanted: number | null, dimmed: boolean): void => {
      for (const cell of scene.order) {
        if (wanted !== null && scene.bright && scene.bright[cell] !== wanted) continue;
        const x = Math.round(scene.x[cell] * view.scale + view.left);
        const y = Math.round(view.top - scene.y[cell] * view.scale);
        if (x < -reach || y < -reach || x >= width + reach || y >= height + reach) continue;
        stamp(buffer, (y + margin) * stride + x + margin, disc, dimmed ? DIMMED : scene.pixels[cell]);
      }
    };
    if (scene.bright) {
      stampAll(0, true);
      stampAll(1, false);
    } else {
      stampAll(null, false);
    }
    context.putImageData(image, -margin, -margin);
  }
}

function stamp(buffer: Uint32Array, at: number, disc: Disc, color: number): void {
  for (const offset of disc.full) buffer[at + offset] = color;
  for (let i = 0; i < disc.edge.length; i++) {
    const place = at + disc.edge[i];
    buffer[place] = mix(buffer[place], color, disc.share[i]);
  }
}

/** The same shuffle of 0 ... count-1 every time, so that no type hides another and nothing flickers. */
export function fixedShuffle(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let state = 1;
  for (let i = count - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 4294967296) * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
