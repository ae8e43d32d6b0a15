// Helps benches with numbers: seconds since a moment, quantiles, and one row of a table.

/** Seconds since a moment of `performance.now()`. */
export const since = (start: number): number => (performance.now() - start) / 1000;

/** To two decimals. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The number that a share of them, 0 to 1, does not exceed. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** One row of a table: a label, then its cells to the right; numbers with their thousands set off. */
export function printRow(label: string, cells: readonly (string | number)[]): void {
  console.log(
    label.padEnd(70) + cells.map((cell) => cell.toLocaleString("en").padStart(15)).join(""),
  );
}
