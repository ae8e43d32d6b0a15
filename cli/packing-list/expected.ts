// What was ordered, as `scan` is told it: from a JSON file, from options, or from both.
import { readFile } from "node:fs/promises";
import { Expected } from "../../protocol/label/expected.ts";
import { EXIT, Problem } from "../output/outcome.ts";

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
 * What was ordered; single options go before the file.
 * @returns undefined where nothing is said
 * @throws Problem BAD_FILE, BAD_ARGUMENT naming the field at fault
 */
export async function readExpected(options: ExpectedOptions): Promise<Expected | undefined> {
  const file = options.expected === undefined ? {} : await readObject(options.expected);
  const single = Object.entries(FIELDS).flatMap(([option, field]) => {
    const text = options[option as keyof typeof FIELDS];
    return text === undefined ? [] : [[field, field === "quantity" ? Number(text) : text] as const];
  });
  const said = { ...file, ...Object.fromEntries(single) };
  if (Object.keys(said).length === 0) return undefined;
  const { data, error } = Expected.safeParse(said);
  const [issue] = error?.issues ?? [];
  if (issue)
    throw new Problem("BAD_ARGUMENT", `what is expected: ${issue.message}`, {
      ...{ field: issue.path.map(String).join(".") || "expected", exit: EXIT.usage },
    });
  return data;
}

async function readObject(file: string): Promise<object> {
  const bad = (why: string, cause?: unknown) =>
    new Problem("BAD_FILE", `${file}: ${why}`, { field: "expected", exit: EXIT.usage, cause });
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw bad("cannot be read", cause);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad("is no JSON", cause);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw bad("is no JSON object");
  return json;
}
