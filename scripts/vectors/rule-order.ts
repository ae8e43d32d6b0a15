// Makes vectors of the order of the transition's rules: each event breaks two rules, and the first is its violation.
import type { ViolationName } from "../../protocol/event/violation.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import {
  NOW,
  PARTY,
  type Plan,
  REVOKED_KEY,
  UNKNOWN_KEY,
  contextOf,
  eventOf,
  lotOf,
} from "../../test/support/model.ts";
import { judged, statesAfter, violationOf } from "./judged.ts";
import type { Vectors } from "./vector.ts";

const [LOW, HIGH] = [lotOf("maker", "R-1"), lotOf("maker", "R-2")].toSorted() as [string, string];
const CHILD = lotOf("maker", "R-1/A");
const PRODUCT = lotOf("assembler", "P-1");

const commission: Plan = { action: "commission", by: "maker", lots: [[LOW, 100]] };
const hold: Plan = { action: "hold", by: "maker", lots: [[LOW, 100]] };
const ship: Plan = { ...hold, action: "ship", to: "distributor" };
const receive: Plan = { action: "receive", by: "distributor", lots: [[LOW, 100]] };
const refuse: Plan = { ...receive, action: "refuse", holder: "maker" };
const split: Plan = {
  action: "split",
  by: "maker",
  lots: [
    [LOW, 60],
    [CHILD, 40],
  ],
};
const scrap: Plan = { action: "scrap", by: "maker", lots: [[LOW, 0]] };
const made = [commission];
const shipped = [commission, ship];

/** An event that breaks two rules, and how it breaks the second alone. */
interface Pair {
  about: string;
  /** What the ledger recorded before. */
  before?: readonly Plan[];
  /** What the ledger recorded in the actor's view, if that is another past. */
  seen?: readonly Plan[];
  plan: Plan;
  first: ViolationName;
  second: ViolationName;
  /** The same event without the first fault. */
  mended: Partial<Pick<Pair, "before" | "seen" | "plan">>;
  /** The roles of the suspended party, if they differ from the model's. */
  roles?: number;
}

/** The rules' numbers on the page. 8a and 8b are the two of rule 8. */
const pairs: Record<string, Pair> = {
  "01-02": {
    about: "No entries, and an unknown action.",
    plan: { ...commission, lots: [], action: 13 },
    first: "EntryCountOutOfRange",
    second: "UnknownAction",
    mended: { plan: { ...commission, action: 13 } },
  },
  "02-03": {
    about: "An unknown action, and a time too far ahead.",
    plan: { ...commission, action: 0, time: NOW + 901 },
    first: "UnknownAction",
    second: "TimeTooFarAhead",
    mended: { plan: { ...commission, time: NOW + 901 } },
  },
  "03-04": {
    about: "A time too far ahead, by a party that was not admitted.",
    plan: { ...commission, by: "stranger", time: NOW + 901 },
    first: "TimeTooFarAhead",
    second: "PartyNotAdmitted",
    mended: { plan: { ...commission, by: "stranger" } },
  },
  "03-05": {
    about: "A time too far ahead, by a suspended party.",
    plan: { ...commission, by: "suspended", time: NOW + 901 },
    first: "TimeTooFarAhead",
    second: "PartyIsSuspended",
    mended: { plan: { ...commission, by: "suspended" } },
  },
  "03-08b": {
    about: "A time too far ahead, in a shipment to a suspended party.",
    before: made,
    plan: { ...ship, to: "suspended", time: NOW + 901 },
    first: "TimeTooFarAhead",
    second: "PartyIsSuspended",
    mended: { plan: { ...ship, to: "suspended" } },
  },
  "04-06": {
    about: "An actor that was not admitted has no role.",
    plan: { ...commission, by: "stranger" },
    first: "PartyNotAdmitted",
    second: "RoleMissing",
    mended: { plan: { ...commission, by: "broker" } },
  },
  "05-06": {
    about: "A suspended actor without the role.",
    plan: { ...commission, by: "suspended" },
    roles: 2,
    first: "PartyIsSuspended",
    second: "RoleMissing",
    mended: { plan: { ...commission, by: "broker" } },
  },
  "06-07": {
    about: "An actor without the role names a consignee.",
    plan: { ...commission, by: "distributor", to: "broker" },
    first: "RoleMissing",
    second: "ConsigneeNotAllowed",
    mended: { plan: { ...commission, to: "broker" } },
  },
  "07-08a": {
    about: "A shipment to nobody: the zero address was not admitted.",
    before: made,
    plan: { ...ship, to: ZERO_ADDRESS },
    first: "ConsigneeNotAllowed",
    second: "PartyNotAdmitted",
    mended: { plan: { ...ship, to: "stranger" } },
  },
  "08a-09": {
    about: "A shipment to a party that was not admitted, which also changes the holder.",
    before: made,
    plan: { ...ship, to: "stranger", holder: "broker" },
    first: "PartyNotAdmitted",
    second: "HolderMismatch",
    mended: { plan: { ...ship, holder: "broker" } },
  },
  "08b-09": {
    about: "A shipment to a suspended party, which also changes the holder.",
    before: made,
    plan: { ...ship, to: "suspended", holder: "broker" },
    first: "PartyIsSuspended",
    second: "HolderMismatch",
    mended: { plan: { ...ship, holder: "broker" } },
  },
  "09-10": {
    about: "Another holder, and one lot twice.",
    plan: {
      ...commission,
      holder: "broker",
      lots: [
        [LOW, 1],
        [LOW, 1],
      ],
    },
    first: "HolderMismatch",
    second: "EntriesNotAscending",
    mended: {
      plan: {
        ...commission,
        lots: [
          [LOW, 1],
          [LOW, 1],
        ],
      },
    },
  },
  "10-11": {
    about: "A new lot in a shipment, behind a greater one.",
    before: [{ ...commission, lots: [[HIGH, 100]] }],
    plan: {
      ...ship,
      asGiven: true,
      lots: [
        [HIGH, 100],
        [LOW, 1],
      ],
    },
    first: "EntriesNotAscending",
    second: "NewLotNotAllowed",
    mended: { plan: ship, before: [] },
  },
  "10-15": {
    about: "An existing lot in a commission, behind a greater one.",
    before: made,
    plan: {
      ...commission,
      asGiven: true,
      lots: [
        [HIGH, 1],
        [LOW, 100],
      ],
    },
    first: "EntriesNotAscending",
    second: "ExistingLotNotAllowed",
    mended: { plan: commission },
  },
  "11-12": {
    about: "A shipment of a new lot that another party issues.",
    plan: { ...ship, lots: [[PRODUCT, 1]] },
    first: "NewLotNotAllowed",
    second: "NotIssuer",
    mended: { plan: { ...commission, lots: [[PRODUCT, 1]] } },
  },
  "12-13": {
    about: "Another party makes a lot that exists.",
    before: made,
    plan: { ...commission, action: "introduce", by: "broker", asNew: [LOW] },
    first: "NotIssuer",
    second: "LotExists",
    mended: { plan: { ...commission, action: "introduce", asNew: [LOW] } },
  },
  "13-14": {
    about: "A lot that exists is made again, without pieces.",
    before: made,
    plan: { ...commission, asNew: [LOW], lots: [[LOW, 0]] },
    first: "LotExists",
    second: "QuantityNotAllowed",
    mended: { before: [] },
  },
  "14-15": {
    about: "The lower entry makes a lot without pieces, the higher one commissions what exists.",
    before: [{ ...commission, lots: [[HIGH, 100]] }],
    plan: {
      ...commission,
      lots: [
        [LOW, 0],
        [HIGH, 100],
      ],
    },
    first: "QuantityNotAllowed",
    second: "ExistingLotNotAllowed",
    mended: {
      plan: {
        ...commission,
        lots: [
          [LOW, 1],
          [HIGH, 100],
        ],
      },
    },
  },
  "15-14": {
    about: "The lower entry commissions what exists, the higher one makes a lot without pieces.",
    before: made,
    plan: {
      ...commission,
      lots: [
        [LOW, 100],
        [HIGH, 0],
      ],
    },
    first: "ExistingLotNotAllowed",
    second: "QuantityNotAllowed",
    mended: { plan: { ...commission, lots: [[HIGH, 0]] } },
  },
  "15-16": {
    about: "A commission of a lot that exists, with an outdated state.",
    before: [...made, hold],
    seen: made,
    plan: commission,
    first: "ExistingLotNotAllowed",
    second: "PreviousMismatch",
    mended: { plan: { ...hold, action: "inspect" } },
  },
  "16-17": {
    about: "An outdated state, in which the lot is closed.",
    before: made,
    seen: [...made, scrap],
    plan: { ...hold, lots: [[LOW, 0]] },
    first: "PreviousMismatch",
    second: "LotClosed",
    mended: { before: [...made, scrap] },
  },
  "17-18": {
    about: "A closed lot is received: nobody is its consignee.",
    before: [...made, scrap],
    plan: receive,
    first: "LotClosed",
    second: "NotConsignee",
    mended: { before: made },
  },
  "17-20": {
    about: "Another party than its holder holds a closed lot.",
    before: [...made, scrap],
    plan: { ...hold, by: "broker" },
    first: "LotClosed",
    second: "NotHolder",
    mended: { before: made },
  },
  "18-19": {
    about: "Another party than the consignee refuses, and names another holder than the sender.",
    before: shipped,
    plan: { ...refuse, by: "broker", holder: "broker" },
    first: "NotConsignee",
    second: "HolderMismatch",
    mended: { plan: { ...refuse, holder: "broker" } },
  },
  "18-25": {
    about: "Another party than the consignee receives more than was shipped.",
    before: shipped,
    plan: { ...receive, by: "broker", lots: [[LOW, 101]] },
    first: "NotConsignee",
    second: "QuantityNotAllowed",
    mended: { plan: { ...receive, lots: [[LOW, 101]] } },
  },
  "19-25": {
    about: "A refusal to another holder than the sender, with other pieces.",
    before: shipped,
    plan: { ...refuse, holder: "broker", lots: [[LOW, 99]] },
    first: "HolderMismatch",
    second: "QuantityNotAllowed",
    mended: { plan: { ...refuse, lots: [[LOW, 99]] } },
  },
  "20-21": {
    about: "Another party than the holder cancels a shipment that there is not.",
    before: made,
    plan: { ...hold, action: "cancel", by: "broker" },
    first: "NotHolder",
    second: "LotNotInTransit",
    mended: { plan: { ...hold, action: "cancel" } },
  },
  "20-22": {
    about: "Another party than the holder ships a lot that is in transit.",
    before: shipped,
    plan: { ...ship, by: "broker" },
    first: "NotHolder",
    second: "LotInTransit",
    mended: { plan: ship },
  },
  "21-25": {
    about: "A cancel of a shipment that there is not, with other pieces.",
    before: made,
    plan: { ...hold, action: "cancel", lots: [[LOW, 99]] },
    first: "LotNotInTransit",
    second: "QuantityNotAllowed",
    mended: { before: shipped },
  },
  "22-23": {
    about: "A hold of a lot that is in transit and on hold.",
    before: [...made, hold, ship],
    plan: hold,
    first: "LotInTransit",
    second: "LotHeld",
    mended: { before: [...made, hold] },
  },
  "22-24": {
    about: "A release of a lot that is in transit and not on hold.",
    before: shipped,
    plan: { ...hold, action: "release" },
    first: "LotInTransit",
    second: "LotNotHeld",
    mended: { before: made },
  },
  "23-25": {
    about: "A second hold, with other pieces.",
    before: [...made, hold],
    plan: { ...hold, lots: [[LOW, 99]] },
    first: "LotHeld",
    second: "QuantityNotAllowed",
    mended: { before: made },
  },
  "24-25": {
    about: "A release of what is not on hold, with other pieces.",
    before: made,
    plan: { ...hold, action: "release", lots: [[LOW, 99]] },
    first: "LotNotHeld",
    second: "QuantityNotAllowed",
    mended: { before: [...made, hold] },
  },
  "25-26": {
    about: "A split that leaves all pieces, and makes no lot.",
    before: made,
    plan: { ...split, lots: [[LOW, 100]] },
    first: "QuantityNotAllowed",
    second: "EntryKindsNotAllowed",
    mended: { plan: { ...split, lots: [[LOW, 60]] } },
  },
  "26-27": {
    about: "A split of two lots, which also makes pieces.",
    before: [
      {
        ...commission,
        lots: [
          [LOW, 100],
          [HIGH, 100],
        ],
      },
    ],
    plan: {
      ...split,
      lots: [
        [LOW, 60],
        [HIGH, 60],
        [CHILD, 41],
      ],
    },
    first: "EntryKindsNotAllowed",
    second: "QuantityNotConserved",
    mended: {
      plan: {
        ...split,
        lots: [
          [LOW, 60],
          [CHILD, 41],
        ],
      },
    },
  },
  "26-28": {
    about: "An assembly without an input, without a signature that recovers to a key.",
    plan: { action: "assemble", by: "assembler", lots: [[PRODUCT, 1]], signer: undefined },
    first: "EntryKindsNotAllowed",
    second: "BadSignature",
    mended: { plan: { ...commission, signer: undefined } },
  },
  "27-28": {
    about: "A split that makes pieces, without a signature that recovers to a key.",
    before: made,
    plan: {
      ...split,
      signer: undefined,
      lots: [
        [LOW, 60],
        [CHILD, 41],
      ],
    },
    first: "QuantityNotConserved",
    second: "BadSignature",
    mended: { plan: { ...split, signer: undefined } },
  },
  "27-29": {
    about: "A split that makes pieces, signed with a key that nobody enrolled.",
    before: made,
    plan: {
      ...split,
      signer: UNKNOWN_KEY.address,
      lots: [
        [LOW, 60],
        [CHILD, 41],
      ],
    },
    first: "QuantityNotConserved",
    second: "KeyNotOfParty",
    mended: { plan: { ...split, signer: UNKNOWN_KEY.address } },
  },
  "29-30": {
    about: "A key of another party, which is revoked.",
    plan: {
      action: "introduce",
      by: "broker",
      lots: [[lotOf("broker", "B-1"), 1]],
      signer: REVOKED_KEY.address,
    },
    first: "KeyNotOfParty",
    second: "KeyIsRevoked",
    mended: { plan: { ...commission, signer: REVOKED_KEY.address } },
  },
};

/** Neighbours that no event breaks together, each with the reason. Their rules stand in pairs with the next that can. */
export const NEVER_TOGETHER: Readonly<Record<string, string>> = {
  "04-05": "who was not admitted is not suspended",
  "07-08b": "neither nobody nor, past rule 5, the actor is a suspended consignee",
  "08a-08b": "who was not admitted is not suspended",
  "19-20": "19 is asked of refuse alone, and 20 is not asked of it",
  "21-22": "21 is asked of cancel alone, and 22 is not asked of it",
  "23-24": "23 is asked of hold and assemble, 24 of release",
  "28-29": "a signature that recovers to no key has no key to judge",
  "28-30": "a signature that recovers to no key has no key to judge",
};

function outcomeOf({ before = [], seen = before, plan, roles }: Omit<Pair, "mended">) {
  const states = statesAfter(before);
  const usual = contextOf(states);
  const context = {
    ...usual,
    party(address: string) {
      const standing = usual.party(address);
      return standing && roles !== undefined && address === PARTY.suspended
        ? { ...standing, roles }
        : standing;
    },
  };
  return { states, event: eventOf(statesAfter(seen), plan), context };
}

/** The vectors, by the numbers of the two rules. */
export function ruleOrderVectors(): Vectors {
  return Object.fromEntries(
    Object.entries(pairs).map(([numbers, pair]) => {
      const { first, second, mended } = pair;
      const { states, event, context } = outcomeOf(pair);
      const actual = violationOf(context, event)?.name;
      if (actual !== first) throw new Error(`${numbers} breaks ${actual}`);
      const rest = outcomeOf({ ...pair, ...mended });
      const next = violationOf(rest.context, rest.event)?.name;
      if (next !== second) throw new Error(`${numbers}, mended, breaks ${next}`);
      const about = `${pair.about} The first of the two rules is the violation.`;
      return [`invalid/rules-${numbers}`, judged(about, states, event, context)];
    }),
  );
}
