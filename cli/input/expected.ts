// Reads what was ordered, for `scan`: from a JSON file, from options, or from both.
import { faultOf } from "../../protocol/base/words.ts";
import { Expected } from "../../protocol/label/expected.ts";
import { usageProblem } from "../output/outcome.ts";
import { readJsonFile } from "./files.ts";

export interface ExpectedOptions {
  /** A JSON file. */
  expected?: string;
  expectedManufacturer?: string;
  expectedMpn?: string;
  expectedLot?: string;
  expectedDateCode?: string;
  expectedQuantity?: string;
  expectedCountry?: string;
}

const FIELDS = {
  expectedManufacturer: "manufacturer",
  expectedMpn: "mpn",
  expectedLot: "makerLot",
  expectedDateCode: "dateCode",
  expectedQuantity: "quantity",
  expectedCountry: "countryOfOrigin",
} as const satisfies Record<string, keyof Expected>;

/**
 * Reads what was ordered. A single option overrides the file.
 * @returns undefined where neither is given
 * @throws Problem CANNOT_READ, BAD_FILE; BAD_ARGUMENT naming the field at fault
 */
export async function readExpected(options: ExpectedOptions): Promise<Expected | undefined> {
  const file = options.expected === undefined ? {} : await readObject(options.expected);
  const single = Object.entries(FIELDS).flatMap(([option, field]) => {
    const text = options[option as keyof typeof FIELDS];
    if (text === undefined) return [];
    // Only digits: 2.500 is 2,500 in half of Europe.
    const value = field === "quantity" && /^\d{1,16}$/.test(text) ? Number(text) : text;
    return [[field, value] as const];
  });
  const expected = { ...file, ...Object.fromEntries(single) };
  if (Object.keys(expected).length === 0) return undefined;
  const { data, error } = Expected.safeParse(expected);
  const [issue] = error?.issues ?? [];
  if (!issue) return data;
  const { field = "--expected", sentence } = faultOf(issue);
  throw usageProblem("BAD_ARGUMENT", `In what is expected: ${sentence}`, field);
}

async function readObject(file: string): Promise<object> {
  const json = await readJsonFile(file, "--expected");
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw usageProblem("BAD_FILE", `The file ${file} is not a JSON object.`, "--expected");
}
