// Verifies a bundle: its trail like any other, and that its documents belong to it.
import { BundleShell, type BundleDocument } from "../trail/bundle.ts";
import { faultOf } from "../base/words.ts";
import type { LedgerReader } from "../chain/reader.ts";
import { type RecoverPublicKey, recoverWithNoble } from "../base/crypto.ts";
import type { Disclosure } from "../event/disclosure.ts";
import { detailName } from "../event/details.ts";
import { DOCUMENT_FIELDS } from "../event/document.ts";
import type { Trust, VerdictInput } from "../verdict/trust.ts";
import type { ObservationIn, Verdict } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import { emptyVerdict } from "./conclude.ts";
import { verifyWith } from "./verify.ts";

/**
 * Verifies a bundle.
 * @param json what JSON.parse returned, of any shape; the other arguments as of `verify`
 * @returns the verdict; nothing about the bundle or the node is thrown
 */
export async function verifyBundle(
  json: unknown,
  trust: Trust,
  reader: LedgerReader | null,
  recover: RecoverPublicKey = recoverWithNoble,
  input: VerdictInput = {},
): Promise<Verdict> {
  const { shell, malformed } = readShell(json);
  if (!shell) return emptyVerdict(trust, input, null, malformed);
  return verifyWith([documentsOf(shell.documents)], shell.trail, trust, reader, recover, input);
}

function readShell(
  json: unknown,
):
  | { shell: BundleShell; malformed?: never }
  | { shell?: never; malformed: ObservationIn<"bundle">[] } {
  try {
    const { data, error } = BundleShell.safeParse(json);
    if (data) return { shell: data };
    return { malformed: [{ code: "BUNDLE_MALFORMED", field: faultOf(error.issues[0]!).field }] };
  } catch {
    // A hostile object may throw when it is read (getters, proxies). It is not a bundle.
    return { malformed: [{ code: "BUNDLE_MALFORMED" }] };
  }
}

const NAMING: ReadonlySet<string> = new Set(DOCUMENT_FIELDS);

/** Checks that shown details name every document of the bundle, so that a signature covers it. */
const documentsOf = (documents: readonly BundleDocument[]) =>
  function* ({ trail }: Pick<Case, "trail">): Generator<ObservationIn<"bundle">> {
    const items: { details: Disclosure | null }[] = [...trail.events, ...trail.notices];
    const open = items.flatMap(({ details }) => details?.open ?? []);
    const named = new Set(
      open.filter(({ path }) => NAMING.has(detailName(path))).map(({ value }) => value),
    );
    for (const [i, { hash }] of documents.entries())
      if (!named.has(hash))
        yield { code: "DOCUMENT_NOT_NAMED", field: `documents.${i}.hash`, found: hash };
  };
