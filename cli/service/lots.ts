// Finds lots and parties by the names that people give them.
import pMap from "p-map";
import { LotWithDetails } from "../../api/lots.ts";
import { PartyView } from "../../api/parties.ts";
import { Problem, usageProblem } from "../output/outcome.ts";
import type { Api } from "./api.ts";
import { pickParty } from "./caller.ts";

/** Requests that are under way at the same time. */
export const REQUESTS_AT_ONCE = 8;

/** The path of a lot. The service takes its id, number, package id or label. @throws Problem BAD_ARGUMENT */
export function lotPath(name: string, rest = ""): string {
  const text = name.trim().normalize("NFC");
  // A URL drops the segments "." and "..", and an empty one names the list.
  if (/^\.{0,2}$/.test(text)) throw usageProblem("BAD_ARGUMENT", "Give a lot's number.", "LOT");
  return `/v1/lots/${encodeURIComponent(text)}${rest}`;
}

/** Finds a lot. @throws Problem NOT_FOUND, AMBIGUOUS_LOT */
export const findLot = (api: Api, name: string): Promise<LotWithDetails> =>
  api.get(lotPath(name), LotWithDetails);

/** Finds lots that must all differ. @throws Problem BAD_ARGUMENT, NOT_FOUND, AMBIGUOUS_LOT */
export async function findLots(api: Api, names: readonly string[]): Promise<LotWithDetails[]> {
  const lots = await pMap(names, (name) => findLot(api, name), { concurrency: REQUESTS_AT_ONCE });
  const ids = lots.map(({ lot }) => lot);
  const repeated = names.find((_, i) => ids.indexOf(ids[i]!) !== i);
  if (repeated === undefined) return lots;
  throw new Problem("BAD_ARGUMENT", `Lot ${repeated} is named twice.`, { field: "LOT" });
}

/** All parties of the ledger. */
export async function allParties(api: Api): Promise<PartyView[]> {
  return api.all("/v1/parties", PartyView);
}

/** Finds a party by the start of its name or address. */
export async function resolveParty(api: Api, text: string, field: string): Promise<PartyView> {
  return pickParty(text, await allParties(api), ({ address }) => address, field);
}
