// Compares rows of events and notices with their signed bytes. Needs neither the chain nor other rows.
import { fromHex } from "../../protocol/base/bytes.ts";
import { parseCanonical, parseWith } from "../../protocol/base/canonical.ts";
import { Details } from "../../protocol/event/details.ts";
import { detailsRoot, Disclosure, disclosureRoot } from "../../protocol/event/disclosure.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { CustodyEvent, type Domain, eventDigest } from "../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { Notice, noticeDigest } from "../../protocol/event/notice.ts";
import { Hash, ZERO_HASH } from "../../protocol/base/values.ts";
import type { Entry, Event, Notice as NoticeRow } from "../../prisma/generated/client.ts";
import { type Fault, fault } from "./fault.ts";

export type EventWithEntries = Event & { entries: Entry[]; settlement?: { id: string } | null };
export type NoticeWithRest = NoticeRow & { settlement?: { id: string } | null };

/** The signed struct in a row's bytes, if they are what was signed, and the faults of the row itself. */
export interface Read<T> {
  signed: T | undefined;
  faults: Fault[];
}

/** Compares an event's bytes with its hash, and the copied columns with the bytes. */
export function readEventRow(domain: Domain, row: EventWithEntries): Read<CustodyEvent> {
  const key = { table: "event", row: row.hash } as const;
  const digestOf = (event: CustodyEvent) => eventDigest(domain, event);
  return readRow({ key, stored: row.hash, keyColumn: "hash" }, row, CustodyEvent, digestOf, () =>
    eventFromCopies(row),
  );
}

/** Compares a notice's bytes with its digest, and the copied columns with the bytes. */
export function readNoticeRow(domain: Domain, row: NoticeWithRest): Read<Notice> {
  const key = { table: "notice", row: row.digest } as const;
  const digestOf = (notice: Notice) => noticeDigest(domain, notice);
  return readRow({ key, stored: row.digest, keyColumn: "digest" }, row, Notice, digestOf, () =>
    noticeFromCopies(row),
  );
}

type Fields = Record<string, unknown>;
interface RowKey {
  key: { table: "event" | "notice"; row: string };
  stored: string;
  keyColumn: string;
}

function readRow<T extends Fields>(
  { key, stored, keyColumn }: RowKey,
  row: { bytes: string; settlement?: { id: string } | null },
  schema: { safeParse(value: unknown): { data?: T | undefined } },
  digestOf: (signed: T) => string,
  copies: () => Fields[],
): Read<T> {
  const parsed = parseBytes(row.bytes, schema);
  if (typeof parsed === "string") {
    return {
      signed: undefined,
      faults: [fault("BYTES_MALFORMED", { ...key, column: "bytes", found: parsed })],
    };
  }
  const digest = digestOf(parsed);
  if (digest === stored) return { signed: parsed, faults: copyFaults(key, row, parsed) };
  const original = copies()
    .map((copy) => schema.safeParse(copy).data)
    .find((copy) => copy !== undefined && digestOf(copy) === stored);
  if (original) {
    const differing = differences(original, parsed);
    return {
      signed: undefined,
      faults: differing.map((difference) =>
        fault("HASH_DIFFERS", { ...key, column: "bytes", ...difference }),
      ),
    };
  }
  // If the copies agree with the bytes, and no settlement has the key, the key itself was altered.
  const agrees = copyFaults(key, row, parsed).length === 0 && row.settlement?.id !== stored;
  const column = agrees ? keyColumn : "bytes";
  return {
    signed: undefined,
    faults: [
      fault("HASH_DIFFERS", {
        ...key,
        column,
        expected: agrees ? digest : stored,
        found: agrees ? stored : digest,
      }),
    ],
  };
}

/** Parses canonical bytes. @returns the value, or the code of the error */
function parseBytes<T>(
  bytes: string,
  schema: { safeParse(value: unknown): { data?: T | undefined } },
): T | string {
  try {
    return schema.safeParse(parseCanonical(bytes)).data ?? "BAD_FIELD";
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

function copyFaults(key: RowKey["key"], row: Fields, signed: Fields): Fault[] {
  return Object.entries(signed)
    .filter(([name]) => name in row && name !== "entries" && name !== "details")
    .filter(([name, value]) => comparable(row[name]) !== value)
    .map(([name, value]) =>
      fault("COPY_DIFFERS", { ...key, column: name, expected: value, found: row[name] }),
    );
}

const comparable = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);

/** The fields in which two structs differ, as dotted paths. */
function differences(
  expected: unknown,
  found: unknown,
  path: string[] = [],
): { field: string; expected: unknown; found: unknown }[] {
  if (expected === found) return [];
  if (!isContainer(expected) || !isContainer(found))
    return [{ field: path.join("."), expected, found }];
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names].flatMap((name) =>
    differences((expected as Fields)[name] ?? null, (found as Fields)[name] ?? null, [
      ...path,
      name,
    ]),
  );
}

const isContainer = (value: unknown): value is object =>
  typeof value === "object" && value !== null;

/**
 * Rebuilds the event from its copied columns, its entries and its details. If it has the stored hash, it is what was signed,
 * and the bytes were altered.
 */
function eventFromCopies(row: EventWithEntries): Fields[] {
  const { action, actor, holder, consignee, time, entries } = row;
  const lines = entries
    .toSorted((a, b) => a.index - b.index)
    .map(({ lot, previous, quantity }) => ({ lot, previous, quantity: Number(quantity) }));
  const copied = { action, actor, holder, consignee, time: Number(time), entries: lines };
  return possibleRoots(row).map((details) => ({ ...copied, details }));
}

function noticeFromCopies(row: NoticeRow): Fields[] {
  const { lot, kind, issuer, withdraws, time } = row;
  const copied = { lot, kind, issuer, withdraws, time: Number(time) };
  return possibleRoots(row).map((details) => ({ ...copied, details }));
}

type Facts = Pick<Event, "details" | "secret" | "disclosure">;

/** The roots that may have been signed: of the stored details, in the bytes, or zero. */
function possibleRoots(row: Facts & { bytes: string }): string[] {
  const stored = rootOfStored(row, Infinity);
  const inBytes = /"details":"(0x[0-9a-f]{64})"/.exec(row.bytes)?.[1];
  return [stored, inBytes, ZERO_HASH].filter((root) => typeof root === "string");
}

/** The root of stored details; undefined if there are none here; an error if they are malformed. */
function rootOfStored(
  { details, secret, disclosure }: Facts,
  entryCount: number,
): string | undefined | ProtocolError {
  try {
    if (details !== null) {
      const facts = parseWith(Details, parseCanonical(details));
      return detailsRoot(facts, fromHex(parseWith(Hash, secret)));
    }
    if (disclosure !== null)
      return disclosureRoot(parseWith(Disclosure, parseCanonical(disclosure)), entryCount);
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/**
 * Compares stored details with their secret, or a stored disclosure, with the root that was signed.
 * @param mustBeKnown whether the service accepted the event or notice itself, and so has all its details
 */
export function detailsFaults(
  key: RowKey["key"],
  row: Facts,
  { details: signed, entries }: { details: string; entries?: readonly unknown[] },
  mustBeKnown: boolean,
): Fault[] {
  const { details, secret, disclosure } = row;
  const missing = (column: string) => [
    fault("DETAILS_MISSING", { ...key, column, expected: signed }),
  ];
  if (signed === ZERO_HASH) {
    return Object.entries({ details, secret, disclosure }).flatMap(([column, found]) =>
      found === null ? [] : [fault("DETAILS_UNSIGNED", { ...key, column, expected: null, found })],
    );
  }
  if (details === null && (secret !== null || (mustBeKnown && disclosure === null)))
    return missing("details");
  if (details !== null && secret === null) return missing("secret");
  if (details !== null && disclosure !== null)
    return [
      fault("DETAILS_TWICE", { ...key, column: "disclosure", expected: null, found: disclosure }),
    ];
  const column = details === null ? "disclosure" : "details";
  const root = rootOfStored(row, entries?.length ?? 0);
  if (root instanceof ProtocolError) {
    const at = secret !== null && !Hash.safeParse(secret).success ? "secret" : column;
    return [
      fault("DETAILS_MALFORMED", { ...key, column: at, field: root.field, found: root.code }),
    ];
  }
  if (root === undefined || root === signed) return [];
  return [fault("DETAILS_DIFFER", { ...key, column, expected: signed, found: root })];
}

/**
 * Compares the rows of an event's entries with its bytes, and with the states that the transition gives.
 * @param states after the event, one per entry; undefined if they are not known
 * @param live whether the entries must be live; undefined if that is not known
 */
export function entryFaults(
  { hash, entries: rows }: EventWithEntries,
  { entries }: CustodyEvent,
  states: readonly LotState[] | undefined,
  live: boolean | undefined,
): Fault[] {
  const faults: Fault[] = [];
  const byLot = new Map(rows.map((row) => [row.lot, row]));
  entries.forEach(({ lot, previous, quantity }, index) => {
    const key = { table: "entry", row: `${hash}/${lot}` } as const;
    const row = byLot.get(lot);
    if (!row) {
      faults.push(fault("ENTRY_MISSING", { ...key, expected: index }));
      return;
    }
    const state = states?.[index];
    const expected = {
      index,
      previous,
      quantity: BigInt(quantity),
      ...(state && { held: state.held, word: wordOf(state) }),
      ...(live !== undefined && { live }),
    };
    for (const [column, value] of Object.entries(expected)) {
      const found = row[column as keyof typeof expected];
      if (found !== value)
        faults.push(fault("ENTRY_DIFFERS", { ...key, column, expected: value, found }));
    }
  });
  const lots = new Set(entries.map(({ lot }) => lot));
  for (const { lot } of rows) {
    if (!lots.has(lot))
      faults.push(fault("ENTRY_EXTRA", { table: "entry", row: `${hash}/${lot}` }));
  }
  return faults;
}
