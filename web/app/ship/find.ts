// Finds the lot that a scan or a typed text names.
import type { ScanView } from "../../../api/scan.ts";
import type { LotWithDetails } from "../../../api/lots.ts";
import { ask, Refused } from "../data/client.ts";

/** A lot's own number, as somebody types it: nothing of a label's syntax. */
const isName = (text: string) => /^[^\p{Cc}\s]{1,128}$/u.test(text) && !text.includes("://");

/**
 * The one lot that a text names.
 * @throws Error with a sentence for people, where it names none or several
 */
export async function lotIn(text: string): Promise<LotWithDetails> {
  if (isName(text)) {
    try {
      return await ask<LotWithDetails>("GET", `/v1/lots/${encodeURIComponent(text)}`);
    } catch (error) {
      if (!(error instanceof Refused) || (error.status !== 404 && error.status !== 400))
        throw error;
    }
  }
  const scan = await ask<ScanView>("POST", "/v1/scan", { body: { label: text } });
  const lot = scan.why === null ? scan.verdict?.lot : undefined;
  if (lot == null)
    throw new Refused(404, undefined, scan.message ?? "The label names no lot that you can see.");
  return ask<LotWithDetails>("GET", `/v1/lots/${lot}`);
}
