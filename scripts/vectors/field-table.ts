// Makes docs/detail-fields.md: every field of the details, from the list in protocol/event/detail-fields.ts.
import { z } from "zod";
import { IDENTIFIER } from "../../protocol/base/text.ts";
import { Country } from "../../protocol/event/countries.ts";
import { COUNTRY_CODES } from "../../protocol/event/country-codes.ts";
import { DETAIL_FIELDS, type DetailField } from "../../protocol/event/detail-fields.ts";
import { ACTIONS } from "../../protocol/event/event.ts";

const INTRODUCTION = `# The fields of details

Made by \`npm run vectors\` from \`protocol/event/detail-fields.ts\`. The list is closed: a verifier refuses details with any other
name, with a field in another place, or with a value of another form. What each column says is in
[protocol.md](protocol.md#details).

`;

interface JsonSchema {
  type?: string;
  enum?: string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

function formOf(field: DetailField): string {
  if (field.type === Country) return "a country of the list below";
  const schema = z.toJSONSchema(field.type) as JsonSchema;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(" ");
  if (schema.type === "boolean") return "true or false";
  if (schema.type === "integer") return `integer, ${schema.minimum} to ${schema.maximum}`;
  if (schema.format === "date") return "a day of the calendar, YYYY-MM-DD";
  const lengths = `${schema.minLength} to ${schema.maxLength}`;
  if (schema.pattern === IDENTIFIER.source) return `identifier, ${lengths}`;
  if (schema.pattern) return `\`${schema.pattern.replaceAll("|", "\\|")}\``;
  return `text, ${lengths}`;
}

const everyAction = Object.keys(ACTIONS);
function occasionsOf({ on }: DetailField): string {
  const isEvery = everyAction.every((action) => (on as readonly string[]).includes(action));
  if (!isEvery) return on.join(", ");
  return on.includes("notice") ? "all, notice" : "all";
}

const COUNTRIES = `
## Countries

The alpha-2 codes of ISO 3166-1, and AA for pieces from several countries. Records, labels, packing lists and orders are read by
this one list.

\`${COUNTRY_CODES.join(" ")}\`
`;

/** The text of docs/detail-fields.md. */
export function makeFieldTable(): string {
  const rows = Object.entries<DetailField>(DETAIL_FIELDS).map(([name, field]) =>
    [
      `\`${name}\``,
      formOf(field),
      field.place,
      field.visibility,
      occasionsOf(field),
      field.about,
    ].join(" | "),
  );
  const head = "field | form | stands | seen by | in details of | what it says";
  return `${INTRODUCTION}| ${head} |\n|${" --- |".repeat(6)}\n${rows.map((row) => `| ${row} |`).join("\n")}\n${COUNTRIES}`;
}
