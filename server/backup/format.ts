// Defines what a backup holds. It is a tar of these files, in this order:
//
//   backup.json             how the passphrase becomes a key; read first
//   secrets.sealed          the secret and the API keys of the data folder, sealed
//   folder/sample.json      how far the sample was played
//   chain/chain.json.gz     the embedded chain
//   database/TABLE/N.jsonl.gz   rows as JSON, one on a line
//   documents/ab/abcd…      documents, named by their SHA-256 as in the document store
//   manifest.json           the release, the schema, counts, and the SHA-256 of every part but the documents
//   manifest.mac            its authentication code, under the passphrase's key
import { z } from "zod";
import { Address } from "../../protocol/base/values.ts";
import { MAX_SEAL_COST } from "./seal.ts";

/** A later format has a higher number, and older releases refuse it. */
export const FORMAT = 1;

export const HEADER = "backup.json";
export const SECRETS = "secrets.sealed";
export const SAMPLE = "folder/sample.json";
export const CHAIN = "chain/chain.json.gz";
export const MANIFEST = "manifest.json";
export const MAC = "manifest.mac";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().nonnegative();

export const DerivationView = z.strictObject({
  salt: Sha256,
  cost: z
    .int()
    .min(2)
    .max(MAX_SEAL_COST)
    .refine((cost) => (cost & (cost - 1)) === 0),
});

/** What every format has, whatever follows. */
export const AnyHeader = z.looseObject({ format: z.int().positive(), release: z.string() });

export const Header = z.strictObject({
  format: z.literal(FORMAT),
  release: z.string(),
  /** ISO 8601. */
  madeAt: z.string(),
  derivation: DerivationView,
});
export type Header = z.infer<typeof Header>;

/** Secrets in the data folder. Null: the folder has no such file. */
export const SealedSecrets = z.strictObject({
  secret: z.string().nullable(),
  apiKeys: z.string().nullable(),
});
export type SealedSecrets = z.infer<typeof SealedSecrets>;

const Identifier = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);

export const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  /** Of the service that made it. */
  release: z.string(),
  madeAt: z.string(),
  migrations: z.array(z.strictObject({ name: z.string(), checksum: Sha256 })),
  ledger: z.strictObject({ chainId: Count, address: Address, deployedBlock: Count }).nullable(),
  /** Null: the chain is not in the backup. */
  chain: z
    .strictObject({
      head: Count,
      /** Whether the database had followed no block beyond it. Otherwise the restored service settles some events again. */
      isExact: z.boolean(),
    })
    .nullable(),
  /** Whether the service runs its chain itself. */
  isEmbedded: z.boolean(),
  /** Settings with secrets that are in the service's environment, and not in the backup. */
  elsewhere: z.array(z.string()),
  /** Rows by table. */
  tables: z.record(Identifier, Count),
  /** The state of sequences, by their names. */
  sequences: z.record(
    Identifier,
    z.strictObject({ last: z.string().regex(/^\d+$/), called: z.boolean() }),
  ),
  documents: z.strictObject({
    count: Count,
    bytes: Count,
    /** Documents that the store had lost, or whose bytes were altered. */
    missing: Count,
    /** SHA-256 over their names in order, each with a line feed. */
    names: Sha256,
  }),
  parts: z.array(z.strictObject({ name: z.string(), size: Count, sha256: Sha256 })),
});
export type Manifest = z.infer<typeof Manifest>;

const TABLE_PART = /^database\/([a-z][a-z0-9_]{0,62})\/\d{6,12}\.jsonl\.gz$/;
const DOCUMENT_PART = /^documents\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/;

export const tablePart = (table: string, number: number): string =>
  `database/${table}/${String(number).padStart(6, "0")}.jsonl.gz`;

/** The table of a part; undefined if it has no rows. */
export const tableOf = (part: string): string | undefined => TABLE_PART.exec(part)?.[1];

/** The SHA-256 of a document's part, 64 hex digits; undefined if it is not one. */
export const documentOf = (part: string): string | undefined => DOCUMENT_PART.exec(part)?.[2];
