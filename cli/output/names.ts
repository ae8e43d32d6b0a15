// Names parties and lots as people know them: by the name on the ledger, and by the lot number.
import { roleNames } from "../../protocol/event/roles.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { partyText, short } from "./terminal.ts";

/** Names by address or lot id. What the verdict does not name is shown by the start of its address, or both ends of its id. */
export interface Names {
  party(address: string): string;
  /** The lot number with part and manufacturer. */
  lot(id: string): string;
  /** The lot number alone. */
  lotNumber(id: string): string;
}

/** The names that a verdict knows. */
export function namesIn({ parties, lots }: Pick<Verdict, "parties" | "lots">): Names {
  const partyTexts = new Map(
    parties.map(({ party, name, roles }) => [
      party,
      partyText({ address: party, name, roles: roleNames(roles) }),
    ]),
  );
  const identities = new Map(lots.map((each) => [each.lot, each]));
  const lotNumber = (id: string) => identities.get(id)?.lotNumber ?? ends(id);
  return {
    party: (address) => partyTexts.get(address) ?? short(address),
    lotNumber,
    lot(id) {
      const { mpn, manufacturer, makerLot } = identities.get(id) ?? {};
      const parts = [lotNumber(id), mpn, manufacturer, makerLot && `lot ${makerLot}`];
      return parts.filter((part) => part).join(", ");
    },
  };
}

/** Both ends of a lot's id: they differ between issuers, and between one issuer's lots. */
const ends = (lot: string) => `${lot.slice(0, 6)}…${lot.slice(-8)}`;
