// Names a lot of the sample for each rule, and how to see the rule at work on it.
import type { RuleId } from "../../protocol/verdict/words.ts";

export interface RuleExample {
  /** The lot's name in the sample's story. */
  lot: string;
  /** What to do, or what happened to the lot, and the result. */
  see: string;
}

export const RULE_EXAMPLES: Partial<Record<RuleId, RuleExample>> = {
  V01: {
    lot: "halden/HS26-112706",
    see: "Change one digit in any row of the table `event`. FAIL, with the row's hash.",
  },
  V02: { lot: "larkhill/LK-42474", see: "A broker introduced the lot, not its maker. WARN." },
  V03: {
    lot: "pellworth/PWD1A2776412",
    see: "The lot is used up, so parts with its label need an explanation. WARN.",
  },
  V04: {
    lot: "corvane/700480551207",
    see: "The distributor received the lot two days after its authorisation had ended. WARN.",
  },
  V05: {
    lot: "halden/HS26-112706",
    see: "Set `lateAfterSeconds` to 60 in your policy: every event was settled later than that. WARN.",
  },
  V06: {
    lot: "mizuhara/MZ6F77470428",
    see: "The receiver counted 54 pieces fewer than were shipped. WARN.",
  },
  V07: {
    lot: "larkhill/LK-61301",
    see: "As Operator: 3,900 pieces of the maker's lot are in circulation, and 1,500 were commissioned. FAIL. Its buyer is not told the maker's quantities: INCOMPLETE.",
  },
  V08: {
    lot: "mizuhara/MZ6F86884804",
    see: "Four mini-reels were split off, and 2,000 pieces remain. Pass.",
  },
  V09: {
    lot: "larkhill/LK-12589",
    see: "As Operator: the lot has the package id of a reel that its maker still holds. FAIL. The reel has a remark: INFO.",
  },
  V10: {
    lot: "halden/HS26-431420",
    see: "Scan its label with its link and another 3S, such as HS26-000000. FAIL.",
  },
  V11: {
    lot: "halden/HS26-112706",
    see: "Scan the QR code of its label as Ostermark prints it: pass. Change one character of the code: FAIL.",
  },
  V12: {
    lot: "mizuhara/MZ6F77470428",
    see: "As its holder, scan its label twice with the same --session. WARN.",
  },
  V13: { lot: "halden/HS26-431420", see: "Scan its label with ] in place of each GS. INFO." },
  V14: {
    lot: "halden/HS26-431420",
    see: "Scan its label with another part number: FAIL. With another quantity: WARN.",
  },
  V15: {
    lot: "halden/HS26-431420",
    see: "Scan its label together with a linear code 1TPASTED-OVER. FAIL.",
  },
  V16: {
    lot: "halden/HS26-431420",
    see: "Ask for a verdict with an expected part number that has an O in place of a 0. FAIL.",
  },
  V17: {
    lot: "larkhill/LK-61207",
    see: "Its date code is 12 weeks later than the seal of its dry pack. FAIL.",
  },
  V18: { lot: "larkhill/LK-61208", see: "Its date code is N/T, not traceable. INFO." },
  V19: {
    lot: "larkhill/LK-61302",
    see: "As Operator: a broker sells a maker's lot under another part number. FAIL. The maker's own lot has a remark: INFO.",
  },
  V20: {
    lot: "halden/HS26-431420",
    see: "Scan its label with a second 1T in the same code. WARN.",
  },
  V21: {
    lot: "larkhill/LK-61209",
    see: "The lot was introduced with the Philippines as its country of origin, and received with China. FAIL.",
  },
  V22: {
    lot: "larkhill/LK-61211",
    see: "The lot was shipped to Great Britain, and from Hong Kong next. WARN.",
  },
  V23: {
    lot: "larkhill/LK-61211",
    see: "The lot was returned to its seller, who sold it again without an inspection. WARN.",
  },
  V24: {
    lot: "larkhill/LK-61210",
    see: "Its dry pack was opened in October and never closed again. FAIL: bake the parts before use.",
  },
  V25: {
    lot: "larkhill/LK-61301",
    see: "Upload certificate-corvane.txt as Corvane: the broker gave the maker's certificate for other lots. As Operator: WARN.",
  },
  V26: {
    lot: "corvane/700480551207",
    see: "Its maker changes the plating: INFO. Issue an alert of your own: HOLD.",
  },
  V27: {
    lot: "larkhill/LK-42474",
    see: "Its buyer accepted it under a condition, held it, and released it after a test. INFO.",
  },
  V28: {
    lot: "halden/HS26-112706",
    see: "Give an order for another maker's lot, as `--expected-lot ZZZ999`: FAIL.",
  },
};
