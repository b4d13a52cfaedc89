// Colours as 32-bit pixels (alpha, blue, green, red), and the scale of numbers.

// Viridis (van der Walt and Smith, 2015) at equal steps.
const VIRIDIS = [
  ...["#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c"],
  ...["#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725"],
];

export const MISSING_COLOR = "#cfcfcf";
export const DIMMED_COLOR = "#e4e4e4";
export const SCALE_GRADIENT = `linear-gradient(to right, ${VIRIDIS.join(", ")})`;

function channels(color: string): [number, number, number] {
  const value = parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function pack(red: number, green: number, blue: number): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** A pixel from "#rrggbb". */
export function pixel(color: string): number {
  return pack(...channels(color));
}

/** The pixel of a share from 0 to 1 of the scale. */
export function scalePixel(share: number): number {
  const place = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const left = Math.min(Math.floor(place), VIRIDIS.length - 2);
  const from = channels(VIRIDIS[left]);
  const to = channels(VIRIDIS[left + 1]);
  const [red, green, blue] = from.map((value, i) => Math.round(value + (to[i] - value) * (place - left)));
  return pack(red, green, blue);
}
