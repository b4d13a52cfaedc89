// Names of categories, written at the middle of their cells.

import { Label } from "./colouring";

const MOST_LABELS = 60;
const LONGEST = 28;
const SIZE = 13; // pixels of CSS

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** Draws the labels, those of many cells first, and leaves out what would lie on another. */
export function drawLabels(
  context: CanvasRenderingContext2D,
  labels: Label[],
  place: (label: Label) => [number, number],
  ratio: number,
): void {
  if (labels.length > MOST_LABELS) return;
  context.font = `600 ${SIZE * ratio}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4 * ratio;
  context.strokeStyle = "rgba(255, 255, 255, 0.9)";
  context.fillStyle = "#1b1f24";
  const drawn: Box[] = [];
  for (const label of labels) {
    const text = shortened(label.text);
    const [x, y] = place(label);
    const half = context.measureText(text).width / 2;
    const box = { left: x - half, top: y - SIZE * ratio * 0.6, right: x + half, bottom: y + SIZE * ratio * 0.6 };
    if (drawn.some((other) => overlap(box, other))) continue;
    drawn.push(box);
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}
