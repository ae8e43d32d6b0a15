// Checks each event: its details, signature, custody rules, and the ledger's record of it.
import type { EventRecorded } from "../chain/ledger-log.ts";
import { ACTIONS, type CustodyEvent } from "../event/event.ts";
import { MAX_ENTRIES } from "../base/limits.ts";
import type { ObservationIn } from "../verdict/verdict.ts";
import { ZERO_HASH } from "../base/values.ts";
import type { Case } from "./case.ts";
import { isFinal, placeOf, registeredAt } from "./places.ts";
import { isBefore } from "../chain/place.ts";
import { type Circumstances, type Step, judge } from "./replay.ts";
import { detailsFaults, signatureFaults } from "./signed.ts";
import type { Violation, ViolationName } from "../event/violation.ts";

type Observed = ObservationIn<"events" | "signed" | "logs">;
/** A rule that an event breaks. Signatures have findings of their own, so `judge` treats them as valid. */
type CustodyRule = Exclude<ViolationName, "BadSignature" | "KeyNotOfParty" | "KeyIsRevoked">;

/** Checks that details have the signed root, and reports missing ones. */
export function* details({ replay }: Case): Generator<Observed> {
  for (const { event, digest, details } of replay.steps) {
    yield* detailsFaults(event.details, details, event.entries.length, { event: digest });
    if (details === null && event.details !== ZERO_HASH)
      yield { code: "DETAILS_MISSING", event: digest, field: "details" };
  }
}

/** Checks that every event is signed with a key that was valid for its actor when the ledger recorded it. */
export function* signatures({ replay, chain }: Case): Generator<Observed> {
  for (const step of replay.steps) {
    const { event, digest, signature, signer } = step;
    const place = chain ? placeOf(chain, step) : undefined;
    yield* signatureFaults({ signature, signer, party: event.actor }, chain?.registry, place, {
      event: digest,
    });
  }
}

/** Checks the custody rules for every event, with the parties' standing and the time of its recording. */
export function* custody({ replay, chain, now }: Case): Generator<Observed> {
  for (const step of replay.steps) {
    let violation = step.violation;
    const place = chain ? placeOf(chain, step) : undefined;
    if (chain && place) {
      const circumstances: Circumstances = {
        now: chain.times.get(place.block) ?? now,
        party: (address) => chain.registry.party(address, place),
      };
      violation = judge(step, circumstances).violation;
    }
    if (!violation) continue;
    const name = violation.name as CustodyRule;
    yield {
      code: name,
      event: step.digest,
      ...fieldOfViolation({ name, args: violation.args }, step.event),
    };
  }
}

/** The field of an event that a violation concerns, with the expected and the actual value. */
function fieldOfViolation(
  { name, args }: { name: CustodyRule; args: Violation["args"] },
  event: CustodyEvent,
): Partial<Observed> {
  const [first, second, third] = args;
  const entry = event.entries.findIndex(({ lot }) => lot === first);
  const ofLot = (field: string, more: Partial<Observed> = {}): Partial<Observed> => ({
    lot: String(first),
    field: `entries.${entry}.${field}`,
    ...more,
  });
  const ofAction: Partial<Observed> = {
    lot: String(first),
    field: "action",
    found: event.action,
  };
  const ofParty = (more: Partial<Observed> = {}): Partial<Observed> => ({
    field: first === event.actor ? "actor" : "consignee",
    found: first,
    ...more,
  });
  switch (name) {
    case "EntryCountOutOfRange":
      return { field: "entries", expected: MAX_ENTRIES, found: first };
    case "UnknownAction":
      return { field: "action", found: first };
    case "TimeTooFarAhead":
      return { field: "time", expected: second, found: first };
    case "PartyNotAdmitted":
    case "PartyIsSuspended":
      return ofParty();
    case "RoleMissing":
      return ofParty({ field: "actor" });
    case "ConsigneeNotAllowed":
      return { field: "consignee", found: first };
    case "HolderMismatch":
      return { field: "holder", expected: second, found: first };
    case "EntriesNotAscending":
    case "LotClosed":
      return ofLot("lot");
    case "NotIssuer":
      return ofLot("lot", { found: second });
    case "NewLotNotAllowed":
    case "LotExists":
    case "ExistingLotNotAllowed":
      return ofLot("previous");
    case "PreviousMismatch":
      return ofLot("previous", { expected: second, found: third });
    case "NotHolder":
    case "NotConsignee":
      return { lot: String(first), field: "actor", expected: second, found: event.actor };
    case "LotInTransit":
    case "LotNotInTransit":
    case "LotHeld":
    case "LotNotHeld":
      return ofAction;
    case "QuantityNotAllowed":
      return ofLot("quantity", { expected: second, found: third });
    case "EntryKindsNotAllowed":
      return { field: "entries" };
    case "QuantityNotConserved":
      return { field: "entries", expected: first, found: second };
  }
}

/** Checks that no event happened before the event that it follows. */
export function* order({ replay }: Case): Generator<Observed> {
  for (const { event, digest, follows } of replay.steps) {
    const latest = Math.max(0, ...[...follows].map((before) => before.event.time));
    if (event.time < latest)
      yield {
        code: "TIME_BEFORE_PREDECESSOR",
        event: digest,
        field: "time",
        expected: latest,
        found: event.time,
      };
  }
}

/** Yields the differences between an event and the ledger's record of it, or of the event in its place. */
function* differences(
  { event, before }: Step,
  record: EventRecorded,
): Generator<Partial<Observed>> {
  for (const name of ["action", "actor", "holder", "consignee", "time", "details"] as const)
    if (event[name] !== record[name])
      yield { field: name, expected: record[name], found: event[name] };
  if (event.entries.length !== record.lots.length)
    yield { field: "entries", expected: record.lots.length, found: event.entries.length };
  for (const [i, { lot, previous, quantity, withheld }] of event.entries.entries()) {
    const line = record.lots[i];
    if (line === undefined) return;
    if (withheld !== undefined) continue; // only the digest covers a withheld entry
    const at = (field: string) => ({ lot, field: `entries.${i}.${field}` });
    if (lot !== line.lot) yield { ...at("lot"), expected: line.lot, found: lot };
    if (quantity !== line.quantity)
      yield { ...at("quantity"), expected: line.quantity, found: quantity };
    if ((previous === ZERO_HASH) !== line.isNew) yield { ...at("previous"), found: previous };
    const quantityBefore = before[i]?.quantity;
    if (quantityBefore !== undefined && quantityBefore !== line.quantityBefore)
      yield { ...at("previous"), expected: line.quantityBefore, found: quantityBefore };
  }
}

/** The entries that nothing else in the trail confirms: previous words of other lots, and withheld entries. */
function unconfirmed({ event: { entries }, before }: Step): string {
  const only = before.indexOf(undefined);
  const unknown = before.filter((state) => state === undefined).length;
  if (entries.some(({ withheld }) => withheld !== undefined))
    return unknown === 1 ? `entries.${only}` : `entries.0-${entries.length - 1}`;
  return unknown === 1 ? `entries.${only}.previous` : `entries.0-${entries.length - 1}.previous`;
}

/** Checks that the ledger has recorded every event as the trail shows it, or that a log vouches for it, and finality. */
export function* records({ replay, chain, trust }: Case): Generator<Observed> {
  if (!chain) return;
  for (const step of replay.steps) {
    const where = { event: step.digest };
    const record = chain.records.get(step);
    const rival = chain.rivals.get(step);
    const logged = chain.logged.get(step);
    if (record) {
      // The digest covers everything that is compared, so a difference means that the node contradicts itself.
      for (const difference of differences(step, record))
        yield { code: "NODE_INCONSISTENT", ...where, ...difference };
      if (!isFinal(chain, trust, record.block)) yield { code: "NOT_FINAL", ...where };
    } else if (rival) {
      const verdict = isFinal(chain, trust, rival.block) ? undefined : ("INCOMPLETE" as const);
      const faults = [...differences(step, rival)];
      if (faults.length === 0) faults.push({ field: unconfirmed(step) });
      for (const difference of faults)
        yield { code: "RECORD_DIFFERS", verdict, ...where, ...difference };
    } else if (chain.proven.has(step))
      yield { code: "NODE_INCONSISTENT", ...where, field: "settled" };
    else if (!logged) yield { code: "NOT_RECORDED", ...where, ...chain.logFaults.get(step) };
    else if (!isFinal(chain, trust, logged.block)) yield { code: "LOG_NOT_FINAL", ...where };
  }
}

/** Checks that the ledger recorded an event after the events that it follows. */
export function* recordOrder({ replay, chain }: Case): Generator<Observed> {
  for (const step of replay.steps) {
    const record = chain?.records.get(step);
    const early = [...step.follows].some((before) => {
      const earlier = chain?.records.get(before);
      return record && earlier && !isBefore(earlier, record);
    });
    if (early) yield { code: "NODE_INCONSISTENT", event: step.digest, field: "settled" };
  }
}

/** Checks the trail's hints about where events were settled. */
export function* hints({ replay, chain }: Case): Generator<Observed> {
  for (const step of replay.steps) {
    const record = chain?.records.get(step);
    const { digest, settled } = step;
    if (!record || !settled) continue;
    for (const name of ["transaction", "block"] as const)
      if (settled[name] !== record[name])
        yield {
          code: "HINT_WRONG",
          event: digest,
          field: `settled.${name}`,
          expected: record[name],
          found: settled[name],
        };
  }
}

/** Checks that events were recorded or logged soon after they happened. */
export function* delay({ replay, chain, policy }: Case): Generator<Observed> {
  const most = policy.lateAfterSeconds;
  for (const step of replay.steps) {
    const recordedAt = registeredAt(chain, step);
    if (recordedAt !== undefined && recordedAt - step.event.time > most)
      yield {
        code: "SETTLED_LATE",
        event: step.digest,
        field: "time",
        expected: recordedAt,
        found: step.event.time,
      };
  }
}

/** Checks that the receiver counted as many pieces as were shipped. */
export function* shortfalls({ replay }: Case): Generator<Observed> {
  for (const { event, digest, before } of replay.steps) {
    if (event.action !== ACTIONS.receive) continue;
    for (const [i, { lot, quantity }] of event.entries.entries()) {
      const shipped = replay.ancestry.lots.has(lot) ? before[i]?.quantity : undefined;
      if (shipped !== undefined && quantity < shipped)
        yield {
          code: "RECEIVED_SHORT",
          event: digest,
          lot,
          field: `entries.${i}.quantity`,
          expected: shipped,
          found: quantity,
        };
    }
  }
}
