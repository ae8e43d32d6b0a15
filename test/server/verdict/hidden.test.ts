// Tests that verdicts leak no restricted field: a reader who probes it gets the same answer for right and wrong guesses.
import { expect } from "chai";
import { labelText } from "../../../protocol/label/write.ts";
import type { PolicyDocument } from "../../../protocol/verdict/policy.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import * as acts from "../../../server/custody/acts.ts";
import { state } from "../../../server/statements/statements.ts";
import { type Client, openTestHttp, type TestHttp } from "../../support/http.ts";

const MPN = "HX-1000-A";
const MAKER_LOT = "HL-77-001";
const PACKAGE = "HP-55-001";
const COUNTRY = "MY";
const SEALED = "2024-03-04";
/** The tenth week of 2020. */
const DATE_CODE = "2010";

describe("verdicts on restricted fields", () => {
  let http: TestHttp;
  /** The same service with a clock that stands still. */
  let still: Client;
  let lot: string;

  before(async () => {
    http = await openTestHttp();
    const { ctx } = http;
    const { maker, distributor } = http.parties;
    const details = {
      mpn: MPN,
      makerLot: MAKER_LOT,
      packageId: PACKAGE,
      countryOfOrigin: COUNTRY,
      dateCode: DATE_CODE,
      msl: "3" as const,
      bagSealDate: SEALED,
    };
    const made = await acts.makeLots(ctx, maker.address, "commission", {
      lots: [{ lotNumber: "V-1", quantity: 10, details }],
      restricted: {
        mpn: "private",
        makerLot: "private",
        packageId: "private",
        countryOfOrigin: "private",
        dateCode: "private",
        msl: "private",
        bagSealDate: "private",
      },
    });
    lot = made.lots[0]!;
    const sent = await acts.ship(ctx, maker.address, {
      consignee: distributor.address,
      lots: [{ lot }],
    });
    await acts.receive(ctx, distributor.address, { shipment: sent.hash });
    await http.settle();
    const now = ctx.clock();
    still = await http.beside({}, { clock: () => now });
  });
  after(() => http.close());

  const judged = (key: string, body: { policy?: PolicyDocument; expected?: object }) =>
    still.expecting<Verdict>(200, "POST", `/v1/lots/${lot}/verdict`, { key, body });
  /** Distinct answers to guesses, the guess itself blanked: there is one if the answers leak nothing. */
  async function answers<G extends string | number>(
    guesses: readonly G[],
    ask: (guess: G) => Promise<object>,
  ) {
    const all = new Set<string>();
    for (const guess of guesses) {
      const text = JSON.stringify(await ask(guess));
      // Four digits also occur in hashes: such a guess is blanked only where it is the whole text.
      const isDigits = typeof guess === "string" && /^[0-9a-f]+$/.test(guess);
      const said = isDigits ? JSON.stringify(guess) : guess;
      all.add(typeof said === "string" ? text.replaceAll(said, "GUESS") : text);
    }
    return [...all];
  }

  it("do not leak them through a policy's age limits or catalogue", async () => {
    const ask = async (key: string, policy: PolicyDocument) => {
      const { policy: _asked, ...rest } = await judged(key, { policy });
      return rest;
    };
    const ages = [1, 500, 1_000, 2_000, 2_400, 2_600, 3_000, 10_000];
    const byAge = (key: string) =>
      answers(ages, (maxDateCodeAgeDays) => ask(key, { maxDateCodeAgeDays }));
    expect(
      await byAge("maker"),
      "a reader who sees the field gets different answers",
    ).to.have.length.above(1);
    expect(await byAge("distributor")).to.have.length(1);
    const bySeal = (key: string) =>
      answers([1, 10_000], (maxSealAgeDays) => ask(key, { maxSealAgeDays }));
    expect(await bySeal("maker")).to.have.length.above(1);
    expect(await bySeal("distributor")).to.have.length(1);
    const part = { mpn: MPN, introducedOn: "2015-01-01" };
    const byCatalogue = (key: string) =>
      answers(["MY", "CN", "US"], (country) =>
        ask(key, { catalogue: [{ ...part, countries: [country] }] }),
      );
    expect(await byCatalogue("maker")).to.have.length.above(1);
    expect(await byCatalogue("distributor")).to.have.length(1);
  });

  it("report that the fields are withheld, whatever the policy asks", async () => {
    const { rules } = await judged("distributor", { policy: { maxDateCodeAgeDays: 1 } });
    const reasons = new Map(rules.map(({ rule, reason }) => [rule, reason?.code]));
    expect(
      ["V17", "V18", "V19", "V21", "V24", "V26"].map((rule) => reasons.get(rule as "V17")),
    ).to.deep.equal([
      "DATE_CODE_WITHHELD",
      "DATE_CODE_NOT_SHOWN",
      "PAIRING_NOT_RECORDED",
      "COUNTRY_WITHHELD",
      "MOISTURE_WITHHELD",
      "PARTS_NOT_IDENTIFIED",
    ]);
  });

  it("do not leak them through the expected values of an order", async () => {
    const fields = {
      mpn: [MPN, "HX-1000-B"],
      makerLot: [MAKER_LOT, "HL-77-002"],
      dateCode: [DATE_CODE, "1910"],
    };
    for (const [field, guesses] of Object.entries(fields)) {
      const by = (key: string) =>
        answers(guesses, (guess) => judged(key, { expected: { [field]: guess } }));
      expect(await by("maker"), field).to.have.length(2);
      expect(await by("distributor"), field).to.have.length(1);
    }
  });

  it("do not leak them through scans of made-up labels", async () => {
    const scanned = (key: string, label: string) =>
      still.expecting(200, "POST", "/v1/scan", { key, body: { label } });
    const printed = { lotNumber: "V-1", quantity: 10 };
    const labels = {
      mpn: (mpn: string) => labelText({ ...printed, mpn, makerLot: "X" }),
      makerLot: (makerLot: string) => labelText({ ...printed, mpn: "X", makerLot }),
      country: (countryOfOrigin: string) => labelText({ ...printed, mpn: "X", countryOfOrigin }),
    };
    const guesses = {
      mpn: [MPN, "HX-1000-B"],
      makerLot: [MAKER_LOT, "HL-77-002"],
      country: ["MY", "CN"],
    };
    for (const key of ["maker", "distributor"]) await scanned(key, labels.mpn("X")); // the first scan finds no earlier sighting
    for (const field of ["mpn", "makerLot", "country"] as const) {
      const by = (key: string) =>
        answers(guesses[field], (guess) => scanned(key, labels[field](guess)));
      expect(await by("maker"), field).to.have.length(2);
      expect(await by("distributor"), field).to.have.length(1);
    }
  });

  it("do not leak them through alerts that the reader states about its own guesses", async () => {
    const verdict = () => judged("distributor", {});
    const before = await verdict();
    const alert = { source: "ITX", reference: "1", kind: "suspect", mpn: MPN } as const;
    await state(http.ctx, http.parties.distributor.address, "alert", [alert]);
    expect(await verdict()).to.deep.equal(before);
    await state(http.ctx, http.parties.maker.address, "alert", [alert]);
    expect(await verdict()).to.deep.equal(before);
  });
});
