// `api-key`: lists, makes and revokes API keys, through the service or straight in its database.
import { ApiKeyView, NewApiKey, type Scope, SCOPES } from "../../../api/keys.ts";
import { isAddress } from "../../input/options.ts";
import { usageProblem } from "../../output/outcome.ts";
import { showTable } from "../../output/terminal.ts";
import { pickParty } from "../../service/caller.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { onDatabase } from "../../service/direct.ts";
import { resolveParty } from "../../service/lots.ts";

export const apiKey: AddCommand = (program, act) => {
  const group = program.command("api-key").description("API keys of the service");
  group.command("list").description("list API keys, revoked ones too").action(act(listApiKeys));
  group
    .command("make")
    .description("make an API key; the first one straight in the database, with DATABASE_URL")
    .option("--party <party>", "the start of the party's name or address")
    .option("--operator", "a key of the service's operator")
    .requiredOption("--scope <scope>", "read, write or admin")
    .option("--label <text>", "what it is for")
    .action(act(makeApiKey));
  group
    .command("revoke")
    .description("revoke an API key at once")
    .argument("<id>", "its id: the 12 digits and letters after rp_")
    .action(act(revokeApiKey));
};

async function listApiKeys(command: Command) {
  const { terminal } = command;
  const items = command.direct ? await keysInDatabase(command) : await keysOfService(command);
  const rows = items.map(({ id, party, partyName, scope, label, createdAt, revokedAt }) => [
    id,
    partyName ?? party ?? "operator",
    scope,
    createdAt.slice(0, 16).replace("T", " "),
    revokedAt === null ? "valid" : terminal.style("red", "revoked"),
    label,
  ]);
  showTable(terminal, ["id", "owner", "scope", "made", "status", "label"], rows);
  return { items };
}

async function keysOfService({ caller }: Command): Promise<ApiKeyView[]> {
  return caller.api.all("/v1/api-keys", ApiKeyView);
}

function keysInDatabase({ env }: Command): Promise<ApiKeyView[]> {
  return onDatabase(env, async ({ ctx }) => {
    const rows = await ctx.prisma.apiKey.findMany({ orderBy: { id: "asc" }, omit: { hash: true } });
    const parties = await ctx.prisma.party.findMany({ select: { address: true, name: true } });
    const names = new Map(parties.map(({ address, name }) => [address, name]));
    return rows.map(({ createdAt, revokedAt, ...key }) => ({
      ...key,
      partyName: names.get(key.party ?? "") ?? null,
      createdAt: createdAt.toISOString(),
      revokedAt: revokedAt?.toISOString() ?? null,
    }));
  });
}

interface OwnerOptions {
  party?: string;
  operator?: boolean;
}

async function makeApiKey(
  command: Command,
  { scope: text, label = "", ...owner }: OwnerOptions & { scope: string; label?: string },
) {
  const scope = SCOPES.find((name) => name === text);
  if (!scope) {
    const why = `${text} is not a scope. Scopes are ${SCOPES.join(", ")}.`;
    throw usageProblem("BAD_ARGUMENT", why, "--scope");
  }
  if (owner.operator && owner.party !== undefined) {
    const why = "An API key belongs to a party or to the operator: give --party or --operator.";
    throw usageProblem("BAD_ARGUMENT", why, "--operator");
  }
  const make = command.direct ? makeInDatabase : makeByService;
  if (command.direct) command.terminal.note(AT_THE_DATABASE);
  const made = await make(command, owner, { scope, label });
  command.terminal.line(`API key     ${made.key}`);
  command.terminal.line(`owner       ${made.party ?? "the operator"}`);
  command.terminal.line(`scope       ${made.scope}`);
  command.terminal.note("The key is shown only once. Keep it safe.");
  return made;
}

const AT_THE_DATABASE = "Acting in the database itself, with all the rights of its owner.";

interface KeyFields {
  scope: Scope;
  label: string;
}

async function makeByService(
  { caller: { api } }: Command,
  { party, operator }: OwnerOptions,
  fields: KeyFields,
) {
  const address =
    party === undefined ? undefined : (await resolveParty(api, party, "--party")).address;
  const owner = operator ? { party: null } : address === undefined ? {} : { party: address };
  return api.post("/v1/api-keys", NewApiKey, { ...owner, ...fields });
}

async function makeInDatabase({ env }: Command, owner: OwnerOptions, fields: KeyFields) {
  if (!owner.operator && owner.party === undefined) {
    const why = "Give the key's owner: --party or --operator.";
    throw usageProblem("BAD_ARGUMENT", why, "--party");
  }
  return onDatabase(env, async ({ admin, ctx }) => {
    const party = owner.operator
      ? null
      : await addressOf(owner.party!, () => ctx.prisma.party.findMany());
    const { id, text } = await admin.makeApiKey(ctx, { party, ...fields });
    return { id, party, ...fields, key: text };
  });
}

async function addressOf(
  text: string,
  parties: () => Promise<{ address: string; name: string }[]>,
): Promise<string> {
  if (isAddress(text)) return text.toLowerCase(); // may be admitted since a service last followed the chain
  return pickParty(text, await parties(), ({ address }) => address, "--party").address;
}

async function revokeApiKey(command: Command, id: string) {
  if (!/^[0-9a-f]{12}$/.test(id)) {
    const why =
      "Give the key's id, the 12 digits and letters after rp_. Never write a key on a command line.";
    throw usageProblem("BAD_ARGUMENT", why, "ID");
  }
  if (command.direct) command.terminal.note(AT_THE_DATABASE);
  if (command.direct)
    await onDatabase(command.env, ({ admin, ctx }) => admin.revokeApiKey(ctx, id));
  else await command.caller.api.delete(`/v1/api-keys/${id}`);
  command.terminal.line(`revoked     API key ${id}`);
  return { id };
}
