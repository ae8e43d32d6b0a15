// Makes vectors of the transition: the states before an event, with the states after it or the first rule that it breaks.
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import type { ViolationName } from "../../protocol/event/violation.ts";
import {
  KEY,
  NOW,
  PARTY,
  type Plan,
  REVOKED_KEY,
  UNKNOWN_KEY,
  act,
  eventOf,
  lotOf,
} from "../../test/support/model.ts";
import { judged, statesAfter } from "./judged.ts";
import { ruleOrderVectors } from "./rule-order.ts";
import type { Vector, Vectors } from "./vector.ts";

const REEL = lotOf("maker", "R-1");
const OTHER = lotOf("maker", "R-2");
const CHILD = lotOf("maker", "R-1/A");
const PRODUCT = lotOf("assembler", "P-1");

const commission: Plan = { action: "commission", by: "maker", lots: [[REEL, 100]] };
const commissionBoth: Plan = {
  action: "commission",
  by: "maker",
  lots: [
    [REEL, 100],
    [OTHER, 50],
  ],
};
const hold: Plan = { action: "hold", by: "maker", lots: [[REEL, 100]] };
const ship: Plan = { action: "ship", by: "maker", to: "distributor", lots: [[REEL, 100]] };
const receive: Plan = { action: "receive", by: "distributor", lots: [[REEL, 100]] };
const split: Plan = {
  action: "split",
  by: "maker",
  lots: [
    [REEL, 60],
    [CHILD, 40],
  ],
};
const scrapAll: Plan = { action: "scrap", by: "maker", lots: [[REEL, 0]] };
const toAssembler: Plan[] = [
  commissionBoth,
  {
    ...ship,
    to: "assembler",
    lots: [
      [REEL, 100],
      [OTHER, 50],
    ],
  },
  {
    ...receive,
    by: "assembler",
    lots: [
      [REEL, 100],
      [OTHER, 50],
    ],
  },
];
const assemble: Plan = {
  action: "assemble",
  by: "assembler",
  lots: [
    [REEL, 0],
    [OTHER, 40],
    [PRODUCT, 10],
  ],
};

const valid: Record<string, [about: string, before: Plan[], plan: Plan]> = {
  commission: ["A maker makes a lot.", [], commission],
  introduce: [
    "A distributor brings in a lot that is not of its making.",
    [],
    { action: "introduce", by: "broker", lots: [[lotOf("broker", "B-1"), 70]] },
  ],
  ship: ["The consignee is set, the holder stays.", [commission], ship],
  receive: ["The consignee becomes the holder.", [commission, ship], receive],
  "receive-short": [
    "Less was received than shipped.",
    [commission, ship],
    { ...receive, lots: [[REEL, 90]] },
  ],
  refuse: [
    "Back to the sender.",
    [commission, ship],
    { action: "refuse", by: "distributor", holder: "maker", lots: [[REEL, 100]] },
  ],
  cancel: [
    "The sender takes it back.",
    [commission, ship],
    { action: "cancel", by: "maker", lots: [[REEL, 100]] },
  ],
  split: ["The pieces are shared out.", [commission], split],
  "split-held": ["A hold is handed on to the children.", [commission, hold], split],
  "split-to-nothing": [
    "The parent may end, and is closed then.",
    [commission],
    {
      ...split,
      lots: [
        [REEL, 0],
        [CHILD, 100],
      ],
    },
  ],
  assemble: ["Inputs are consumed, a product is made.", toAssembler, assemble],
  inspect: ["Nothing changes but the last event.", [commission], { ...hold, action: "inspect" }],
  hold: ["The lot is held.", [commission], hold],
  release: ["It is free again.", [commission, hold], { ...hold, action: "release" }],
  scrap: ["Pieces are gone.", [commission], { ...scrapAll, lots: [[REEL, 97]] }],
  "time-15-minutes-ahead": [
    "The most that an event may be ahead of its block.",
    [],
    { ...commission, time: NOW + 900 },
  ],
};

const invalid: Record<
  string,
  [about: string, before: Plan[], plan: Plan, name: ViolationName, ...args: (string | number)[]]
> = {
  "no-entries": [
    "An event has at least one entry.",
    [],
    { ...commission, lots: [] },
    "EntryCountOutOfRange",
    0,
  ],
  "action-13": [
    "There are twelve actions.",
    [commission],
    { ...hold, action: 13 },
    "UnknownAction",
    13,
  ],
  "time-too-far-ahead": [
    "A second too far ahead.",
    [],
    { ...commission, time: NOW + 901 },
    "TimeTooFarAhead",
    NOW + 901,
    NOW + 900,
  ],
  "actor-not-admitted": [
    "Who was never admitted can do nothing.",
    [],
    { action: "introduce", by: "stranger", lots: [[lotOf("stranger", "R"), 1]] },
    "PartyNotAdmitted",
    PARTY.stranger,
  ],
  "actor-suspended": [
    "Who is suspended can do nothing.",
    [],
    { action: "introduce", by: "suspended", lots: [[lotOf("suspended", "R"), 1]] },
    "PartyIsSuspended",
    PARTY.suspended,
  ],
  "consignee-suspended": [
    "Nothing is shipped to who is suspended.",
    [commission],
    { ...ship, to: "suspended" },
    "PartyIsSuspended",
    PARTY.suspended,
  ],
  "commission-by-distributor": [
    "Only makers commission.",
    [],
    { ...commission, by: "distributor" },
    "RoleMissing",
    PARTY.distributor,
    1,
  ],
  "ship-to-nobody": [
    "A shipment has a consignee.",
    [commission],
    { ...ship, to: ZERO_ADDRESS },
    "ConsigneeNotAllowed",
    ZERO_ADDRESS,
  ],
  "ship-to-oneself": [
    "The consignee is another party.",
    [commission],
    { ...ship, to: "maker" },
    "ConsigneeNotAllowed",
    PARTY.maker,
  ],
  "inspect-with-consignee": [
    "Only shipments have a consignee.",
    [commission],
    { ...hold, action: "inspect", to: "distributor" },
    "ConsigneeNotAllowed",
    PARTY.distributor,
  ],
  "holder-not-actor": [
    "The holder after is the actor.",
    [commission],
    { ...hold, holder: "distributor" },
    "HolderMismatch",
    PARTY.distributor,
    PARTY.maker,
  ],
  "refuse-to-third-party": [
    "What is refused goes back to its sender.",
    [commission, ship],
    { action: "refuse", by: "distributor", holder: "broker", lots: [[REEL, 100]] },
    "HolderMismatch",
    PARTY.broker,
    PARTY.maker,
  ],
  "lot-twice": [
    "Lots ascend strictly.",
    [],
    {
      ...commission,
      lots: [
        [REEL, 1],
        [REEL, 1],
      ],
    },
    "EntriesNotAscending",
    REEL,
  ],
  "ship-unknown-lot": ["Only what exists is shipped.", [], ship, "NewLotNotAllowed", REEL],
  "lot-of-another-issuer": [
    "A lot's id says who may make it.",
    [],
    { ...commission, lots: [[PRODUCT, 1]] },
    "NotIssuer",
    PRODUCT,
    PARTY.maker,
  ],
  "lot-made-twice": [
    "A lot is made once.",
    [commission],
    { ...commission, asNew: [REEL] },
    "LotExists",
    REEL,
  ],
  "commission-existing-lot": [
    "Commission makes new lots only.",
    [commission],
    commission,
    "ExistingLotNotAllowed",
    REEL,
  ],
  "lot-closed": [
    "A closed lot takes no events.",
    [commission, scrapAll],
    { ...hold, lots: [[REEL, 0]] },
    "LotClosed",
    REEL,
  ],
  "ship-by-non-holder": [
    "Only who holds a lot ships it.",
    [commission],
    { ...ship, by: "broker" },
    "NotHolder",
    REEL,
    PARTY.maker,
  ],
  "receive-by-non-consignee": [
    "Only the consignee receives.",
    [commission, ship],
    { ...receive, by: "broker" },
    "NotConsignee",
    REEL,
    PARTY.distributor,
  ],
  "ship-twice": [
    "What is in transit is not shipped again.",
    [commission, ship],
    { ...ship, to: "assembler" },
    "LotInTransit",
    REEL,
  ],
  "cancel-nothing": [
    "Only a shipment is cancelled.",
    [commission],
    { action: "cancel", by: "maker", lots: [[REEL, 100]] },
    "LotNotInTransit",
    REEL,
  ],
  "hold-twice": ["A held lot is not held again.", [commission, hold], hold, "LotHeld", REEL],
  "assemble-held": [
    "A held lot goes into no product.",
    [...toAssembler, { ...hold, by: "assembler" }],
    assemble,
    "LotHeld",
    REEL,
  ],
  "release-free": [
    "What is not held is not released.",
    [commission],
    { ...hold, action: "release" },
    "LotNotHeld",
    REEL,
  ],
  "receive-more": [
    "No more is received than was shipped.",
    [commission, ship],
    { ...receive, lots: [[REEL, 101]] },
    "QuantityNotAllowed",
    REEL,
    100,
    101,
  ],
  "commission-nothing": [
    "A new lot has pieces.",
    [],
    { ...commission, lots: [[REEL, 0]] },
    "QuantityNotAllowed",
    REEL,
    0,
    0,
  ],
  "split-without-child": [
    "A split makes at least one lot.",
    [commission],
    { ...split, lots: [[REEL, 60]] },
    "EntryKindsNotAllowed",
    1,
    0,
  ],
  "assemble-without-input": [
    "A product is made of something.",
    [],
    { ...assemble, lots: [[PRODUCT, 10]] },
    "EntryKindsNotAllowed",
    0,
    1,
  ],
  "split-makes-pieces": [
    "A split conserves the pieces.",
    [commission],
    {
      ...split,
      lots: [
        [REEL, 60],
        [CHILD, 41],
      ],
    },
    "QuantityNotConserved",
    100,
    "101",
  ],
  "split-makes-more-than-a-double-holds": [
    "The sum is taken exactly.",
    [{ ...commission, lots: [[REEL, MAX_INTEGER]] }],
    {
      ...split,
      lots: [
        [REEL, MAX_INTEGER - 1],
        [CHILD, MAX_INTEGER],
      ],
    },
    "QuantityNotConserved",
    MAX_INTEGER,
    (2n * BigInt(MAX_INTEGER) - 1n).toString(),
  ],
  "signature-bad": ["No key signed.", [], { ...commission, signer: undefined }, "BadSignature"],
  "key-unknown": [
    "A key that nobody enrolled.",
    [],
    { ...commission, signer: UNKNOWN_KEY.address },
    "KeyNotOfParty",
    UNKNOWN_KEY.address,
    PARTY.maker,
  ],
  "key-of-another-party": [
    "The consignee cannot sign the shipment.",
    [commission],
    { ...ship, signer: KEY.distributor.address },
    "KeyNotOfParty",
    KEY.distributor.address,
    PARTY.maker,
  ],
  "key-revoked": [
    "A revoked key signs no more.",
    [],
    { ...commission, signer: REVOKED_KEY.address },
    "KeyIsRevoked",
    REVOKED_KEY.address,
  ],
};

/** Makes the vector of an event that follows an outdated state. */
function stale(): Vector {
  const states = statesAfter([commission]);
  const late = eventOf(states, hold);
  act(states, { ...hold, action: "inspect" });
  return judged("The lot has moved on since this event was signed.", states, late);
}

export function transitionVectors(): Vectors {
  const vectors: Vectors = {};
  for (const [name, [about, before, plan]] of Object.entries(valid)) {
    const states = statesAfter(before);
    vectors[`valid/${name}`] = judged(about, states, eventOf(states, plan));
    if (vectors[`valid/${name}`]!["violation"]) throw new Error(`${name} breaks a rule`);
  }
  for (const [name, [about, before, plan, rule, ...args]] of Object.entries(invalid)) {
    const states = statesAfter(before);
    const vector = judged(about, states, eventOf(states, plan));
    if (JSON.stringify(vector["violation"]) !== JSON.stringify({ name: rule, args }))
      throw new Error(`${name} breaks ${JSON.stringify(vector["violation"])}`);
    vectors[`invalid/${name}`] = vector;
  }
  return { ...vectors, "invalid/state-not-newest": stale(), ...ruleOrderVectors() };
}
