// Shows the bundle's claims about itself, beside what the reader trusts.
import type { BundleClaim } from "../../protocol/trail/bundle-claim.ts";
import type { BundleFile } from "./bundle-file.ts";
import { byId, data, el, facts, hex } from "./dom.ts";
import { bytes, count, fileHash, moment } from "./words.ts";

/** Shows the file and its claims, marked as unchecked. */
export function showClaim({
  name,
  size,
  sha256,
  claim,
}: BundleFile & { claim: BundleClaim }): HTMLElement {
  const { isBundle, lot, chainId, ledger, checkpoints, events, notices, documents, made } = claim;
  const contents = [
    events !== null && count(events, "event"),
    notices !== null && count(notices, "notice"),
    documents !== null && count(documents, "document"),
  ].filter((text) => text !== false);
  return el(
    "div",
    { class: "claim" },
    facts([
      ["File", [data(name), ` (${bytes(size)})`]],
      ["SHA-256", hex(fileHash(sha256))],
    ]),
    el(
      "p",
      { class: "claim-title" },
      "The bundle claims the following. None of it is checked yet.",
    ),
    !isBundle &&
      el(
        "p",
        { class: "error" },
        "The file does not call itself a Reelproof bundle. Ask the sender for the bundle.",
      ),
    facts([
      ["Lot", lot === null ? "not readable" : hex(lot)],
      ["Chain id", chainId ?? "not readable"],
      ["Ledger", ledger === null ? "not readable" : hex(ledger)],
      ["Checkpoint contract", checkpoints !== null && hex(checkpoints)],
      ["Contains", contents.join(", ")],
      ["Made", made && [moment(made.at), " by ", data(made.by)]],
    ]),
  );
}

/** The text of the fields, as the reader typed it. */
export type Trusted = Record<"chainId" | "ledger" | "checkpoints", string>;

/**
 * Shows beside each field whether the bundle claims the same.
 * @param isAdopted the fields were filled in from the bundle's claims
 */
export function showComparison(
  claim: BundleClaim | undefined,
  trusted: Trusted,
  isAdopted: boolean,
): void {
  const chainId = note(
    "chainId",
    trusted.chainId.trim(),
    claim?.chainId == null ? undefined : String(claim.chainId),
  );
  const ledger = note("ledger", trusted.ledger.trim().toLowerCase(), claim?.ledger ?? undefined);
  const claimed = claim?.checkpoints ?? undefined;
  const checkpoints =
    note("checkpoints", trusted.checkpoints.trim().toLowerCase(), claimed) || claimed === undefined;
  byId("adopt-row").hidden =
    claim?.chainId == null || claim.ledger == null || (chainId && ledger && checkpoints);
  byId("confirm-row").hidden = !isAdopted;
}

/** @returns whether the two are the same */
function note(field: string, trusted: string, claimed: string | undefined): boolean {
  const element = byId(`${field}-note`);
  const isSame = trusted === claimed;
  const isComparable = trusted !== "" && claimed !== undefined;
  element.textContent = !isComparable
    ? ""
    : isSame
      ? "The bundle claims the same."
      : "The bundle claims a different one.";
  element.classList.toggle("differs", isComparable && !isSame);
  return isSame;
}
