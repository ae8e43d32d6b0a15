// Reads names that a person pastes: of lots, one in each line.

/** The names in a pasted list: the first cell of each line, each once. */
export function pastedNames(text: string): string[] {
  const names = text.split(/\r?\n/).map((line) =>
    line
      .split(/[,;\t]/, 1)[0]!
      .trim()
      .replace(/^"(.*)"$/, "$1"),
  );
  return [...new Set(names.filter((name) => name !== ""))];
}
