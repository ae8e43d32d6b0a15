// Tests that one party's word does not decide the verdict on another's lot, nor switch a rule off for its own, and that a lot
// of one's own tells nothing of others' lots: what competitors, counterfeiters and curious parties can claim.
import { expect } from "chai";
import { MAX_INTEGER } from "../../../protocol/base/limits.ts";
import { labelText } from "../../../protocol/label/write.ts";
import type { EntryDetails } from "../../../protocol/event/details.ts";
import type { PolicyDocument } from "../../../protocol/verdict/policy.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import * as acts from "../../../server/custody/acts.ts";
import { addDocument } from "../../../server/documents/documents.ts";
import { shareAlerts } from "../../../server/statements/audience.ts";
import { state, withdraw } from "../../../server/statements/statements.ts";
import { keepSighting, MAX_PLACES_OF_PARTY } from "../../../server/verdict/sightings.ts";
import { hashOf } from "../../../server/storage/blobs.ts";
import {
  type Client,
  type KeyName,
  openTestHttp,
  type PartyName,
  type TestHttp,
} from "../../support/http.ts";

describe("claims of other parties", () => {
  let http: TestHttp;
  /** The same service with a clock that stands still, later than all that is recorded. */
  let still: Client;
  let serial = 0;
  before(async () => {
    http = await openTestHttp();
    const now = http.ctx.clock() + 24 * 3_600;
    still = await http.beside({}, { clock: () => now });
  });
  after(() => http.close());

  const address = (name: PartyName) => http.parties[name].address;
  /** The parts of a new maker's lot. */
  const newParts = () => ({
    manufacturer: "Test maker",
    mpn: `CX-${++serial}`,
    makerLot: `ML-${serial}`,
    dateCode: "2610",
    countryOfOrigin: "MY",
  });
  interface Made {
    quantity?: number;
    details: EntryDetails;
    restricted?: Record<string, "private">;
  }
  /** Makes a log-only lot, which costs its party nothing. */
  async function make(by: PartyName, { quantity = 1, details, restricted = {} }: Made) {
    const action = by === "maker" ? "commission" : "introduce";
    const lots = [{ lotNumber: `C-${++serial}`, quantity, details }];
    const made = { lots, restricted, settlement: "log" as const };
    return (await acts.makeLots(http.ctx, address(by), action, made)).lots[0]!;
  }
  async function hand(lot: string, from: PartyName, to: PartyName) {
    const consignee = address(to);
    const { hash } = await acts.ship(http.ctx, address(from), { consignee, lots: [{ lot }] });
    await acts.receive(http.ctx, address(to), { shipment: hash });
    return lot;
  }
  const judged = (lot: string, key: KeyName, policy: PolicyDocument = {}) =>
    still.expecting<Verdict>(200, "post", `/v1/lots/${lot}/verdict`, { key, body: { policy } });
  const grave = ({ verdict, findings }: Verdict) => ({
    verdict,
    codes: findings.filter(({ verdict: each }) => each !== "INFO").map(({ code }) => code),
  });
  const resultOf = ({ rules, findings }: Verdict, id: string) => {
    const { result } = rules.find(({ rule }) => rule === id)!;
    return [result, ...findings.filter(({ rule }) => rule === id).map(({ code }) => code)];
  };
  const scanAt = async (lot: string, place: string, key: string) => {
    const label = await labelOf(lot);
    return still.expecting<object>(200, "post", "/v1/scan", { key, body: { label, place } });
  };
  const authorised = () => ({
    party: address("distributor"),
    brand: "Test maker",
    grade: "authorised" as const,
    from: "2020-01-01",
  });
  async function labelOf(id: string) {
    const row = await http.ctx.prisma.lot.findUniqueOrThrow({ where: { id } });
    const { lotNumber, mpn, quantity } = row;
    return labelText({ lotNumber: lotNumber!, mpn: mpn!, quantity: Number(quantity) });
  }

  describe("about the parts of a maker's lot", () => {
    let parts: ReturnType<typeof newParts>;
    let lot: string;
    let before: ReturnType<typeof grave>;
    beforeEach(async () => {
      parts = newParts();
      const details = { ...parts, packageId: `PKG-${serial}` };
      lot = await hand(await make("maker", { quantity: 100, details }), "maker", "ems");
      const verdict = await judged(lot, "ems");
      for (const id of ["V07", "V09", "V19"]) expect(resultOf(verdict, id)).to.deep.equal(["pass"]);
      before = grave(verdict);
    });
    const packageId = () => `PKG-${serial - 1}`;

    const CLAIMS: Record<string, () => Promise<unknown>> = {
      "one piece of the same maker's lot": () => make("distributor", { details: parts }),
      "the maker's lot, as others write it": () =>
        make("distributor", {
          details: {
            ...parts,
            manufacturer: "TEST MAKER",
            mpn: parts.mpn.toLowerCase(),
            makerLot: parts.makerLot.toLowerCase(),
          },
        }),
      "another date code": () => make("distributor", { details: { ...parts, dateCode: "2611" } }),
      "another country": () =>
        make("distributor", { details: { ...parts, countryOfOrigin: "CN" } }),
      "another part number": () => make("distributor", { details: { ...parts, mpn: "OTHER" } }),
      "the same package id": () =>
        make("distributor", { details: { ...parts, packageId: packageId() } }),
      "the same package id on a lot without a maker's lot": () => {
        const { manufacturer, mpn } = parts;
        return make("distributor", { details: { manufacturer, mpn, packageId: packageId() } });
      },
      "pieces without number": async () => {
        for (let i = 0; i < 2; i++)
          await make("distributor", { quantity: MAX_INTEGER, details: parts });
      },
      "a withheld maker's lot": () =>
        make("distributor", { details: parts, restricted: { makerLot: "private" } }),
      "a claim upon the lot": () => make("distributor", { details: { ...parts, claimsLot: lot } }),
    };
    for (const [what, claim] of Object.entries(CLAIMS))
      it(`of ${what} leave the verdict on it as it was`, async () => {
        await claim();
        expect(grave(await judged(lot, "ems"))).to.deep.equal(before);
        expect(grave(await judged(lot, "operator"))).to.deep.equal(before);
      });

    it("by splitting a genuine reel into its package leave the verdict on it as it was", async () => {
      const reel = await hand(
        await make("maker", { quantity: 50, details: { ...parts, packageId: "PKG-reel" } }),
        "maker",
        "distributor",
      );
      const children = [
        { lotNumber: `C-${++serial}`, quantity: 1, details: { packageId: "PKG-VICTIM" } },
        { lotNumber: `C-${++serial}`, quantity: 1, details: { makerLot: "ML-VICTIM" } },
      ];
      const victim = await hand(
        await make("maker", {
          quantity: 1,
          details: { ...parts, makerLot: "ML-VICTIM", packageId: "PKG-VICTIM" },
        }),
        "maker",
        "ems",
      );
      const clean = grave(await judged(victim, "ems"));
      await acts.split(http.ctx, address("distributor"), { lot: reel, children });
      const verdict = await judged(victim, "ems");
      expect(grave(verdict)).to.deep.equal(clean);
      expect(resultOf(verdict, "V07")).to.deep.equal(["info", "MORE_CLAIMED_THAN_COMMISSIONED"]);
      expect(resultOf(verdict, "V09")).to.deep.equal(["info", "PACKAGE_ID_CLAIMED"]);
    });

    it("remark on it once, and tell in full on the lots of those who made them", async () => {
      const details = { ...parts, packageId: packageId(), dateCode: "2611", countryOfOrigin: "CN" };
      const own = await make("distributor", { details });
      const remarked = await judged(lot, "ems");
      expect(resultOf(remarked, "V07")).to.deep.equal(["info", "MORE_CLAIMED_THAN_COMMISSIONED"]);
      expect(resultOf(remarked, "V09")).to.deep.equal(["info", "PACKAGE_ID_CLAIMED"]);
      const otherwise = "LOT_CLAIMED_OTHERWISE";
      expect(resultOf(remarked, "V19")).to.deep.equal(["info", otherwise, otherwise]);
      const told = await judged(own, "operator");
      expect(resultOf(told, "V07")).to.deep.equal(["fail", "MORE_THAN_COMMISSIONED"]);
      expect(resultOf(told, "V09")).to.deep.equal(["fail", "PACKAGE_ID_TWICE"]);
      expect(resultOf(told, "V19")).to.deep.equal([
        "warn",
        "LOT_OF_OTHER_DATE",
        "LOT_OF_OTHER_COUNTRY",
      ]);
    });

    it("count as an authorised word once the maker has authorised their party", async () => {
      const details = { ...parts, packageId: packageId() };
      const sold = await hand(await make("distributor", { details }), "distributor", "lab");
      const withheld = await judged(sold, "lab");
      expect(resultOf(withheld, "V07")[1]).to.equal("CIRCULATION_NOT_COUNTED");
      const [stated] = await state(http.ctx, address("maker"), "authorisation", [authorised()]);
      const told = await judged(sold, "lab");
      // Not to the party itself: the lot is its own word.
      const own = await judged(sold, "distributor");
      const victim = grave(await judged(lot, "ems"));
      await withdraw(http.ctx, address("maker"), stated!.statement);
      expect(resultOf(told, "V07")).to.deep.equal(["fail", "MORE_THAN_COMMISSIONED"]);
      expect(resultOf(told, "V09")).to.deep.equal(["fail", "PACKAGE_ID_TWICE"]);
      expect(resultOf(own, "V07")).to.deep.equal(["not evaluable"]);
      expect(victim).to.deep.equal(before);
    });

    it("do not count as authorised by a stranger's authorisation", async () => {
      const own = await make("distributor", { details: parts });
      await state(http.ctx, address("lab"), "authorisation", [authorised()]);
      const told = await judged(own, "distributor");
      expect(resultOf(told, "V07")).to.deep.equal(["not evaluable", "CIRCULATION_NOT_COUNTED"]);
    });

    it("in scans and documents leave the verdict on it as it was", async () => {
      const bytes = Buffer.from(`certificate ${serial}`);
      const upload = { hash: hashOf(bytes), bytes, mediaType: "text/plain" } as const;
      await addDocument(http.ctx, address("maker"), upload, { kind: "coc", claims: {} });
      const named = await hand(
        await make("maker", { quantity: 5, details: { ...newParts(), cocHash: upload.hash } }),
        "maker",
        "distributor",
      );
      await hand(named, "distributor", "ems");
      const clean = grave(await judged(named, "ems"));
      // A past holder and the issuer say that they scanned it, at many places.
      for (const key of ["distributor", "maker"] as const)
        for (let i = 0; i < 5; i++) await scanAt(named, `dock ${i}`, http.keys[key]);
      // The past holder uploads the same file with other claims, and names it for a lot of its own.
      const claims = { mpn: "OTHER", makerLot: "OTHER" };
      await addDocument(http.ctx, address("distributor"), upload, { kind: "coc", claims });
      await make("distributor", { details: { ...newParts(), cocHash: upload.hash } });
      const verdict = await judged(named, "ems");
      expect(grave(verdict)).to.deep.equal(clean);
      expect(resultOf(verdict, "V09")).to.include("SEEN_BY_OTHERS");
      // Both stand in the trail, and may have as many places as they like.
      expect(resultOf(verdict, "V12")).to.deep.equal(["pass"]);
      expect(resultOf(verdict, "V25")).to.deep.equal(["info", "COC_CLAIMED_FOR_OTHER_LOTS"]);
    });
  });

  describe("about a suspect lot", () => {
    let parts: ReturnType<typeof newParts>;
    let suspect: string;
    beforeEach(async () => {
      parts = newParts();
      await make("maker", { quantity: 100, details: parts });
      suspect = await make("distributor", { quantity: 5_000, details: parts });
      expect(resultOf(await judged(suspect, "operator"), "V07")).to.include("fail");
    });

    const SWITCHES: Record<string, () => Promise<unknown>> = {
      "a withheld maker's lot": () =>
        make("distributor", { details: parts, restricted: { makerLot: "private" } }),
      "pieces without number": async () => {
        for (let i = 0; i < 2; i++)
          await make("distributor", { quantity: MAX_INTEGER, details: parts });
      },
      "more lots than are counted": () => flood(20_001),
      "lots of no piece": () => flood(20_001, 0),
    };
    for (const [what, act] of Object.entries(SWITCHES))
      it(`by ${what} do not switch the count off for it`, async () => {
        await act();
        expect(resultOf(await judged(suspect, "operator"), "V07")).to.deep.equal([
          "fail",
          "MORE_THAN_COMMISSIONED",
        ]);
        const small = await make("distributor", { details: newParts() });
        expect(resultOf(await judged(small, "operator"), "V07")).to.deep.equal(["not evaluable"]);
      });

    it("leave a smaller one INCOMPLETE where not all could be counted", async () => {
      const few = newParts();
      await make("maker", { quantity: 100_000, details: few });
      const small = await make("distributor", { quantity: 1, details: few });
      const [piece] = await http.ctx.prisma.lot.findMany({ where: { mpn: few.mpn } });
      const scrap = { lots: [{ lot: piece!.id, quantity: 1 }] };
      await acts.scrap(http.ctx, address("maker"), scrap);
      expect(resultOf(await judged(small, "operator"), "V07")).to.deep.equal(["pass"]);
      await make("distributor", { details: few, restricted: { makerLot: "private" } });
      const verdict = await judged(small, "operator");
      expect(resultOf(verdict, "V07")).to.deep.equal(["not evaluable", "CIRCULATION_NOT_COUNTED"]);
      expect(verdict.findings.find(({ rule }) => rule === "V07")!.verdict).to.equal("INCOMPLETE");
      expect(verdict.verdict).to.equal("INCOMPLETE");
    });

    it("leave it INCOMPLETE for its buyer, who does not see its maker's lots", async () => {
      const sold = await hand(suspect, "distributor", "ems");
      const verdict = await judged(sold, "ems");
      expect(verdict.verdict).to.equal("INCOMPLETE");
      const findings = verdict.findings.filter(({ verdict: each }) => each === "INCOMPLETE");
      expect(findings.map(({ code }) => code)).to.include.members([
        "CIRCULATION_NOT_COUNTED",
        "PACKAGES_NOT_COMPARED",
        "SIBLINGS_NOT_COMPARED",
      ]);
    });

    it("tell a buyer who sees the maker's lot, too, what contradicts it", async () => {
      const details = { ...newParts(), packageId: `PKG-${serial}` };
      await hand(await make("maker", { quantity: 10, details }), "maker", "ems");
      const copy = await make("distributor", { details: { ...details, dateCode: "2601" } });
      const verdict = await judged(await hand(copy, "distributor", "ems"), "ems");
      expect(resultOf(verdict, "V09")).to.include("PACKAGE_ID_TWICE");
      expect(resultOf(verdict, "V19")).to.include("LOT_OF_OTHER_DATE");
    });

    it("do not make an id on its label one that its maker issued", async () => {
      const row = await http.ctx.prisma.lot.findUniqueOrThrow({ where: { id: suspect } });
      const sold = await hand(suspect, "distributor", "ems");
      const label = `[)>\x1e06\x1d3S${row.lotNumber!}\x1d3SFAKE-2\x1d1P${parts.mpn}\x1e\x04`;
      await make("ems", { details: { ...parts, packageId: "FAKE-2" } });
      const { verdict } = await http.expecting<{ verdict: Verdict }>(200, "post", "/v1/scan", {
        key: "operator",
        body: { label },
      });
      expect(verdict.lot).to.equal(sold);
      expect(resultOf(verdict, "V10")).to.deep.equal(["fail", "PACKAGE_ID_NOT_ISSUED"]);
    });

    /** Adds rows of open lots of the suspect's parts. */
    const flood = (count: number, quantity = 1) => http.ctx.prisma.$executeRaw`
      INSERT INTO lot (id, issuer, last_event, holder, consignee, quantity, held, origin, manufacturer, mpn, maker_lot, text, sequence)
      SELECT left(id, 42) || lpad(to_hex(${++serial * 1_000_000} + n), 24, '0'), issuer, last_event, holder, consignee, ${quantity}, held, origin,
        manufacturer, mpn, maker_lot, text, sequence
      FROM lot, generate_series(1, ${count}) AS n WHERE id = ${suspect}`;
  });

  describe("asked about by a party whose lot is its own word", () => {
    it("are told in no byte, whatever the others do", async () => {
      const parts = { ...newParts(), packageId: `PKG-${serial}` };
      const genuine = await make("maker", { quantity: 100, details: parts });
      const bytes = Buffer.from(`paper ${serial}`);
      const upload = { hash: hashOf(bytes), bytes, mediaType: "text/plain" } as const;
      await addDocument(http.ctx, address("distributor"), upload, { kind: "coc", claims: {} });
      const details = { ...parts, cocHash: upload.hash };
      const own = await make("distributor", { details });
      // With a second identity: a party that acts for the first one.
      const sold = await hand(await make("distributor", { details }), "distributor", "lab");
      // By a genuine reel that it splits and calls something else.
      const reel = await hand(
        await make("maker", { quantity: 10, details: newParts() }),
        "maker",
        "distributor",
      );
      const { lots } = await acts.split(http.ctx, address("distributor"), {
        lot: reel,
        children: [{ lotNumber: `C-${++serial}`, quantity: 1, details: parts }],
      });
      const child = lots.find((each) => each !== reel)!;
      const policy = { alertIssuers: [address("maker"), address("ems")] };
      const label = `[)>\x1e06\x1d3S${parts.packageId}\x1d1P${parts.mpn}\x1d1T${parts.makerLot}\x1e\x04`;
      const answers = async () => {
        const all = [
          await judged(own, "distributor", policy),
          await judged(sold, "lab", policy),
          await judged(sold, "distributor", policy),
          await judged(child, "distributor", policy),
          await still.expecting(200, "post", "/v1/scan", { key: "distributor", body: { label } }),
          await still.expecting(200, "post", "/v1/scan", { key: "lab", body: { label } }),
        ];
        return all.map((each) => JSON.stringify(each));
      };
      await answers(); // the first scans leave sightings
      const before = await answers();
      const others: (() => Promise<unknown>)[] = [
        () => make("maker", { quantity: 5, details: parts }),
        () => make("maker", { quantity: 7, details: { ...parts, dateCode: "2630" } }),
        () => make("maker", { details: parts, restricted: { makerLot: "private" } }),
        () => make("ems", { quantity: 9, details: { ...parts, mpn: "OTHER" } }),
        () => make("ems", { quantity: 9, details: { ...parts, countryOfOrigin: "CN" } }),
        () => make("ems", { details: { ...parts, cocHash: upload.hash, makerLot: "ELSE" } }),
        () => acts.scrap(http.ctx, address("maker"), { lots: [{ lot: genuine, quantity: 60 }] }),
        () =>
          acts.split(http.ctx, address("maker"), {
            lot: genuine,
            children: [
              { lotNumber: `C-${++serial}`, quantity: 3, details: { packageId: `P-${serial}` } },
            ],
          }),
        () => hand(genuine, "maker", "ems"),
        () => scanAt(genuine, "dock", http.keys.ems),
        () =>
          state(http.ctx, address("ems"), "alert", [
            { source: "ITX", reference: "U-1", kind: "counterfeit", mpn: parts.mpn },
          ]),
        () => acts.remark(http.ctx, address("ems"), "hold", { lots: [{ lot: genuine }] }),
      ];
      for (const [i, act] of others.entries()) {
        await act();
        if (i % 4 === 3) expect(await answers(), `after act ${i}`).to.deep.equal(before);
      }
      for (const text of before)
        expect(text).not.to.contain("circulation").and.not.to.contain(genuine);
    });

    it("show an alert only once its issuer shares it", async () => {
      const parts = newParts();
      const own = await make("distributor", { details: parts });
      const alert = { source: "ITX", kind: "counterfeit", mpn: parts.mpn, text: "secret" } as const;
      const [stated] = await state(http.ctx, address("ems"), "alert", [
        { ...alert, reference: `S-${serial}` },
      ]);
      const policy = { alertIssuers: [address("ems")] };
      const share = (audience: string[]) =>
        shareAlerts(http.ctx.prisma, address("ems"), [stated!.statement], audience);
      const sees = async (key: KeyName) => {
        const verdict = await judged(own, key, policy);
        return JSON.stringify(verdict).includes("secret");
      };
      expect([await sees("distributor"), await sees("operator")]).to.deep.equal([false, false]);
      await share([address("maker")]);
      expect([await sees("distributor"), await sees("operator")]).to.deep.equal([false, false]);
      await share([address("maker"), address("distributor")]);
      expect([await sees("distributor"), await sees("operator")]).to.deep.equal([true, false]);
      await share(["all"]);
      expect([await sees("distributor"), await sees("operator")]).to.deep.equal([true, true]);
      await share([]);
      expect([await sees("distributor"), await sees("operator")]).to.deep.equal([false, false]);
    });
  });

  it("leave no sighting with a key that only reads, of a lot that they do not see, or without bound", async () => {
    const lot = await hand(await make("maker", { details: newParts() }), "maker", "ems");
    const kept = () => http.ctx.prisma.sighting.count({ where: { lot } });
    await scanAt(lot, "dock", await http.apiKey("ems", "read"));
    await scanAt(lot, "dock", http.keys.distributor);
    await scanAt(lot, "dock", http.keys.operator);
    expect(await kept()).to.equal(0);
    await scanAt(lot, "dock", await http.apiKey("ems", "write"));
    expect(await kept()).to.equal(1);
    const places = Array.from({ length: 2 * MAX_PLACES_OF_PARTY }, (_, i) => `dock ${i % 25}`);
    for (const [time, place] of places.entries())
      await keepSighting(http.ctx.prisma, { lot, party: address("ems"), place, time });
    expect(await kept()).to.equal(MAX_PLACES_OF_PARTY);
  });
});
