// Reads the vectors of labels: one JSON value per line.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface LabelVector {
  about: string;
  input: string | string[];
  expected: Record<string, unknown>;
}

const folder = join(import.meta.dirname, "../vectors/labels");

/** Each file's vectors, by its path under test/vectors/labels/. */
export function labelVectors(): [file: string, vectors: LabelVector[]][] {
  return ["valid", "invalid"].flatMap((side) =>
    readdirSync(join(folder, side)).map((name): [string, LabelVector[]] => {
      const lines = readFileSync(join(folder, side, name), "utf8")
        .trimEnd()
        .split("\n");
      return [`${side}/${name}`, lines.map((line) => JSON.parse(line) as LabelVector)];
    }),
  );
}
