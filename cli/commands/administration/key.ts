// `key`: lists, makes, enrols and revokes the signing keys of parties.
import pMap from "p-map";
import { NewKey } from "../../../api/keys.ts";
import { PartyWithKeys } from "../../../api/parties.ts";
import { readAddress, readPrivateKey } from "../../input/options.ts";
import { showTable } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { onKeys, onLedger } from "../../service/direct.ts";
import { allParties, REQUESTS_AT_ONCE, resolveParty } from "../../service/lots.ts";

export const key: AddCommand = (program, act) => {
  const group = program.command("key").description("signing keys of parties");
  group
    .command("list")
    .description("list keys and whether they are valid")
    .option("--party <party>", "the start of the party's name or address")
    .action(act(listKeys));
  group
    .command("make")
    .description("make a signing key that the service keeps (with ACCOUNT_KEY: in its database)")
    .option("--party <party>", "the start of the party's name or address")
    .action(act(makeKey));
  group
    .command("enrol")
    .description(
      "enrol a key of your own, which the service never sees (with ACCOUNT_KEY and PARTY_KEY)",
    )
    .action(act(enrolOwnKey));
  group
    .command("revoke")
    .description("revoke a signing key; this cannot be undone")
    .argument("<key>", "its address")
    .action(act(revokeKey));
};

interface PartyOption {
  party?: string;
}

async function listKeys({ caller: { api }, terminal }: Command, { party }: PartyOption) {
  const parties =
    party === undefined ? await allParties(api) : [await resolveParty(api, party, "--party")];
  const withKeys = await pMap(
    parties,
    ({ address }) => api.get(`/v1/parties/${address}`, PartyWithKeys),
    { concurrency: REQUESTS_AT_ONCE },
  );
  const items = withKeys.flatMap(({ address, name, keys }) =>
    keys.map((each) => ({ party: address, name, ...each })),
  );
  const rows = items.map(({ name, key: address, enrolledAt, revokedAt }) => [
    name,
    address,
    `since block ${enrolledAt}`,
    revokedAt === null ? "valid" : terminal.style("red", `revoked in block ${revokedAt}`),
  ]);
  showTable(terminal, ["party", "key", "enrolled", "state"], rows);
  return { items };
}

/** Makes a key with the party's account that the service has, or with ACCOUNT_KEY. */
async function makeKey(command: Command, options: PartyOption) {
  const enrolled = await (command.env["ACCOUNT_KEY"] === undefined
    ? makeByService(command, options)
    : makeInDatabase(command));
  showEnrolled(command, enrolled);
  return enrolled;
}

async function makeByService({ caller: { api } }: Command, { party }: PartyOption) {
  const body =
    party === undefined ? {} : { party: (await resolveParty(api, party, "--party")).address };
  return api.post("/v1/keys", NewKey, body);
}

function makeInDatabase({ env }: Command) {
  const account = readPrivateKey(env["ACCOUNT_KEY"], "ACCOUNT_KEY");
  return onKeys(env, async ({ admin, ctx, addressOf }) => ({
    key: await admin.makeKey(ctx, account),
    party: addressOf(account),
  }));
}

/** Enrols PARTY_KEY, which the service never sees, by the party's account ACCOUNT_KEY. */
async function enrolOwnKey(command: Command) {
  const { env } = command;
  const account = readPrivateKey(env["ACCOUNT_KEY"], "ACCOUNT_KEY");
  const own = readPrivateKey(env["PARTY_KEY"], "PARTY_KEY");
  const enrolled = await onLedger(env, async ({ admin, ctx, bytesOf, addressOf }) => ({
    key: await admin.enrolKey(ctx, account, bytesOf(own)),
    party: addressOf(account),
  }));
  showEnrolled(command, enrolled);
  return enrolled;
}

function showEnrolled({ terminal }: Command, enrolled: { key: string; party: string }): void {
  terminal.line(`enrolled    ${enrolled.key}`);
  terminal.line(`party       ${enrolled.party}`);
}

async function revokeKey(command: Command, text: string) {
  const { terminal, env } = command;
  const address = readAddress(text, "KEY");
  const accountKey = env["ACCOUNT_KEY"];
  if (accountKey === undefined) await command.caller.api.delete(`/v1/keys/${address}`);
  else
    await onLedger(env, ({ admin, ctx }) =>
      admin.revokeKey(ctx, readPrivateKey(accountKey, "ACCOUNT_KEY"), address),
    );
  terminal.line(`revoked     ${address}, permanently`);
  return { key: address };
}
