// Checks details, and computes their leaves, root and disclosures with withheld fields.
import { hex, hmac, join, sha256, unhex, ZERO_HASH } from "./bytes.js";
import { DATE_CODES, FIELDS } from "./detail-fields.js";
import { canonical, jcs } from "./json.js";
import { merkleRoot } from "./merkle.js";
import { below, Refused } from "./refused.js";
import { hash, list, matching, object } from "./values.js";

const MOST_FIELDS = 20_000;
const MOST_ENTRIES = 250;
const bytesOf = (path) => jcs(path);
const parts = list((_item, _path) => undefined);
const shapeOf = {
  open: list(object({ path: parts, value: () => undefined, salt: matching(/^0x[0-9a-f]{32}$/) })),
};

const checkShape = object({
  ...shapeOf,
  withheld: list(object({ path: parts, inner: hash })),
});

/** Refuses a disclosure for what is wrong with it alone: a name, a place or a value. */
export function checkDisclosure(value, at) {
  checkShape(value, at);
  for (const kind of ["open", "withheld"])
    value[kind].forEach((item, index) => {
      const place = below(at, `${kind}.${index}`);
      const field = fieldAt(item.path, `${place}.path`);
      if (kind === "open") field.check(item.value, `${place}.value`);
    });
  if (value.open.length > MOST_FIELDS || value.withheld.length > MOST_FIELDS)
    throw new Refused("TOO_LARGE", at);
}

/** The field at a path of details. Refuses a name or a place that the list does not have. */
function fieldAt(path, where) {
  const shared = path.length === 1;
  const ofEntry = path.length === 3 && path[0] === "entries";
  if (!shared && !ofEntry) throw new Refused("BAD_FIELD", where);
  if (ofEntry && !(Number.isSafeInteger(path[1]) && path[1] >= 0 && path[1] < MOST_ENTRIES))
    throw new Refused("BAD_FIELD", below(where, 1));
  const name = path.at(-1);
  const field = typeof name === "string" ? FIELDS.get(name) : undefined;
  const misplaced = field?.stands === (shared ? "entry" : "shared");
  if (field === undefined || misplaced)
    throw new Refused("BAD_FIELD", below(where, path.length - 1));
  return field;
}

/** Refuses date codes that do not match the format that holds for the same entry, own or shared. */
function checkDateCodes({ entries = [], ...shared }) {
  const scopes = [[shared, "dateCode"]];
  entries.forEach((entry, index) =>
    scopes.push([{ ...shared, ...entry }, `entries.${index}.dateCode`]),
  );
  for (const [{ dateCode, dateCodeNewest, dateCodeFormat = "YYWW" }, at] of scopes)
    for (const code of [dateCode, dateCodeNewest])
      if (code !== undefined && !DATE_CODES[dateCodeFormat].test(code))
        throw new Refused("BAD_FIELD", at);
}

/** All fields of details with their paths, in the order of their leaves. */
export function fieldsOf(details) {
  const fields = [];
  const add = (path, value) => {
    const at = path.join(".");
    const field = FIELDS.get(path.at(-1));
    if (field === undefined || field.stands === (path.length === 1 ? "entry" : "shared")) {
      throw new Refused("BAD_FIELD", at);
    }
    field.check(value, at);
    fields.push({ path, value, at });
  };
  for (const [name, value] of Object.entries(details)) {
    if (name === "entries") {
      list(
        object({}, Object.fromEntries([...FIELDS.keys()].map((each) => [each, () => undefined]))),
      )(value, name);
      value.forEach((entry, index) => {
        for (const [key, each] of Object.entries(entry)) add(["entries", index, key], each);
      });
    } else add([name], value);
  }
  checkDateCodes(details);
  if (fields.length > MOST_FIELDS) throw new Refused("TOO_LARGE");
  return fields
    .map(({ path, value }) => ({ path, value }))
    .sort((one, other) => Buffer.compare(bytesOf(one.path), bytesOf(other.path)));
}

const innerOf = (salt, value) => hex(sha256(join(unhex(salt), jcs(value))));
const leafOf = (path, inner) => hex(sha256(join(Buffer.from([0]), bytesOf(path), unhex(inner))));
const rootOf = (leaves) => (leaves.length === 0 ? ZERO_HASH : hex(merkleRoot(leaves.map(unhex))));

/** The leaves of details under an event's secret, and their root. */
export function commit(details, secret) {
  const leaves = fieldsOf(details).map(({ path, value }) => {
    const salt = hex(hmac(unhex(secret), bytesOf(path)).subarray(0, 16));
    const inner = innerOf(salt, value);
    return { path, value, salt, inner, leaf: leafOf(path, inner) };
  });
  return { leaves, root: rootOf(leaves.map(({ leaf }) => leaf)) };
}

/** The disclosure of leaves that opens `all`, `public` or `none` of them. */
export function disclose(leaves, whom) {
  const isOpen = ({ path }) =>
    whom === "all" || (whom === "public" && FIELDS.get(path.at(-1)).seenBy === "public");
  return {
    open: leaves.filter(isOpen).map(({ path, value, salt }) => ({ path, value, salt })),
    withheld: leaves.filter((leaf) => !isOpen(leaf)).map(({ path, inner }) => ({ path, inner })),
  };
}

/** The root of a disclosure of an event with `entryCount` entries. Refuses a malformed disclosure. */
export function disclosureRoot(disclosure, entryCount) {
  checkShape(disclosure, "");
  const all = [];
  for (const kind of ["open", "withheld"]) {
    let before = null;
    disclosure[kind].forEach((item, index) => {
      const at = `${kind}.${index}`;
      const field = fieldAt(item.path, `${at}.path`);
      const beyond = item.path.length === 3 && item.path[1] >= entryCount;
      const bytes = bytesOf(item.path);
      const unsorted = before !== null && Buffer.compare(before, bytes) >= 0;
      if (beyond || unsorted) throw new Refused("BAD_PATH", `${at}.path`);
      before = bytes;
      if (kind === "open") field.check(item.value, `${at}.value`);
      all.push({ ...item, bytes, at, inner: item.inner ?? innerOf(item.salt, item.value) });
    });
  }
  const open = new Set(disclosure.open.map(({ path }) => canonical(path)));
  const twice = all.find(({ path, at }) => at.startsWith("withheld") && open.has(canonical(path)));
  if (twice) throw new Refused("BAD_PATH", `${twice.at}.path`);
  if (all.length > MOST_FIELDS) throw new Refused("TOO_LARGE");
  all.sort((one, other) => Buffer.compare(one.bytes, other.bytes));
  return rootOf(all.map(({ path, inner }) => leafOf(path, inner)));
}
