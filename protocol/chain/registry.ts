// Folds the ledger's logs about parties and keys into their standing at any place of the chain.
import type { PartyFact } from "./ledger-log.ts";
import { type ChainPlace, isBefore } from "./place.ts";

/** A party's standing at some place. */
export interface PartyStanding {
  name: string;
  roles: number;
  identity: string;
  suspended: boolean;
}

/** A key, and how long it was valid. The ledger enrols a key once, for one party, and only that party revokes it. */
export interface RegisteredKey {
  party: string;
  enrolledAt: ChainPlace;
  /** Undefined if it was not revoked. */
  revokedAt: ChainPlace | undefined;
}

/** A log of a party or a key, as far as the registry reads it. */
export type Registration = OrderedFact<PartyFact>;
type OrderedFact<F> = F extends PartyFact ? Omit<F, "blockHash" | "transaction"> : never;

const NOT_ADMITTED: PartyStanding = { name: "", roles: 0, identity: "", suspended: false };

/** The parties and their keys, with their history. */
export class Registry {
  readonly #parties = new Map<string, { place: ChainPlace; standing: PartyStanding }[]>();
  /** The keys by their addresses, as of the last log. */
  readonly keys = new Map<string, RegisteredKey>();

  /** @param logs the first logs, in the order of the chain */
  constructor(logs: readonly Registration[] = []) {
    for (const log of logs) this.add(log);
  }

  /** Adds the next log, in the order of the chain. */
  add(log: Registration): void {
    const { party, block, logIndex } = log;
    const place = { block, logIndex };
    if (log.name === "KeyEnrolled")
      this.keys.set(log.key, { party, enrolledAt: place, revokedAt: undefined });
    else if (log.name === "KeyRevoked") {
      const key = this.keys.get(log.key);
      if (key) key.revokedAt = place;
    } else {
      const history = this.#parties.get(party) ?? [];
      const before = history.at(-1)?.standing ?? NOT_ADMITTED;
      const standing =
        log.name === "PartyAdmitted"
          ? { ...before, name: log.partyName, roles: log.roles, identity: log.identity }
          : { ...before, suspended: log.name === "PartySuspended" };
      history.push({ place, standing });
      this.#parties.set(party, history);
    }
  }

  /** The party's standing just before a place. Undefined if it was not admitted by then. */
  party(address: string, before: ChainPlace): PartyStanding | undefined {
    const history = this.#parties.get(address);
    const standing = history?.findLast(({ place }) => isBefore(place, before))?.standing;
    return standing && standing.roles !== 0 ? standing : undefined;
  }

  /** The key's standing just before a place. Undefined if the party had not enrolled it by then. */
  key(party: string, key: string, before: ChainPlace): { revoked: boolean } | undefined {
    const registered = this.keys.get(key);
    if (registered?.party !== party || !isBefore(registered.enrolledAt, before)) return undefined;
    const { revokedAt } = registered;
    return { revoked: revokedAt !== undefined && isBefore(revokedAt, before) };
  }

  /** All parties, as of the last log. */
  *parties(): Generator<[string, PartyStanding]> {
    for (const [address, history] of this.#parties) yield [address, history.at(-1)!.standing];
  }
}
