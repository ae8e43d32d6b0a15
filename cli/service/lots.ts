// Finds lots and parties by the names that people give them.
import type { Api } from "./api.ts";
import { pickParty } from "./caller.ts";
import { LotView } from "../../api/lots.ts";
import { pageOf } from "../../api/page.ts";
import { PartyView } from "../../api/parties.ts";
import { Problem } from "../output/outcome.ts";

/** Requests that are under way at the same time. */
export const REQUESTS_AT_ONCE = 8;

const LOT_ID = /^0x[0-9a-f]{64}$/i;

/** Lots that one number may mean, before a person has to say which. */
const MAX_NAMED = 10;

/**
 * Finds the id of a lot by its id or lot number.
 * @throws Problem NOT_FOUND, AMBIGUOUS_LOT naming them
 */
export async function resolveLot(api: Api, text: string, field = "LOT"): Promise<string> {
  const wanted = text.trim().normalize("NFC");
  if (LOT_ID.test(wanted)) return wanted.toLowerCase();
  const query = { lotNumber: wanted, limit: MAX_NAMED };
  const { items } = await api.get("/v1/lots", pageOf(LotView), query);
  const [first, second] = items;
  if (!first) {
    const why = `There is no lot with the number ${wanted}, or you may not see it.`;
    throw new Problem("NOT_FOUND", why + (await nearNumbers(api, wanted)), { field });
  }
  if (!second) return first.lot;
  const lots = items.map(({ lot, issuer }) => `${lot} of ${issuer.name ?? issuer.address}`);
  const why = `${items.length} lots have the number ${wanted}. Give the id: ${lots.join("; ")}.`;
  throw new Problem("AMBIGUOUS_LOT", why, { field });
}

/** The longest text that the service searches for. */
const MAX_SEARCH = 128;
const plain = (number: string) => number.toUpperCase().replaceAll(/\s/g, "");

/** Names the lots whose numbers differ in capitals alone. Empty if there are none. */
async function nearNumbers(api: Api, wanted: string): Promise<string> {
  if (wanted === "" || wanted.length > MAX_SEARCH) return "";
  const { items } = await api.get("/v1/lots", pageOf(LotView), { q: wanted, limit: MAX_NAMED });
  const near = items.flatMap(({ lotNumber }) =>
    lotNumber !== null && plain(lotNumber) === plain(wanted) ? [lotNumber] : [],
  );
  return near.length === 0 ? "" : ` You see ${near.join(", ")}: capitals and blanks count.`;
}

/** All parties of the ledger. */
export async function allParties(api: Api): Promise<PartyView[]> {
  return api.all("/v1/parties", PartyView);
}

/** Finds a party by the start of its name or address. */
export async function resolveParty(api: Api, text: string, field: string): Promise<PartyView> {
  return pickParty(text, await allParties(api), ({ address }) => address, field);
}
