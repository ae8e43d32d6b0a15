// Collects what a lot's label says, as far as a reader sees it.
import { type EntryDetails, entryDetail } from "../../protocol/event/details.ts";
import { ACTIONS, CustodyEvent } from "../../protocol/event/event.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";
import type { LabelContent } from "../../protocol/label/write.ts";
import type { Event, Lot } from "../../prisma/generated/client.ts";
import { isOpenTo, type Reader, visibleDetails } from "../access/visibility.ts";
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";
import { factsOf } from "./facts.ts";

/** The lot's record as fields of a label. What is missing from the record is empty, and refused where a label needs it. */
export async function contentOf(db: Db, reader: Reader, lot: Lot): Promise<LabelContent> {
  const facts = await factsOf(db, reader, lot);
  const columns = Object.entries({
    lotNumber: lot.lotNumber,
    mpn: lot.mpn,
    manufacturer: lot.manufacturer,
    makerLot: lot.makerLot,
    dateCode: lot.dateCode,
  }).filter(([, value]) => value !== null);
  return {
    ...facts,
    lotNumber: "",
    mpn: "",
    ...Object.fromEntries(columns),
    quantity: Number(lot.quantity),
  };
}

/** A shipment of which the labels are printed. */
export interface Delivery {
  /** Its lots, in the order of the event. */
  lots: readonly string[];
  /** The customer's fields for one of its lots, as far as the reader sees them. */
  fieldsOf(lot: string): CustomerFields;
}

const CUSTOMER_FIELDS = ["customerPartNumber", "purchaseOrder", "purchaseOrderLine"] as const;
type CustomerFields = { [N in (typeof CUSTOMER_FIELDS)[number]]?: NonNullable<EntryDetails[N]> };

/**
 * Finds a shipment from or to the reader.
 * @throws Refusal NOT_FOUND for any other, as if it did not exist
 */
export async function deliveryFor(db: Db, reader: Reader, hash: string): Promise<Delivery> {
  const { party, byGrant } = reader;
  const isParty = party !== null || byGrant;
  const row = await db.event.findFirst({
    where: {
      hash,
      action: ACTIONS.ship,
      ...(isParty && { OR: [{ actor: party ?? "" }, { consignee: party ?? "" }] }),
    },
  });
  const event = row && parsedBy(CustodyEvent, row.bytes);
  if (!event)
    throw new Refusal("NOT_FOUND", 404, "There is no such shipment, or you may not see it.", {
      field: "shipment",
    });
  const lots = event.entries.map(({ lot }) => lot);
  const seen = visibleDetails(row, isOpenTo(reader, eventParties(row), new Set(lots.keys())));
  return {
    lots,
    fieldsOf(lot) {
      const index = lots.indexOf(lot);
      if (!seen || index < 0) return {};
      return Object.fromEntries(
        CUSTOMER_FIELDS.flatMap((name) => {
          const value = entryDetail(seen.details, index, name);
          return value === undefined ? [] : [[name, value]];
        }),
      );
    },
  };
}

const eventParties = ({ actor, holder, consignee, restricted }: Event) => ({
  actor,
  holder,
  consignee,
  restricted,
});
