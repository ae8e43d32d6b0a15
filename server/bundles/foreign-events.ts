// Imports events that only another operator's log vouches for, from a verified bundle. The chain cannot refuse them, so the
// ledger's rules are checked here.
import type { Bundle } from "../../protocol/trail/bundle.ts";
import { withholdEntries } from "../../protocol/trail/bundle.ts";
import { parseCanonical } from "../../protocol/base/canonical.ts";
import { CustodyEvent } from "../../protocol/event/event.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { insertEvents } from "../custody/store.ts";
import type { Db } from "../storage/db.ts";
import { ANYBODY, replayRow, statesBeforeAll } from "../integrity/replay.ts";
import { Refusal, type SignedPair } from "../refusal.ts";
import { queueFollowing } from "../settlement/promote.ts";
import { lockStates } from "../custody/states.ts";
import { type Reader, seenEvents } from "../access/visibility.ts";

type Item = Bundle["trail"]["events"][number];
type Place = NonNullable<Verdict["events"][number]["logged"]>;

/** An event of a verified bundle. */
export interface Foreign {
  item: Item;
  hash: string;
  /** Its place in the bundle's trail. */
  position: number;
  /** Its place in the log, from the verdict. Null where no log vouches for it. */
  place: Place | null;
}

/**
 * Stores an event that this service does not have.
 * @param reader who imports it
 * @throws Refusal NOT_SETTLED where no log vouches for it; ENTRIES_WITHHELD, NOT_WHOLE where the bundle withholds a part of
 * it; PREDECESSOR_UNKNOWN; EQUIVOCATION with both events where its actor signed another one over the same word here,
 * CONFLICT where another party did; BUNDLE_REFUSED where it breaks a rule of custody
 */
export async function importForeignEvent(tx: Db, reader: Reader, foreign: Foreign): Promise<void> {
  const { hash, position, place, item } = foreign;
  const field = `trail.events.${position}`;
  if (!place || !item.logged)
    throw new Refusal(
      "NOT_SETTLED",
      409,
      `The service has not yet read the ledger's record of ${hash}. Try again.`,
      {
        field: "trail",
      },
    );
  const event = wholeEvent(foreign, field);
  const lots = event.entries.map(({ lot }) => lot);
  await lockStates(tx, lots);
  await checkRivals(tx, reader, event, foreign, field);
  const { states, faults } = replayRow(hash, event, await statesBeforeAll(tx, [event]), ANYBODY);
  if (!states) {
    const unknown = faults.find(({ code }) => code === "PREDECESSOR_MISSING")?.row.split("/")[1];
    if (unknown !== undefined) {
      const why = `Event ${hash} is also about lot ${unknown}, whose earlier events this service does not have. Import the bundle of that lot first.`;
      throw new Refusal("PREDECESSOR_UNKNOWN", 409, why, { field });
    }
    throw new Refusal(
      "BUNDLE_REFUSED",
      422,
      `Event ${hash} breaks a rule of custody: ${faults[0]?.found}. Ask the sender for another bundle.`,
      { field },
    );
  }
  const signature = item.signature!;
  const parts = { event, hash, signature, details: undefined, secret: undefined };
  await insertEvents(tx, [{ ...parts, states, settlement: { state: "logged" } }]);
  const { operator, index, size, block } = place;
  const { proof } = item.logged;
  await tx.foreignLeaf.create({ data: { event: hash, operator, index, size, proof, block } });
  await queueFollowing(tx, [hash]);
}

function wholeEvent({ item, hash }: Foreign, field: string): CustodyEvent {
  const { event, signature, details } = item;
  const withheld = event.entries.findIndex((entry) => entry.withheld !== undefined);
  if (withheld >= 0) {
    const why =
      `Entry ${withheld} of event ${hash} is withheld, and no ledger records it. Ask a party that sees all lots of the event ` +
      "for the bundle, or ask the lots' manufacturer to settle them.";
    throw new Refusal("ENTRIES_WITHHELD", 422, why, {
      field: `${field}.event.entries.${withheld}`,
    });
  }
  const missing =
    signature === null
      ? "signature"
      : event.details !== ZERO_HASH && details === null
        ? "details"
        : "";
  if (missing !== "") {
    const why = `The ${missing} of event ${hash} is missing, and no ledger records it. Ask the sender for the whole bundle.`;
    throw new Refusal("NOT_WHOLE", 422, why, { field: `${field}.${missing}` });
  }
  return CustodyEvent.parse(event);
}

/**
 * Refuses a second event over a word that already has one. If one party signed both, the two events prove equivocation to
 * anyone.
 */
async function checkRivals(
  tx: Db,
  reader: Reader,
  event: CustodyEvent,
  { item, hash }: Foreign,
  field: string,
): Promise<void> {
  for (const [i, { lot, previous }] of event.entries.entries()) {
    const rival = await tx.entry.findFirst({
      where: { lot, previous, live: true },
      include: { of: true },
    });
    if (!rival) continue;
    const at = { field: `${field}.event.entries.${i}.previous` };
    const why = (other: string) => `${other} and event ${hash} follow the same state of lot ${lot}`;
    const { actor, signature } = rival.of;
    if (actor !== event.actor || signature === null || item.signature === null) {
      const seen = await seenEvents(tx, reader, [rival.event]);
      const other = seen.has(rival.event) ? `Event ${rival.event}` : "Another event";
      throw new Refusal(
        "CONFLICT",
        409,
        `${why(other)}. The ledger decides which one counts. Import the bundle again once one of them is settled.`,
        at,
      );
    }
    const ours = CustodyEvent.parse(parseCanonical(rival.of.bytes));
    const withOwnEntry = (each: CustodyEvent) => withholdEntries(each, (one) => one === lot);
    const evidence: SignedPair = [
      { hash: rival.event, event: withOwnEntry(ours), signature },
      { hash, event: withOwnEntry(event), signature: item.signature },
    ];
    throw new Refusal(
      "EQUIVOCATION",
      409,
      `${why(`Event ${rival.event}`)}, and ${event.actor} signed both. Ask ${event.actor} which one is right.`,
      {
        ...at,
        evidence,
      },
    );
  }
}
