// Puts verdicts, results and numbers of the page into words.
import type { Severity, Verdict, VerdictName } from "../../protocol/verdict/verdict.ts";
import type { Fixer } from "../../protocol/verdict/words.ts";

/** Each verdict's sign, and what it means to the person who has the lot in hand. */
export const VERDICT_WORDS: Record<VerdictName, { sign: string; meaning: string }> = {
  PASS: { sign: "✓", meaning: "The claims agree with each other and with the chain." },
  WARN: {
    sign: "!",
    meaning: "The claims agree, but something needs your attention. Read the findings.",
  },
  INCOMPLETE: { sign: "?", meaning: "Not everything could be checked. This is not a pass." },
  FAIL: { sign: "✕", meaning: "Something is wrong or was altered. Do not rely on this lot." },
  HOLD: { sign: "‖", meaning: "A recall, a hold or an alert applies. Do not use the parts." },
};

/** The word for findings of each severity, after their number. */
export const SEVERITY_WORDS: Record<Severity, string> = {
  HOLD: "hold",
  FAIL: "fail",
  INCOMPLETE: "incomplete",
  WARN: "warning",
  INFO: "info",
};

/** Who can fix what a finding names. */
export const FIXED_BY_WORDS: Record<Fixer, string> = {
  service: "the service that made the bundle",
  actor: "the party that signed the event",
  holder: "the lot's holder",
  issuer: "the issuer",
  "ledger owner": "the ledger's owner",
  "node operator": "the node's operator",
  reader: "you",
};

/** Says why nothing was compared with the chain. Null if it was. */
export function whyNoBlock({ block, trusted, findings }: Verdict): string | null {
  if (block !== null) return null;
  if (trusted.node === undefined)
    return "Nothing was compared with the chain, because you named no node.";
  if (findings.some(({ code }) => code.startsWith("NODE_")))
    return "Nothing was compared with the chain, because the node gave no usable answer.";
  return "Nothing was compared with the chain, because there is no valid trail of the trusted ledger.";
}

/** A quantity with its thousands separated. */
export const pieces = (quantity: number): string => quantity.toLocaleString("en-US");

/** A number with its noun, in the singular or the plural. */
export const count = (number: number, singular: string, plural = `${singular}s`): string =>
  `${number.toLocaleString("en-US")} ${number === 1 ? singular : plural}`;

/** Unix seconds as date and time in UTC; the bare number if it is out of range. */
export function moment(time: number): string {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime())
    ? String(time)
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A size in bytes, KiB or MiB. */
export function bytes(size: number): string {
  if (size < 1_024) return count(size, "byte");
  return size < 1_048_576
    ? `${(size / 1_024).toFixed(1)} KiB`
    : `${(size / 1_048_576).toFixed(1)} MiB`;
}

/** A file's hash in the form that hashing tools print: without 0x. */
export const fileHash = (sha256: string): string => sha256.slice(2);

/** Milliseconds as seconds. */
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(ms < 100 ? 3 : 2)} s`;
