// Reads the closed list of detail fields from the table in docs/detail-fields.md.
import { readFileSync } from "node:fs";
import { boolean, day, identifier, integer, matching, oneOf, text } from "./values.js";

const page = readFileSync(new URL("../../docs/detail-fields.md", import.meta.url), "utf8");

/** The countries, from their own section. */
const countries = /^## Countries\n[^`]*`([A-Z ]+)`/m.exec(page)[1].split(" ");

function checkOf(form) {
  if (form.startsWith("a country")) return oneOf(...countries);
  const ofText = /^text, (\d+) to (\d+)$/.exec(form);
  if (ofText) return text(Number(ofText[1]), Number(ofText[2]));
  const ofIdentifier = /^identifier, (\d+) to (\d+)$/.exec(form);
  if (ofIdentifier) return identifier(Number(ofIdentifier[1]), Number(ofIdentifier[2]));
  const ofInteger = /^integer, (-?\d+) to (\d+)$/.exec(form);
  if (ofInteger) return integer(Number(ofInteger[1]), Number(ofInteger[2]));
  if (form === "true or false") return boolean;
  if (form.startsWith("a day of the calendar")) return day;
  const quoted = [...form.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
  if (quoted.length === 0) throw new Error(`no known form: ${form}`);
  return quoted[0].startsWith("^") ? matching(new RegExp(quoted[0])) : oneOf(...quoted);
}

/** Name of each field, with a check of its values, where it may stand and who may see it. */
export const FIELDS = new Map(
  page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
      const [name, form, stands, seenBy] = cells.slice(1);
      return [name.replaceAll("`", ""), { check: checkOf(form), stands, seenBy }];
    }),
);

/** How date codes are written, by their format. */
export const DATE_CODES = {
  YYWW: /^(\d\d([0-4]\d|5[0-3])M?|N\/T|MIXED)$/,
  YYYYWW: /^(19|20)\d\d([0-4]\d|5[0-3])$/,
  YYMMDD: /^\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  YYYYMMDD: /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  "YYYY-MM": /^(19|20)\d\d-(0[1-9]|1[0-2])$/,
  "YYYY-MM-DD": /^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  other: /^/,
};
