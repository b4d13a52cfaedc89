// What the program wrote into the page: report-data, and the arrays it refers to.

export interface Reference {
  offset: number; // bytes
  count: number; // elements; bytes of a text
  type: "uint8" | "uint16" | "text";
}

interface ColourBase {
  id: string;
  title: string;
  group: string;
  values: Reference;
}

export interface CategoryColour extends ColourBase {
  kind: "category";
  categories: string[];
  colors: string[];
}

export interface NumberColour extends ColourBase {
  kind: "number";
  low: number;
  high: number;
}

export type Colour = CategoryColour | NumberColour;

export interface MapData {
  title: string;
  shown: number;
  cells: number;
  x: Reference;
  y: Reference;
}

export interface ReportData {
  types: { name: string; color: string; cells: number }[];
  map: MapData | null;
  cells: Reference | null;
  colours: Colour[];
}

export const MISSING_NUMBER = 255;
const HIGHEST_NUMBER = 254;

export function readReportData(): ReportData {
  const text = document.getElementById("report-data")?.textContent ?? "";
  const parts = text.trim() ? (JSON.parse(text) as Partial<ReportData>) : {};
  return { types: [], map: null, cells: null, colours: [], ...parts };
}

/** The number that a byte stands for. */
export function decodeNumber(colour: NumberColour, byte: number): number {
  return colour.low + ((colour.high - colour.low) * byte) / HIGHEST_NUMBER;
}

/** The arrays behind the map, little endian, as every machine that runs a browser has them. */
export class Arrays {
  private constructor(private readonly buffer: ArrayBuffer) {}

  /** Those that stand in the page. */
  static async read(): Promise<Arrays> {
    const base64 = document.getElementById("report-arrays")?.textContent?.trim();
    if (!base64) throw new Error("the page holds no positions of cells");
    return Arrays.unpack(base64);
  }

  static async unpack(base64: string): Promise<Arrays> {
    if (typeof DecompressionStream === "undefined") throw new Error("this browser is too old");
    const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Arrays(await new Response(stream).arrayBuffer());
  }

  numbers(reference: Reference): Uint8Array | Uint16Array {
    if (reference.type === "uint8") return new Uint8Array(this.bytes(reference, 1));
    return new Uint16Array(this.bytes(reference, 2));
  }

  lines(reference: Reference): string[] {
    return new TextDecoder().decode(this.bytes(reference, 1)).split("\n");
  }

  private bytes(reference: Reference, size: number): ArrayBuffer {
    const end = reference.offset + reference.count * size;
    if (end > this.buffer.byteLength) throw new Error("the page's arrays are cut short");
    return this.buffer.slice(reference.offset, end);
  }
}
