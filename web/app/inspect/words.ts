// Puts decisions into words: buttons, keys, reasons to choose from, and the sentence that says what a signature will do.
import type { Act, DecisionName } from "../data/decisions.ts";
import { type Group, type Package, tallyOf } from "../data/tally.ts";
import { count, pieces } from "../../verify/words.ts";

export interface DecisionWords {
  button: string;
  /** The key that begins it. */
  key: string;
  sign: string;
  /** What is marked for the close, and what was signed. */
  marked: string;
  done: string;
}

export const DECISION_WORDS: Record<DecisionName, DecisionWords> = {
  accept: { button: "Accept", key: "a", sign: "✓", marked: "to accept", done: "accepted" },
  hold: { button: "Hold", key: "h", sign: "‖", marked: "to hold", done: "put on hold" },
  release: { button: "Release", key: "l", sign: "○", marked: "to release", done: "released" },
  refuse: { button: "Refuse", key: "r", sign: "✕", marked: "to refuse", done: "refused" },
};

export interface Reason {
  text: string;
  /** What it states, in fields that rules and other parties' programs read. */
  facts?: Readonly<Record<string, string | boolean>>;
}

const DAMAGED: readonly Reason[] = [
  { text: "package damaged", facts: { packageDamaged: true } },
  { text: "seal broken", facts: { sealIntact: false } },
  { text: "humidity card has changed colour", facts: { humidityIndicator: "fail" } },
  { text: "label differs from the record", facts: { labelMatches: false } },
  { text: "marking is not the manufacturer's", facts: { markingMatches: false } },
];

/** What can be chosen. The first ones are the most usual. Anything else is written. */
export const REASONS: Record<DecisionName, readonly Reason[]> = {
  accept: [
    { text: "accepted by concession" },
    { text: "difference settled with the sender" },
    { text: "known and harmless" },
  ],
  hold: [
    { text: "papers missing" },
    { text: "quantity differs" },
    ...DAMAGED,
    { text: "independent source: test before use" },
    { text: "recall or alert" },
  ],
  release: [
    { text: "tested and found good" },
    { text: "papers arrived" },
    { text: "settled with the sender" },
  ],
  refuse: [
    { text: "not ordered" },
    { text: "wrong part" },
    { text: "wrong quantity" },
    ...DAMAGED,
    { text: "verdict does not allow it" },
  ],
};

/** The longest reason, and the longest remarks. */
export const MOST_REASON = 128;
export const MOST_REMARKS = 512;

/** How many names a sentence lists. */
const MOST_NAMES = 4;

/** What a signature will do, in one sentence or two. */
export function sentenceOf(
  { name, isReceipt, lots, reason }: Pick<Act, "name" | "isReceipt" | "lots" | "reason">,
  party: string,
): string {
  const sum = lots.reduce((total, { quantity }) => total + quantity, 0);
  const names = lots.slice(0, MOST_NAMES).map((lot) => lot.name);
  const more = lots.length - names.length;
  const list = `${names.join(", ")}${more > 0 ? ` and ${pieces(more)} more` : ""}`;
  const what =
    lots.length === 1
      ? `lot ${list}, ${pieces(sum)} pieces`
      : `${count(lots.length, "lot")}, ${pieces(sum)} pieces in all (${list})`;
  const why = reason === "" ? "" : ` Reason: ${reason}.`;
  switch (name) {
    case "accept":
      return isReceipt
        ? `${party} signs that it received ${what}, in full and accepted, and holds it from then on.${why}`
        : `${party} signs that its inspection accepted ${what}.${why}`;
    case "hold":
      return isReceipt
        ? `${party} signs that it received ${what}, and puts it on hold: nobody can ship or use it until ${party} releases it.${why}`
        : `${party} signs that ${what}, is on hold. Nobody can ship or use it until ${party} releases it.${why}`;
    case "release":
      return `${party} signs that ${what}, is released from hold. It can be shipped and used again.${why}`;
    case "refuse":
      return isReceipt
        ? `${party} signs that it refuses ${what}. Its shipper holds it again.${why}`
        : `${party} signs that its inspection rejected ${what}. ${party} still holds it: to send it back, ship it.${why}`;
  }
}

/** A tally's words, in the order in which they count: what needs a person first. */
export const GROUP_WORDS: Record<Group | "twice", { word: string; tone: string; sign: string }> = {
  stop: { word: "stop", tone: "FAIL", sign: "✕" },
  look: { word: "to look at", tone: "WARN", sign: "!" },
  ok: { word: "ok", tone: "PASS", sign: "✓" },
  unchecked: { word: "not checked", tone: "INFO", sign: "◷" },
  twice: { word: "twice", tone: "INCOMPLETE", sign: "↻" },
  surplus: { word: "not on the list", tone: "WARN", sign: "+" },
  missing: { word: "missing", tone: "INCOMPLETE", sign: "–" },
  done: { word: "came before", tone: "INFO", sign: "·" },
};

/** A delivery's tally in a line: `23 ok · 1 stop · 15 missing`. */
export function tallyWords(packages: readonly Package[]): string {
  const tally = tallyOf(packages);
  const groups = Object.keys(GROUP_WORDS) as (keyof typeof GROUP_WORDS)[];
  return (
    groups
      .filter((group) => tally[group] > 0)
      .map((group) => `${pieces(tally[group])} ${GROUP_WORDS[group].word}`)
      .join(" · ") || "No reel yet"
  );
}
