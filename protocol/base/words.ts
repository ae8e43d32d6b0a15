// Says what a field must be, in our words: the schema library's own never reach a person.
import { z } from "zod";

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];
type Path = readonly PropertyKey[];

const TYPES: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const FORMATS: Record<string, string> = {
  date: "must be a day, such as 2026-09-08",
  datetime: "must be a time, such as 2026-09-08T07:36:00Z",
  url: "must be a URL",
};

const UNITS: Record<string, string> = {
  string: "characters",
  array: "items",
  set: "items",
  map: "members",
};

/** What a value must be, as the end of a sentence that begins with its name. A schema with words of its own keeps them. */
function predicateOf(issue: RawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is missing"
        : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(", ")}`;
    case "too_big":
      return `must ${sizeOf(issue.origin, "most", issue.maximum)}`;
    case "too_small":
      return issue.origin in UNITS && Number(issue.minimum) === 1
        ? "must not be empty"
        : `must ${sizeOf(issue.origin, "least", issue.minimum)}`;
    case "invalid_format":
      return FORMATS[issue.format] ?? "does not have the form that it must have";
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `is not a field here${fieldsOf(issue.inst)}`;
    case "invalid_union":
      return "does not have any of the forms that it may have";
    default:
      return "is not valid";
  }
}

function sizeOf(origin: string, side: "most" | "least", bound: unknown): string {
  const unit = UNITS[origin];
  return unit === undefined
    ? `be at ${side} ${String(bound)}`
    : `have at ${side} ${String(bound)} ${unit}`;
}

/** The names of an object's fields. */
function fieldsOf(schema: unknown): string {
  if (!(schema instanceof z.ZodObject)) return "";
  const names = Object.keys(schema.shape);
  return names.length === 0 ? ": there are none" : `. The fields are ${names.join(", ")}`;
}

z.config({ customError: predicateOf });

/** The field that a schema's issue is about, and what is wrong with it, as a sentence. */
export interface FieldFault {
  /** The dotted path; undefined if the issue is about the whole value. */
  field: string | undefined;
  sentence: string;
}

/** Words the issue of a schema. In a union, the alternative that got furthest decides. */
export function faultOf(issue: z.core.$ZodIssue): FieldFault {
  const { path, message } = deepest(issue);
  const field = path.map(String).join(".") || undefined;
  return { field, sentence: sentenceAbout(field ?? "The value", message) };
}

/** A sentence about a thing, from what is wrong with it: a whole sentence, or its end. */
export function sentenceAbout(name: string, words: string): string {
  const begun = /^(must|is|has|does|needs|opens|cannot)\b/.test(words) ? `${name} ${words}` : words;
  const whole = begun === words ? words.charAt(0).toUpperCase() + words.slice(1) : begun;
  return /[.!?:]$/.test(whole) ? whole : `${whole}.`;
}

function deepest(issue: z.core.$ZodIssue): { path: Path; message: string } {
  if (issue.code === "unrecognized_keys")
    return { path: [...issue.path, ...issue.keys.slice(0, 1)], message: issue.message };
  if (issue.code !== "invalid_union") return issue;
  const within = issue.errors.flatMap(([first]) => (first ? [deepest(first)] : []));
  const [furthest] = within.sort((a, b) => b.path.length - a.path.length);
  if (furthest === undefined || furthest.path.length === 0) return issue;
  return { path: [...issue.path, ...furthest.path], message: furthest.message };
}
