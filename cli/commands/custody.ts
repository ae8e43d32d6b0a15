// Moving lots: `ship`, `receive`, `split`.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { MAX_ENTRIES } from "../../protocol/base/limits.ts";
import type { Api } from "../service/api.ts";
import type { Command } from "../service/command.ts";
import {
  Acted,
  inParallel,
  LotSeen,
  readCount,
  resolveLot,
  resolveParty,
} from "../service/lots.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { readLotNames } from "../packing-list/read.ts";
import { pieces, short, table } from "../output/terminal.ts";

const REQUESTS_AT_ONCE = 8;

/** What a shipment's papers say, by the options that say it. */
const SHIPMENT_FIELDS = {
  carrier: "carrier",
  service: "carrierService",
  tracking: "trackingNumber",
  asn: "asnNumber",
  packingList: "packingList",
  deliveryNote: "deliveryNote",
  reason: "reason",
} as const;

export type ShipOptions = Partial<Record<keyof typeof SHIPMENT_FIELDS, string>> & {
  to: string;
  file?: string;
};

/** Ships lots to a party. */
export async function ship({ caller, terminal }: Command, names: string[], options: ShipOptions) {
  const { api } = caller;
  const listed = options.file === undefined ? [] : readLotNames(await readInput(options.file));
  const wanted = [...names, ...listed];
  if (wanted.length === 0) {
    throw new Problem("BAD_ARGUMENT", "name the lots to ship, or a --file of them", {
      field: "LOT",
      exit: EXIT.usage,
    });
  }
  const consignee = await resolveParty(api, options.to, "--to");
  const lots = await resolveAll(api, wanted);
  const details = Object.fromEntries(
    Object.entries(SHIPMENT_FIELDS).flatMap(([option, field]) => {
      const value = options[option as keyof typeof SHIPMENT_FIELDS];
      return value === undefined ? [] : [[field, value]];
    }),
  );
  const body = { consignee: consignee.address, lots: lots.map((lot) => ({ lot })), details };
  const { hash, settlement } = await api.post("/v1/shipments", Acted, body);
  terminal.line(
    `shipped     ${counted(lots.length, "lot")} to ${consignee.name}, who has to receive them`,
  );
  terminal.line(`shipment    ${hash}`);
  terminal.line(`settlement  ${settlement}`);
  return { shipment: hash, settlement, consignee: consignee.address, lots };
}

/** Ids of the lots named, each once. @throws Problem TOO_LARGE, BAD_ARGUMENT */
async function resolveAll(api: Api, names: readonly string[]): Promise<string[]> {
  const lots = await inParallel(names, REQUESTS_AT_ONCE, (name) => resolveLot(api, name));
  const twice = names.find((_, i) => lots.indexOf(lots[i]!) !== i);
  if (twice !== undefined)
    throw new Problem("BAD_ARGUMENT", `${twice} is named twice`, { field: "LOT" });
  if (lots.length > MAX_ENTRIES) {
    const why = `one shipment has at most ${MAX_ENTRIES} lots, these are ${lots.length}: ship them in several`;
    throw new Problem("TOO_LARGE", why, { field: "LOT" });
  }
  return lots;
}

const ShipmentSeen = z.looseObject({ shipment: z.string(), open: z.number() });
const ShipmentWithLots = z.looseObject({
  shipment: z.string(),
  shipper: z.looseObject({ name: z.string().nullable(), address: z.string() }),
  items: z.array(
    z.looseObject({
      lot: z.string(),
      lotNumber: z.string().nullable(),
      quantity: z.number(),
      outcome: z.string(),
    }),
  ),
});

export interface ReceiveOptions {
  short?: string[];
  only?: string[];
  reason?: string;
}

/** Receives a shipment, or some lots of it, with what was counted where that is less. */
export async function receive(
  { caller, terminal }: Command,
  named: string,
  options: ReceiveOptions,
) {
  const { api } = caller;
  const hash = await resolveShipment(api, named);
  const { shipper, items } = await api.get(`/v1/shipments/${hash}`, ShipmentWithLots);
  const find = (name: string, field: string) => {
    const found = items.filter(
      ({ lot, lotNumber }) => lot === name.toLowerCase() || lotNumber === name,
    );
    if (found.length === 1) return found[0]!;
    const [code, why] =
      found.length === 0
        ? ["NOT_FOUND", "is not in this shipment"]
        : ["AMBIGUOUS_LOT", "is in it twice, give the id"];
    throw new Problem(code, `${name} ${why}`, { field });
  };
  const counts = new Map(
    (options.short ?? []).map((text) => {
      const { name, quantity } = readCount(text, "--short");
      return [find(name, "--short").lot, quantity];
    }),
  );
  const only = options.only?.map((name) => find(name.normalize("NFC"), "--only").lot);
  const stray = only && [...counts.keys()].find((lot) => !only.includes(lot));
  if (stray !== undefined) {
    throw new Problem("BAD_ARGUMENT", `${stray} is counted short, but not among --only`, {
      field: "--short",
    });
  }
  const taken = items.filter(({ lot, outcome }) =>
    only ? only.includes(lot) : outcome === "in transit",
  );
  const details = options.reason === undefined ? {} : { shortfallReason: options.reason };
  const lots = taken.map(({ lot }) => ({
    lot,
    ...(counts.has(lot) && { quantity: counts.get(lot) }),
  }));
  // An empty list says that nothing is on its way any more: that is for the service to refuse.
  const body = { ...(lots.length > 0 && { lots }), details };
  const acted = await api.post(`/v1/shipments/${hash}/receipt`, Acted, body);
  terminal.line(
    `received    ${counted(taken.length, "lot")} from ${shipper.name ?? shipper.address}`,
  );
  for (const { lot, lotNumber, quantity } of taken) {
    const count = counts.get(lot);
    if (count !== undefined) {
      terminal.line(
        `short       ${lotNumber ?? short(lot)}: ${pieces(count)} of ${pieces(quantity)} pieces`,
      );
    }
  }
  terminal.line(`event       ${acted.hash}`);
  terminal.line(`settlement  ${acted.settlement}`);
  return { event: acted.hash, settlement: acted.settlement, shipment: hash, lots };
}

const SHORTEST_BEGINNING = 8;

/**
 * The shipment that a hash, the beginning of one, or the number of a lot in it means.
 * @throws Problem NOT_FOUND, AMBIGUOUS_SHIPMENT, AMBIGUOUS_LOT
 */
async function resolveShipment(api: Api, text: string): Promise<string> {
  const wanted = text.trim().toLowerCase();
  if (/^0x[0-9a-f]{64}$/.test(wanted)) return wanted;
  if (!/^0x[0-9a-f]*$/.test(wanted)) return shipmentOfLot(api, text);
  if (wanted.length < SHORTEST_BEGINNING) {
    const why = `${text} is too short: give the shipment's hash, or the first ${SHORTEST_BEGINNING} characters or more`;
    throw new Problem("BAD_ARGUMENT", why, { field: "SHIPMENT", exit: EXIT.usage });
  }
  const found: string[] = [];
  for await (const items of api.pages("/v1/shipments", ShipmentSeen, { direction: "incoming" })) {
    found.push(
      ...items.map(({ shipment }) => shipment).filter((shipment) => shipment.startsWith(wanted)),
    );
  }
  if (found.length === 1) return found[0]!;
  const [code, why] =
    found.length === 0 ? ["NOT_FOUND", "none"] : ["AMBIGUOUS_SHIPMENT", found.join("; ")];
  throw new Problem(code, `shipments on their way to you that begin with ${text}: ${why}`, {
    field: "SHIPMENT",
  });
}

const LotOnItsWay = z.looseObject({
  inTransit: z.boolean(),
  state: z.looseObject({ lastEvent: z.string() }),
});

/** The shipment that a lot is on its way with. Nothing but its shipment happens to a lot in transit. */
async function shipmentOfLot(api: Api, name: string): Promise<string> {
  const { inTransit, state } = await api.get(
    `/v1/lots/${await resolveLot(api, name)}`,
    LotOnItsWay,
  );
  if (!inTransit)
    throw new Problem("NOT_FOUND", `lot ${name} is not on its way to anybody`, {
      field: "SHIPMENT",
    });
  return state.lastEvent;
}

/** Splits new lots off a lot. */
export async function split({ caller, terminal }: Command, name: string, texts: string[]) {
  const { api } = caller;
  const children = texts.map((text) => {
    const { name: lotNumber, quantity } = readCount(text, "LOTNUMBER=PIECES");
    return { lotNumber, quantity };
  });
  const parent = await resolveLot(api, name);
  const { hash, settlement } = await api.post(`/v1/lots/${parent}/split`, Acted, { children });
  const { quantity, lotNumber, issuer: _issuer } = await api.get(`/v1/lots/${parent}`, LotSeen);
  terminal.line(
    `split       ${lotNumber ?? short(parent)}: ${pieces(quantity)} pieces are left in it`,
  );
  const rows = children.map((child) => [child.lotNumber, pieces(child.quantity)]);
  for (const line of table([{ title: "new lot" }, { title: "pieces", align: "right" }], rows))
    terminal.line(`  ${line}`);
  terminal.line(`event       ${hash}`);
  terminal.line(`settlement  ${settlement}`);
  return { event: hash, settlement, lot: parent, left: quantity, children };
}

/** A file that a person named. @throws Problem FILE_UNREADABLE */
export async function readInput(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw new Problem("FILE_UNREADABLE", `${file} cannot be read`, {
      field: "FILE",
      exit: EXIT.usage,
      cause,
    });
  });
}

export const counted = (count: number, noun: string) =>
  `${pieces(count)} ${noun}${count === 1 ? "" : "s"}`;
