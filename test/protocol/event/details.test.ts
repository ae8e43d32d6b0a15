// Tests details: leaves and roots by their definition, every combination of withheld fields, and
// refusals.
import { expect } from "chai";
import { computeHmac, sha256 as ethersSha256 } from "ethers";
import { fc } from "../../support/random.ts";
import { parseWith } from "../../../protocol/base/canonical.ts";
import {
  Details,
  type DetailPath,
  checkDetails,
  checkNoticeDetails,
  entryDetail,
  visibilityOf,
} from "../../../protocol/event/details.ts";
import {
  Disclosure,
  detailsLeaves,
  detailsRoot,
  disclose,
  disclosureRoot,
  openDetails,
} from "../../../protocol/event/disclosure.ts";
import { toHex, utf8 } from "../../../protocol/base/bytes.ts";
import { ACTIONS, type CustodyEvent } from "../../../protocol/event/event.ts";
import type { ErrorCode } from "../../../protocol/base/errors.ts";
import { MAX_DETAIL_FIELDS, MAX_ENTRIES } from "../../../protocol/base/limits.ts";
import { lotId } from "../../../protocol/event/lot.ts";
import { NOTICE_KINDS } from "../../../protocol/event/notice.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { refused } from "../../support/refused.ts";
import { details as anyDetails, secret as anySecret } from "../../support/arbitraries.ts";

const secret = new Uint8Array(32).fill(7);
const example = parseWith(Details, {
  manufacturer: "Halden Semiconductor AS",
  carrier: "Post",
  entries: [
    { lotNumber: "R-1", mpn: "HM32G431CBT6TR", msl: "3" },
    {},
    { lotNumber: "R-3", mpn: "HLV73333PDBVR" },
  ],
});

const keyOf = (path: readonly (string | number)[]) => JSON.stringify(path);
const fieldsOf = ({ entries = [], ...shared }: Details) => [
  ...Object.entries(shared).map(([name, value]) => ({ path: [name], value })),
  ...entries.flatMap((entry, i) =>
    Object.entries(entry).map(([name, value]) => ({ path: ["entries", i, name], value })),
  ),
];

/** The root as docs/protocol.md defines it, with ethers' hashes and Node's sorting. */
function definition(details: Details, bytes: Uint8Array): string {
  const leaves = fieldsOf(details)
    .map(({ path, value }) => ({
      key: Buffer.from(keyOf(path)),
      value: Buffer.from(JSON.stringify(value)),
    }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ key, value }) => {
      const salt = Buffer.from(computeHmac("sha256", bytes, key).slice(2, 34), "hex");
      const inner = Buffer.from(ethersSha256(Buffer.concat([salt, value])).slice(2), "hex");
      return ethersSha256(Buffer.concat([Buffer.of(0), key, inner]));
    });
  const root = (hashes: string[]): string => {
    if (hashes.length === 1) return hashes[0]!;
    let left = 1;
    while (left * 2 < hashes.length) left *= 2;
    const [a, b] = [root(hashes.slice(0, left)), root(hashes.slice(left))];
    return ethersSha256(`0x01${a.slice(2)}${b.slice(2)}`);
  };
  return leaves.length === 0 ? ZERO_HASH : root(leaves);
}

/** Which fields are open, as one random bit each. */
const choices = fc.infiniteStream(fc.boolean());

describe("detailsRoot and disclosureRoot", () => {
  it("return zero without fields", () => {
    for (const empty of [{}, { entries: [] }, { entries: [{}, {}] }])
      expect(detailsRoot(parseWith(Details, empty), secret)).to.equal(ZERO_HASH);
    expect(disclosureRoot({ open: [], withheld: [] }, 0)).to.equal(ZERO_HASH);
  });

  it("follow the definition for any details", () => {
    expect(detailsRoot(example, secret)).to.equal(definition(example, secret));
    fc.assert(
      fc.property(anyDetails, anySecret, (details, bytes) => {
        expect(detailsRoot(details, bytes)).to.equal(definition(details, bytes));
      }),
    );
  });

  it("sort the leaves by the bytes of their paths", () => {
    const leaves = detailsLeaves(
      parseWith(Details, {
        shockMaxMilliG: 1,
        carrier: "Post",
        entries: Array.from({ length: 11 }, () => ({ mpn: "A", lotNumber: "L" })),
      }),
      secret,
    );
    const keys = leaves.map(({ path }) => keyOf(path));
    expect(keys).to.deep.equal(
      keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    expect(keys[0]).to.equal('["carrier"]');
    expect(keys.indexOf('["entries",10,"mpn"]')).to.be.lessThan(
      keys.indexOf('["entries",2,"mpn"]'),
    );
    expect(keys.at(-1)).to.equal('["shockMaxMilliG"]');
  });

  it("return the same root for fields in another order and empty entries at the end", () => {
    const reordered = parseWith(Details, {
      entries: [
        { msl: "3", mpn: "HM32G431CBT6TR", lotNumber: "R-1" },
        {},
        { mpn: "HLV73333PDBVR", lotNumber: "R-3" },
        {},
      ],
      carrier: "Post",
      manufacturer: "Halden Semiconductor AS",
    });
    expect(detailsRoot(reordered, secret)).to.equal(detailsRoot(example, secret));
  });

  it("change with any field's value or place, and with the secret", () => {
    fc.assert(
      fc.property(anyDetails, fc.nat(), anySecret, (details, at, bytes) => {
        const root = detailsRoot(details, bytes);
        const all = fieldsOf(details);
        fc.pre(all.length > 0);
        const { open } = disclose(details, bytes, () => true);
        const changed = structuredClone(open);
        const field = changed[at % changed.length]!;
        field.value = typeof field.value === "number" ? field.value + 1 : `${field.value}x`;
        expect(disclosureRoot({ open: changed, withheld: [] }, MAX_ENTRIES)).to.not.equal(root);
        expect(
          disclosureRoot({ open: open.toSpliced(at % open.length, 1), withheld: [] }, MAX_ENTRIES),
        ).to.not.equal(root);
        const others = bytes.map((byte) => byte ^ 1);
        expect(detailsRoot(details, others)).to.not.equal(root);
      }),
    );
    const moved = structuredClone(example);
    [moved.entries![0], moved.entries![1]] = [moved.entries![1]!, moved.entries![0]!];
    expect(detailsRoot(moved, secret)).to.not.equal(detailsRoot(example, secret));
  });

  it("distinguish values of different types", () => {
    const of = (value: string | number | boolean) => disclosureRoot(openOne(value), 0);
    const openOne = (value: string | number | boolean): Disclosure => ({
      open: [{ path: ["reason"], value, salt: `0x${"00".repeat(16)}` }],
      withheld: [],
    });
    expect(new Set([of("1"), of(1), of(true), of("true"), of("")]).size).to.equal(5);
  });

  it("hash equal values of two fields or two events differently", () => {
    const same = parseWith(Details, {
      makerLot: "L1",
      brand: "L1",
      entries: [{ makerLot: "L1" }, { makerLot: "L1" }],
    });
    const inner = [secret, secret.with(0, 8)].flatMap((bytes) =>
      detailsLeaves(same, bytes).map((leaf) => toHex(leaf.inner)),
    );
    expect(new Set(inner).size).to.equal(8);
  });
});

describe("disclose", () => {
  it("keeps the root and reveals only the chosen fields, for any choice", () => {
    fc.assert(
      fc.property(anyDetails, anySecret, choices, (details, bytes, random) => {
        const chosen = new Map(
          fieldsOf(details).map(({ path }) => [keyOf(path), random.next().value as boolean]),
        );
        const disclosure = disclose(details, bytes, (path) => chosen.get(keyOf(path))!);
        expect(parseWith(Disclosure, JSON.parse(JSON.stringify(disclosure)))).to.deep.equal(
          disclosure,
        );
        expect(disclosureRoot(disclosure, MAX_ENTRIES)).to.equal(detailsRoot(details, bytes));
        const openFields = fieldsOf(openDetails(disclosure)).map(({ path, value }) => [
          keyOf(path),
          value,
        ]);
        const expected = fieldsOf(details)
          .filter(({ path }) => chosen.get(keyOf(path)))
          .map(({ path, value }) => [keyOf(path), value]);
        expect(new Map(openFields as [string, unknown][])).to.deep.equal(
          new Map(expected as [string, unknown][]),
        );
        const names = disclosure.withheld.map(({ path }) => keyOf(path));
        expect(names.every((name) => !chosen.get(name))).to.equal(true);
      }),
    );
  });

  it("reveals neither salt nor value of a withheld field", () => {
    const { withheld } = disclose(example, secret, () => false);
    expect(withheld).to.have.length(7);
    for (const item of withheld) expect(Object.keys(item)).to.deep.equal(["path", "inner"]);
  });

  it("changes the root when a withheld field is removed", () => {
    const disclosure = disclose(example, secret, (path) => path.length === 1);
    const without = { ...disclosure, withheld: disclosure.withheld.slice(1) };
    expect(disclosureRoot(without, 3)).to.not.equal(detailsRoot(example, secret));
  });

  it("uses the visibility of each field", () => {
    const visibility = (path: DetailPath) => visibilityOf(path);
    expect(visibility(["purchaseOrder"])).to.equal("private");
    expect(visibility(["carrier"])).to.equal("trail");
    expect(visibility(["entries", 0, "mpn"])).to.equal("public");
  });
});

describe("Disclosure", () => {
  const whole = disclose(example, secret, ({ length }) => length === 1);
  const root = (value: unknown, entries = 3) =>
    disclosureRoot(parseWith(Disclosure, value), entries);

  it("is refused with fields out of order or twice", () => {
    const { open, withheld } = whole;
    refused(() => root({ open: open.toReversed(), withheld }), "BAD_PATH", "open.1.path");
    refused(() => root({ open: [...open, open[1]], withheld }), "BAD_PATH", "open.2.path");
    refused(() => root({ open, withheld: withheld.toReversed() }), "BAD_PATH");
    const both = { path: open[0]!.path, inner: ZERO_HASH };
    refused(() => root({ open, withheld: [both, ...withheld] }), "BAD_PATH", "withheld.0.path");
  });

  it("is refused with an entry that the event does not have", () => {
    expect(root(whole)).to.equal(detailsRoot(example, secret));
    refused(() => root(whole, 2), "BAD_PATH", "withheld.3.path");
    refused(() => root(whole, 0), "BAD_PATH", "withheld.0.path");
  });

  const [first] = whole.open;
  const salt = first!.salt;
  const wrong: [string, unknown, ErrorCode, string?][] = [
    ["an unknown field", { path: ["price"], value: 1, salt }, "BAD_FIELD"],
    ["a field in the wrong place", { path: ["lotNumber"], value: "R", salt }, "BAD_FIELD"],
    [
      "a shared field in an entry",
      { path: ["entries", 0, "carrier"], value: "R", salt },
      "BAD_FIELD",
    ],
    ["a path of another form", { path: ["entries", 0], value: "R", salt }, "BAD_FIELD"],
    [
      "a path through __proto__",
      { path: ["entries", 0, "__proto__"], value: "R", salt },
      "BAD_FIELD",
    ],
    ["a path through an inherited name", { path: ["constructor"], value: "R", salt }, "BAD_FIELD"],
    ["an index as text", { path: ["entries", "0", "mpn"], value: "R", salt }, "BAD_FIELD"],
    ["an index below zero", { path: ["entries", -1, "mpn"], value: "R", salt }, "BAD_FIELD"],
    [
      "an index beyond all events",
      { path: ["entries", MAX_ENTRIES, "mpn"], value: "R", salt },
      "BAD_FIELD",
    ],
    ["a value of another type", { path: ["carrier"], value: 1, salt }, "BAD_FIELD", "open.0.value"],
    [
      "a value of no scalar",
      { path: ["carrier"], value: ["R"], salt },
      "BAD_FIELD",
      "open.0.value",
    ],
    ["a float", { path: ["floorLifeHours"], value: 1.5, salt }, "BAD_FIELD", "open.0.value"],
    ["a bad text", { path: ["carrier"], value: "R\u202e", salt }, "BAD_TEXT", "open.0.value"],
    [
      "a short salt",
      { path: ["carrier"], value: "R", salt: salt.slice(2) },
      "BAD_FIELD",
      "open.0.salt",
    ],
    ["no salt", { path: ["carrier"], value: "R" }, "BAD_FIELD", "open.0.salt"],
    [
      "more than it should say",
      { path: ["carrier"], value: "R", salt, inner: ZERO_HASH },
      "BAD_FIELD",
      "open.0.inner",
    ],
  ];
  for (const [what, item, code, field] of wrong)
    it(`is refused with ${what}`, () => {
      refused(() => parseWith(Disclosure, { open: [item], withheld: [] }), code, field);
    });

  it(`has at most ${MAX_DETAIL_FIELDS} fields`, () => {
    const many = (length: number) => ({
      open: [],
      withheld: Array.from({ length }, () => ({ path: ["carrier"], inner: ZERO_HASH })),
    });
    expect(parseWith(Disclosure, many(MAX_DETAIL_FIELDS)).withheld).to.have.length(
      MAX_DETAIL_FIELDS,
    );
    refused(() => parseWith(Disclosure, many(MAX_DETAIL_FIELDS + 1)), "TOO_LARGE", "withheld");
  });
});

describe("entryDetail", () => {
  const details = parseWith(Details, {
    mpn: "SHARED",
    countryOfOrigin: "DE",
    entries: [{ mpn: "OWN" }, {}, { countryOfOrigin: "MY" }],
  });

  it("returns the entry's own field, or else the shared one", () => {
    expect(entryDetail(details, 0, "mpn")).to.equal("OWN");
    expect(entryDetail(details, 1, "mpn")).to.equal("SHARED");
    expect(entryDetail(details, 7, "mpn")).to.equal("SHARED");
    expect(entryDetail(details, 2, "countryOfOrigin")).to.equal("MY");
    expect(entryDetail(details, 0, "makerLot")).to.equal(undefined);
  });
});

describe("checkDetails", () => {
  const actor = `0x${"a1".repeat(20)}`;
  const numbers = ["R-1", "R-2"];
  const event = (action: number, news = true): CustodyEvent => ({
    action,
    actor,
    holder: actor,
    consignee: ZERO_ADDRESS,
    entries: numbers.map((number) => ({
      lot: lotId(actor, number),
      previous: news ? ZERO_HASH : `0x${"11".repeat(32)}`,
      quantity: 1,
    })),
    time: 0,
    details: ZERO_HASH,
  });
  const check = (action: number, value: unknown, news = true) => {
    checkDetails(event(action, news), parseWith(Details, value));
  };
  const entries = [{ lotNumber: "R-1" }, { lotNumber: "R-2" }];

  it("requires the right lot number of every new lot", () => {
    check(ACTIONS.commission, { mpn: "A", entries });
    refused(() => check(ACTIONS.commission, { mpn: "A" }), "BAD_FIELD", "entries.0.lotNumber");
    refused(
      () => check(ACTIONS.commission, { entries: [entries[0]] }),
      "BAD_FIELD",
      "entries.1.lotNumber",
    );
    refused(
      () => check(ACTIONS.introduce, { entries: entries.toReversed() }),
      "BAD_FIELD",
      "entries.0.lotNumber",
    );
    refused(
      () => check(ACTIONS.introduce, { entries: [{ lotNumber: "r-1" }, entries[1]] }),
      "BAD_FIELD",
      "entries.0.lotNumber",
    );
  });

  it("refuses a wrong lot number of an existing lot, and requires none", () => {
    check(ACTIONS.split, { entries: [{}, entries[1]] }, false);
    refused(
      () => check(ACTIONS.split, { entries: [{ lotNumber: "R-9" }] }, false),
      "BAD_FIELD",
      "entries.0.lotNumber",
    );
  });

  it("refuses fields of another action", () => {
    check(ACTIONS.ship, { carrier: "Post", entries: [{ customerPartNumber: "C-1" }] }, false);
    refused(() => check(ACTIONS.commission, { carrier: "Post", entries }), "BAD_FIELD", "carrier");
    refused(
      () => check(ACTIONS.ship, { entries: [{}, { claimsLot: ZERO_HASH }] }, false),
      "BAD_FIELD",
      "entries.1.claimsLot",
    );
    refused(() => check(99, { reason: "x" }, false), "BAD_FIELD", "reason");
  });

  it("refuses more entries than the event has", () => {
    check(ACTIONS.ship, { entries: [{}] }, false);
    refused(() => check(ACTIONS.ship, { entries: [{}, {}, {}] }, false), "BAD_PATH", "entries");
  });

  it("refuses entries and event fields in a notice", () => {
    checkNoticeDetails(
      parseWith(Details, { reason: "Delamination", alertReference: "PCN-1", mpn: "A" }),
      NOTICE_KINDS.recall,
    );
    refused(() => checkNoticeDetails({ entries: [] }, NOTICE_KINDS.recall), "BAD_PATH", "entries");
    refused(
      () => checkNoticeDetails(parseWith(Details, { carrier: "Post" }), NOTICE_KINDS.suspicion),
      "BAD_FIELD",
      "carrier",
    );
  });

  it("refuses a correction that states nothing anew, gives no reason, or half a date", () => {
    const check = (details: object) =>
      checkNoticeDetails(parseWith(Details, details), NOTICE_KINDS.correction);
    check({ mpn: "A", reason: "typing error" });
    check({ dateCode: "2631", reason: "typing error", bagSealDate: "2026-08-01" });
    refused(() => check({ reason: "typing error" }), "BAD_FIELD", "");
    refused(() => check({ mpn: "A" }), "BAD_FIELD", "reason");
    refused(() => check({ dateCodeFormat: "YYYYWW", reason: "x" }), "BAD_FIELD", "dateCode");
    refused(() => check({ dateCodeNewest: "2631", reason: "x" }), "BAD_FIELD", "dateCode");
    refused(
      () => check({ mpn: "A", reason: "x", effectiveFrom: "2026-08-01" }),
      "BAD_FIELD",
      "effectiveFrom",
    );
  });

  it("refuses too many fields", () => {
    const fields = 90;
    const names = Object.fromEntries(
      Array.from({ length: fields }, (_, i) => [`f${i}`, utf8("x").length]),
    );
    const many = {
      entries: Array.from({ length: MAX_ENTRIES }, () => names),
    } as unknown as Details;
    refused(() => detailsRoot(many, secret), "TOO_LARGE", "entries");
  });
});
