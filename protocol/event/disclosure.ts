// Commits to the details of an event or a notice by one root, and withholds some of their fields without the rest losing
// its proof.
import { z } from "zod";
import { concat, fromHex, toHex, utf8 } from "../base/bytes.ts";
import { canonicalize } from "../base/canonical.ts";
import { hmacSha256, sha256 } from "../base/crypto.ts";
import { DETAIL_FIELDS } from "./detail-fields.ts";
import { type Details, DetailPath, type Scalar, detailName, pathsAndValues } from "./details.ts";
import { ProtocolError } from "../base/errors.ts";
import { MAX_DETAIL_FIELDS } from "../base/limits.ts";
import { leafHash, rootOf } from "../base/merkle.ts";
import { Hash, ZERO_HASH } from "../base/values.ts";

/** Bytes of a salt. */
const SALT_BYTES = 16;

/** A field in the tree. */
export interface DetailLeaf {
  path: DetailPath;
  value: Scalar;
  salt: Uint8Array;
  /** SHA-256(salt ‖ JCS(value)): stands in for a withheld value. */
  inner: Uint8Array;
  /** SHA-256(0x00 ‖ JCS(path) ‖ inner): the leaf hash of RFC 9162. */
  leaf: Uint8Array;
}

/**
 * The leaves of details, ordered by the bytes of JCS(path), ascending.
 * @param secret 32 random bytes, used for this event only. Every field's salt is derived from it, so that nobody can guess a
 * withheld value by hashing candidates.
 */
export function detailsLeaves(details: Details, secret: Uint8Array): DetailLeaf[] {
  return pathsAndValues(details)
    .map(({ path, value }) => {
      const key = utf8(canonicalize(path));
      const salt = hmacSha256(secret, key).subarray(0, SALT_BYTES);
      const inner = innerHash(salt, value);
      return { path, value, salt, inner, leaf: leafHash(concat(key, inner)), key };
    })
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ key: _key, ...leaf }) => leaf);
}

/** The root of details, as lower-case hex; zero if there are no fields. */
export function detailsRoot(details: Details, secret: Uint8Array): string {
  return rootOrZero(detailsLeaves(details, secret).map(({ leaf }) => leaf));
}

const OpenField = z
  .strictObject({
    path: DetailPath,
    value: z.union([z.string(), z.number(), z.boolean()]),
    salt: z.string().regex(/^0x[0-9a-f]{32}$/, "must be a salt: 0x and 32 digits 0-9, a-f"),
  })
  .superRefine(({ path, value }, issue) => {
    const result = DETAIL_FIELDS[detailName(path)].type.safeParse(value);
    for (const { message, ...fault } of result.error?.issues ?? [])
      issue.addIssue({
        code: "custom",
        path: ["value"],
        message,
        params: "params" in fault ? fault.params : {},
      });
  });
const WithheldField = z.strictObject({ path: DetailPath, inner: Hash });

/** Details of which some fields are withheld. Both lists are ordered by the bytes of JCS(path). No path appears twice. */
export const Disclosure = z.strictObject({
  open: z.array(OpenField).max(MAX_DETAIL_FIELDS),
  withheld: z.array(WithheldField).max(MAX_DETAIL_FIELDS),
});
export type Disclosure = z.infer<typeof Disclosure>;

/** Opens some fields of details and withholds the others. */
export function disclose(
  details: Details,
  secret: Uint8Array,
  isOpen: (path: DetailPath) => boolean,
): Disclosure {
  const disclosure: Disclosure = { open: [], withheld: [] };
  for (const { path, value, salt, inner } of detailsLeaves(details, secret)) {
    if (isOpen(path)) disclosure.open.push({ path, value, salt: toHex(salt) });
    else disclosure.withheld.push({ path, inner: toHex(inner) });
  }
  return disclosure;
}

/** Withholds more fields of a disclosure. The root stays the same. */
export function withhold(
  { open, withheld }: Disclosure,
  isOpen: (path: DetailPath) => boolean,
): Disclosure {
  const hidden = open
    .filter(({ path }) => !isOpen(path))
    .map(({ path, value, salt }) => ({ path, inner: toHex(innerHash(fromHex(salt), value)) }));
  return {
    open: open.filter(({ path }) => isOpen(path)),
    withheld: inPathOrder([...withheld, ...hidden]),
  };
}

/**
 * Merges two disclosures of the same details: a field is open if one of the two opens it. The caller must have checked both
 * against the root, so that they have the same fields.
 */
export function together(one: Disclosure, other: Disclosure): Disclosure {
  const open = new Map(
    [...one.open, ...other.open].map((field) => [canonicalize(field.path), field]),
  );
  return {
    open: inPathOrder([...open.values()]),
    withheld: one.withheld.filter(({ path }) => !open.has(canonicalize(path))),
  };
}

function inPathOrder<F extends { path: DetailPath }>(fields: readonly F[]): F[] {
  return fields
    .map((field) => ({ field, key: utf8(canonicalize(field.path)) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ field }) => field);
}

/**
 * The root of a disclosure. It equals the root of the whole details.
 * @param entryCount the number of entries of the event; zero for a notice
 * @throws ProtocolError BAD_PATH for fields that are out of order, appear twice, or name an entry that the event does not have
 */
export function disclosureRoot({ open, withheld }: Disclosure, entryCount: number): string {
  const leaves = merge(
    open.map(({ path, value, salt }, i) => ({
      key: utf8(canonicalize(path)),
      inner: innerHash(fromHex(salt), value),
      path,
      field: `open.${i}.path`,
    })),
    withheld.map(({ path, inner }, i) => ({
      key: utf8(canonicalize(path)),
      inner: fromHex(inner),
      path,
      field: `withheld.${i}.path`,
    })),
  );
  for (const { path, field } of leaves)
    if (path.length === 3 && path[1] >= entryCount)
      throw new ProtocolError("BAD_PATH", "the event does not have this entry", { field });
  return rootOrZero(leaves.map(({ key, inner }) => leafHash(concat(key, inner))));
}

/** The open fields of a disclosure, as details. Withheld fields are missing. */
export function openDetails({ open }: Disclosure): Details {
  const shared: Record<string, Scalar> = {};
  const entries: Record<string, Scalar>[] = [];
  for (const { path, value } of open) {
    if (path.length === 1) shared[path[0]] = value;
    else {
      while (entries.length <= path[1]) entries.push({});
      entries[path[1]]![path[2]] = value;
    }
  }
  // The schema of the disclosure has checked each value against its field.
  return { ...shared, ...(entries.length > 0 ? { entries } : {}) } as Details;
}

function innerHash(salt: Uint8Array, value: Scalar): Uint8Array {
  return sha256(concat(salt, utf8(canonicalize(value))));
}

function rootOrZero(leaves: readonly Uint8Array[]): string {
  return leaves.length === 0 ? ZERO_HASH : toHex(rootOf(leaves));
}

interface Keyed {
  key: Uint8Array;
  inner: Uint8Array;
  path: DetailPath;
  field: string;
}

/** Merges two ascending lists. Refuses fields that are not in ascending order, also across the two. */
function merge(open: Keyed[], withheld: Keyed[]): Keyed[] {
  const merged: Keyed[] = [];
  for (let i = 0, j = 0; i < open.length || j < withheld.length;) {
    const takeOpen =
      j >= withheld.length ||
      (i < open.length && compareBytes(open[i]!.key, withheld[j]!.key) <= 0);
    const next = takeOpen ? open[i++]! : withheld[j++]!;
    const last = merged.at(-1);
    if (last && compareBytes(last.key, next.key) >= 0)
      throw new ProtocolError("BAD_PATH", "fields must be in ascending order, each path once", {
        field: next.field,
      });
    merged.push(next);
  }
  return merged;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
