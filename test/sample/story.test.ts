// Tests the sample data: the files contain what the story promises, and the protocol allows every step.
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { readFileSync } from "node:fs";
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import {
  addressOfPrivateKey,
  sha256,
  signDigest,
  recoverSigner,
} from "../../protocol/base/crypto.ts";
import {
  DETAIL_FIELDS,
  type DetailName,
  SHARED_NAMES,
} from "../../protocol/event/detail-fields.ts";
import { checkDetails, Details } from "../../protocol/event/details.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import { ACTIONS, CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { issuerOf, lotId, type LotState, wordOf } from "../../protocol/event/lot.ts";
import { roleBits } from "../../protocol/event/roles.ts";
import { type Context, transition } from "../../protocol/event/transition.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import {
  LOT_REF_FIELDS,
  readStory,
  splitLotRef,
  Story,
  type StoryDetails,
  type StoryStep,
} from "../../sample/story.ts";
import { KNOWN } from "./named.ts";

const FOLDER = new URL("../../sample/", import.meta.url);
const file = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
const json = (name: string): unknown => JSON.parse(file(name));

const story = readStory(json("parties.json"), json("story.json"));
const highlights = Object.fromEntries(
  (json("highlights.json") as { name: string; lot: string }[]).map(({ name, lot }) => [name, lot]),
);
const DOMAIN = { chainId: 31337, ledger: `0x${"ab".repeat(20)}` };
/** The columns that the command `register` reads. */
const PACKING_LIST_COLUMNS = [
  "manufacturer",
  "mpn",
  "lot_code",
  "date_code",
  "quantity",
  "country_of_origin",
  "msl",
  "customer_part_number",
  "eccn",
  "hts",
  "package_id",
];
const DAY_SECONDS = 24 * 60 * 60;
const WEEK_SECONDS = 7 * 24 * 60 * 60;
const END = Date.UTC(2026, 10, 16) / 1000;

/** Unix seconds of the Monday of an ISO week, given as a YYWW date code. */
function weekStart(dateCode: string): number {
  const fourthOfJanuary = Date.UTC(2000 + Number(dateCode.slice(0, 2)), 0, 4) / 1000;
  const weekday = (new Date(fourthOfJanuary * 1000).getUTCDay() + 6) % 7;
  return fourthOfJanuary + (7 * (Number(dateCode.slice(2)) - 1) - weekday) * DAY_SECONDS;
}

const stepsOf = <A extends StoryStep["act"]>(act: A) =>
  story.steps.filter((step): step is Extract<StoryStep, { act: A }> => step.act === act);
const origins = [...stepsOf("commission"), ...stepsOf("introduce")];
const newLots = story.steps.flatMap((step) => {
  const made =
    step.act === "commission" || step.act === "introduce"
      ? step.lots
      : step.act === "split"
        ? step.children
        : step.act === "assemble"
          ? step.products
          : [];
  return made.map((lot) => ({
    ...lot,
    by: step.by,
    at: step.at,
    ref: `${step.by}/${lot.lotNumber}`,
  }));
});

describe("sample files", () => {
  it("include the certificate that a lot names by its hash", () => {
    const named = newLots.find(({ ref }) => ref === KNOWN.certified)?.details.cocHash;
    expect(named).to.equal(toHex(sha256(utf8(file("certificate-corvane.txt")))));
  });

  it("have packing lists with the columns that register reads, one of them matching the story", () => {
    for (const name of ["packing-list-pellworth.csv", "packing-list-new-stock.csv"]) {
      const rows: Record<string, string>[] = parse(file(name), { columns: true });
      expect(Object.keys(rows[0]!)).to.deep.equal(PACKING_LIST_COLUMNS);
      const inStory = rows.map((row) =>
        newLots.find(({ ref }) => ref === `pellworth/${row.package_id!}`),
      );
      if (name === "packing-list-new-stock.csv") {
        expect(rows).to.have.length.at.least(10);
        expect(inStory.every((lot) => lot === undefined)).to.be.true;
      } else {
        expect(inStory.map((lot) => String(lot?.quantity))).to.deep.equal(
          rows.map(({ quantity }) => quantity),
        );
        expect(inStory.map((lot) => lot?.details.makerLot)).to.deep.equal(
          rows.map(({ lot_code }) => lot_code),
        );
      }
    }
  });
});

describe("story", () => {
  it("has enough parties of each role", () => {
    const withRole = (role: string) =>
      story.parties.filter(({ roles }) => roles.includes(role as never)).length;
    expect(withRole("manufacturer")).to.be.at.least(3);
    expect(withRole("distributor")).to.be.at.least(3); // two authorised ones and a broker
    expect(withRole("assembler")).to.be.at.least(2);
    expect(withRole("laboratory")).to.be.at.least(1);
  });

  it("has 70 to 90 lots, each with its own number", () => {
    expect(newLots).to.have.length.within(70, 90);
    expect(new Set(newLots.map(({ ref }) => ref))).to.have.length(newLots.length);
  });

  it("takes place on working days of the five months before its end", () => {
    for (const { at, note } of story.steps) {
      expect(at, note).to.be.within(Date.UTC(2026, 5, 1) / 1000, END);
      expect(new Date(at * 1000).getUTCDay(), note).to.be.within(1, 5);
      expect(note.slice(0, 10)).to.equal(new Date(at * 1000).toISOString().slice(0, 10));
    }
  });

  it("gives every commissioned lot an identity and a date code before its commissioning", () => {
    const names = [
      "mpn",
      "makerLot",
      "dateCode",
      "countryOfOrigin",
      "msl",
      "packaging",
      "eccn",
      "hts",
    ];
    for (const { at, lots, details } of stepsOf("commission")) {
      expect(details).to.include.keys("manufacturer", "rohs");
      for (const { lotNumber, details: own } of lots) {
        expect(own, lotNumber).to.include.keys(names);
        const week = weekStart(String(own.dateCode));
        expect(at - week, lotNumber).to.be.within(WEEK_SECONDS, 12 * WEEK_SECONDS);
      }
    }
    for (const { at, details } of newLots)
      if (details.dateCode !== undefined && details.dateCode !== "N/T")
        expect(weekStart(String(details.dateCode))).to.be.below(at);
  });

  it("is checked by a weekStart that follows ISO 8601", () => {
    expect(new Date(weekStart("2601") * 1000).toISOString().slice(0, 10)).to.equal("2025-12-29");
    expect(new Date(weekStart("2621") * 1000).toISOString().slice(0, 10)).to.equal("2026-05-18");
    expect(new Date(weekStart("2653") * 1000).toISOString().slice(0, 10)).to.equal("2026-12-28");
  });

  it("has the documents of a sale in every sold shipment", () => {
    const sold = stepsOf("ship").filter(({ details }) => details.purchaseOrder !== undefined);
    expect(sold).to.have.length.at.least(15);
    for (const { details, lots } of sold) {
      expect(details).to.include.keys("carrier", "packingList", "invoice");
      for (const line of lots)
        expect(line.details).to.include.keys("customerPartNumber", "purchaseOrderLine");
    }
  });

  it("has a seal date exactly for lots whose moisture level needs a dry pack", () => {
    for (const { details, ref } of newLots.filter(({ by }) => ["halden", "saebyeok"].includes(by)))
      expect(details.bagSealDate !== undefined, ref).to.equal(details.msl !== "1");
  });
});

describe("Story schema", () => {
  const first = story.steps[0]!;
  const withSteps = (...steps: unknown[]) => Story.safeParse({ parties: story.parties, steps });

  it("refuses a step earlier than the one before", () => {
    const result = withSteps(first, { ...story.steps[1]!, at: first.at - 1 });
    expect(result.error?.issues.map(({ path }) => path)).to.deep.equal([["steps", 1, "at"]]);
  });

  it("refuses a reference to an unknown party, lot, shipment or notice, and a repeated lot number", () => {
    const common = { at: first.at, by: "halden", note: "one" };
    const faulty = [
      { ...common, by: "nobody", act: "commission", lots: [{ lotNumber: "A", quantity: 1 }] },
      { ...common, act: "inspect", lots: ["halden/A"] },
      {
        ...common,
        act: "introduce",
        lots: [{ lotNumber: "A", quantity: 1, details: { claimsLot: "halden/B" } }],
      },
      { ...common, act: "cancel", shipment: "shp-001" },
      { ...common, act: "withdraw", notice: "ntc-001" },
      {
        ...common,
        act: "commission",
        lots: ["A", "A"].map((lotNumber) => ({ lotNumber, quantity: 1 })),
      },
    ];
    for (const step of faulty) {
      const result = withSteps(step);
      expect(result.error?.issues.map(({ path }) => path)).to.deep.equal([["steps", 0]]);
    }
  });

  it("refuses an unknown field and a reference without issuer", () => {
    const common = { at: first.at, by: "halden", note: "one" };
    expect(withSteps({ ...common, act: "inspect", lots: ["halden"] }).success).to.be.false;
    const lots = [{ lotNumber: "A", quantity: 1 }];
    expect(withSteps({ ...common, act: "commission", lots }).success).to.be.true;
    expect(withSteps({ ...common, act: "commission", lots, price: 1 }).success).to.be.false;
  });
});

describe("story under the protocol", () => {
  const accounts = new Map(
    story.parties.map(({ alias }) => [alias, addressOf(`account of ${alias}`)]),
  );
  const keys = new Map(story.parties.map(({ alias }) => [alias, sha256(utf8(`key of ${alias}`))]));
  const states = new Map<string, LotState>();
  const shipments = new Map<string, { from: string; to: string; lots: string[] }>();
  const lastTimes = new Map<string, number>();
  const notices = new Map<
    string,
    { lot: string; by: string; withdrawn: boolean; recall: boolean }
  >();
  const id = (ref: string) =>
    lotId(accounts.get(splitLotRef(ref).issuer)!, splitLotRef(ref).lotNumber);

  before("plays every step", () => {
    for (const step of story.steps) play(step);
  });

  it("ends with each highlighted lot in its promised state", () => {
    const state = (name: string) => states.get(id(highlights[name]!))!;
    const holder = (alias: string) => accounts.get(alias);
    expect(state("inTransit")).to.include({
      holder: holder("mizuhara"),
      consignee: holder("ostermark"),
    });
    expect(state("held")).to.include({
      holder: holder("ostermark"),
      consignee: ZERO_ADDRESS,
      held: true,
    });
    expect(state("short")).to.include({
      holder: holder("dravatronik"),
      quantity: 2946 - 2171,
      held: false,
    });
    expect(state("cancelled")).to.include({
      holder: holder("pellworth"),
      consignee: ZERO_ADDRESS,
      quantity: 1120,
    });
    expect(state("returned")).to.include({ holder: holder("ostermark"), quantity: 2500 });
    expect(state("broker")).to.include({
      holder: holder("dravatronik"),
      quantity: 830,
      held: false,
    });
    expect(state("split")).to.include({ holder: holder("pellworth"), quantity: 2000 });
    expect(state("fresh")).to.include({ holder: holder("halden"), quantity: 1500 });
    for (const name of ["samples", "splitUp", "scrapped"])
      expect(state(name), name).to.include({ quantity: 0 });
    for (const name of Object.keys(highlights)) expect(state(name), name).not.to.be.undefined;
  });

  it("contains every promised plot", () => {
    const by = (lot: string) => [...notices.values()].filter((notice) => notice.lot === lot);
    expect(by(highlights.recalled!)).to.deep.include({
      lot: highlights.recalled,
      by: "saebyeok",
      withdrawn: false,
      recall: true,
    });
    expect([...notices.values()].filter(({ recall }) => recall)).to.have.length(1);
    expect(by(highlights.suspicionWithdrawn!)).to.deep.equal([
      { lot: highlights.suspicionWithdrawn, by: "monclara", withdrawn: true, recall: false },
    ]);
    const twelve = stepsOf("assemble").filter(({ inputs }) => inputs.length === 12);
    expect(
      twelve.map(({ by: maker, products }) => `${maker}/${products[0]!.lotNumber}`),
    ).to.deep.equal([highlights.product]);
    const claims = newLots.filter(({ details }) => details.claimsLot !== undefined);
    expect(claims.map(({ ref }) => ref)).to.deep.equal([highlights.broker]);
    expect(newLots.filter(({ details }) => details.foundFrom !== undefined)).to.have.length(1);
    expect(stepsOf("refuse")).to.have.length(1);
    expect(stepsOf("cancel")).to.have.length(1);
    expect(stepsOf("ship").filter(({ details }) => details.reason === "return")).to.have.length(2);
    const scrapReasons = stepsOf("scrap").map(({ details }) => details.reason);
    expect(scrapReasons).to.include("test").and.to.include("loss");
    expect(stepsOf("inspect")).to.have.length.at.least(5);
    expect(stepsOf("split").some(({ children }) => children.length >= 3)).to.be.true;
  });

  it("repeats the maker's identity in every lot that claims to be from that lot", () => {
    const identityOf = (ref: string) => {
      const step = origins.find(({ by: maker, lots }) =>
        lots.some((lot) => `${maker}/${lot.lotNumber}` === ref),
      )!;
      const lot = step.lots.find(({ lotNumber }) => `${step.by}/${lotNumber}` === ref)!;
      const { manufacturer, mpn, makerLot, dateCode } = { ...step.details, ...lot.details };
      return { manufacturer, mpn, makerLot, dateCode };
    };
    for (const { ref, details } of newLots)
      for (const name of LOT_REF_FIELDS)
        if (details[name] !== undefined)
          expect(identityOf(ref)).to.deep.equal(identityOf(String(details[name])));
  });

  it("creates pieces only in origins and assemblies", () => {
    const sum = (quantities: number[]) =>
      quantities.reduce((total, quantity) => total + quantity, 0);
    const made = sum(origins.flatMap(({ lots }) => lots.map(({ quantity }) => quantity)));
    const assembled = sum(
      stepsOf("assemble").flatMap(({ products }) => products.map(({ quantity }) => quantity)),
    );
    const consumed = sum(
      stepsOf("assemble").flatMap(({ inputs }) => inputs.map(({ quantity }) => quantity)),
    );
    const scrapped = sum(
      stepsOf("scrap").flatMap(({ lots }) => lots.map(({ quantity }) => quantity)),
    );
    const remaining = sum([...states.values()].map(({ quantity }) => quantity));
    expect(remaining).to.equal(made + assembled - consumed - scrapped - (3000 - 2946));
  });

  function addressOf(seed: string): string {
    return addressOfPrivateKey(sha256(utf8(seed)));
  }

  /** The lots of a step: the quantity after it (undefined: unchanged) and their own details. */
  function linesOf(
    step: StoryStep,
  ): { ref: string; after?: number | undefined; details: StoryDetails }[] {
    const now = (ref: string) => states.get(id(ref))!.quantity;
    const fresh = (lots: { lotNumber: string; quantity: number; details: StoryDetails }[]) =>
      lots.map(({ lotNumber, quantity, details }) => ({
        ref: `${step.by}/${lotNumber}`,
        after: quantity,
        details: { lotNumber, ...details },
      }));
    const used = (lots: { lot: string; quantity: number; details: StoryDetails }[]) =>
      lots.map(({ lot, quantity, details }) => ({ ref: lot, after: now(lot) - quantity, details }));
    switch (step.act) {
      case "commission":
      case "introduce":
        return fresh(step.lots);
      case "split": {
        const rest = step.children.reduce((left, { quantity }) => left - quantity, now(step.lot));
        return [{ ref: step.lot, after: rest, details: {} }, ...fresh(step.children)];
      }
      case "assemble":
        return [...used(step.inputs), ...fresh(step.products)];
      case "scrap":
        return used(step.lots);
      case "receive":
        return shipments.get(step.shipment)!.lots.map((ref) => {
          const line = step.lots.find(({ lot }) => lot === ref);
          return { ref, after: line?.quantity, details: line?.details ?? {} };
        });
      case "refuse":
      case "cancel":
        return shipments.get(step.shipment)!.lots.map((ref) => ({ ref, details: {} }));
      case "recall":
      case "suspect":
      case "withdraw":
      case "authorise":
      case "alert":
        return [];
      default:
        return step.lots.map(({ lot, details }) => ({ ref: lot, details }));
    }
  }

  function play(step: StoryStep): void {
    if (step.act === "recall" || step.act === "suspect" || step.act === "withdraw")
      return notify(step);
    if (step.act === "authorise" || step.act === "alert") return; // neither changes custody nor is on the chain
    const actor = accounts.get(step.by)!;
    const lines = linesOf(step)
      .map((line) => ({ ...line, lot: id(line.ref) }))
      .sort((a, b) => (a.lot < b.lot ? -1 : 1));
    for (const { ref } of lines) {
      expect(step.at, step.note).to.be.at.least(lastTimes.get(ref) ?? 0);
      lastTimes.set(ref, step.at);
    }
    const before = lines.map(({ lot }) => states.get(lot) ?? null);
    const details = Details.parse({
      ...step.details,
      entries: lines.map((line) => withIds(line.details)),
    });
    const event = CustodyEvent.parse({
      action: ACTIONS[step.act],
      actor,
      holder: step.act === "refuse" ? accounts.get(shipments.get(step.shipment)!.from)! : actor,
      consignee: step.act === "ship" ? accounts.get(step.to)! : ZERO_ADDRESS,
      entries: lines.map(({ lot, after }, i) => ({
        lot,
        previous: before[i] ? wordOf(before[i]) : ZERO_HASH,
        quantity: after ?? before[i]!.quantity,
      })),
      time: step.at,
      details: detailsRoot(details, sha256(utf8(step.note))),
    });
    checkDetails(event, details);
    const digest = eventDigest(DOMAIN, event);
    const signer = recoverSigner(digest, signDigest(digest, keys.get(step.by)!));
    const outcome = transition(contextAt(step.at), before, { event, digest, signer });
    expect(outcome.violation, step.note).to.be.undefined;
    outcome.states!.forEach((state, i) => states.set(lines[i]!.lot, state));
    if (step.act === "ship")
      shipments.set(step.id, { from: step.by, to: step.to, lots: step.lots.map(({ lot }) => lot) });
  }

  function notify(step: Extract<StoryStep, { act: "recall" | "suspect" | "withdraw" }>): void {
    const details = Details.parse(step.details);
    for (const name of Object.keys(details) as DetailName[]) {
      expect(SHARED_NAMES, name).to.include(name);
      expect(DETAIL_FIELDS[name].on, name).to.include("notice");
    }
    if (step.act === "withdraw") {
      const notice = notices.get(step.notice)!;
      expect(notice).to.include({ by: step.by, withdrawn: false });
      notice.withdrawn = true;
      return;
    }
    if (step.act === "recall") expect(issuerOf(id(step.lot))).to.equal(accounts.get(step.by));
    notices.set(step.id, {
      lot: step.lot,
      by: step.by,
      withdrawn: false,
      recall: step.act === "recall",
    });
  }

  /** Details as in an event: lot IDs instead of the story's references. */
  function withIds(details: StoryDetails): StoryDetails {
    const refs = Object.entries(details).filter(([name]) => LOT_REF_FIELDS.includes(name));
    return {
      ...details,
      ...Object.fromEntries(refs.map(([name, ref]) => [name, id(String(ref))])),
    };
  }

  function contextAt(now: number): Context {
    const aliasOf = (address: string) =>
      story.parties.find(({ alias }) => accounts.get(alias) === address);
    return {
      now,
      party: (address) => {
        const party = aliasOf(address);
        return party && { roles: roleBits(party.roles), suspended: false };
      },
      key: (address) => {
        const party = story.parties.find(
          ({ alias }) => addressOfPrivateKey(keys.get(alias)!) === address,
        );
        return party && { party: accounts.get(party.alias)!, revoked: false };
      },
      word: (lot) => (states.has(lot) ? wordOf(states.get(lot)!) : ZERO_HASH),
    };
  }
});
