// Verifies bundles: their form, the form of their trails, and their documents.
import { FIELDS } from "./detail-fields.js";
import { checkDisclosure } from "./details.js";
import { Findings } from "./findings.js";
import { readFreely } from "./json.js";
import { Refused } from "./refused.js";
import { verifyTrail } from "./trail.js";
import { checkNotice, checkTrailEvent } from "./typed-data.js";
import { address, hash, integer, list, matching, object, oneOf, orNull, text } from "./values.js";

export const signature = matching(/^0x[0-9a-f]{130}$/);
const settled = object({ transaction: hash, block: integer() });
export const logged = object({
  operator: address,
  index: integer(),
  size: integer(1),
  proof: list(hash, 0, 53),
});
const one = (name, check, hints) =>
  object({ [name]: check, signature: orNull(signature), details: orNull(checkDisclosure) }, hints);
/** The fields that name documents. */
const NAMING = [
  "cocHash",
  "packingListHash",
  "testReportHash",
  "photoHash",
  "documentHash",
  "labelHash",
  "conditionLogHash",
];
const MEDIA = [
  "application/pdf",
  "image/jpeg",
  "image/png",
  "image/tiff",
  "text/csv",
  "text/plain",
  "application/json",
];

/** Events in a trail that a verifier reads. */
const MAX_EVENTS = 10_000;

const checkTrail = object(
  {
    version: oneOf(1),
    chainId: integer(1),
    ledger: address,
    lot: hash,
    events: list(one("event", checkTrailEvent, { settled, logged }), 0, MAX_EVENTS),
    notices: list(one("notice", checkNotice, { settled })),
  },
  { checkpoints: address },
);

const checkDocument = object({
  hash,
  kind: oneOf("coc", "packing-list", "test-report", "photo", "datasheet", "alert", "other"),
  mediaType: oneOf(...MEDIA),
  size: integer(),
});

/** Refuses restrictions that are not an audience per field name per digest. */
function checkRestricted(value, path) {
  object(
    {},
    Object.fromEntries(Object.keys(value ?? {}).map((digest) => [digest, () => undefined])),
  )(value, path);
  const names = Object.fromEntries(
    [...FIELDS.keys()].map((name) => [name, oneOf("trail", "private")]),
  );
  for (const [digest, fields] of Object.entries(value)) {
    hash(digest, path);
    object({}, names)(fields, path);
  }
}

const checkBundle = object(
  {
    format: oneOf("reelproof-bundle"),
    version: oneOf(1),
    trail: () => undefined,
    documents: list(checkDocument, 0, 10_000),
    made: object({ at: integer(), by: text(1, 256) }),
  },
  { restricted: checkRestricted },
);

/** The value of a bundle's bytes. */
export const readBundle = (bytes) => readFreely(bytes, 67_108_864);

/** Whether a check takes a value. */
export function isOfForm(check, value) {
  try {
    check(value, "");
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

/**
 * Returns the findings about a bundle. `trust` names the chain, the ledger (with `ledgerOfBundle`, only by the bundle's own claim),
 * the checkpoint contract (null or absent: none), the finality, the time and perhaps a policy. `chain` is everything that a node
 * answers, null if none is named, "silent" if it does not answer.
 */
export function verifyBundle(bundle, trust, chain) {
  const findings = new Findings();
  if (!isOfForm(checkBundle, bundle)) findings.add("BUNDLE_MALFORMED");
  else if (bundle.trail?.events?.length > MAX_EVENTS && Array.isArray(bundle.trail.events))
    findings.add("TRAIL_TOO_LONG");
  else if (!isOfForm(checkTrail, bundle.trail)) findings.add("TRAIL_MALFORMED");
  else {
    const { trail } = bundle;
    const { chainId, ledger } = trust;
    if (trail.chainId !== chainId || trail.ledger !== ledger) findings.add("OTHER_LEDGER");
    else {
      if (trust.ledgerOfBundle) findings.add("LEDGER_OF_BUNDLE");
      verifyTrail(trail, trust, chain, findings);
      const shown = [...trail.events, ...trail.notices].flatMap(
        ({ details }) => details?.open ?? [],
      );
      const naming = shown.filter(({ path }) => NAMING.includes(path.at(-1)));
      const named = new Set(naming.map(({ value }) => value));
      for (const document of bundle.documents) {
        if (!named.has(document.hash)) findings.add("DOCUMENT_NOT_NAMED", document.hash);
      }
    }
  }
  return findings;
}
