// Computes and prints numbers for the benches: seconds since a moment, quantiles, and table rows.

/** Seconds since a moment of `performance.now()`. */
export const since = (start: number): number => (performance.now() - start) / 1000;

/** Rounds to two decimals. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The number that a share (0 to 1) of the numbers does not exceed. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** Prints one row of a table: a label, then right-aligned cells. Numbers have their thousands separated. */
export function printRow(label: string, cells: readonly (string | number)[]): void {
  console.log(
    label.padEnd(70) + cells.map((cell) => cell.toLocaleString("en").padStart(15)).join(""),
  );
}
