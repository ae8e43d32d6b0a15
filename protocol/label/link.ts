// Writes and reads links on labels: links to a lot, which name its ledger, and GS1 Digital Links.
import { z } from "zod";
import { parseWith } from "../base/canonical.ts";
import { ProtocolError } from "../base/errors.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { Address, Hash } from "../base/values.ts";
import { LABEL_CODE } from "./commitment.ts";
import { part, type Element } from "./cut.ts";
import { applicationElement } from "./gs1.ts";
import { valueOf, type Meaning } from "./kinds.ts";
import type { DialectName, RefusalCode } from "./reading.ts";

/** A lot and its ledger. The same lot id means nothing on another ledger. */
export const LotLink = z.strictObject({
  lot: Hash,
  chainId: z.int().min(0).max(MAX_INTEGER),
  ledger: Address,
  /** The code that only the lot's own label carries. */
  code: z
    .string()
    .regex(LABEL_CODE, "must be the 24 letters and digits of a label's code")
    .exactOptional(),
});
export type LotLink = z.infer<typeof LotLink>;

/**
 * The address of a lot's page, for its label.
 * @param origin the address of the service, such as `https://reelproof.example`, with or without a path
 * @throws ProtocolError BAD_FIELD
 */
export function lotLink(origin: string, link: LotLink): string {
  if (!/^https?:\/\/[^/?#\s][^?#\s]*$/.test(origin))
    throw new ProtocolError("BAD_FIELD", "must begin with http:// or https://, without ? and #", {
      field: "origin",
    });
  const { lot, chainId, ledger, code } = parseWith(LotLink, link);
  const proof = code === undefined ? "" : `&code=${code}`;
  return `${origin.replace(/\/$/, "")}/lots/${lot}?chain=${chainId}&ledger=${ledger}${proof}`;
}

const LOT: Meaning = { kind: "lot" };
const PARAMETERS = new Map<string, Meaning>([
  ["chain", { kind: "chainId" }],
  ["ledger", { kind: "ledger" }],
  ["code", { kind: "labelCode" }],
]);

/** The parts of a link, each with its position. Nothing is decoded yet, so the positions stay right. */
function partsOf(text: string): { path: Element[]; query: Element[] } {
  const fragment = text.indexOf("#");
  const whole = fragment < 0 ? text.length : fragment;
  const mark = text.slice(0, whole).indexOf("?");
  const pathEnd = mark < 0 ? whole : mark;
  const host = text.indexOf("//") + 2;
  const path = split(text, "/", host, pathEnd).slice(1);
  const query = mark < 0 ? [] : split(text, "&", mark + 1, whole);
  return {
    path,
    query: query.map(({ data, at }) => {
      const equals = data.indexOf("=");
      return equals < 0
        ? { di: data, data: "", at: at + data.length }
        : { di: data.slice(0, equals), data: data.slice(equals + 1), at: at + equals + 1 };
    }),
  };
}

function split(text: string, separator: string, from: number, to: number): Element[] {
  let at = from;
  return text
    .slice(from, to)
    .split(separator)
    .map((data) => {
      const element = { di: null, data, at };
      at += data.length + separator.length;
      return element;
    });
}

/** The text with percent escapes decoded; undefined if they are not UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * The keys that can come first in the path of a GS1 Digital Link, and the qualifiers that can follow each, in this order (GS1
 * Digital Link: URI Syntax, 4.5).
 */
const QUALIFIERS = new Map<string, readonly string[]>([
  ["00", []],
  ["01", ["22", "10", "21"]],
  ["253", []],
  ["255", []],
  ["401", []],
  ["402", []],
  ["414", ["254", "7040"]],
  ["417", ["7040"]],
  ["8002", []],
  ["8003", []],
  ["8004", ["7040"]],
  ["8006", ["22", "10", "21"]],
  ["8010", ["8011"]],
  ["8013", []],
  ["8017", ["8019"]],
  ["8018", ["8019"]],
]);
/** A key and its qualifiers have no more segments than these, each with its value. */
const MOST_SEGMENTS = 2 * (1 + Math.max(...[...QUALIFIERS.values()].map(({ length }) => length)));
/** Qualifiers belong in the path: in the query nobody knows what they qualify. */
const ALL_QUALIFIERS = new Set([...QUALIFIERS.values()].flat());

/** The element of an identifier in a link; undefined if its data break a rule. */
function linkElement(ai: string, { data, at }: Element): Element | undefined {
  const value = decoded(data);
  if (value === undefined) return undefined;
  const isShort = ai === "01" && /^(?:\d{8}|\d{12,13})$/.test(value);
  const element = applicationElement(ai, isShort ? value.padStart(14, "0") : value, at);
  return element && { ...element, data, decoded: value };
}

/** The elements of a path from a key on; undefined if the key does not qualify as one, or another element breaks a rule. */
function pathElements(segments: readonly Element[]): Element[] | undefined {
  const [key, ...others] = segments.flatMap(({ data }, i) => (i % 2 === 0 ? data : []));
  const qualifiers = QUALIFIERS.get(key ?? "");
  if (key === undefined || qualifiers === undefined || segments.length % 2 !== 0) return undefined;
  const places = others.map((ai) => qualifiers.indexOf(ai));
  if (places.some((place, i) => place < 0 || place <= (places[i - 1] ?? -1))) return undefined;
  const elements = [key, ...others].map((ai, i) => linkElement(ai, segments[2 * i + 1]!));
  return elements.every((element) => element !== undefined) ? elements : undefined;
}

function digitalLink(
  path: readonly Element[],
  query: readonly Element[],
): Element[] | "LINK_MALFORMED" | undefined {
  const last = path.findLastIndex(({ data }) => data !== "");
  const segments = path.slice(0, last + 1);
  // Whatever stands in front of the key is the resolver's own, even if it looks like a key.
  const end = segments.slice(-MOST_SEGMENTS);
  const [inPath, other] = end.flatMap((_, i) => {
    const elements = pathElements(end.slice(i));
    return elements ? [elements] : [];
  });
  if (inPath === undefined) return undefined;
  if (other !== undefined) return "LINK_MALFORMED";
  const inQuery = query
    .filter(({ di }) => /^\d{2,4}$/.test(di ?? ""))
    .map((each) =>
      ALL_QUALIFIERS.has(each.di!) || each.data.includes("+")
        ? undefined
        : linkElement(each.di!, each),
    );
  const all = [...inPath, ...inQuery];
  if (!all.every((element) => element !== undefined)) return "LINK_MALFORMED";
  return new Set(all.map(({ di }) => di)).size === all.length ? all : "LINK_MALFORMED";
}

interface CutLink {
  name: DialectName;
  elements: Element[];
}

/** Whether a text is a link. */
export function isLink(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** The scheme in one case, a host by name or number, perhaps a port. */
const ORIGIN = /^(?:https?|HTTPS?):\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?=[/?#]|$)/;

/** The elements of a link, or why it is refused. A link is read, never fetched, so a hostile host learns nothing. */
export function cutLink(text: string): CutLink | RefusalCode {
  const { path, query } = partsOf(text);
  const at = path.findIndex(({ data }) => data.toLowerCase() === "lots");
  const elements = ORIGIN.test(text) ? digitalLink(path, query) : undefined;
  if (at >= 0 && !Array.isArray(elements)) return cutLotLink(path[at + 1], query);
  if (elements === undefined) return "LINK_UNKNOWN";
  return elements === "LINK_MALFORMED" ? elements : { name: "gs1", elements };
}

function cutLotLink(lot: Element | undefined, query: readonly Element[]): CutLink | RefusalCode {
  if (!lot || !Hash.safeParse(lot.data.toLowerCase()).success) return "LINK_MALFORMED";
  const elements = [part(LOT, lot.data, lot.at, "lots")];
  for (const { di, data, at } of query) {
    const key = di?.toLowerCase() ?? "";
    const meaning = PARAMETERS.get(key);
    if (meaning === undefined) continue;
    if (valueOf(data, meaning) === null || elements.some((element) => element.di === key))
      return "LINK_MALFORMED";
    elements.push(part(meaning, data, at, key));
  }
  return { name: "lot-link", elements };
}
