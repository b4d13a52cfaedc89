// Numbers as people read and write them.

const NUMBER = /^([<>≤≥])?\s*([-+]?(?:\d[\d,\u2009\u202f]*)?\.?\d*(?:e[-+]?\d+)?)\s*(?:%|±.*)?$/i;

export function grouped(count: number): string {
  return count.toLocaleString("en");
}

export function cells(count: number): string {
  return count === 1 ? "1 cell" : `${grouped(count)} cells`;
}

/** Three significant digits; powers of ten only where the plain number is long. */
export function rounded(value: number): string {
  const short = Number(value.toPrecision(3));
  const size = Math.abs(short);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return short.toExponential();
  return short.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** The number in a table's cell: "1,204", "12 %", "−0.3", "0.84 ± 0.02", "<1e-300"; null where it holds none. */
export function parseNumber(text: string): number | null {
  const match = NUMBER.exec(text.trim().replace(/\u2212/g, "-"));
  if (!match || !/\d/.test(match[2])) return null;
  const value = Number(match[2].replace(/[,\u2009\u202f]/g, ""));
  if (Number.isNaN(value)) return null;
  // A bound comes just before, or just after, the number itself.
  if (match[1] === "<") return value - Math.abs(value) * 1e-9;
  if (match[1] === ">") return value + Math.abs(value) * 1e-9;
  return value;
}

/** Whether a table's cell says that there is no value. */
export function isMissing(text: string): boolean {
  return /^(|–|—|-|na|n\/a|nan)$/i.test(text.trim());
}
