// Opens a client for each party of the sample, with that party's API key.
import type { Api } from "../../cli/service/api.ts";
import { type Environment, openCaller } from "../../cli/service/caller.ts";
import { PartyView } from "../../api/parties.ts";
import { Problem } from "../../cli/output/outcome.ts";

/** A party that acts, and its client. */
export interface Actor {
  api: Api;
  address: string;
  name: string;
}

export interface Callers {
  url: string;
  operator: Api;
  /** @param name the start of the party's name */
  party(name: string): Promise<Actor>;
}

/** Opens the clients. @param env the service's URL and the folder with the keys of its first start, as for the CLI */
export function callers(env: Environment): Callers {
  const { REELPROOF_API_KEY: _one, ...rest } = env; // one key cannot act for all
  const { api: operator, url } = openCaller({}, rest);
  const party = async (name: string): Promise<Actor> => {
    const caller = openCaller({ as: name }, rest);
    const address = await caller.party();
    if (!address) throw new Problem("UNKNOWN_PARTY", `${name} is not a party of the sample.`);
    const view = await caller.api.get(`/v1/parties/${address}`, PartyView);
    return { api: caller.api, address, name: view.name };
  };
  return { url, operator, party };
}
