// Defines the views of documents: their metadata, and the events and notices that name them.
import { z } from "zod";
import {
  DOCUMENT_FIELDS,
  DocumentClaims,
  DocumentKind,
  MEDIA_TYPE_NAMES,
  WHAT_A_HASH_PROVES,
} from "../protocol/event/document.ts";
import { Hash } from "../protocol/base/values.ts";
import { PartyName } from "./parties.ts";

export const DocumentView = z
  .strictObject({
    hash: Hash.meta({ description: "SHA-256 of the bytes. Events name the document by it." }),
    owner: PartyName.meta({ description: "The party that uploaded it and gave this metadata." }),
    mediaType: z.enum(MEDIA_TYPE_NAMES),
    size: z.int().meta({ description: "Bytes." }),
    kind: DocumentKind,
    name: z.string().nullable(),
    issuer: z.string().nullable(),
    issuedOn: z.string().nullable(),
    claims: DocumentClaims.meta({ description: "What a person read from the document." }),
    uploadedAt: z.iso.datetime(),
  })
  .meta({ id: "Document", description: `Note that ${WHAT_A_HASH_PROVES}.` });
export type DocumentView = z.infer<typeof DocumentView>;

const NamedBy = z.strictObject({
  event: Hash.optional(),
  notice: Hash.optional(),
  by: PartyName.meta({ description: "The party that signed it." }),
  field: z.enum(DOCUMENT_FIELDS),
  lots: z.array(Hash).meta({
    description: "The lots that the field applies to, as far as the caller may see them.",
  }),
});

/** Events and notices that one answer lists at most. */
export const MAX_NAMED_BY = 50;

export const DocumentInfo = z
  .strictObject({
    hash: Hash,
    said: z.array(DocumentView).meta({
      description:
        "The metadata by the caller, if the caller uploaded it, and by those who signed an event or a notice that names it.",
    }),
    namedBy: z.array(NamedBy).meta({
      description: `The events and notices that name it, as far as the caller may see them; at most ${MAX_NAMED_BY}.`,
    }),
    more: z.boolean().meta({ description: "There are more than these." }),
  })
  .meta({ id: "DocumentInfo" });
export type DocumentInfo = z.infer<typeof DocumentInfo>;
