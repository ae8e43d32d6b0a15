// Turns what a person decides about lots into acts to be signed: each with its requests, and a key for each of these.
import type { LotView } from "../../../api/lots.ts";
import { uniqueName } from "./unique.ts";

/** A decision about a lot. Of a lot in transit, `accept` receives it; of a lot in hand, `refuse` records that it is rejected. */
export type DecisionName = "accept" | "hold" | "release" | "refuse";

export interface Decision {
  name: DecisionName;
  /** In a line. Empty where none is needed. */
  reason: string;
  remarks: string;
  /** Facts that the reason states, by field: `packageDamaged`. */
  facts: Readonly<Record<string, string | boolean>>;
  photo: Blob | null;
}

/** A lot as far as an act needs it. */
export interface LotInHand extends Pick<LotView, "lot" | "lotNumber" | "quantity" | "inTransit"> {
  /** The shipment, of a lot in transit. */
  lastEvent: string;
}

export interface Decided {
  lot: LotInHand;
  decision: Decision;
  /** The scan's key. */
  scan: string;
}

/** One request of an act. */
export interface Step {
  path: string;
  body: { details: Record<string, unknown>; [field: string]: unknown };
  /** The service does it once for this key, however often it is sent. */
  once: string;
  /** Whether its event names the photo. */
  hasPhoto: boolean;
  /** When it was first sent, in milliseconds since 1970. Null: never. */
  firstSent: number | null;
  isDone: boolean;
}

/** What is signed together. */
export interface Act {
  name: DecisionName;
  /** Whether it takes lots in transit. */
  isReceipt: boolean;
  lots: readonly { lot: string; name: string; quantity: number }[];
  reason: string;
  steps: Step[];
  photo: { picture: Blob; name: string; once: string; hash: string | null } | null;
  scans: readonly string[];
}

/** The most lots of one event. */
const MOST_LOTS = 250;

/** The decisions that a party can take about a lot as it stands. */
export function decisionsOn(
  lot: Pick<LotView, "quantity" | "inTransit" | "held"> & {
    holder: { address: string };
    consignee: { address: string } | null;
  },
  party: string | null,
): DecisionName[] {
  if (party === null || lot.quantity === 0) return [];
  if (lot.inTransit) return lot.consignee?.address === party ? ["accept", "hold", "refuse"] : [];
  if (lot.holder.address !== party) return [];
  return lot.held ? ["accept", "release", "refuse"] : ["accept", "hold", "refuse"];
}

/** The acts of some decisions: what is accepted goes together, everything else stands alone with its reason. */
export function actsOf(decided: readonly Decided[]): Act[] {
  const together = decided.filter(
    ({ decision: { name, reason, remarks, photo } }) =>
      name === "accept" && reason === "" && remarks === "" && photo === null,
  );
  const alone = decided.filter((each) => !together.includes(each));
  const groups = Map.groupBy(together, ({ lot }) => (lot.inTransit ? lot.lastEvent : ""));
  return [
    ...[...groups.values()].flatMap((group) =>
      Array.from({ length: Math.ceil(group.length / MOST_LOTS) }, (_, i) =>
        actOf(group.slice(i * MOST_LOTS, (i + 1) * MOST_LOTS)),
      ),
    ),
    ...alone.map((each) => actOf([each])),
  ];
}

function actOf(group: readonly Decided[]): Act {
  const [{ lot, decision }] = group as [Decided, ...Decided[]];
  const { name, reason, photo } = decision;
  return {
    name,
    isReceipt: lot.inTransit,
    lots: group.map((each) => ({
      lot: each.lot.lot,
      name: each.lot.lotNumber ?? "without a number",
      quantity: each.lot.quantity,
    })),
    reason,
    steps: stepsOf(group),
    photo: photo && {
      picture: photo,
      name: `${name} ${lot.lotNumber ?? lot.lot.slice(0, 10)}.jpg`.replaceAll(/[/\\]/g, "-"),
      once: uniqueName(),
      hash: null,
    },
    scans: group.map(({ scan }) => scan),
  };
}

function stepsOf(group: readonly Decided[]): Step[] {
  const [{ lot, decision }] = group as [Decided, ...Decided[]];
  const { name, reason, remarks, facts, photo } = decision;
  const said = {
    ...(reason !== "" && { reason }),
    ...(remarks !== "" && { remarks }),
    ...facts,
  };
  const step = (path: string, body: Step["body"], hasPhoto = photo !== null): Step => ({
    path,
    body,
    once: uniqueName(),
    hasPhoto,
    firstSent: null,
    isDone: false,
  });
  const lots = group.map((each) => ({ lot: each.lot.lot }));
  const ofShipment = (what: string, details: Step["body"]["details"], hasPhoto?: boolean) =>
    step(`/v1/shipments/${lot.lastEvent}/${what}`, { lots, details }, hasPhoto);
  const ofLots = (what: string, details: Step["body"]["details"]) =>
    step(`/v1/lots/${lot.lot}/${what}`, {
      details,
      ...(lots.length > 1 && { further: lots.slice(1) }),
    });
  switch (name) {
    case "accept": {
      const details = { inspectionResult: "accepted", ...said };
      return [lot.inTransit ? ofShipment("receipt", details) : ofLots("inspection", details)];
    }
    case "hold":
      // Only its holder can put a lot on hold, so it is received first.
      return [
        ...(lot.inTransit
          ? [ofShipment("receipt", { inspectionResult: "conditional", reason }, false)]
          : []),
        ofLots("hold", said),
      ];
    case "release":
      return [ofLots("release", said)];
    case "refuse": {
      const details = { inspectionResult: "rejected", ...said };
      return [lot.inTransit ? ofShipment("refusal", details) : ofLots("inspection", details)];
    }
  }
}
