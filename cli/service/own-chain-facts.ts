// Finds what is known of a company on a chain of one's own: from the environment, and from the service where it answers.
import { ApiKeyView } from "../../api/keys.ts";
import { PartyWithKeys } from "../../api/parties.ts";
import { ServiceView } from "../../api/service.ts";
import { fromHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { redactorOf } from "../../protocol/base/redact.ts";
import { readPrivateKey } from "../input/options.ts";
import { Problem } from "../output/outcome.ts";
import type { Api } from "./api.ts";
import { type Environment, urlOption } from "./caller.ts";
import type { Command } from "./command.ts";
import { allParties } from "./lots.ts";
import type { Facts } from "./own-chain.ts";

/** The facts for the steps. */
export async function factsOf(
  command: Command,
  wanted: Pick<Facts, "name" | "roles" | "account">,
): Promise<Facts> {
  const { env, options } = command;
  const seen = await seenBy(command, wanted);
  return {
    ...wanted,
    account: seen?.account ?? wanted.account,
    rpcUrl: shareable(env),
    ledger: env["LEDGER_ADDRESS"] ?? seen?.service.ledger,
    relayer: relayerOf(env) ?? seen?.service.relayer,
    url: urlOption(options, env),
    isAdmitted: seen?.isAdmitted,
    hasSigningKey: seen?.hasSigningKey,
    hasApiKey: seen?.hasApiKey,
  };
}

/** The node's URL, unless it holds a password or a provider's key: others run the printed commands. */
function shareable(env: Environment): string | undefined {
  const url = env["CHAIN_RPC_URL"];
  return url === undefined || redactorOf(env)(url) !== url ? undefined : url;
}

function relayerOf(env: Environment): string | undefined {
  const key = env["RELAYER_KEY"];
  return key === undefined
    ? undefined
    : addressOfPrivateKey(fromHex(readPrivateKey(key, "RELAYER_KEY")));
}

/** What the service shows; undefined where none answers, or there is no API key to ask it with. */
async function seenBy(command: Command, { name, account }: Pick<Facts, "name" | "account">) {
  try {
    const { api } = command.caller;
    const service = await api.get("/v1/service", ServiceView);
    const isIt = (party: { name: string; address: string }) =>
      account === undefined
        ? party.name.toLowerCase() === name.toLowerCase()
        : party.address === account;
    const party = (await allParties(api)).find(isIt);
    if (!party)
      return { service, account, isAdmitted: false, hasSigningKey: false, hasApiKey: false };
    const { keys } = await api.get(`/v1/parties/${party.address}`, PartyWithKeys);
    return {
      service,
      account: party.address,
      isAdmitted: true,
      hasSigningKey: keys.some(({ revokedAt }) => revokedAt === null),
      hasApiKey: await hasApiKey(api, party.address),
    };
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** Undefined where the caller's key may not ask. */
async function hasApiKey(api: Api, party: string): Promise<boolean | undefined> {
  try {
    const keys = await api.all("/v1/api-keys", ApiKeyView);
    return keys.some((key) => key.party === party && key.revokedAt === null);
  } catch (error) {
    if (error instanceof Problem && error.status === 403) return undefined;
    throw error;
  }
}
