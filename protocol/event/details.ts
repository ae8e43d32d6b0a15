// Defines details: the off-chain facts that an event or a notice commits to, field by field. Checks that they belong to it.
import { z } from "zod";
import {
  CORRECTABLE,
  DATE_CODE_FORMATS,
  DATE_FIELDS,
  DETAIL_FIELDS,
  ENTRY_NAMES,
  SHARED_NAMES,
  type DetailField,
  type DetailName,
  type EntryName,
  type Occasion,
  type SharedName,
  type Visibility,
} from "./detail-fields.ts";
import { type CustodyEvent, actionName } from "./event.ts";
import { ProtocolError } from "../base/errors.ts";
import { MAX_DETAIL_FIELDS, MAX_ENTRIES } from "../base/limits.ts";
import { issuerOf, lotId } from "./lot.ts";
import { type Notice, NOTICE_KINDS } from "./notice.ts";
import type { Restrictions } from "./restrict.ts";
import { ZERO_HASH } from "../base/values.ts";

/** What a field may hold. */
export type Scalar = string | number | boolean;

type FieldTypes = typeof DETAIL_FIELDS;
function fields<N extends DetailName>(names: readonly N[]) {
  const shape = Object.fromEntries(
    names.map((name) => [name, DETAIL_FIELDS[name].type.exactOptional()]),
  );
  return shape as { [K in N]: z.ZodExactOptional<FieldTypes[K]["type"]> };
}

interface DateCodes {
  dateCode?: string;
  dateCodeNewest?: string;
  dateCodeFormat?: keyof typeof DATE_CODE_FORMATS;
}

/** Whether date codes have the form of their format. */
function dateCodesFit({ dateCode, dateCodeNewest, dateCodeFormat = "YYWW" }: DateCodes): boolean {
  const form = DATE_CODE_FORMATS[dateCodeFormat];
  return [dateCode, dateCodeNewest].every((code) => code === undefined || form.test(code));
}

const EntryDetails = z.strictObject(fields(ENTRY_NAMES));
export type EntryDetails = z.infer<typeof EntryDetails>;

/**
 * The facts: shared ones beside `entries`, and one object per entry, in the order of the event's entries. If an entry lacks
 * a field, the shared field of that name holds for it.
 */
export const Details = z
  .strictObject({
    ...fields(SHARED_NAMES),
    entries: z.array(EntryDetails).max(MAX_ENTRIES).exactOptional(),
  })
  .superRefine(({ entries = [], ...shared }, issue) => {
    const refuse = (path: (string | number)[]) =>
      issue.addIssue({
        code: "custom",
        path,
        message: "the date code does not match its format (dateCodeFormat, or YYWW without it)",
      });
    if (!dateCodesFit(shared)) refuse(["dateCode"]);
    entries.forEach((entry, i) => {
      if (!dateCodesFit({ ...shared, ...entry })) refuse(["entries", i, "dateCode"]);
    });
  });
export type Details = z.infer<typeof Details>;

/** The path of a field: `["carrier"]`, or `["entries", 3, "mpn"]` with the index of the event's entry. */
export const DetailPath = z.union([
  z.tuple([z.enum(SHARED_NAMES as [SharedName, ...SharedName[]])]),
  z.tuple([
    z.literal("entries"),
    z
      .int()
      .min(0)
      .max(MAX_ENTRIES - 1),
    z.enum(ENTRY_NAMES as [EntryName, ...EntryName[]]),
  ]),
]);
export type DetailPath = z.infer<typeof DetailPath>;

/** The name of the field that a path leads to. */
export function detailName(path: DetailPath): DetailName {
  return path.length === 1 ? path[0] : path[2];
}

/**
 * Who may see the field that a path leads to.
 * @param restricted the fields that the event's author restricts
 */
export function visibilityOf(path: DetailPath, restricted: Restrictions = {}): Visibility {
  const name = detailName(path);
  return restricted[name] ?? DETAIL_FIELDS[name].visibility;
}

/** The value of a field for one entry: the entry's own, or else the shared one. */
export function entryDetail<N extends EntryName>(
  details: Details,
  index: number,
  name: N,
): EntryDetails[N] | undefined {
  const own = details.entries?.[index]?.[name];
  return own ?? (details as EntryDetails)[name];
}

/**
 * Checks details against the event that commits to them, which the schema cannot. The fields must belong to the action; there
 * must be no more entries than in the event; every new lot must have the lot number that its id was made from.
 * @throws ProtocolError BAD_FIELD, BAD_PATH (an entry that the event does not have)
 */
export function checkDetails(event: CustodyEvent, details: Details): void {
  if ((details.entries?.length ?? 0) > event.entries.length)
    throw new ProtocolError("BAD_PATH", "the details have more entries than the event", {
      field: "entries",
    });
  checkOccasion(details, actionName(event.action));
  event.entries.forEach(({ lot, previous }, i) => {
    const lotNumber = details.entries?.[i]?.lotNumber;
    const field = `entries.${i}.lotNumber`;
    if (lotNumber === undefined) {
      if (previous === ZERO_HASH)
        throw new ProtocolError("BAD_FIELD", "a new lot needs its lot number", { field });
    } else if (lotId(issuerOf(lot), lotNumber) !== lot) {
      throw new ProtocolError("BAD_FIELD", "the lot number does not match the lot's id", {
        field,
      });
    }
  });
}

/**
 * Checks that details have only fields of a notice, and no entries, which the schema cannot. A correction states at least one
 * fact anew, and why.
 * @throws ProtocolError BAD_FIELD, BAD_PATH
 */
export function checkNoticeDetails(details: Details, kind: Notice["kind"]): void {
  if (details.entries !== undefined)
    throw new ProtocolError("BAD_PATH", "a notice cannot have entries", { field: "entries" });
  if (kind !== NOTICE_KINDS.correction) return checkOccasion(details, "notice");
  checkOccasion(details, "correction");
  const stated = (name: DetailName) => (details as EntryDetails)[name as EntryName] !== undefined;
  const refuse = (message: string, field: string) => {
    throw new ProtocolError("BAD_FIELD", message, { field });
  };
  if (!CORRECTABLE.some(stated)) refuse("a correction states at least one fact anew", "");
  if (DATE_FIELDS.some(stated) && !stated("dateCode"))
    refuse("the date code, its newest and its format are corrected together", "dateCode");
  if (!stated("reason")) refuse("a correction needs its reason", "reason");
}

function checkOccasion(details: Details, occasion: Occasion | undefined): void {
  for (const { path } of pathsAndValues(details)) {
    const { on }: DetailField = DETAIL_FIELDS[detailName(path)];
    if (occasion === undefined || !on.includes(occasion))
      throw new ProtocolError(
        "BAD_FIELD",
        `this field does not belong to ${occasion ?? "an unknown action"}`,
        {
          field: path.join("."),
        },
      );
  }
}

/** Every field of details with its path. @throws ProtocolError TOO_LARGE */
export function pathsAndValues({
  entries = [],
  ...shared
}: Details): { path: DetailPath; value: Scalar }[] {
  const fields = [
    ...Object.entries(shared).map(([name, value]) => ({ path: [name], value })),
    ...entries.flatMap((entry, i) =>
      Object.entries(entry).map(([name, value]) => ({ path: ["entries", i, name], value })),
    ),
  ];
  if (fields.length > MAX_DETAIL_FIELDS)
    throw new ProtocolError("TOO_LARGE", `the details have more than ${MAX_DETAIL_FIELDS} fields`, {
      field: "entries",
    });
  return fields as { path: DetailPath; value: Scalar }[];
}
