// Writes the sample data of sample/ from one story and a fixed seed: the same files each time.
import { writeFileSync } from "node:fs";
import { Story } from "../sample/story.ts";
import { PACKING_LIST_COLUMNS, type PackingListRow, takePen } from "./sample-pen.ts";
import { CERTIFICATE } from "./sample-rules-facts.ts";
import { PARTIES, tellStory } from "./sample-story.ts";

const SEED = 20261116;
const LINE_WIDTH = 120;

/** JSON for people: what fits a line stands on one, and so do the items of a list, however long, but for steps. */
function toText(value: unknown, indent = ""): string {
  const flat = flatText(value);
  if (typeof value !== "object" || value === null || indent.length + flat.length <= LINE_WIDTH)
    return flat;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => `${inner}${flatText(item)}`)
    : Object.entries(value).map(
        ([name, item]) => `${inner}${JSON.stringify(name)}: ${toText(item, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

function flatText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${flatText(item)}`,
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

/** CSV as of RFC 4180, with line feeds. */
function toCsv(rows: PackingListRow[]): string {
  const quoted = (cell: string | number) =>
    /[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell;
  const lines = rows.map((row) => PACKING_LIST_COLUMNS.map((name) => quoted(row[name])).join(","));
  return `${[PACKING_LIST_COLUMNS.join(","), ...lines].join("\n")}\n`;
}

/** Every file of sample/ that is made here: its name and its text. */
export function makeSample(): Record<string, string> {
  const pen = takePen(SEED);
  const { firstList, newStock } = tellStory(pen);
  const steps = pen.stepsByTime();
  Story.parse({ parties: PARTIES, steps });
  const list = (lines: string[]) => `[\n${lines.map((line) => `  ${line}`).join(",\n")}\n]\n`;
  return {
    "parties.json": list(PARTIES.map(flatText)),
    "story.json": list(steps.map((step) => toText(step, "  "))),
    "highlights.json": list(pen.highlights.map(flatText)),
    "packing-list-pellworth.csv": toCsv(firstList),
    "packing-list-new-stock.csv": toCsv(newStock),
    [CERTIFICATE.name]: CERTIFICATE.text,
  };
}

if (import.meta.main)
  for (const [name, text] of Object.entries(makeSample()))
    writeFileSync(new URL(`sample/${name}`, import.meta.url), text);
