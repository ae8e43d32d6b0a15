// Shows what a bundle claims about itself, beside what its reader trusts.
import type { BundleClaim } from "../../protocol/trail/bundle-claim.ts";
import type { BundleFile } from "./bundle-file.ts";
import { byId, data, el, facts, hex } from "./dom.ts";
import { bytes, count, fileHash, moment } from "./words.ts";

/** A file that was read, and its claims as such. */
export function showClaim({
  name,
  size,
  sha256,
  claim,
}: BundleFile & { claim: BundleClaim }): HTMLElement {
  const { isBundle, lot, chainId, ledger, checkpoints, events, notices, documents, made } = claim;
  const has = [
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
    el("p", { class: "claim-title" }, "It claims, and nothing of this is checked yet:"),
    !isBundle && el("p", { class: "error" }, "It does not call itself a bundle of Reelproof."),
    facts([
      ["Lot", lot === null ? "none that can be read" : hex(lot)],
      ["Chain id", chainId ?? "none that can be read"],
      ["Ledger", ledger === null ? "none that can be read" : hex(ledger)],
      ["Logs anchored on", checkpoints !== null && hex(checkpoints)],
      ["Holds", has.join(", ")],
      ["Made", made && [moment(made.at), " by ", data(made.by)]],
    ]),
  );
}

/** What the fields hold, as it was typed. */
export type Trusted = Record<"chainId" | "ledger" | "checkpoints", string>;

/**
 * Says beside each field whether the bundle claims the same.
 * @param isAdopted the fields hold what the bundle claims because they were filled in from it
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
  const same = trusted === claimed;
  const isTold = trusted !== "" && claimed !== undefined;
  element.textContent = !isTold
    ? ""
    : same
      ? "the bundle claims the same"
      : "the bundle claims another";
  element.classList.toggle("differs", isTold && !same);
  return same;
}
