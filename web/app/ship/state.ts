// Says in a word and a sign how far a shipment is, and what became of its lots.
import type { Outcome, ShipmentView } from "../../../api/shipments.ts";
import type { Severity, VerdictName } from "../../../protocol/verdict/verdict.ts";
import { count } from "../../verify/words.ts";

export interface StateWords {
  sign: string;
  word: string;
  tone: VerdictName | Severity;
}

type Counts = Pick<
  ShipmentView,
  "lots" | "open" | "received" | "short" | "refused" | "cancelled" | "settlement"
>;

/** How far a shipment is, by what became of its lots. */
export function stateOf({
  lots,
  open,
  received,
  short,
  refused,
  cancelled,
  settlement,
}: Counts): StateWords {
  if (settlement === "void") return { sign: "✕", word: "void", tone: "FAIL" };
  if (open === lots) return { sign: "▸", word: "under way", tone: "INCOMPLETE" };
  if (open > 0) return { sign: "◐", word: "part received", tone: "WARN" };
  if (refused === lots) return { sign: "✕", word: "refused", tone: "FAIL" };
  if (cancelled === lots) return { sign: "↺", word: "cancelled", tone: "INFO" };
  if (refused > 0) return { sign: "✕", word: "closed, part refused", tone: "FAIL" };
  if (short > 0) return { sign: "!", word: "closed, pieces missing", tone: "WARN" };
  if (received < lots) return { sign: "✓", word: "closed", tone: "INFO" };
  return { sign: "✓", word: "received", tone: "PASS" };
}

/** What became of the lots, where it is not the same for all: `3 received, 1 refused, 2 under way`. */
export function countsText({ lots, open, received, short, refused, cancelled }: Counts): string {
  const parts = [
    [received, "received"],
    [refused, "refused"],
    [cancelled, "cancelled"],
    [open, "under way"],
  ] as const;
  const some = parts.filter(([number]) => number > 0);
  const missing = short > 0 ? [`${count(short, "lot")} with pieces missing`] : [];
  if (some.length === 1 && some[0]![0] === lots) return missing.join("");
  return [
    ...some.map(([number, what]) => `${number.toLocaleString("en-US")} ${what}`),
    ...missing,
  ].join(", ");
}

export const OUTCOME_WORDS: Record<Outcome, StateWords> = {
  "in transit": { sign: "▸", word: "under way", tone: "INCOMPLETE" },
  received: { sign: "✓", word: "received", tone: "PASS" },
  refused: { sign: "✕", word: "refused", tone: "FAIL" },
  cancelled: { sign: "↺", word: "cancelled", tone: "INFO" },
  void: { sign: "✕", word: "void", tone: "FAIL" },
};
