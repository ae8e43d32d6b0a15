// Uploads files as documents, which events name by their hash.
import { createHash } from "node:crypto";
import { basename, extname } from "node:path";
import { DocumentView } from "../../api/documents.ts";
import { MEDIA_TYPE_NAMES, MEDIA_TYPES, type MediaType } from "../../protocol/event/document.ts";
import { readInputFile } from "../input/files.ts";
import { Problem, usageProblem } from "../output/outcome.ts";
import type { Api, Query } from "./api.ts";

export const hashOf = (bytes: Uint8Array) =>
  `0x${createHash("sha256").update(bytes).digest("hex")}`;

/** What is said of a document. */
export interface Description extends Query {
  kind: string;
  name?: string;
}

/**
 * Uploads a file. The same again changes nothing.
 * @param field the argument or option that names it
 * @throws Problem CANNOT_READ, UNKNOWN_TYPE, HASH_DIFFERS
 */
export async function uploadFile(
  api: Api,
  path: string,
  { type, name, ...query }: Description & { type?: string | undefined },
  field = "FILE",
): Promise<DocumentView> {
  const bytes = await readInputFile(path, field);
  const file = { bytes, type: type ?? typeOf(path) };
  const fields = { name: name ?? labelOf(path), ...query };
  const view = await api.upload("/v1/documents", DocumentView, file, fields);
  if (view.hash === hashOf(bytes)) return view;
  const why = "The service received other bytes than were sent. Upload the file again.";
  throw new Problem("HASH_DIFFERS", why, { field });
}

/** Uploads the photo that an event names. @returns its hash; undefined without a file */
export async function uploadPhoto(api: Api, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return (await uploadFile(api, file, { kind: "photo" }, "--photo")).hash;
}

const OTHER_EXTENSIONS: Record<string, MediaType> = {
  jpeg: "image/jpeg",
  tiff: "image/tiff",
  text: "text/plain",
};

/** The media type that a file's extension stands for. */
function typeOf(path: string): MediaType {
  const extension = extname(path).slice(1).toLowerCase();
  const type =
    MEDIA_TYPE_NAMES.find((name) => MEDIA_TYPES[name].extension === extension) ??
    OTHER_EXTENSIONS[extension];
  if (type) return type;
  const why = `The media type of ${path} is unknown. Give it with --type: ${MEDIA_TYPE_NAMES.join(", ")}.`;
  throw usageProblem("UNKNOWN_TYPE", why, "--type");
}

/** A file's name as a label; undefined where it cannot be one. */
function labelOf(path: string): string | undefined {
  const name = basename(path).normalize("NFC").trim();
  return /^[^\\/\p{C}\p{Zl}\p{Zp}]{1,128}$/u.test(name) ? name : undefined;
}
