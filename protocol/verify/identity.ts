// Checks the parts' identity: lot numbers, origins, and that later events do not contradict them.
import type { z } from "zod";
import type { DETAIL_FIELDS, DetailName } from "../event/detail-fields.ts";
import { ACTIONS } from "../event/event.ts";
import { issuerOf, lotId } from "../event/lot.ts";
import { lineageOf } from "../trail/lineage.ts";
import type { Creation } from "../trail/trail.ts";
import type { ObservationIn } from "../verdict/verdict.ts";
import type { Replay, Step } from "./replay.ts";
import { ZERO_HASH } from "../base/values.ts";

type Observed = ObservationIn<"identity">;

/** The fields that identify the parts. */
export const IDENTITY = ["manufacturer", "mpn", "makerLot", "dateCode"] as const;
type Scalar = string | number | boolean;

/** An event's statement about a field of an entry: a value, a withheld value, or nothing. */
export type Stated<V = Scalar> =
  { value: V; field: string } | { withheld: true; field: string } | undefined;
/** The type of a field's value, by its schema. */
export type ValueOf<N extends DetailName> = z.infer<(typeof DETAIL_FIELDS)[N]["type"]>;

/** A lot's first entry, with the lot. */
export interface Origin extends Creation<Step> {
  lot: string;
}

/** What a trail's details state about its lots. */
export interface Identities {
  /** For every lot, the entry that made its pieces. A split lot has the origin of the lot that was split. */
  origins: Map<string, Origin>;
  /** For every lot, its own first entry. */
  created: ReadonlyMap<string, Creation<Step>>;
  /**
   * An event's statement about one of its entries. A shared field applies to the entries without their own; in an assembly,
   * only to the new lots.
   */
  stated<N extends DetailName>(step: Step, index: number, name: N): Stated<ValueOf<N>>;
  /** Whether an event's statement about one of its entries repeats what was corrected after it. */
  isOutdated(step: Step, index: number, name: DetailName): boolean;
}

/** The part of a case that these checks need. */
interface Subject {
  replay: Replay;
  identities: Identities;
}

/** Reads the identities from a trail's details. */
export function identitiesOf(replay: Replay): Identities {
  const fields = new Map(replay.steps.map((step) => [step, fieldsOf(step)]));
  return {
    origins: originsOf(replay),
    created: replay.ancestry.creations,
    stated<N extends DetailName>(step: Step, index: number, name: N) {
      const fieldsOfStep = fields.get(step)!;
      const own = `entries.${index}.${name}`;
      const isInput =
        step.event.action === ACTIONS.assemble && step.event.entries[index]!.previous !== ZERO_HASH;
      const path = fieldsOfStep.has(own) || isInput ? own : name;
      if (!fieldsOfStep.has(path)) return undefined;
      const value = fieldsOfStep.get(path);
      const field = `details.${path}`;
      return value === undefined
        ? { withheld: true, field }
        : { value: value as ValueOf<N>, field };
    },
    isOutdated: () => false,
  };
}

/** The fields by their dotted path. A withheld field is undefined. */
function fieldsOf({ details }: Step): Map<string, Scalar | undefined> {
  const fields = new Map<string, Scalar | undefined>();
  for (const { path } of details?.withheld ?? []) fields.set(path.join("."), undefined);
  for (const { path, value } of details?.open ?? []) fields.set(path.join("."), value);
  return fields;
}

function originsOf({ ancestry: { lots, creations } }: Replay): Map<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const first of lots) {
    const walked: string[] = [];
    let origin: Origin | undefined;
    for (const { lot, creation } of lineageOf(first, creations)) {
      walked.push(lot);
      const isSplit = creation?.by.event.action === ACTIONS.split;
      origin = origins.get(lot) ?? (creation && !isSplit ? { ...creation, lot } : undefined);
      if (origin) break;
    }
    if (origin) for (const each of walked) origins.set(each, origin);
  }
  return origins;
}

/** What a lot is: its own lot number, and what its origin states about the parts. Null for what is withheld or missing. */
export function identityOf(
  { origins, created, stated }: Identities,
  lot: string,
): Record<"lotNumber" | (typeof IDENTITY)[number], string | null> {
  const valueOf = (
    at: Creation<Step> | undefined,
    name: "lotNumber" | (typeof IDENTITY)[number],
  ) => {
    const detail = at && stated(at.by, at.index, name);
    return detail && "value" in detail ? detail.value : null;
  };
  const origin = origins.get(lot);
  return {
    lotNumber: valueOf(created.get(lot), "lotNumber"),
    manufacturer: valueOf(origin, "manufacturer"),
    mpn: valueOf(origin, "mpn"),
    makerLot: valueOf(origin, "makerLot"),
    dateCode: valueOf(origin, "dateCode"),
  };
}

/** Checks that every lot's id is made from the lot number in its first event. */
export function* lotNumbers({ replay, identities }: Subject): Generator<Observed> {
  for (const [lot, { by, index }] of replay.ancestry.creations) {
    const where = { event: by.digest, lot, field: `details.entries.${index}.lotNumber` };
    const detail = identities.stated(by, index, "lotNumber");
    if (!detail || "withheld" in detail) yield { code: "LOT_NUMBER_MISSING", ...where };
    else if (lotId(issuerOf(lot), detail.value) !== lot)
      yield {
        code: "LOT_NUMBER_MISMATCH",
        ...where,
        expected: lot,
        found: lotId(issuerOf(lot), detail.value),
      };
  }
}

/** Whether an event comes without its details. */
const isHidden = ({ event, details }: Step): boolean =>
  details === null && event.details !== ZERO_HASH;

/** Checks that every origin identifies the parts. An origin without details has a finding of its own. */
export function* origins({ replay, identities }: Subject): Generator<Observed> {
  for (const [lot, { by, index }] of replay.ancestry.creations) {
    const { event, digest } = by;
    if (event.action === ACTIONS.split || isHidden(by)) continue;
    for (const name of IDENTITY) {
      const detail = identities.stated(by, index, name);
      // A manufacturer need not state its own name, and an assembler is the manufacturer of its product.
      const isNeeded =
        name === "mpn" || (name === "manufacturer" && event.action === ACTIONS.introduce);
      if (detail && "withheld" in detail)
        yield { code: "IDENTITY_WITHHELD", event: digest, lot, field: detail.field };
      else if (!detail && isNeeded)
        yield {
          code: "IDENTITY_MISSING",
          event: digest,
          lot,
          field: `details.entries.${index}.${name}`,
        };
    }
  }
}

/** Checks that no later event contradicts the origin. */
export function* contradictions({ replay, identities }: Subject): Generator<Observed> {
  for (const step of replay.steps) {
    if (step.details === null) continue;
    for (const [index, { lot }] of step.event.entries.entries()) {
      const origin = identities.origins.get(lot);
      if (!origin || (origin.by === step && origin.index === index) || isHidden(origin.by))
        continue;
      for (const name of IDENTITY) {
        const detail = identities.stated(step, index, name);
        if (!detail) continue;
        const first = identities.stated(origin.by, origin.index, name);
        const where = { event: step.digest, lot, field: detail.field };
        if ("withheld" in detail) yield { code: "IDENTITY_WITHHELD", ...where };
        else if (!first) yield { code: "IDENTITY_ADDED", ...where, found: detail.value };
        else if (
          "value" in first &&
          first.value !== detail.value &&
          !identities.isOutdated(step, index, name)
        )
          yield {
            code: "IDENTITY_CONTRADICTED",
            ...where,
            expected: first.value,
            found: detail.value,
          };
      }
    }
  }
}

/** Checks that no product of an assembly has the part number of an input. */
export function* products({ replay, identities }: Subject): Generator<Observed> {
  for (const step of replay.steps) {
    if (step.event.action !== ACTIONS.assemble) continue;
    const inputs = step.event.entries.filter(
      ({ previous, lot }) => previous !== ZERO_HASH && replay.ancestry.lots.has(lot),
    );
    const used = new Set(inputs.map(({ lot }) => identityOf(identities, lot).mpn?.toUpperCase()));
    for (const [index, { lot, previous }] of step.event.entries.entries()) {
      const detail = previous === ZERO_HASH ? identities.stated(step, index, "mpn") : undefined;
      if (detail && "value" in detail && used.has(detail.value.toUpperCase()))
        yield {
          code: "PRODUCT_IS_INPUT",
          event: step.digest,
          lot,
          field: detail.field,
          found: detail.value,
        };
    }
  }
}

/** Reports introduced lots: only the party that introduced them vouches for them. They must show which lot they claim to be. */
export function* introduced({ replay, identities }: Subject): Generator<Observed> {
  for (const [lot, { by, index }] of replay.ancestry.creations) {
    if (by.event.action !== ACTIONS.introduce) continue;
    yield { code: "ORIGIN_INTRODUCED", event: by.digest, lot };
    const claim = identities.stated(by, index, "claimsLot");
    if (claim && "withheld" in claim)
      yield { code: "CLAIM_WITHHELD", event: by.digest, lot, field: claim.field };
  }
}
