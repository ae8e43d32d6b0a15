// Keeps API keys in a file of DATA_DIR, where the command line finds them (`--as`): the operator's, the sample's, and those of
// companies that the service made on its own chain. The folder is closed to other users, and holds the service's secret too.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Context } from "../context.ts";
import { ConfigError } from "../config.ts";
import { makeApiKey } from "./admin.ts";

/** An API key with its owner. */
const KeptKey = z.object({
  /** Null for the operator of the service. */
  party: z.string().nullable(),
  name: z.string(),
  roles: z.array(z.string()).readonly(),
  scope: z.string(),
  key: z.string(),
});
export type KeptKey = z.infer<typeof KeptKey>;

/** The owner of a key: a party, or (null) the operator. */
export type KeyOwner = Pick<KeptKey, "party" | "name" | "roles">;

export const OPERATOR: KeyOwner = { party: null, name: "Operator of this service", roles: [] };

/** The name of the file in a data folder. */
export const keyFileIn = (dataDir: string): string => join(dataDir, "api-keys.json");

/** The keys in a file; none if there is no file. */
export async function readKeptKeys(file: string): Promise<KeptKey[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "[]";
    throw error;
  });
  return z.array(KeptKey).parse(JSON.parse(text));
}

/** Adds keys to a file. A crash leaves the old file or the new one. */
export async function addKeptKeys(file: string, added: readonly KeptKey[]): Promise<void> {
  const keys = [...(await readKeptKeys(file)), ...added];
  await writeFile(`${file}.new`, JSON.stringify(keys, undefined, 2), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * Makes an admin key of each owner, all of them if the file has none yet.
 * @returns the keys that this call made, and all keys of the file
 * @throws ConfigError if the file belongs to another database
 */
export async function ensureKeptKeys(
  ctx: Pick<Context, "prisma" | "random">,
  file: string,
  owners: readonly KeyOwner[],
): Promise<{ made: KeptKey[]; keys: KeptKey[] }> {
  const before = await readKeptKeys(file);
  await refuseForeign(ctx, file, before);
  const made: KeptKey[] = [];
  for (const owner of before.length === 0 ? owners : []) {
    const { text } = await makeApiKey(ctx, {
      party: owner.party,
      scope: "admin",
      label: "first start",
    });
    made.push({ ...owner, scope: "admin", key: text });
  }
  if (made.length > 0) await addKeptKeys(file, made);
  return { made, keys: [...before, ...made] };
}

/** A folder that served another database: its keys would be refused, one command after another, without a reason. */
async function refuseForeign(
  { prisma }: Pick<Context, "prisma">,
  file: string,
  keys: readonly KeptKey[],
): Promise<void> {
  const ids = keys.map(({ key }) => key.split("_")[1] ?? "");
  if (ids.length === 0 || (await prisma.apiKey.count({ where: { id: { in: ids } } })) > 0) return;
  throw new ConfigError(
    "DATA_DIR",
    `The API keys in ${file} belong to another database. Set another DATA_DIR, or use that database.`,
  );
}
