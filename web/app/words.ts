// Puts lots, decisions and times into words for the pages. What the verifier's page has too comes from there.
import type { ActName } from "./data/acts.ts";
import type { NoticeKindName } from "../../protocol/event/notice.ts";
import type { DocumentKindName } from "../../protocol/event/document.ts";
import type { VerdictName } from "../../protocol/verdict/verdict.ts";
import { pieces } from "../verify/words.ts";

/** What to do with the lot in hand, by its verdict: the first line that a person reads. */
export const TO_DO: Record<VerdictName, string> = {
  PASS: "Accept this lot",
  WARN: "Look at the warnings before you accept",
  INCOMPLETE: "Not enough is known to accept",
  FAIL: "Do not accept this lot",
  HOLD: "Do not use these parts",
};

export interface ActWords {
  button: string;
  /** What was done, for the note afterwards. */
  done: string;
  /** The key that begins it. */
  key: string;
  /** Whether a reason must be given. */
  needsReason: boolean;
}

export const ACT_WORDS: Record<ActName, ActWords> = {
  accept: { button: "Accept", done: "Accepted", key: "a", needsReason: false },
  hold: { button: "Put on hold", done: "Put on hold", key: "h", needsReason: true },
  release: { button: "Release from hold", done: "Released", key: "l", needsReason: true },
  receive: { button: "Receive", done: "Received", key: "a", needsReason: false },
  refuse: { button: "Refuse", done: "Refused", key: "r", needsReason: true },
};

/** What a signature will say, in one sentence. */
export function sentenceOf(act: ActName, lot: string, quantity: number, party: string): string {
  const what = `lot ${lot}, ${pieces(quantity)} pieces`;
  switch (act) {
    case "accept":
      return `${party} signs that its inspection accepted ${what}. ${party} holds it as before.`;
    case "hold":
      return `${party} signs that ${what}, is on hold. Nobody can ship or use it until ${party} releases it.`;
    case "release":
      return `${party} signs that ${what}, is released from hold. It can be shipped and used again.`;
    case "receive":
      return `${party} signs that it received ${what}, in full. ${party} holds it from then on.`;
    case "refuse":
      return `${party} signs that it refuses ${what}. Its shipper holds it again.`;
  }
}

/** A hash or an address, shortened. */
export const short = (hex: string): string =>
  hex.length <= 14 ? hex : `${hex.slice(0, 8)}…${hex.slice(-4)}`;

/** Words of actions, for a line of custody. */
export const ACTION_WORDS: Readonly<Record<string, string>> = {
  commission: "Registered by its manufacturer",
  introduce: "Registered by another party",
  ship: "Shipped",
  receive: "Received",
  refuse: "Refused",
  cancel: "Shipment cancelled",
  split: "Split",
  assemble: "Assembled",
  inspect: "Inspected",
  hold: "Put on hold",
  release: "Released from hold",
  scrap: "Scrapped",
};

export const NOTICE_WORDS: Record<NoticeKindName, string> = {
  recall: "Recall",
  suspicion: "Suspicion",
  withdrawal: "Withdrawal of a notice",
  correction: "Correction",
};

export const DOCUMENT_WORDS: Record<DocumentKindName, string> = {
  coc: "Certificate of conformity",
  "packing-list": "Packing list",
  "test-report": "Test report",
  photo: "Photo",
  datasheet: "Data sheet",
  alert: "Alert, recall or change notice",
  other: "Document",
};

const FIELD_WORDS: Readonly<Record<string, string>> = {
  mpn: "Part",
  makerLot: "Manufacturer's lot",
  packageId: "Package id",
  asnNumber: "Ship notice (ASN)",
  grossWeightGrams: "Gross weight in grams",
  msl: "Moisture level",
  eccn: "ECCN",
  hts: "HTS",
  rohs: "RoHS",
  reach: "REACH",
  countryOfOrigin: "Country of origin",
};

/** A field's name in words: dateCode becomes Date code. */
export function fieldWord(name: string): string {
  const last = name.split(".").at(-1)!;
  const words = last.replace(/([A-Z])/g, " $1").toLowerCase();
  return FIELD_WORDS[last] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** The week that a four-digit date code stands for: `1–7 Jun 2026`. Undefined for other forms. */
export function weekOf(dateCode: string): string | undefined {
  const [, year, week] = /^(\d\d)(\d\d)$/.exec(dateCode) ?? [];
  if (year === undefined || week === undefined || Number(week) < 1 || Number(week) > 53)
    return undefined;
  // ISO 8601: the week with 4 January is the first, and weeks begin on Monday.
  const fourth = new Date(Date.UTC(2000 + Number(year), 0, 4));
  const monday = new Date(fourth);
  monday.setUTCDate(4 - ((fourth.getUTCDay() + 6) % 7) + (Number(week) - 1) * 7);
  const sunday = new Date(monday);
  sunday.setUTCDate(monday.getUTCDate() + 6);
  const month = (day: Date) => day.toLocaleDateString("en-GB", { month: "short", timeZone: "UTC" });
  const from = monday.getUTCMonth() === sunday.getUTCMonth() ? "" : ` ${month(monday)}`;
  return `${monday.getUTCDate()}${from}–${sunday.getUTCDate()} ${month(sunday)} ${sunday.getUTCFullYear()}`;
}
