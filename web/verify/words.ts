// Puts verdicts, results and numbers of this page into words.
import type { Severity, Verdict, VerdictName } from "../../protocol/verdict/verdict.ts";
import type { Fixer } from "../../protocol/verdict/words.ts";

/** What each verdict means to the person who has the lot in hand, and its sign. */
export const VERDICT_WORDS: Record<VerdictName, { sign: string; says: string }> = {
  PASS: { sign: "✓", says: "The claims fit together, and with what the ledger recorded." },
  WARN: { sign: "!", says: "The claims fit together, and something in them deserves a look." },
  INCOMPLETE: { sign: "?", says: "Not everything could be checked. This is no pass." },
  FAIL: { sign: "✕", says: "Something here is wrong or was altered. Do not rely on it." },
  HOLD: { sign: "‖", says: "A recall or a hold stands. Keep the parts aside." },
};

/** How many findings there are of each kind, in words. */
export const SEVERITY_WORDS: Record<Severity, string> = {
  HOLD: "hold",
  FAIL: "failed",
  INCOMPLETE: "incomplete",
  WARN: "warning",
  INFO: "to know",
};

/** Who can fix what a finding names. */
export const FIXED_BY_WORDS: Record<Fixer, string> = {
  service: "the service that made the bundle",
  actor: "the actor of the event",
  holder: "the holder of the lot",
  issuer: "the issuer",
  "ledger owner": "the ledger owner",
  "node operator": "the node operator",
  reader: "you, its reader",
};

/** Why nothing was compared with the chain; null where it was. */
export function whyNoBlock({ block, trusted, findings }: Verdict): string | null {
  if (block !== null) return null;
  if (trusted.node === undefined) return "The chain was not asked: no node was named.";
  if (findings.some(({ code }) => code.startsWith("NODE_")))
    return "The node gave no answer that can be used: nothing was compared with the chain.";
  return "The chain was not asked: there is no trail of the trusted ledger to ask about.";
}

export const pieces = (quantity: number): string => quantity.toLocaleString("en-US");

export const count = (many: number, one: string, more = `${one}s`): string =>
  `${many.toLocaleString("en-US")} ${many === 1 ? one : more}`;

/** Unix seconds as a day and a minute of UTC; what no calendar has, as it is. */
export function moment(time: number): string {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime())
    ? String(time)
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

export function bytes(size: number): string {
  if (size < 1_024) return count(size, "byte");
  return size < 1_048_576
    ? `${(size / 1_024).toFixed(1)} KiB`
    : `${(size / 1_048_576).toFixed(1)} MiB`;
}

/** A file's hash as programs that hash files write it. */
export const fileHash = (sha256: string): string => sha256.slice(2);

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(ms < 100 ? 3 : 2)} s`;
