// Rebuilds parties and keys at any place of the chain from the ledger's logs alone. Reads no row.
import type { PartyFact, Position } from "../../protocol/chain/ledger-log.ts";

/** A place in the order of all logs. */
export type Place = Pick<Position, "block" | "logIndex">;

/** A party at some place. Roles zero: not admitted. */
export interface Standing {
  roles: number;
  name: string;
  identity: string;
  suspended: boolean;
}

/** A key, with its time of validity. */
export interface RegisteredKey {
  party: string;
  enrolledAt: Place;
  revokedAt: Place | undefined;
}

const isBefore = (a: Place, b: Place) =>
  a.block < b.block || (a.block === b.block && a.logIndex < b.logIndex);

/** The parties and keys, with their history. */
export class Registry {
  readonly #parties = new Map<string, (Place & { standing: Standing })[]>();
  readonly keys = new Map<string, RegisteredKey>();

  /** Adds the next log, in the order of the chain. */
  add(fact: PartyFact): void {
    const { block, logIndex, party } = fact;
    const place = { block, logIndex };
    if (fact.name === "KeyEnrolled")
      this.keys.set(fact.key, { party, enrolledAt: place, revokedAt: undefined });
    else if (fact.name === "KeyRevoked") {
      const key = this.keys.get(fact.key);
      if (key) key.revokedAt = place;
    } else {
      const history = this.#parties.get(party) ?? [];
      const before = history.at(-1)?.standing ?? {
        roles: 0,
        name: "",
        identity: "",
        suspended: false,
      };
      const standing =
        fact.name === "PartyAdmitted"
          ? { ...before, roles: fact.roles, name: fact.partyName, identity: fact.identity }
          : { ...before, suspended: fact.name === "PartySuspended" };
      history.push({ ...place, standing });
      this.#parties.set(party, history);
    }
  }

  /** A party just before a place; undefined if it was not admitted by then. */
  party(address: string, before: Place): Standing | undefined {
    return this.#parties.get(address)?.findLast((each) => isBefore(each, before))?.standing;
  }

  /** A party's key just before a place, and whether it was revoked; undefined if it was not the party's key. */
  key(address: string, party: string, before: Place): { revoked: boolean } | undefined {
    const key = this.keys.get(address);
    if (key?.party !== party || !isBefore(key.enrolledAt, before)) return undefined;
    return { revoked: key.revokedAt !== undefined && isBefore(key.revokedAt, before) };
  }

  /** All parties after the last log. */
  *parties(): Generator<[string, Standing]> {
    for (const [address, history] of this.#parties) yield [address, history.at(-1)!.standing];
  }
}

/** Past the last log of any block. */
export const AFTER_ALL: Place = { block: Infinity, logIndex: Infinity };
