// For each rule a lot of the sample on which it can be seen at work, and how.
import type { RuleId } from "../../protocol/verdict/words.ts";

export interface RuleExample {
  /** As the sample's story names it. */
  lot: string;
  /** What to do to see it, and what it says then. */
  see: string;
}

export const RULE_EXAMPLES: Partial<Record<RuleId, RuleExample>> = {
  V01: {
    lot: "halden/HS26-112706",
    see: "change one digit in any row of the table event: FAIL, with the row's hash",
  },
  V02: { lot: "larkhill/LK-42474", see: "introduced by a broker, not by its maker: WARN" },
  V03: {
    lot: "pellworth/PWD1A2776412",
    see: "all its pieces are gone: parts with its label need an explanation, WARN",
  },
  V04: {
    lot: "corvane/700480551207",
    see: "received two days after its authorisation had ended: WARN",
  },
  V05: {
    lot: "halden/HS26-112706",
    see: "by a policy with lateAfterSeconds 60: every event was settled later, WARN",
  },
  V06: { lot: "mizuhara/MZ6F77470428", see: "received 54 pieces short: WARN" },
  V07: {
    lot: "larkhill/LK-61301",
    see: "3,900 pieces of a maker's lot of which 1,500 were commissioned: FAIL",
  },
  V08: {
    lot: "mizuhara/MZ6F86884804",
    see: "four mini-reels split off, and 2,000 pieces left: pass",
  },
  V09: {
    lot: "larkhill/LK-12589",
    see: "has the package id of a reel that its maker still has: FAIL",
  },
  V10: {
    lot: "halden/HS26-431420",
    see: "scan its label with another 3S, such as HS26-000000, beside the link to it: FAIL",
  },
  V11: {
    lot: "halden/HS26-112706",
    see: "scan the QR code of its label as Ostermark prints it: pass; with one character of the code changed: FAIL",
  },
  V12: {
    lot: "mizuhara/MZ6F77470428",
    see: "scan its label at four places of different names: WARN",
  },
  V13: { lot: "halden/HS26-431420", see: "scan its label with ] for each GS: INFO" },
  V14: {
    lot: "halden/HS26-431420",
    see: "scan its label with another part number: FAIL; another quantity: WARN",
  },
  V15: {
    lot: "halden/HS26-431420",
    see: "scan its label together with a linear code 1TPASTED-OVER: FAIL",
  },
  V16: {
    lot: "halden/HS26-431420",
    see: "ask with an expected part number in which an O stands for a 0: FAIL",
  },
  V17: {
    lot: "larkhill/LK-61207",
    see: "its date code is 12 weeks later than the seal of its dry pack: FAIL",
  },
  V18: { lot: "larkhill/LK-61208", see: "its date code says N/T, not traceable: INFO" },
  V19: {
    lot: "corvane/700480551209",
    see: "a broker has the same maker's lot under another part number: FAIL",
  },
  V20: { lot: "halden/HS26-431420", see: "scan its label with a second 1T in the same code: WARN" },
  V21: {
    lot: "larkhill/LK-61209",
    see: "introduced as from the Philippines, received as from China: FAIL",
  },
  V22: {
    lot: "larkhill/LK-61211",
    see: "shipped to Great Britain, and sent on from Hong Kong: WARN",
  },
  V23: {
    lot: "larkhill/LK-61211",
    see: "came back to its seller, who sold it on without a look at it: WARN",
  },
  V24: {
    lot: "larkhill/LK-61210",
    see: "its dry pack was opened in October and not closed since: FAIL, bake before use",
  },
  V25: {
    lot: "corvane/700480551208",
    see: "upload certificate-corvane.txt as Corvane: a broker gave it with another lot, too, WARN",
  },
  V26: {
    lot: "corvane/700480551207",
    see: "its maker changes the plating: INFO; by an alert of your own: HOLD",
  },
};
