// Finds shipments, and the lots of a shipment that a command takes. Asks before it takes more than was named.
import { ShipmentView, ShipmentWithLots } from "../../api/shipments.ts";
import { Problem, usageProblem } from "../output/outcome.ts";
import { countOf, partyText } from "../output/terminal.ts";
import { lotLines, numberOf } from "./acts.ts";
import type { Api } from "./api.ts";
import type { Command } from "./command.ts";
import { findLot } from "./lots.ts";

export type ShippedLot = ShipmentWithLots["items"][number];

/** A shipment, and those of its lots that are taken. */
export interface Picked {
  shipment: ShipmentWithLots;
  lots: ShippedLot[];
  /** All lots that are still in transit are taken. */
  isAll: boolean;
}

/** How lots of a shipment are named. */
export interface Picking {
  direction: "incoming" | "outgoing";
  /** What is done, for the question: `Receive`. */
  verb: string;
  /** Exactly these lots. */
  only?: readonly string[] | undefined;
  /** Lots that are named elsewhere. */
  also?: readonly string[];
  /** All lots in transit, without a question. */
  all?: boolean | undefined;
  /** All lots in transit but these, without a question. */
  except?: readonly string[] | undefined;
  /** Lots that are named are the only ones that are taken. */
  isNarrow?: boolean;
}

/**
 * Picks lots of a shipment: all that are in transit where the shipment is named, or where all of them are; else a person is
 * asked.
 * @param names the shipment, or lots in it
 * @throws Problem NOT_CONFIRMED, NOT_FOUND, AMBIGUOUS_LOT, AMBIGUOUS_SHIPMENT, BAD_ARGUMENT
 */
export async function pickLots(
  { caller: { api }, confirm }: Command,
  names: readonly string[],
  { direction, verb, only, except, also = [], all = false, isNarrow = false }: Picking,
): Promise<Picked> {
  const [first] = names;
  const { hash, isShipment } = await findShipment(api, first!, direction);
  const shipment = await api.get(`/v1/shipments/${hash}`, ShipmentWithLots);
  const items = shipment.items.toSorted((a, b) => numberOf(a).localeCompare(numberOf(b)));
  const open = items.filter(({ outcome }) => outcome === "in transit");
  const pick = (texts: readonly string[], field: string) =>
    Promise.all(texts.map((text) => pickLot(api, items, text, field)));
  if (only) return { shipment, lots: await pick(only, "--only"), isAll: false };
  if (except) {
    const left = await pick(except, "--except");
    return { shipment, lots: open.filter((lot) => !left.includes(lot)), isAll: false };
  }
  const whole = { shipment, lots: open, isAll: true };
  if (isShipment || all) return whole;
  const named = await pick([...names, ...also], "LOT");
  if (isNarrow) return { shipment, lots: named, isAll: false };
  if (open.every((lot) => named.includes(lot))) return whole;
  const from = partyText(direction === "incoming" ? shipment.shipper : shipment.consignee);
  const head = `The shipment ${direction === "incoming" ? "from" : "to"} ${from} has ${countOf(open.length, "lot")} in transit:`;
  const isWanted = await confirm(`${verb} all ${open.length} lots?`, [head, ...lotLines(open)]);
  if (isWanted) return whole;
  const others = someOf(open.filter((lot) => !named.includes(lot)).map(numberOf));
  const why =
    isWanted === false
      ? "Nothing was signed."
      : `You did not name ${others}, which the shipment also has. Take all its lots with --all, or name the wanted ones with --only.`;
  throw usageProblem("NOT_CONFIRMED", why, "--all");
}

/** Names that a sentence lists; further ones are counted. */
const MAX_LISTED = 6;

const someOf = (names: readonly string[]) =>
  names.length <= MAX_LISTED
    ? names.join(", ")
    : `${names.slice(0, MAX_LISTED).join(", ")} and ${names.length - MAX_LISTED} more`;

/** Picks a lot of a shipment. @throws Problem NOT_FOUND, AMBIGUOUS_LOT */
export async function pickLot(
  api: Api,
  lots: readonly ShippedLot[],
  name: string,
  field: string,
): Promise<ShippedLot> {
  const text = name.trim().normalize("NFC");
  const [first, second] = lots.filter(
    ({ lot, lotNumber }) => lot === text.toLowerCase() || lotNumber === text,
  );
  if (second) {
    const why = `The shipment has two lots with the number ${text}. Give the id.`;
    throw new Problem("AMBIGUOUS_LOT", why, { field });
  }
  if (first) return first;
  const found = await findLot(api, text).catch((error: unknown) => {
    if (error instanceof Problem && error.code === "NOT_FOUND") return undefined;
    throw error;
  });
  const other = lots.find(({ lot }) => lot === found?.lot);
  if (other) return other;
  throw new Problem("NOT_FOUND", `Lot ${text} is not in this shipment.`, { field });
}

/** Characters of a hash that must be given at least, 0x included. */
const MIN_HASH_START = 8;

/**
 * Finds a shipment by its hash, the start of it, or a lot in it.
 * @param direction only one that is in transit; without it, any of the caller's
 * @throws Problem NOT_FOUND, AMBIGUOUS_SHIPMENT, BAD_ARGUMENT
 */
export async function findShipment(
  api: Api,
  text: string,
  direction?: Picking["direction"],
): Promise<{ hash: string; isShipment: boolean }> {
  const wanted = text.trim().toLowerCase();
  const field = "SHIPMENT";
  if (!/^0x[0-9a-f]*$/.test(wanted))
    return { hash: await shipmentOfLot(api, text), isShipment: false };
  if (wanted.length === 66) {
    const hash = await isKnownShipment(api, wanted);
    return { hash: hash ? wanted : await shipmentOfId(api, wanted), isShipment: hash };
  }
  if (wanted.length < MIN_HASH_START) {
    const why = `${text} is too short. Give the shipment's hash, or at least its first ${MIN_HASH_START} characters.`;
    throw usageProblem("BAD_ARGUMENT", why, field);
  }
  const query = direction ? { direction } : { direction: "both", state: "all" };
  const listed = await api.all("/v1/shipments", ShipmentView, query);
  const matches = listed
    .map(({ shipment }) => shipment)
    .filter((shipment) => shipment.startsWith(wanted));
  const [first, second] = matches;
  const which = WHICH[direction ?? "any"];
  if (!first)
    throw new Problem("NOT_FOUND", `No shipment ${which} starts with ${text}.`, { field });
  if (!second) return { hash: first, isShipment: true };
  const why = `Several shipments ${which} start with ${text}: ${matches.join("; ")}.`;
  throw new Problem("AMBIGUOUS_SHIPMENT", why, { field });
}

/** The shipments among which one is looked for. */
const WHICH = {
  incoming: "in transit to you",
  outgoing: "of yours in transit",
  any: "from you or to you",
};

/** Whether 32 bytes are a shipment. A lot's id has the same form. */
const isKnownShipment = (api: Api, hash: string) =>
  api.get(`/v1/shipments/${hash}`, ShipmentWithLots).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Problem && error.code === "NOT_FOUND") return false;
      throw error;
    },
  );

/** What is neither a shipment nor a lot in transit is refused as a shipment. */
async function shipmentOfId(api: Api, id: string): Promise<string> {
  const lot = await findLot(api, id).catch(() => undefined);
  return lot?.inTransit ? lot.state.lastEvent : id;
}

/** The shipment that carries a lot: while a lot is in transit, its last event is the shipment. */
async function shipmentOfLot(api: Api, name: string): Promise<string> {
  const { inTransit, state } = await findLot(api, name);
  if (inTransit) return state.lastEvent;
  throw new Problem("NOT_FOUND", `Lot ${name} is not in transit.`, { field: "SHIPMENT" });
}
