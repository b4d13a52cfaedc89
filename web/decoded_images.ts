// Two decoded images side by side, and how they differ.

import { element } from "./dom";
import { ImageData8 } from "./explorer_data";

type Paint = (place: number) => [number, number, number];

function bytesOf({ pixels }: ImageData8): Uint8Array {
  return Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
}

function draw(canvas: HTMLCanvasElement, { width, height }: ImageData8, paint: Paint): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  const picture = context.createImageData(width, height);
  for (let place = 0; place < width * height; place++) picture.data.set([...paint(place), 255], 4 * place);
  context.putImageData(picture, 0, 0);
}

/** White where equal, red where the first is brighter, blue where it is darker. */
function difference(one: number, other: number): [number, number, number] {
  const share = (one - other) / 255;
  const pale = Math.round(255 * (1 - Math.abs(share)));
  return share > 0 ? [255, pale, pale] : [pale, pale, 255];
}

export class DecodedImages {
  readonly root = element("div", { class: "images" });
  private readonly captions: HTMLElement[] = [];
  private readonly canvases = [0, 1, 2].map(() => element("canvas", { role: "img" }));

  constructor() {
    for (const canvas of this.canvases) {
      const caption = element("figcaption");
      this.captions.push(caption);
      this.root.append(element("figure", {}, canvas, caption));
    }
  }

  show(image: ImageData8, otherImage: ImageData8, one: string, other: string): void {
    const [bytes, others] = [bytesOf(image), bytesOf(otherImage)];
    const grey = (values: Uint8Array): Paint => (place) => [values[place], values[place], values[place]];
    draw(this.canvases[0], image, grey(bytes));
    draw(this.canvases[1], otherImage, grey(others));
    draw(this.canvases[2], image, (place) => difference(bytes[place], others[place]));
    [one, other, "Difference (red: brighter, blue: darker)"].forEach((words, i) => {
      this.captions[i].textContent = words;
      this.canvases[i].setAttribute("aria-label", `Decoded image: ${words}`);
    });
  }
}
