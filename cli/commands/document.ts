// `document`: certificates, packing lists and reports, uploaded, listed and fetched.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { z } from "zod";
import { MEDIA_TYPES, type MediaType, WHAT_A_HASH_PROVES } from "../../protocol/event/document.ts";
import type { Command } from "../service/command.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { pieces, table } from "../output/terminal.ts";

const DocumentSeen = z.looseObject({
  hash: z.string(),
  mediaType: z.string(),
  size: z.number(),
  kind: z.string(),
  name: z.string().nullable(),
  issuer: z.string().nullable(),
  issuedOn: z.string().nullable(),
  claims: z.record(z.string(), z.union([z.string(), z.number()])),
  uploadedAt: z.string(),
});
type DocumentSeen = z.infer<typeof DocumentSeen>;

/** What is said of a document on the command line. */
export interface AddOptions {
  kind: string;
  type?: string;
  name?: string;
  issuer?: string;
  issuedOn?: string;
  manufacturer?: string;
  mpn?: string;
  makerLot?: string;
  dateCode?: string;
  quantity?: string;
  purchaseOrder?: string;
  certificateNumber?: string;
}

/** Uploads a file. The same again changes nothing. */
export async function addFile(
  { caller, terminal }: Command,
  path: string,
  options: AddOptions,
): Promise<DocumentSeen> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new Problem("CANNOT_READ", `${path} cannot be read: ${cause.code ?? ""}`, {
      field: "FILE",
      exit: EXIT.usage,
      cause,
    });
  });
  const { type = typeOf(path), name = labelOf(path), ...query } = options;
  const file = { bytes: Uint8Array.from(bytes), type };
  const document = await caller.api.upload("/v1/documents", DocumentSeen, file, { name, ...query });
  if (document.hash !== hashOf(bytes)) {
    throw new Problem("HASH_DIFFERS", "the service did not get what was sent", { field: "FILE" });
  }
  const { hash, kind, mediaType, size } = document;
  terminal.line(`${hash}  ${kind}, ${mediaType}, ${pieces(size)} bytes`);
  terminal.line(
    terminal.style(
      "dim",
      `Name it in an event, for example as cocHash. Note that ${WHAT_A_HASH_PROVES}.`,
    ),
  );
  return document;
}

/** Fetches a document into a new file, if it has the hash that was asked for. */
export async function getFile(
  { caller, terminal }: Command,
  text: string,
  { out }: { out: string },
): Promise<{ hash: string; file: string; size: number }> {
  const hash = text
    .trim()
    .toLowerCase()
    .replace(/^(0x)?/, "0x");
  if (!/^0x[0-9a-f]{64}$/.test(hash)) {
    throw new Problem("BAD_ARGUMENT", `${text} is no SHA-256 of 64 hex digits`, {
      field: "HASH",
      exit: EXIT.usage,
    });
  }
  const bytes = await caller.api.download(`/v1/documents/${hash}/content`);
  if (hashOf(bytes) !== hash) {
    throw new Problem(
      "HASH_DIFFERS",
      "what the service sent does not have this hash: nothing was written",
      {
        field: "HASH",
      },
    );
  }
  await writeFile(out, bytes, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === "EEXIST" ? "is there already" : `cannot be written: ${cause.code ?? ""}`;
    throw new Problem("CANNOT_WRITE", `${out} ${why}`, { field: "--out", exit: EXIT.usage, cause });
  });
  terminal.line(`${out}  ${pieces(bytes.length)} bytes, and they have this hash`);
  terminal.line(terminal.style("dim", `Note that ${WHAT_A_HASH_PROVES}.`));
  return { hash, file: out, size: bytes.length };
}

/** Lists the caller's documents. */
export async function listFiles({
  caller,
  terminal,
}: Command): Promise<{ documents: DocumentSeen[] }> {
  const documents: DocumentSeen[] = [];
  for await (const items of caller.api.pages("/v1/documents", DocumentSeen))
    documents.push(...items);
  const columns = [
    ...[{ title: "hash" }, { title: "kind" }, { title: "bytes", align: "right" as const }],
    ...[{ title: "name" }, { title: "issuer" }, { title: "issued on" }],
  ];
  const cells = documents.map(({ hash, kind, size, name, issuer, issuedOn }) => [
    ...[hash, kind, pieces(size), name ?? "", issuer ?? "", issuedOn ?? ""],
  ]);
  for (const row of table(columns, cells, (title) => terminal.style("dim", title)))
    terminal.line(row);
  return { documents };
}

const hashOf = (bytes: Uint8Array) => `0x${createHash("sha256").update(bytes).digest("hex")}`;

const OTHER_ENDINGS: Record<string, MediaType> = {
  jpeg: "image/jpeg",
  tiff: "image/tiff",
  text: "text/plain",
};

/** The media type that a file's ending stands for. */
function typeOf(path: string): MediaType {
  const ending = extname(path).slice(1).toLowerCase();
  const types = Object.keys(MEDIA_TYPES) as MediaType[];
  const type = types.find((one) => MEDIA_TYPES[one].extension === ending) ?? OTHER_ENDINGS[ending];
  if (type) return type;
  throw new Problem("UNKNOWN_TYPE", `say with --type what ${path} is: ${types.join(", ")}`, {
    field: "--type",
    exit: EXIT.usage,
  });
}

/** A file's name as a label; undefined where it does not make one. */
function labelOf(path: string): string | undefined {
  const name = basename(path).normalize("NFC").trim();
  return /^[^\\/\p{C}\p{Zl}\p{Zp}]{1,128}$/u.test(name) ? name : undefined;
}
