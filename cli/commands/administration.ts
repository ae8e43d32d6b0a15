// Administration: `party`, `key`, `api-key`; through a running service, or straight at the database and the ledger.
import { z } from "zod";
import { ROLES, type RoleName } from "../../protocol/event/roles.ts";
import { pickParty } from "../service/caller.ts";
import type { Command } from "../service/command.ts";
import { onDatabase, onLedger } from "../service/direct.ts";
import { allParties, inParallel, PartySeen, resolveParty } from "../service/lots.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { table, type Terminal } from "../output/terminal.ts";

const ROLE_NAMES = Object.keys(ROLES) as RoleName[];
const REQUESTS_AT_ONCE = 8;

const show = (terminal: Terminal, titles: string[], rows: string[][]) => {
  const columns = titles.map((title) => ({ title }));
  for (const line of table(columns, rows, (text) => terminal.style("dim", text)))
    terminal.line(line);
};

/* PARTIES */

export async function listParties({ caller, terminal }: Command) {
  const parties = await allParties(caller.api);
  const rows = parties.map(({ name, roles, suspended, address }) => [
    ...[
      name,
      roles.join(", "),
      suspended ? terminal.style("red", "suspended") : "in good standing",
      address,
    ],
  ]);
  show(terminal, ["party", "roles", "standing", "address"], rows);
  return { items: parties };
}

export interface Admission {
  role: string[];
  identity?: string;
}

/** Admits a party: with the owner's key that the service has, or with OWNER_KEY. */
export async function admit(command: Command, address: string, name: string, admission: Admission) {
  const { terminal, env } = command;
  const roles = admission.role.map(readRole);
  const party = { address: readAddress(address, "ADDRESS"), name, roles, ...identityOf(admission) };
  const ownerKey = env["OWNER_KEY"];
  if (ownerKey === undefined) await command.caller.api.post("/v1/parties", PartySeen, party);
  else
    await onLedger(env, ({ admin, ctx }) =>
      admin.admitParty(ctx, readPrivateKey(ownerKey, "OWNER_KEY"), party),
    );
  terminal.line(`admitted    ${name} as ${roles.join(", ")}`);
  terminal.line(`party       ${party.address}`);
  return party;
}

const identityOf = ({ identity }: Admission) =>
  identity === undefined ? {} : { identity: identity.toLowerCase() };

/** Suspends a party, or lifts its suspension. */
export async function setStanding(command: Command, named: string, suspended: boolean) {
  const { name, address } = await (command.env["OWNER_KEY"] === undefined
    ? setStandingThere(command, named, suspended)
    : setStandingHere(command, named, suspended));
  command.terminal.line(`${suspended ? "suspended " : "reinstated"}  ${name}`);
  return { address, suspended };
}

async function setStandingThere({ caller: { api } }: Command, named: string, suspended: boolean) {
  const { address, name } = await resolveParty(api, named, "PARTY");
  const path = `/v1/parties/${address}/suspension`;
  await (suspended ? api.post(path, z.undefined(), {}) : api.delete(path));
  return { address, name };
}

async function setStandingHere({ env }: Command, named: string, suspended: boolean) {
  const address = readAddress(named, "PARTY");
  const key = readPrivateKey(env["OWNER_KEY"], "OWNER_KEY");
  await onLedger(env, ({ admin, ctx }) =>
    suspended ? admin.suspendParty(ctx, key, address) : admin.reinstateParty(ctx, key, address),
  );
  return { address, name: address };
}

function readRole(text: string): RoleName {
  const role = ROLE_NAMES.find((name) => name === text.toLowerCase());
  if (role) return role;
  throw new Problem("BAD_ARGUMENT", `${text} is no role; there are ${ROLE_NAMES.join(", ")}`, {
    ...{ field: "--role", exit: EXIT.usage },
  });
}

const isAddress = (text: string) => /^0x[0-9a-f]{40}$/i.test(text);

function readAddress(text: string, field: string): string {
  if (isAddress(text)) return text.toLowerCase();
  throw new Problem("BAD_ARGUMENT", `${text} is no address: 0x and 40 hex digits`, {
    field,
    exit: EXIT.usage,
  });
}

/** The value is never told. */
function readPrivateKey(text: string | undefined, variable: string): string {
  if (text !== undefined && /^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  const why =
    text === undefined
      ? "is needed: the private key of the party's account"
      : "must be 0x and 64 hex digits";
  throw new Problem("BAD_SETTING", why, { field: variable, exit: EXIT.usage });
}

/* KEYS */

const PartyWithKeys = z.looseObject({
  ...PartySeen.shape,
  keys: z.array(
    z.looseObject({ key: z.string(), enrolledAt: z.number(), revokedAt: z.number().nullable() }),
  ),
});

export async function listKeys({ caller, terminal }: Command, { party }: { party?: string }) {
  const parties =
    party === undefined
      ? await allParties(caller.api)
      : [await resolveParty(caller.api, party, "--party")];
  const withKeys = await inParallel(parties, REQUESTS_AT_ONCE, ({ address }) =>
    caller.api.get(`/v1/parties/${address}`, PartyWithKeys),
  );
  const items = withKeys.flatMap(({ address, name, keys }) =>
    keys.map((key) => ({ party: address, name, ...key })),
  );
  const rows = items.map(({ name, key, enrolledAt, revokedAt }) => [
    ...[name, key, `since block ${enrolledAt}`],
    revokedAt === null ? "standing" : terminal.style("red", `revoked in block ${revokedAt}`),
  ]);
  show(terminal, ["party", "key", "enrolled", "standing"], rows);
  return { items };
}

const KeyMade = z.looseObject({ key: z.string(), party: z.string() });

/** Makes a signing key that the service keeps: by the party's account that the service has, or by ACCOUNT_KEY. */
export async function makeSigningKey(command: Command, { party }: { party?: string }) {
  const made = await (command.env["ACCOUNT_KEY"] === undefined
    ? keyMadeThere(command, party)
    : keyMadeHere(command));
  command.terminal.line(`enrolled    ${made.key}`);
  command.terminal.line(`party       ${made.party}`);
  return made;
}

async function keyMadeThere({ caller: { api } }: Command, party: string | undefined) {
  const whose =
    party === undefined ? {} : { party: (await resolveParty(api, party, "--party")).address };
  return api.post("/v1/keys", KeyMade, whose);
}

function keyMadeHere({ env }: Command) {
  const account = readPrivateKey(env["ACCOUNT_KEY"], "ACCOUNT_KEY");
  return onLedger(env, async ({ admin, ctx, addressOf }) => ({
    key: await admin.makeKey(ctx, account),
    party: addressOf(account),
  }));
}

/** Enrols a key that the party has itself and the service never sees: PARTY_KEY, by the party's account ACCOUNT_KEY. */
export async function enrolOwnKey({ terminal, env }: Command) {
  const account = readPrivateKey(env["ACCOUNT_KEY"], "ACCOUNT_KEY");
  const own = readPrivateKey(env["PARTY_KEY"], "PARTY_KEY");
  const enrolled = await onLedger(env, async ({ admin, ctx, bytesOf, addressOf }) => ({
    key: await admin.enrolKey(ctx, account, bytesOf(own)),
    party: addressOf(account),
  }));
  terminal.line(`enrolled    ${enrolled.key}`);
  terminal.line(`party       ${enrolled.party}`);
  return enrolled;
}

/** Revokes a signing key for good. */
export async function revokeSigningKey(command: Command, text: string) {
  const { terminal, env } = command;
  const key = readAddress(text, "KEY");
  const accountKey = env["ACCOUNT_KEY"];
  if (accountKey === undefined) await command.caller.api.delete(`/v1/keys/${key}`);
  else
    await onLedger(env, ({ admin, ctx }) =>
      admin.revokeKey(ctx, readPrivateKey(accountKey, "ACCOUNT_KEY"), key),
    );
  terminal.line(`revoked     ${key}, for good`);
  return { key };
}

/* API KEYS */

const SCOPES = ["read", "write", "admin"] as const;
type Scope = (typeof SCOPES)[number];
const ApiKeySeen = z.looseObject({
  ...{ id: z.string(), party: z.string().nullable(), scope: z.string(), label: z.string() },
  ...{ createdAt: z.string(), revokedAt: z.string().nullable() },
});
const ApiKeyMade = z.looseObject({
  id: z.string(),
  party: z.string().nullable(),
  scope: z.string(),
  key: z.string(),
});

export interface ApiKeyOptions {
  party?: string;
  operator?: boolean;
  scope: string;
  label?: string;
}

/** Makes an API key: through the service, or in the database itself, where there is none yet to ask with. */
export async function makeApiKey(command: Command, options: ApiKeyOptions) {
  const scope = SCOPES.find((name) => name === options.scope);
  if (!scope) {
    const why = `${options.scope} is no scope; there are ${SCOPES.join(", ")}`;
    throw new Problem("BAD_ARGUMENT", why, { field: "--scope", exit: EXIT.usage });
  }
  if (options.operator && options.party !== undefined) {
    throw new Problem("BAD_ARGUMENT", "a key is of a party or of the operator", {
      field: "--operator",
      exit: EXIT.usage,
    });
  }
  const wanted = { scope, label: options.label ?? "" };
  const made = command.direct
    ? await makeInDatabase(command, options, wanted)
    : await makeThere(command, options, wanted);
  command.terminal.line(`API key     ${made.key}`);
  command.terminal.line(`of          ${made.party ?? "the operator"}, to ${made.scope}`);
  command.terminal.note("It is shown this once: keep it safe.");
  return made;
}

async function makeThere(
  { caller }: Command,
  { party: named, operator }: ApiKeyOptions,
  wanted: { scope: Scope; label: string },
) {
  const party =
    named === undefined ? undefined : (await resolveParty(caller.api, named, "--party")).address;
  const whose = operator ? { party: null } : party === undefined ? {} : { party };
  return caller.api.post("/v1/api-keys", ApiKeyMade, { ...whose, ...wanted });
}

async function makeInDatabase(
  { env }: Command,
  options: ApiKeyOptions,
  wanted: { scope: Scope; label: string },
) {
  if (!options.operator && options.party === undefined) {
    const why = "say whose the key is: --party, or --operator";
    throw new Problem("BAD_ARGUMENT", why, { field: "--party", exit: EXIT.usage });
  }
  return onDatabase(env, async ({ admin, ctx }) => {
    const party = options.operator
      ? null
      : await partyIn(ctx.prisma.party.findMany(), options.party!);
    const { id, text } = await admin.makeApiKey(ctx, { party, ...wanted });
    return { id, party, ...wanted, key: text };
  });
}

async function partyIn(
  known: Promise<{ address: string; name: string }[]>,
  named: string,
): Promise<string> {
  if (isAddress(named)) return named.toLowerCase(); // it may have been admitted since a service has followed the chain
  return pickParty(named, await known, ({ address }) => address, "--party").address;
}

export async function listApiKeys(command: Command) {
  const { terminal } = command;
  const items = command.direct ? await keysInDatabase(command) : await keysThere(command);
  const rows = items.map(({ id, party, scope, label, createdAt, revokedAt }) => [
    ...[id, party ?? "operator", scope, createdAt.slice(0, 16).replace("T", " ")],
    ...[revokedAt === null ? "standing" : terminal.style("red", "revoked"), label],
  ]);
  show(terminal, ["id", "of", "scope", "made", "standing", "label"], rows);
  return { items };
}

async function keysThere({ caller }: Command): Promise<z.infer<typeof ApiKeySeen>[]> {
  const keys: z.infer<typeof ApiKeySeen>[] = [];
  for await (const items of caller.api.pages("/v1/api-keys", ApiKeySeen)) keys.push(...items);
  return keys;
}

function keysInDatabase({ env }: Command): Promise<z.infer<typeof ApiKeySeen>[]> {
  return onDatabase(env, async ({ ctx }) => {
    const rows = await ctx.prisma.apiKey.findMany({ orderBy: { id: "asc" }, omit: { hash: true } });
    return rows.map(({ createdAt, revokedAt, ...key }) => ({
      ...key,
      ...{ createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null },
    }));
  });
}

/** Ends an API key at once. @param text its id, or the key itself */
export async function revokeApiKey(command: Command, text: string) {
  const id = /^rp_([0-9a-f]{12})_/.exec(text)?.[1] ?? text;
  if (!/^[0-9a-f]{12}$/.test(id)) {
    throw new Problem("BAD_ARGUMENT", "the id of an API key has 12 hex digits", {
      field: "ID",
      exit: EXIT.usage,
    });
  }
  if (command.direct)
    await onDatabase(command.env, ({ admin, ctx }) => admin.revokeApiKey(ctx, id));
  else await command.caller.api.delete(`/v1/api-keys/${id}`);
  command.terminal.line(`revoked     API key ${id}`);
  return { id };
}
