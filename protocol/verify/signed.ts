// Checks what was signed, in events and notices: the details have the signed root, and the signature's key was valid for
// the party at that place.
import { type Disclosure, disclosureRoot } from "../event/disclosure.ts";
import { ProtocolError } from "../base/errors.ts";
import type { ObservationIn } from "../verdict/verdict.ts";
import type { ChainPlace } from "../chain/place.ts";
import type { Registry } from "../chain/registry.ts";

type Signed = ObservationIn<"signed">;

/** Yields what is wrong with the shown details of a root. */
export function* detailsFaults(
  root: string,
  details: Disclosure | null,
  entryCount: number,
  where: Pick<Signed, "event" | "notice" | "verdict">,
): Generator<Signed> {
  if (details === null) return;
  try {
    const actualRoot = disclosureRoot(details, entryCount);
    if (actualRoot !== root)
      yield {
        code: "DETAILS_MISMATCH",
        ...where,
        field: "details",
        expected: root,
        found: actualRoot,
      };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    yield {
      code: "DETAILS_MISMATCH",
      ...where,
      field: ["details", error.field].filter(Boolean).join("."),
    };
  }
}

/** Yields what is wrong with a signature: its form, whose key it is, and whether the key was valid at that place. */
export function* signatureFaults(
  {
    signature,
    signer,
    party,
  }: { signature: string | null; signer: string | undefined; party: string },
  registry: Registry | undefined,
  place: ChainPlace | undefined,
  where: Pick<Signed, "event" | "notice" | "verdict">,
): Generator<Signed> {
  const at = { ...where, field: "signature" };
  if (signature === null) yield { code: "SIGNATURE_MISSING", ...at };
  else if (signer === undefined) yield { code: "BadSignature", ...at, found: signature };
  else if (registry && place) {
    const key = registry.key(party, signer, place);
    if (key === undefined) yield { code: "KeyNotOfParty", ...at, expected: party, found: signer };
    else if (key.revoked) yield { code: "KeyIsRevoked", ...at, found: signer };
  }
}
