// Tests the transition: what each action does to its lots, and every rule that an event can break.
import { expect } from "chai";
import { checkUntilMet, fc, runsOf } from "../../support/random.ts";
import { ACTIONS, type ActionName } from "../../../protocol/event/event.ts";
import { MAX_ENTRIES, MAX_INTEGER, MAX_TIME_AHEAD_SECONDS } from "../../../protocol/base/limits.ts";
import { type LotState, wordOf } from "../../../protocol/event/lot.ts";
import { transition } from "../../../protocol/event/transition.ts";
import { ZERO_ADDRESS } from "../../../protocol/base/values.ts";
import { VIOLATIONS, type ViolationName } from "../../../protocol/event/violation.ts";
import { refused } from "../../support/refused.ts";
import {
  KEY,
  NOW,
  PARTY,
  type Plan,
  REVOKED_KEY,
  type States,
  UNKNOWN_KEY,
  act,
  contextOf,
  eventOf,
  lotOf,
} from "../../support/model.ts";

const REEL = lotOf("maker", "R-1");
const OTHER = lotOf("maker", "R-2");
const CHILD = lotOf("distributor", "C-1");
const PRODUCT = lotOf("assembler", "P-1");

/** The states after these plans, all of them valid. */
function after(...plans: Plan[]): States {
  const states: States = new Map();
  for (const plan of plans)
    expect(act(states, plan).violation, JSON.stringify(plan)).to.equal(undefined);
  return states;
}

const commissioned: Plan = { action: "commission", by: "maker", lots: [[REEL, 100]] };
const two: Plan = {
  action: "commission",
  by: "maker",
  lots: [
    [REEL, 100],
    [OTHER, 50],
  ],
};
const ship = (
  to: Plan["to"],
  by: Plan["by"] = "maker",
  lots: Plan["lots"] = [[REEL, 100]],
): Plan => ({
  action: "ship",
  by,
  to: to!,
  lots,
});
const receive = (by: Plan["by"], lots: Plan["lots"] = [[REEL, 100]]): Plan => ({
  action: "receive",
  by,
  lots,
});
const held: Plan = { action: "hold", by: "maker", lots: [[REEL, 100]] };

const atDistributor = [commissioned, ship("distributor"), receive("distributor")];
const atAssembler = [
  two,
  ship("assembler", "maker", [
    [REEL, 100],
    [OTHER, 50],
  ]),
  receive("assembler", [
    [REEL, 100],
    [OTHER, 50],
  ]),
];

describe("transition, on allowed events", () => {
  const does = (
    what: string,
    before: Plan[],
    plan: Plan,
    expected: Record<
      string,
      {
        holder: keyof typeof PARTY;
        consignee?: keyof typeof PARTY;
        quantity: number;
        held?: boolean;
      }
    >,
  ) =>
    it(what, () => {
      const states = after(...before);
      const { signed } = eventOf(states, plan);
      expect(act(states, plan).violation).to.equal(undefined);
      for (const [lot, { holder, consignee, quantity, held: isHeld = false }] of Object.entries(
        expected,
      ))
        expect(states.get(lot)).to.deep.equal({
          lastEvent: signed.digest,
          holder: PARTY[holder],
          consignee: consignee ? PARTY[consignee] : ZERO_ADDRESS,
          quantity,
          held: isHeld,
        });
    });

  does("commissions lots, which their maker then holds", [], two, {
    [REEL]: { holder: "maker", quantity: 100 },
    [OTHER]: { holder: "maker", quantity: 50 },
  });
  for (const by of ["maker", "distributor", "assembler"] as const) {
    const lot = lotOf(by, "I-1");
    does(
      `introduces lots, which a ${by} then holds`,
      [],
      { action: "introduce", by, lots: [[lot, 7]] },
      { [lot]: { holder: by, quantity: 7 } },
    );
  }
  does(
    "ships lots, which keep their holder and get a consignee",
    [commissioned],
    ship("distributor"),
    {
      [REEL]: { holder: "maker", consignee: "distributor", quantity: 100 },
    },
  );
  does(
    "passes custody to the receiver",
    [commissioned, ship("distributor")],
    receive("distributor"),
    {
      [REEL]: { holder: "distributor", quantity: 100 },
    },
  );
  does(
    "receives a lot with fewer pieces",
    [commissioned, ship("distributor")],
    receive("distributor", [[REEL, 99]]),
    {
      [REEL]: { holder: "distributor", quantity: 99 },
    },
  );
  does(
    "receives lots of several senders at once",
    [
      ...atDistributor,
      { action: "commission", by: "maker", lots: [[OTHER, 50]] },
      ship("assembler", "distributor"),
      ship("assembler", "maker", [[OTHER, 50]]),
    ],
    receive("assembler", [
      [REEL, 100],
      [OTHER, 50],
    ]),
    {
      [REEL]: { holder: "assembler", quantity: 100 },
      [OTHER]: { holder: "assembler", quantity: 50 },
    },
  );
  does(
    "leaves refused lots with their sender",
    [commissioned, ship("distributor")],
    { action: "refuse", by: "distributor", holder: "maker", lots: [[REEL, 100]] },
    { [REEL]: { holder: "maker", quantity: 100 } },
  );
  does(
    "cancels a shipment",
    [commissioned, ship("distributor")],
    { action: "cancel", by: "maker", lots: [[REEL, 100]] },
    {
      [REEL]: { holder: "maker", quantity: 100 },
    },
  );
  does(
    "splits a lot's pieces",
    atDistributor,
    {
      action: "split",
      by: "distributor",
      lots: [
        [REEL, 60],
        [CHILD, 40],
      ],
    },
    {
      [REEL]: { holder: "distributor", quantity: 60 },
      [CHILD]: { holder: "distributor", quantity: 40 },
    },
  );
  does(
    "splits a lot down to zero",
    atDistributor,
    {
      action: "split",
      by: "distributor",
      lots: [
        [REEL, 0],
        [CHILD, 100],
      ],
    },
    {
      [REEL]: { holder: "distributor", quantity: 0 },
      [CHILD]: { holder: "distributor", quantity: 100 },
    },
  );
  does(
    "passes a hold on to the parts of a split",
    [commissioned, held],
    {
      action: "split",
      by: "maker",
      lots: [
        [REEL, 60],
        [OTHER, 40],
      ],
    },
    {
      [REEL]: { holder: "maker", quantity: 60, held: true },
      [OTHER]: { holder: "maker", quantity: 40, held: true },
    },
  );
  does(
    "consumes an assembly's inputs, and counts its products separately",
    atAssembler,
    {
      action: "assemble",
      by: "assembler",
      lots: [
        [REEL, 0],
        [OTHER, 49],
        [PRODUCT, 1_000_000],
      ],
    },
    {
      [REEL]: { holder: "assembler", quantity: 0 },
      [OTHER]: { holder: "assembler", quantity: 49 },
      [PRODUCT]: { holder: "assembler", quantity: 1_000_000 },
    },
  );
  does(
    "changes only the last event for an inspection",
    [commissioned],
    { action: "inspect", by: "maker", lots: [[REEL, 100]] },
    {
      [REEL]: { holder: "maker", quantity: 100 },
    },
  );
  does("holds a lot", [commissioned], held, {
    [REEL]: { holder: "maker", quantity: 100, held: true },
  });
  does(
    "releases a lot",
    [commissioned, held],
    { action: "release", by: "maker", lots: [[REEL, 100]] },
    {
      [REEL]: { holder: "maker", quantity: 100 },
    },
  );
  does(
    "scraps some pieces of a lot",
    [commissioned],
    { action: "scrap", by: "maker", lots: [[REEL, 1]] },
    {
      [REEL]: { holder: "maker", quantity: 1 },
    },
  );
  does(
    "closes a lot when all pieces are scrapped",
    [commissioned],
    { action: "scrap", by: "maker", lots: [[REEL, 0]] },
    {
      [REEL]: { holder: "maker", quantity: 0 },
    },
  );
  does(
    "keeps a lot held when it is shipped and received",
    [commissioned, held, ship("laboratory")],
    receive("laboratory"),
    { [REEL]: { holder: "laboratory", quantity: 100, held: true } },
  );
  does(
    "keeps a lot held when it is refused",
    [commissioned, held, ship("distributor")],
    { action: "refuse", by: "distributor", holder: "maker", lots: [[REEL, 100]] },
    { [REEL]: { holder: "maker", quantity: 100, held: true } },
  );
  for (const action of ["inspect", "scrap", "cancel"] as const)
    does(
      `keeps a lot held after ${action} by its holder`,
      action === "cancel" ? [commissioned, held, ship("distributor")] : [commissioned, held],
      { action, by: "maker", lots: [[REEL, action === "scrap" ? 10 : 100]] },
      { [REEL]: { holder: "maker", quantity: action === "scrap" ? 10 : 100, held: true } },
    );
  does(
    "accepts a lot of 2^53 - 1 pieces",
    [],
    { action: "commission", by: "maker", lots: [[REEL, MAX_INTEGER]] },
    {
      [REEL]: { holder: "maker", quantity: MAX_INTEGER },
    },
  );
  does(
    "accepts an event 15 minutes ahead",
    [],
    { ...commissioned, time: NOW + MAX_TIME_AHEAD_SECONDS },
    {
      [REEL]: { holder: "maker", quantity: 100 },
    },
  );
  does(
    "accepts an event in the past",
    [],
    { ...commissioned, time: 0 },
    { [REEL]: { holder: "maker", quantity: 100 } },
  );
});

describe("transition, on an event that breaks a rule", () => {
  const broken = new Set<ViolationName>();
  const breaks = (
    what: string,
    before: Plan[],
    plan: Plan,
    name: ViolationName,
    ...args: (string | number)[]
  ) =>
    it(`reports ${name} for ${what}`, () => {
      const states = after(...before);
      const untouched = new Map(states);
      expect(act(states, plan)).to.deep.equal({ violation: { name, args } });
      expect(states, "no state changed").to.deep.equal(untouched);
      broken.add(name);
    });

  const lots = (count: number) =>
    Array.from({ length: count }, (_, i) => [lotOf("maker", `M-${i}`), 1] as const);

  breaks(
    "no entries",
    [],
    { action: "commission", by: "maker", lots: [] },
    "EntryCountOutOfRange",
    0,
  );
  breaks(
    "251 entries",
    [],
    { action: "commission", by: "maker", lots: lots(MAX_ENTRIES + 1) },
    "EntryCountOutOfRange",
    MAX_ENTRIES + 1,
  );
  it("accepts 250 entries", () => {
    after({ action: "commission", by: "maker", lots: lots(MAX_ENTRIES) });
  });
  breaks("action 0", [commissioned], { ...held, action: 0 }, "UnknownAction", 0);
  breaks("action 13", [commissioned], { ...held, action: 13 }, "UnknownAction", 13);
  const late = NOW + MAX_TIME_AHEAD_SECONDS;
  breaks(
    "a second more than 15 minutes ahead",
    [],
    { ...commissioned, time: late + 1 },
    "TimeTooFarAhead",
    late + 1,
    late,
  );
  breaks(
    "an actor that was never admitted",
    [],
    { ...commissioned, by: "stranger", lots: [[lotOf("stranger", "R"), 1]] },
    "PartyNotAdmitted",
    PARTY.stranger,
  );
  breaks(
    "a suspended actor",
    [],
    { ...commissioned, by: "suspended", lots: [[lotOf("suspended", "R"), 1]] },
    "PartyIsSuspended",
    PARTY.suspended,
  );
  breaks(
    "a shipment to a party that was never admitted",
    [commissioned],
    ship("stranger"),
    "PartyNotAdmitted",
    PARTY.stranger,
  );
  breaks(
    "a shipment to a suspended party",
    [commissioned],
    ship("suspended"),
    "PartyIsSuspended",
    PARTY.suspended,
  );

  for (const by of ["distributor", "assembler", "laboratory"] as const)
    breaks(
      `commission by a ${by}`,
      [],
      { action: "commission", by, lots: [[lotOf(by, "R"), 1]] },
      "RoleMissing",
      PARTY[by],
      1,
    );
  breaks(
    "introduce by a laboratory",
    [],
    { action: "introduce", by: "laboratory", lots: [[lotOf("laboratory", "R"), 1]] },
    "RoleMissing",
    PARTY.laboratory,
    7,
  );
  breaks(
    "assemble by a distributor",
    atDistributor,
    {
      action: "assemble",
      by: "distributor",
      lots: [
        [REEL, 0],
        [CHILD, 1],
      ],
    },
    "RoleMissing",
    PARTY.distributor,
    4,
  );

  breaks(
    "a shipment without a consignee",
    [commissioned],
    ship(ZERO_ADDRESS),
    "ConsigneeNotAllowed",
    ZERO_ADDRESS,
  );
  breaks(
    "a shipment to the holder",
    [commissioned],
    ship("maker"),
    "ConsigneeNotAllowed",
    PARTY.maker,
  );
  for (const action of Object.keys(ACTIONS) as ActionName[])
    if (action !== "ship") {
      const by = ["commission", "introduce"].includes(action) ? "maker" : "assembler";
      breaks(
        `a consignee in ${action}`,
        [],
        { action, by, to: "distributor", lots: [[lotOf(by, "R"), 1]] },
        "ConsigneeNotAllowed",
        PARTY.distributor,
      );
      if (action !== "refuse")
        breaks(
          `another holder in ${action}`,
          [],
          { action, by, holder: "distributor", lots: [[lotOf(by, "R"), 1]] },
          "HolderMismatch",
          PARTY.distributor,
          PARTY[by],
        );
    }
  breaks(
    "another holder in ship",
    [commissioned],
    { ...ship("distributor"), holder: "distributor" },
    "HolderMismatch",
    PARTY.distributor,
    PARTY.maker,
  );
  breaks(
    "a refusal in favour of a third party",
    [commissioned, ship("distributor")],
    { action: "refuse", by: "distributor", holder: "broker", lots: [[REEL, 100]] },
    "HolderMismatch",
    PARTY.broker,
    PARTY.maker,
  );
  const [low, high] = [REEL, OTHER].toSorted() as [string, string];
  const sent = (lot: string, by: Plan["by"], to: Plan["to"]) =>
    ship(to, by, [[lot, lot === REEL ? 100 : 50]]);
  breaks(
    "a refusal of lots of two senders",
    [
      two,
      sent(high, "maker", "distributor"),
      receive("distributor", [[high, high === REEL ? 100 : 50]]),
      sent(high, "distributor", "assembler"),
      sent(low, "maker", "assembler"),
    ],
    {
      action: "refuse",
      by: "assembler",
      holder: "maker",
      lots: [
        [REEL, 100],
        [OTHER, 50],
      ],
    },
    "HolderMismatch",
    PARTY.maker,
    PARTY.distributor,
  );

  breaks(
    "a lot twice",
    [],
    {
      ...commissioned,
      lots: [
        [REEL, 1],
        [REEL, 1],
      ],
    },
    "EntriesNotAscending",
    REEL,
  );
  breaks(
    "lots in descending order",
    [],
    {
      ...commissioned,
      asGiven: true,
      lots: [
        [high, 1],
        [low, 1],
      ],
    },
    "EntriesNotAscending",
    low,
  );
  for (const action of [
    "receive",
    "refuse",
    "cancel",
    "inspect",
    "hold",
    "release",
    "scrap",
  ] as const)
    breaks(
      `a new lot in ${action}`,
      [],
      { action, by: "maker", lots: [[REEL, 1]] },
      "NewLotNotAllowed",
      REEL,
    );
  breaks("a new lot in ship", [], ship("distributor"), "NewLotNotAllowed", REEL);
  breaks(
    "a commission under another party's name",
    [],
    { ...commissioned, lots: [[CHILD, 1]] },
    "NotIssuer",
    CHILD,
    PARTY.maker,
  );
  breaks(
    "a split into another party's lot",
    atDistributor,
    {
      action: "split",
      by: "distributor",
      lots: [
        [REEL, 60],
        [OTHER, 40],
      ],
    },
    "NotIssuer",
    OTHER,
    PARTY.distributor,
  );
  breaks(
    "a second commission of a lot",
    [commissioned],
    { ...commissioned, asNew: [REEL] },
    "LotExists",
    REEL,
  );
  breaks(
    "a second commission of a closed lot",
    [commissioned, { action: "scrap", by: "maker", lots: [[REEL, 0]] }],
    { ...commissioned, asNew: [REEL] },
    "LotExists",
    REEL,
  );
  for (const action of ["commission", "introduce"] as const)
    breaks(
      `an existing lot in ${action}`,
      [commissioned],
      { ...commissioned, action },
      "ExistingLotNotAllowed",
      REEL,
    );

  it("reports PreviousMismatch for a state that is not the newest", () => {
    const states = after(commissioned);
    const { signed, before } = eventOf(states, held);
    act(states, { action: "inspect", by: "maker", lots: [[REEL, 100]] });
    const word = wordOf(states.get(REEL)!);
    const { previous } = signed.event.entries[0]!;
    expect(transition(contextOf(states), before, signed)).to.deep.equal({
      violation: { name: "PreviousMismatch", args: [REEL, word, previous] },
    });
    broken.add("PreviousMismatch");
  });

  const closed = [
    commissioned,
    { action: "scrap", by: "maker", lots: [[REEL, 0]] },
  ] satisfies Plan[];
  for (const action of ["ship", "inspect", "hold", "scrap", "split"] as const)
    breaks(
      `${action} of a closed lot`,
      closed,
      {
        action,
        by: "maker",
        ...(action === "ship" ? { to: "distributor" } : {}),
        lots: [[REEL, 0]],
      },
      "LotClosed",
      REEL,
    );

  for (const action of ["inspect", "hold", "release", "scrap", "split", "cancel"] as const)
    breaks(
      `${action} by a party that does not hold the lot`,
      [commissioned],
      { action, by: "distributor", lots: [[REEL, 100]] },
      "NotHolder",
      REEL,
      PARTY.maker,
    );
  breaks(
    "ship by a party that does not hold the lot",
    [commissioned],
    ship("assembler", "distributor"),
    "NotHolder",
    REEL,
    PARTY.maker,
  );
  breaks(
    "a second shipment by the consignee",
    [commissioned, ship("distributor")],
    ship("assembler", "distributor"),
    "NotHolder",
    REEL,
    PARTY.maker,
  );
  breaks(
    "receive of a lot that was not shipped",
    [commissioned],
    receive("distributor"),
    "NotConsignee",
    REEL,
    ZERO_ADDRESS,
  );
  breaks(
    "receive of a lot shipped to another party",
    [commissioned, ship("distributor")],
    receive("broker"),
    "NotConsignee",
    REEL,
    PARTY.distributor,
  );
  breaks(
    "refuse of a lot shipped to another party",
    [commissioned, ship("distributor")],
    { action: "refuse", by: "broker", holder: "maker", lots: [[REEL, 100]] },
    "NotConsignee",
    REEL,
    PARTY.distributor,
  );
  for (const action of ["inspect", "hold", "release", "scrap", "split"] as const)
    breaks(
      `${action} in transit`,
      [commissioned, ship("distributor")],
      { action, by: "maker", lots: [[REEL, 100]] },
      "LotInTransit",
      REEL,
    );
  breaks(
    "a second shipment of one lot",
    [commissioned, ship("distributor")],
    ship("assembler"),
    "LotInTransit",
    REEL,
  );
  breaks(
    "cancel of a lot that was not shipped",
    [commissioned],
    { action: "cancel", by: "maker", lots: [[REEL, 100]] },
    "LotNotInTransit",
    REEL,
  );
  breaks("a second hold", [commissioned, held], held, "LotHeld", REEL);
  breaks(
    "an assembly from a held lot",
    [...atAssembler, { action: "hold", by: "assembler", lots: [[OTHER, 50]] }],
    {
      action: "assemble",
      by: "assembler",
      lots: [
        [REEL, 0],
        [OTHER, 49],
        [PRODUCT, 1],
      ],
    },
    "LotHeld",
    OTHER,
  );
  breaks(
    "release of a lot that is not held",
    [commissioned],
    { action: "release", by: "maker", lots: [[REEL, 100]] },
    "LotNotHeld",
    REEL,
  );

  breaks(
    "a new lot without pieces",
    [],
    { ...commissioned, lots: [[REEL, 0]] },
    "QuantityNotAllowed",
    REEL,
    0,
    0,
  );
  breaks(
    "a new lot of more pieces than an integer holds",
    [],
    { ...commissioned, lots: [[REEL, MAX_INTEGER + 1]] },
    "QuantityNotAllowed",
    REEL,
    0,
    MAX_INTEGER + 1,
  );
  breaks(
    "a receipt of more pieces than shipped",
    [commissioned, ship("distributor")],
    receive("distributor", [[REEL, 101]]),
    "QuantityNotAllowed",
    REEL,
    100,
    101,
  );
  breaks(
    "a receipt of no pieces",
    [commissioned, ship("distributor")],
    receive("distributor", [[REEL, 0]]),
    "QuantityNotAllowed",
    REEL,
    100,
    0,
  );
  for (const quantity of [99, 101]) {
    breaks(
      `${quantity} pieces of 100 in ship`,
      [commissioned],
      ship("distributor", "maker", [[REEL, quantity]]),
      "QuantityNotAllowed",
      REEL,
      100,
      quantity,
    );
    for (const action of ["inspect", "hold"] as const)
      breaks(
        `${quantity} pieces of 100 in ${action}`,
        [commissioned],
        { action, by: "maker", lots: [[REEL, quantity]] },
        "QuantityNotAllowed",
        REEL,
        100,
        quantity,
      );
    breaks(
      `${quantity} pieces of 100 in release`,
      [commissioned, held],
      { action: "release", by: "maker", lots: [[REEL, quantity]] },
      "QuantityNotAllowed",
      REEL,
      100,
      quantity,
    );
    breaks(
      `${quantity} pieces of 100 in cancel`,
      [commissioned, ship("distributor")],
      { action: "cancel", by: "maker", lots: [[REEL, quantity]] },
      "QuantityNotAllowed",
      REEL,
      100,
      quantity,
    );
    breaks(
      `${quantity} pieces of 100 in refuse`,
      [commissioned, ship("distributor")],
      { action: "refuse", by: "distributor", holder: "maker", lots: [[REEL, quantity]] },
      "QuantityNotAllowed",
      REEL,
      100,
      quantity,
    );
  }
  for (const quantity of [100, 101]) {
    breaks(
      `${quantity} pieces of 100 left after scrap`,
      [commissioned],
      { action: "scrap", by: "maker", lots: [[REEL, quantity]] },
      "QuantityNotAllowed",
      REEL,
      100,
      quantity,
    );
    breaks(
      `${quantity} pieces of 100 left after split`,
      atDistributor,
      {
        action: "split",
        by: "distributor",
        lots: [
          [REEL, quantity],
          [CHILD, 1],
        ],
      },
      "QuantityNotAllowed",
      REEL,
      100,
      quantity,
    );
    breaks(
      `${quantity} pieces of 100 left after assemble`,
      atAssembler,
      {
        action: "assemble",
        by: "assembler",
        lots: [
          [REEL, quantity],
          [PRODUCT, 1],
        ],
      },
      "QuantityNotAllowed",
      REEL,
      100,
      quantity,
    );
  }

  breaks(
    "a split without children",
    [commissioned],
    { action: "split", by: "maker", lots: [[REEL, 50]] },
    "EntryKindsNotAllowed",
    1,
    0,
  );
  breaks(
    "a split without a parent",
    [],
    { action: "split", by: "maker", lots: [[REEL, 50]] },
    "EntryKindsNotAllowed",
    0,
    1,
  );
  breaks(
    "a split of two parents",
    [two],
    {
      action: "split",
      by: "maker",
      lots: [
        [REEL, 50],
        [OTHER, 25],
        [lotOf("maker", "C"), 75],
      ],
    },
    "EntryKindsNotAllowed",
    2,
    1,
  );
  breaks(
    "a product without inputs",
    [],
    { action: "assemble", by: "assembler", lots: [[PRODUCT, 1]] },
    "EntryKindsNotAllowed",
    0,
    1,
  );
  breaks(
    "an assembly without a product",
    atAssembler,
    { action: "assemble", by: "assembler", lots: [[REEL, 0]] },
    "EntryKindsNotAllowed",
    1,
    0,
  );
  for (const child of [39, 41])
    breaks(
      `a split of 100 into 60 and ${child}`,
      atDistributor,
      {
        action: "split",
        by: "distributor",
        lots: [
          [REEL, 60],
          [CHILD, child],
        ],
      },
      "QuantityNotConserved",
      100,
      `${60 + child}`,
    );
  it("reports QuantityNotConserved for a sum that no double holds", () => {
    const all = [0, 1, 2].map((i) => lotOf("maker", `C-${i}`));
    const states = after({ action: "commission", by: "maker", lots: [[REEL, MAX_INTEGER]] });
    const plan: Plan = {
      action: "split",
      by: "maker",
      lots: [[REEL, MAX_INTEGER - 1], ...all.map((lot) => [lot, MAX_INTEGER] as const)],
    };
    const sum = (4n * BigInt(MAX_INTEGER) - 1n).toString();
    expect(act(states, plan)).to.deep.equal({
      violation: { name: "QuantityNotConserved", args: [MAX_INTEGER, sum] },
    });
  });

  breaks(
    "a signature that is not valid",
    [],
    { ...commissioned, signer: undefined },
    "BadSignature",
  );
  breaks(
    "a key that was never enrolled",
    [],
    { ...commissioned, signer: UNKNOWN_KEY.address },
    "KeyNotOfParty",
    UNKNOWN_KEY.address,
    PARTY.maker,
  );
  breaks(
    "the key of another party",
    [],
    { ...commissioned, signer: KEY.distributor.address },
    "KeyNotOfParty",
    KEY.distributor.address,
    PARTY.maker,
  );
  breaks(
    "the consignee's key under a shipment",
    [commissioned],
    { ...ship("distributor"), signer: KEY.distributor.address },
    "KeyNotOfParty",
    KEY.distributor.address,
    PARTY.maker,
  );
  breaks(
    "a revoked key",
    [],
    { ...commissioned, signer: REVOKED_KEY.address },
    "KeyIsRevoked",
    REVOKED_KEY.address,
  );

  it("has a test for each rule", () => {
    expect([...broken].toSorted()).to.deep.equal(Object.keys(VIOLATIONS).toSorted());
  });
});

describe("transition, on an event that breaks several rules", () => {
  const breaksFirst = (plan: Plan, name: ViolationName, before: Plan[] = []) => {
    expect(act(after(...before), plan).violation?.name).to.equal(name);
  };

  it("reports the first broken rule in the order of the list", () => {
    // One event breaks every rule. Then it is corrected rule by rule.
    let plan: Plan = {
      action: 99,
      by: "stranger",
      holder: "broker",
      to: "maker",
      time: NOW + 10_000,
      signer: undefined,
      lots: [],
    };
    breaksFirst(plan, "EntryCountOutOfRange");
    plan = {
      ...plan,
      lots: [
        [lotOf("broker", "Z"), 0],
        [lotOf("broker", "Z"), 0],
      ],
    };
    breaksFirst(plan, "UnknownAction");
    plan = { ...plan, action: "commission" };
    breaksFirst(plan, "TimeTooFarAhead");
    plan = { ...plan, time: NOW };
    breaksFirst(plan, "PartyNotAdmitted");
    plan = { ...plan, by: "suspended" };
    breaksFirst(plan, "PartyIsSuspended");
    plan = { ...plan, by: "distributor" };
    breaksFirst(plan, "RoleMissing");
    plan = { ...plan, by: "maker" };
    breaksFirst(plan, "ConsigneeNotAllowed");
    plan = { ...plan, to: ZERO_ADDRESS };
    breaksFirst(plan, "HolderMismatch");
    plan = { ...plan, holder: "maker" };
    breaksFirst(plan, "NotIssuer");
    plan = {
      ...plan,
      lots: [
        [REEL, 0],
        [REEL, 0],
      ],
    };
    breaksFirst({ ...plan, asNew: [REEL] }, "LotExists", [commissioned]);
    breaksFirst(plan, "QuantityNotAllowed");
    plan = {
      ...plan,
      lots: [
        [REEL, 1],
        [REEL, 1],
      ],
    };
    breaksFirst(plan, "EntriesNotAscending");
    plan = { ...plan, lots: [[REEL, 1]] };
    breaksFirst(plan, "BadSignature");
    breaksFirst({ ...plan, signer: UNKNOWN_KEY.address }, "KeyNotOfParty");
  });

  it("reports the lowest entry first, and entries before their sum", () => {
    const lots = [lotOf("maker", "A"), lotOf("maker", "B")].toSorted() as [string, string];
    const outcome = act(after(), {
      action: "commission",
      by: "maker",
      lots: [
        [lots[0], 0],
        [lots[1], 0],
      ],
    });
    expect(outcome.violation?.args[0]).to.equal(lots[0]);
    breaksFirst({ action: "split", by: "maker", lots: [[REEL, 0]] }, "QuantityNotAllowed");
    breaksFirst(
      { action: "split", by: "maker", lots: [[REEL, 1]], signer: undefined },
      "EntryKindsNotAllowed",
    );
  });
});

describe("transition, on the states before an event", () => {
  it("refuses states that do not match the entries", () => {
    const states = after(commissioned);
    const { signed, before } = eventOf(states, held);
    const other = { ...before[0]!, quantity: 101 };
    const run = (given: typeof before) => () => transition(contextOf(states), given, signed);
    refused(run([other]), "BEFORE_MISMATCH", "entries.0.previous");
    refused(run([null]), "BEFORE_MISMATCH", "entries.0.previous");
    refused(run([]), "BEFORE_MISMATCH");
    refused(run([before[0]!, null]), "BEFORE_MISMATCH");
    const fresh = eventOf(new Map(), commissioned);
    refused(
      () => transition(contextOf(states), before, fresh.signed),
      "BEFORE_MISMATCH",
      "entries.0.previous",
    );
  });
});

describe("transition, on any sequence of events", () => {
  const names = ["maker", "distributor", "assembler"] as const;
  const lots = names.flatMap((name) => ["1", "2"].map((number) => lotOf(name, number)));
  const nameOf = (address: string | undefined) => names.find((name) => PARTY[name] === address);
  const step = fc.record({
    action: fc.nat(),
    first: fc.constantFrom(...lots),
    second: fc.constantFrom(...lots),
    alone: fc.boolean(),
    someone: fc.constantFrom(...names),
    quantity: fc.nat(1000),
    sensible: fc.constantFrom(true, true, true, true, false),
  });

  const ALL = Object.keys(ACTIONS) as ActionName[];
  const allowed = (state: LotState | undefined): ActionName[] => {
    if (!state || state.quantity === 0) return ["commission", "introduce"];
    if (state.consignee !== ZERO_ADDRESS) return ["receive", "refuse", "cancel"];
    return state.held
      ? ["release", "ship", "inspect", "split"]
      : ["ship", "split", "assemble", "inspect", "hold", "scrap"];
  };

  /** A plan that is mostly allowed: by the right party, with pieces that add up. */
  const planOf = (
    states: States,
    { action: pick, first, second, alone, someone, quantity, sensible }: Step,
  ): Plan => {
    const state = states.get(first);
    const actions = sensible ? allowed(state) : ALL;
    const action = actions[pick % actions.length]!;
    const right = nameOf(
      action === "receive" || action === "refuse" ? state?.consignee : state?.holder,
    );
    const pieces = state?.quantity ?? quantity;
    const left = ["split", "assemble", "scrap"].includes(action) ? Math.floor(pieces / 2) : pieces;
    const both = ["split", "assemble"].includes(action) || !alone;
    return {
      action,
      by: sensible && right ? right : action === "commission" ? "maker" : someone,
      ...(action === "ship" ? { to: someone } : {}),
      ...(action === "refuse" && state ? { holder: state.holder } : {}),
      lots: [
        [first, sensible ? left : quantity],
        ...(both && first !== second
          ? [[second, sensible ? pieces - left : quantity] as const]
          : []),
      ],
    };
  };
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  const total = (states: States) =>
    [...states.values()].reduce((sum, { quantity }) => sum + quantity, 0);
  const addsPieces = ["commission", "introduce", "assemble"];

  it("adds pieces only by commission, introduce and assemble, and moves a lot only for its holder or consignee", async () => {
    const applied = new Set<ActionName | number>();
    const property = fc.property(fc.array(step, { minLength: 30, maxLength: 80 }), (steps) => {
      const states: States = new Map();
      for (const each of steps) {
        const old = new Map(states);
        const plan = planOf(states, each);
        if (act(states, plan).violation) {
          expect(states).to.deep.equal(old);
          continue;
        }
        applied.add(plan.action);
        if (!addsPieces.includes(String(plan.action)))
          expect(total(states)).to.be.at.most(total(old));
        if (plan.action === "split") expect(total(states)).to.equal(total(old));
        for (const [lot] of plan.lots) {
          const before = old.get(lot);
          if (!before) continue;
          expect(states.get(lot)!.quantity).to.be.at.most(before.quantity);
          expect([before.holder, before.consignee]).to.include(PARTY[plan.by]);
          expect(before.quantity).to.be.greaterThan(0);
        }
        for (const [lot, state] of old)
          if (!plan.lots.some(([moved]) => moved === lot)) expect(states.get(lot)).to.equal(state);
      }
    });
    await checkUntilMet(
      (seed) => {
        fc.assert(property, { seed, numRuns: runsOf(300) });
      },
      () => ALL.filter((action) => !applied.has(action)),
    );
  });
});
