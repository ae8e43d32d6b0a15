// Gives recalls, suspicions and withdrawals on a real ledger, and checks what the verifier makes of
// them.
import { expect } from "chai";
import { headOf } from "../../../protocol/verdict/head.ts";
import { detailsRoot, disclose } from "../../../protocol/event/disclosure.ts";
import { signDigest } from "../../../protocol/base/crypto.ts";
import { NOTICE_KINDS, noticeDigest } from "../../../protocol/event/notice.ts";
import { MAX_TRAIL_NOTICES, type Trail, type TrailNotice } from "../../../protocol/trail/trail.ts";
import { noticeRecords, readNotices } from "../../../protocol/verify/notices.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { enrol, mine, notify, reinstate, revoke, suspend } from "../../support/ledger.ts";
import {
  type World,
  act,
  commission,
  deliver,
  giveNotice,
  lotOf,
  maker,
  openWorld,
  trailFor,
  trustIn,
} from "../../support/trails.ts";
import { expectFinding, codes, findingsOf } from "../../support/verdicts.ts";
import { recover } from "../../support/recover.ts";

describe("verify, on notices", () => {
  let world: World;
  let made = 0;

  before(async () => {
    world = await openWorld();
  });

  const number = (): string => `N${++made}`;
  async function judged(
    lot: string,
    more: Partial<Trust> = {},
    change: (trail: Trail) => void = () => undefined,
  ) {
    const trail = trailFor(world, lot);
    change(trail);
    return verify(trail, await trustIn(world, more), world.ledger.reader, recover);
  }

  it("holds a lot that its issuer recalled", async () => {
    const lot = await commission(world, number(), 10);
    const notice = await giveNotice(world, world.maker, { lot, kind: "recall" });
    const verdict = await judged(lot);
    expect([verdict.verdict, findingsOf(verdict)]).to.deep.equal([
      "HOLD",
      [{ code: "RECALLED", verdict: "HOLD", notice, lot }],
    ]);
    expect(verdict.notices).to.have.length(1);
    expect(verdict.notices[0]).to.include({
      notice,
      lot,
      kind: "recall",
      issuer: world.maker.address,
      recorded: true,
      withdrawn: false,
    });
  });

  it("warns of a suspicion, and holds if the policy says HOLD", async () => {
    const lot = await commission(world, number(), 10);
    const notice = await giveNotice(world, world.broker, { lot, kind: "suspicion" });
    const found = { code: "SUSPECTED", notice, lot };
    expect(findingsOf(await judged(lot))).to.deep.equal([{ ...found, verdict: "WARN" }]);
    const strict = await judged(lot, { policy: { severities: { SUSPECTED: "HOLD" } } });
    expect([strict.verdict, findingsOf(strict)]).to.deep.equal([
      "HOLD",
      [{ ...found, verdict: "HOLD" }],
    ]);
  });

  it("ignores a notice that was withdrawn, and lists it", async () => {
    const lot = await commission(world, number(), 10);
    const recall = await giveNotice(world, world.maker, { lot, kind: "recall" });
    const suspicion = await giveNotice(world, world.broker, { lot, kind: "suspicion" });
    await giveNotice(world, world.maker, { lot, kind: "withdrawal", withdraws: recall });
    expect(codes(await judged(lot))).to.deep.equal(["SUSPECTED"]);
    await giveNotice(world, world.broker, { lot, kind: "withdrawal", withdraws: suspicion });
    const verdict = await judged(lot);
    expect([verdict.verdict, findingsOf(verdict)]).to.deep.equal(["PASS", []]);
    expect(verdict.notices.map(({ kind, withdrawn }) => [kind, withdrawn])).to.deep.equal([
      ["recall", true],
      ["suspicion", true],
      ["withdrawal", false],
      ["withdrawal", false],
    ]);
  });

  it("applies a recall at once, and its withdrawal only when that is final", async () => {
    const lot = await commission(world, number(), 10);
    await mine(world.ledger, 2);
    const recall = await giveNotice(world, world.maker, { lot, kind: "recall", isTaken: false });
    const verdict = await judged(lot);
    expect([verdict.verdict, codes(verdict)]).to.deep.equal([
      "HOLD",
      ["RECALLED", "NOTICE_NOT_RECORDED"],
    ]);
    const [{ notice, signature }] = world.notices.slice(-1) as [(typeof world.notices)[number]];
    await notify(world.ledger, notice, signature!);
    expect(codes(await judged(lot, { finality: 2 }))).to.deep.equal(["RECALLED"]);
    await giveNotice(world, world.maker, { lot, kind: "withdrawal", withdraws: recall });
    expect(codes(await judged(lot, { finality: 1 }))).to.deep.equal(["RECALLED"]);
    await mine(world.ledger, 1);
    expect(codes(await judged(lot, { finality: 1 }))).to.deep.equal([]);
  });

  it("holds every lot split or assembled from a recalled lot", async () => {
    const [first, second, third] = [number(), number(), number()];
    const lot = await commission(world, first, 100);
    await deliver(world, world.maker, world.assembler, [lot]);
    const child = lotOf(world.assembler, second);
    await act(world, world.assembler, "split", {
      lots: { [lot]: 60, [child]: 40 },
      facts: { [child]: { lotNumber: second } },
    });
    const product = lotOf(world.assembler, third);
    await act(world, world.assembler, "assemble", {
      lots: { [child]: 0, [product]: 4 },
      facts: { [product]: { lotNumber: third, mpn: "LH-2" } },
    });
    const notice = await giveNotice(world, world.maker, { lot, kind: "recall" });
    for (const each of [child, product]) {
      const verdict = await judged(each);
      expect(verdict.verdict).to.equal("HOLD");
      expectFinding(verdict, { code: "RECALLED", notice, lot });
      expect(verdict.lots.map((named) => named.lot)).to.deep.equal([each, lot]);
      expect(verdict.lots[1]!.lotNumber).to.match(/^N\d+$/);
    }
    // The reverse does not hold: a notice about a child does not concern its parent.
    await giveNotice(world, world.maker, { lot, kind: "withdrawal", withdraws: notice });
    await giveNotice(world, world.assembler, { lot: child, kind: "recall" });
    expect(codes(await judged(lot))).to.deep.equal([]);
  });

  it("holds an introduced lot whose claimed maker's lot was recalled", async () => {
    const first = number();
    const claimed = lotOf(world.maker, "never on this ledger");
    const lot = lotOf(world.broker, first);
    await act(world, world.broker, "introduce", {
      lots: { [lot]: 5 },
      facts: { [lot]: { ...maker(first), claimsLot: claimed } },
    });
    expect(codes(await judged(lot))).to.deep.equal(["ORIGIN_INTRODUCED"]);
    const notice = await giveNotice(world, world.maker, { lot: claimed, kind: "recall" });
    const verdict = await judged(lot);
    expect(codes(verdict)).to.deep.equal(["RECALLED", "ORIGIN_INTRODUCED"]);
    expectFinding(verdict, { code: "RECALLED", notice, lot: claimed });
  });

  it("applies and reports a recall that the trail leaves out", async () => {
    const lot = await commission(world, number(), 10);
    const notice = await giveNotice(world, world.maker, { lot, kind: "recall" });
    const without = (trail: Trail) => trail.notices.splice(0);
    const verdict = await judged(lot, {}, without);
    expect([verdict.verdict, findingsOf(verdict)]).to.deep.equal([
      "FAIL",
      [
        { code: "NOTICE_MISSING", verdict: "FAIL", notice, lot },
        { code: "RECALLED", verdict: "HOLD", notice, lot },
      ],
    ]);
    const early = await judged(lot, { finality: 1 }, without);
    expectFinding(early, { code: "NOTICE_MISSING", verdict: "INCOMPLETE", notice });
  });

  describe("with more notices than a verifier reads", () => {
    /** Suspicions about a lot, each at another time. */
    const suspicions = (lot: string, count: number): TrailNotice[] =>
      Array.from({ length: count }, (_, time) => ({
        notice: {
          lot,
          kind: NOTICE_KINDS.suspicion,
          issuer: world.broker.address,
          time,
          withdraws: ZERO_HASH,
          details: ZERO_HASH,
        },
        signature: null,
        details: null,
      }));

    it("says that there are more in the trail, which is no fault, and reads the first", async () => {
      const lot = await commission(world, number(), 10);
      const notice = await giveNotice(world, world.maker, { lot, kind: "recall" });
      const verdict = await judged(lot, {}, ({ notices }) =>
        notices.push(...suspicions(lot, MAX_TRAIL_NOTICES)),
      );
      expectFinding(verdict, { code: "TOO_MANY_NOTICES", verdict: "INCOMPLETE", lot });
      expectFinding(verdict, { code: "RECALLED", notice });
      expect(verdict.findings.filter(({ verdict: grave }) => grave === "FAIL")).to.deep.equal([]);
      expect(verdict.notices).to.have.length(MAX_TRAIL_NOTICES);
    });

    it("misses none of those that the ledger took and the trail lacks, and counts them all", () => {
      const lot = lotOf(world.maker, "often suspected");
      const { domain } = world.ledger;
      const taken = suspicions(lot, MAX_TRAIL_NOTICES + 1).map(({ notice }, logIndex) => ({
        name: "NoticeTaken",
        ...notice,
        digest: noticeDigest(domain, notice),
        block: 1,
        logIndex,
      }));
      const subject = {
        trail: { lot, notices: [] },
        replay: { ancestry: { lots: new Set([lot]), creations: new Map() } },
        chain: { notices: taken, head: { number: 1 } },
        trust: { finality: 0 },
      };
      const { all, areTooMany, observations } = readNotices(subject as never, domain, recover);
      expect([all.length, areTooMany]).to.deep.equal([taken.length, true]);
      expect(observations.map(({ code }) => code)).to.deep.equal(["TOO_MANY_NOTICES"]);
      const notices = { all, areTooMany, observations };
      expect([...noticeRecords({ ...subject, notices } as never)]).to.deep.equal([]);
      const few = { ...subject.chain, notices: taken.slice(0, 3) };
      const fewer = readNotices({ ...subject, chain: few } as never, domain, recover);
      const found = [...noticeRecords({ ...subject, chain: few, notices: fewer } as never)];
      expect(found.map(({ code }) => code)).to.deep.equal(Array(3).fill("NOTICE_MISSING"));
    });
  });

  describe("verify, on an altered notice", () => {
    let lot: string;
    let recall: string;

    before(async () => {
      lot = await commission(world, number(), 10);
      await giveNotice(world, world.broker, { lot, kind: "suspicion" });
      recall = await giveNotice(world, world.maker, { lot, kind: "recall" });
    });

    const changes: Record<
      string,
      [field: string, change: (notice: Trail["notices"][number]["notice"]) => void]
    > = {
      "an altered kind": ["kind", (notice) => (notice.kind = 2)],
      "an altered issuer": ["issuer", (notice) => (notice.issuer = world.broker.address)],
      "an altered time": ["time", (notice) => (notice.time += 1)],
      "an altered withdrawn notice": ["withdraws", (notice) => (notice.withdraws = recall)],
      "altered details": ["details", (notice) => (notice.details = recall)],
    };
    for (const [what, [field, change]] of Object.entries(changes))
      it(`reports ${what}`, async () => {
        const verdict = await judged(lot, {}, ({ notices }) => change(notices[1]!.notice));
        expect(headOf(verdict)).to.deep.include({
          verdict: "FAIL",
          alsoOnHold: "The issuer has recalled this lot",
        });
        expectFinding(verdict, { code: "NOTICE_DIFFERS", verdict: "FAIL", lot, field });
        expectFinding(verdict, {
          code: "KeyNotOfParty",
          verdict: "INCOMPLETE",
          field: "signature",
        });
        // The ledger's recall counts, even though the trail has altered it.
        expectFinding(verdict, { code: "RECALLED", notice: recall });
      });

    it("reports two altered fields of one notice", async () => {
      const verdict = await judged(lot, {}, ({ notices }) => {
        Object.assign(notices[1]!.notice, { kind: 2, time: notices[1]!.notice.time - 5 });
      });
      for (const field of ["kind", "time"])
        expectFinding(verdict, { code: "NOTICE_DIFFERS", verdict: "FAIL", lot, field });
    });

    it("reports a notice that is left out beside one that the ledger has not recorded", async () => {
      const own = await commission(world, number(), 10);
      await giveNotice(world, world.maker, { lot: own, kind: "recall" });
      await giveNotice(world, world.broker, {
        lot: own,
        kind: "suspicion",
        isTaken: false,
        late: -60,
      });
      const verdict = await judged(own, {}, ({ notices }) => notices.shift());
      expect(new Set(codes(verdict))).to.deep.equal(
        new Set(["RECALLED", "NOTICE_MISSING", "NOTICE_NOT_RECORDED", "SUSPECTED"]),
      );
    });

    it("reports a wrong, broken or missing signature", async () => {
      const verdict = await judged(lot, {}, ({ notices }) => {
        notices[1]!.signature = notices[0]!.signature;
      });
      expectFinding(verdict, { code: "KeyNotOfParty", notice: recall, field: "signature" });
      const broken = await judged(lot, {}, ({ notices }) => {
        notices[1]!.signature = `${notices[1]!.signature!.slice(0, -2)}00`;
      });
      expectFinding(broken, { code: "BadSignature", notice: recall, field: "signature" });
      const missing = await judged(lot, {}, ({ notices }) => {
        notices[1]!.signature = null;
      });
      expectFinding(missing, { code: "SIGNATURE_MISSING", notice: recall, field: "signature" });
    });

    it("reports another lot", async () => {
      const verdict = await judged(lot, {}, ({ notices }) => {
        notices[1]!.notice.lot = lotOf(world.maker, "other");
      });
      expectFinding(verdict, {
        code: "NOTICE_EXTRA",
        verdict: "FAIL",
        lot: lotOf(world.maker, "other"),
      });
      expectFinding(verdict, { code: "NOTICE_MISSING", verdict: "FAIL", notice: recall });
    });

    it("reports a notice that is there twice", async () => {
      const verdict = await judged(lot, {}, ({ notices }) =>
        notices.push(structuredClone(notices[1]!)),
      );
      expectFinding(verdict, { code: "NOTICE_TWICE", verdict: "FAIL", notice: recall });
    });
  });

  it("checks the details of a notice", async () => {
    const lot = await commission(world, number(), 10);
    const secret = new Uint8Array(32).fill(7);
    const details = { contact: "quality desk", alertReference: "NG-2026-11" };
    const notice = {
      lot,
      kind: NOTICE_KINDS.recall,
      issuer: world.maker.address,
      time: (await trustIn(world)).now,
      withdraws: ZERO_HASH,
      details: detailsRoot(details, secret),
    };
    const digest = noticeDigest(world.ledger.domain, notice);
    const signature = signDigest(digest, world.maker.key.privateKey);
    await notify(world.ledger, notice, signature);
    world.notices.push({ notice, signature, details: disclose(details, secret, () => true) });
    const genuine = await judged(lot);
    expect(codes(genuine)).to.deep.equal(["RECALLED"]);
    expect(genuine.notices[0]!.details).to.deep.equal(details);
    const verdict = await judged(lot, {}, ({ notices }) => {
      notices[0]!.details!.open[0]!.value = "NG-2026-12";
    });
    expect(verdict.notices[0]!.details, "words that its issuer did not sign").to.deep.equal({});
    expectFinding(verdict, {
      code: "DETAILS_MISMATCH",
      notice: digest,
      field: "details",
      expected: notice.details,
    });
  });

  describe("verify, on a notice that the ledger would refuse", () => {
    const expectNotCounting = async (lot: string, wanted: object) => {
      const verdict = await judged(lot);
      // Anyone can add a notice that the ledger would refuse, so it makes no honest lot FAIL.
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expect(codes(verdict)).not.to.include("RECALLED").and.not.to.include("SUSPECTED");
      expectFinding(verdict, { ...wanted, verdict: "INCOMPLETE" });
    };

    it("ignores a recall by another party than the issuer", async () => {
      const lot = await commission(world, number(), 10);
      const notice = await giveNotice(world, world.broker, { lot, kind: "recall", isTaken: false });
      await expectNotCounting(lot, {
        code: "NotIssuer",
        notice,
        field: "issuer",
        expected: world.maker.address,
        found: world.broker.address,
      });
    });

    it("ignores a notice signed with a revoked key", async () => {
      const lot = await commission(world, number(), 10);
      const key = await enrol(world.ledger, world.maker.address);
      const notice = await giveNotice(world, world.maker, {
        lot,
        kind: "recall",
        key,
        isTaken: false,
      });
      await revoke(world.ledger, world.maker, key);
      await expectNotCounting(lot, {
        code: "KeyIsRevoked",
        notice,
        field: "signature",
        found: key.address,
      });
    });

    it("ignores a notice by a suspended party", async () => {
      const lot = await commission(world, number(), 10);
      const notice = await giveNotice(world, world.broker, {
        lot,
        kind: "suspicion",
        isTaken: false,
      });
      await suspend(world.ledger, world.broker);
      await expectNotCounting(lot, { code: "PartyIsSuspended", notice, field: "issuer" });
      await reinstate(world.ledger, world.broker);
    });

    it("ignores a notice by a party that was never admitted", async () => {
      const lot = await commission(world, number(), 10);
      const [stranger] = world.ledger.spare;
      const party = { address: stranger!, name: "", key: world.broker.key };
      const notice = await giveNotice(world, party, { lot, kind: "suspicion", isTaken: false });
      await expectNotCounting(lot, { code: "PartyNotAdmitted", notice, field: "issuer" });
    });

    it("ignores a notice from the future", async () => {
      const lot = await commission(world, number(), 10);
      await giveNotice(world, world.broker, {
        lot,
        kind: "suspicion",
        isTaken: false,
        late: 15 * 60,
      });
      expect(codes(await judged(lot))).to.deep.equal(["NOTICE_NOT_RECORDED", "SUSPECTED"]);
      world.notices.pop();
      const notice = await giveNotice(world, world.broker, {
        lot,
        kind: "suspicion",
        isTaken: false,
        late: 16 * 60,
      });
      await expectNotCounting(lot, { code: "TimeTooFarAhead", notice, field: "time" });
    });

    it("ignores a withdrawal of another party's, an unknown or a withdrawn notice", async () => {
      const lot = await commission(world, number(), 10);
      const suspicion = await giveNotice(world, world.broker, { lot, kind: "suspicion" });
      const foreign = { lot, kind: "withdrawal", withdraws: suspicion, isTaken: false } as const;
      const notice = await giveNotice(world, world.distributor, foreign);
      const verdict = await judged(lot);
      expectFinding(verdict, {
        code: "NOTHING_TO_WITHDRAW",
        verdict: "INCOMPLETE",
        notice,
        found: suspicion,
      });
      expectFinding(verdict, { code: "SUSPECTED" });

      world.notices.pop();
      await giveNotice(world, world.broker, { lot, kind: "withdrawal", withdraws: suspicion });
      expect(codes(await judged(lot))).to.deep.equal([]);
      const again = {
        lot,
        kind: "withdrawal",
        withdraws: suspicion,
        isTaken: false,
        late: 1,
      } as const;
      expectFinding(await judgedAfter(lot, again), { code: "NOTHING_TO_WITHDRAW" });
      const ofNone = { lot, kind: "withdrawal", withdraws: lot, isTaken: false } as const;
      expectFinding(await judgedAfter(lot, ofNone), { code: "NOTHING_TO_WITHDRAW", found: lot });
      const idle = { lot, kind: "suspicion", withdraws: lot, isTaken: false } as const;
      expectFinding(await judgedAfter(lot, idle), { code: "NOTHING_TO_WITHDRAW" });
    });

    const judgedAfter = async (lot: string, what: Parameters<typeof giveNotice>[2]) => {
      await giveNotice(world, world.broker, what);
      const verdict = await judged(lot);
      world.notices.pop();
      return verdict;
    };
  });
});
