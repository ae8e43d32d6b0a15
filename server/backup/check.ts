// Checks a backup without restoring it: reads every byte once, and compares it with what the manifest says.
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { z } from "zod";
import { BackupError } from "./error.ts";
import {
  AnyHeader,
  documentOf,
  FORMAT,
  HEADER,
  Header,
  MAC,
  MANIFEST,
  Manifest,
  SECRETS,
  SealedSecrets,
  tableOf,
} from "./format.ts";
import { type Derivation, isMacOf, unseal } from "./seal.ts";
import { damaged, readAt, type TarEntry, tarEntries } from "./tar.ts";

/** The size of a file's piece that is hashed at once. */
const PIECE_BYTES = 1024 * 1024;
/** A header or a sealed file is small. */
const MAX_SMALL_BYTES = 16 * 1024 * 1024;
/** A manifest names each part. A part has up to a mebibyte of rows, so this is enough for some terabytes. */
const MAX_MANIFEST_BYTES = 512 * 1024 * 1024;

/** An open backup whose parts are as the manifest says. */
export interface Backup {
  file: FileHandle;
  manifest: Manifest;
  /** Bytes of the whole file. */
  size: number;
  /** Undefined if it was checked without the passphrase. */
  secrets: SealedSecrets | undefined;
  entries: readonly TarEntry[];
  close(): Promise<void>;
}

/** Derives a backup's key, as its header says. */
export type KeyFor = (derivation: Derivation) => Promise<Uint8Array>;

/**
 * Opens a backup, and checks all of it.
 * @param keyFor derives the key from the passphrase; without it only accidents are found, and no forgery
 * @throws BackupError BACKUP_DAMAGED, BACKUP_NEWER, PASSPHRASE_WRONG
 */
export async function openCheckedBackup(path: string, keyFor: KeyFor | undefined): Promise<Backup> {
  const file = await open(path, "r");
  try {
    return await checked(file, keyFor);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function checked(file: FileHandle, keyFor: KeyFor | undefined): Promise<Backup> {
  const { size } = await file.stat();
  let header: { bytes: Buffer; header: Header } | undefined;
  let key: Uint8Array | undefined;
  let secrets: SealedSecrets | undefined;
  let manifest: Buffer | undefined;
  let mac: string | undefined;
  const entries: TarEntry[] = [];
  const found = new Map<string, { size: number; sha256: string }>();
  const documents = { count: 0, bytes: 0, names: createHash("sha256") };

  for await (const entry of tarEntries(file)) {
    const { name } = entry;
    if (!header) {
      if (name !== HEADER) throw damaged(`It does not begin with ${HEADER}.`);
      const bytes = await readSmall(file, entry);
      header = { bytes, header: readHeader(bytes) };
      // Before all that takes long: a wrong passphrase is noticed at once.
      key = await keyFor?.(header.header.derivation);
    } else if (name === SECRETS && key) {
      const sealed = await readSmall(file, entry);
      secrets = parse(SealedSecrets, Buffer.from(unseal(key, sealed, header.bytes)), SECRETS);
    }
    if (name === MANIFEST) manifest = await readSmall(file, entry, MAX_MANIFEST_BYTES);
    else if (name === MAC) mac = (await readSmall(file, entry)).toString("latin1").trim();
    else {
      if (manifest || found.has(name)) throw damaged(`${name} is out of place.`);
      const sha256 = await hashOf(file, entry);
      const document = documentOf(name);
      if (document === undefined) found.set(name, { size: entry.size, sha256 });
      else {
        if (sha256 !== document) throw damaged(`The bytes of ${name} do not have this hash.`);
        documents.count++;
        documents.bytes += entry.size;
        documents.names.update(`${name}\n`);
      }
      entries.push(entry);
    }
  }
  if (!header || !manifest || mac === undefined) throw damaged("Its end is missing.");
  if (key && !isMacOf(key, manifest, mac))
    throw damaged("Its manifest was altered after the backup was made.");
  if (key && !secrets) throw damaged(`It has no ${SECRETS}.`);
  const content = parse(Manifest, manifest, MANIFEST);
  compareParts(content, found);
  const { count, bytes, names } = content.documents;
  const isWhole =
    documents.count === count &&
    documents.bytes === bytes &&
    documents.names.digest("hex") === names;
  if (!isWhole) throw damaged("Documents are missing, or there are too many.");
  return { file, manifest: content, size, secrets, entries, close: () => file.close() };
}

/** @throws BackupError BACKUP_NEWER, BACKUP_DAMAGED */
function readHeader(bytes: Buffer): Header {
  const { format, release } = parse(AnyHeader, bytes, HEADER);
  if (format > FORMAT)
    throw new BackupError(
      "BACKUP_NEWER",
      `The backup was made by Reelproof ${release}, in format ${format}, which this release does not read. Restore it with that release.`,
    );
  return parse(Header, bytes, HEADER);
}

function compareParts(
  { parts, tables }: Manifest,
  found: ReadonlyMap<string, { size: number; sha256: string }>,
): void {
  for (const { name, size, sha256 } of parts) {
    const own = found.get(name);
    if (own?.size !== size || own.sha256 !== sha256)
      throw damaged(own ? `${name} was altered.` : `${name} is missing.`);
    const table = tableOf(name);
    if (table !== undefined && !Object.hasOwn(tables, table))
      throw damaged(`${name} belongs to no table of the manifest.`);
  }
  if (found.size !== parts.length) throw damaged("It has files that the manifest does not name.");
}

async function hashOf(file: FileHandle, { at, size }: TarEntry): Promise<string> {
  const hash = createHash("sha256");
  for (let done = 0; done < size; done += PIECE_BYTES)
    hash.update(await readAt(file, at + done, Math.min(PIECE_BYTES, size - done)));
  return hash.digest("hex");
}

function readSmall(file: FileHandle, entry: TarEntry, most = MAX_SMALL_BYTES): Promise<Buffer> {
  if (entry.size > most) throw damaged(`${entry.name} is too long.`);
  return readAt(file, entry.at, entry.size);
}

function parse<S extends z.ZodType>(schema: S, bytes: Buffer, name: string): z.infer<S> {
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw damaged(`${name} cannot be read.`, cause);
  }
}
