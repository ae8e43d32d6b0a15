// Tests the file that proves an equivocation: what it proves, to whom, and each fault that makes
// it worthless.
import { expect } from "chai";
import { fc } from "../../support/random.ts";
import { signDigest } from "../../../protocol/base/crypto.ts";
import type { LedgerReader } from "../../../protocol/chain/reader.ts";
import {
  checkEquivocation,
  Equivocation,
  EQUIVOCATION_FINDINGS,
  type EquivocationJson,
  type EquivocationReport,
  equivocationOf,
  type SignedTwice,
} from "../../../protocol/audit/equivocation.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { type CustodyEvent, eventDigest } from "../../../protocol/event/event.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { deployCheckpoints, enrol, newKey, openLedger, revoke } from "../../support/ledger.ts";
import { anchor, openLog, placeIn, take } from "../../support/logs.ts";
import { openPaperLedger } from "../../support/paper-ledger.ts";
import { refused } from "../../support/refused.ts";
import { act, commission, lotOf, openWorld, type World } from "../../support/trails.ts";
import { recover } from "../../support/recover.ts";

/** Findings that some test has raised. */
const seen = new Set<string>();
const codes = ({ findings }: EquivocationReport) => {
  for (const { code } of findings) seen.add(code);
  return findings.map(({ code }) => code);
};

describe("checkEquivocation", () => {
  let world: World;
  let lot: string;
  let word: string;
  let pair: [SignedTwice, SignedTwice];
  let file: EquivocationJson;

  before(async () => {
    world = await openWorld(openPaperLedger());
    lot = await commission(world, "E1", 100);
    const others = await commission(world, "E2", 50);
    const signed = async (
      consignee: string,
      lots: Record<string, number>,
    ): Promise<SignedTwice> => {
      const states = new Map(world.states);
      const item = await act(world, world.maker, "ship", { lots, consignee, isRecorded: false });
      world.states = states;
      return { event: item.event as CustodyEvent, signature: item.signature! };
    };
    const both = { [lot]: 100, [others]: 50 };
    pair = [
      await signed(world.distributor.address, both),
      await signed(world.broker.address, { [lot]: 100 }),
    ];
    word = pair[1].event.entries[0]!.previous;
    file = equivocationOf(world.ledger.domain, { lot, previous: word }, pair);
  });

  const check = (
    input: unknown,
    reader: LedgerReader | null = world.ledger.reader,
    domain = world.ledger.domain,
  ) => checkEquivocation(input, domain, reader, recover);
  const digest = (event: CustodyEvent) => eventDigest(world.ledger.domain, event);
  const altered = (change: (copy: EquivocationJson) => void): EquivocationJson => {
    const copy = structuredClone(file);
    change(copy);
    return copy;
  };
  const resigned = (event: CustodyEvent, key = world.maker.key): SignedTwice => ({
    event,
    signature: signDigest(digest(event), key.privateKey),
  });

  it("proves an equivocation from both signatures and the ledger, and reveals no other lot", async () => {
    const report = await check(JSON.parse(JSON.stringify(file)));
    expect([report.standing, codes(report)]).to.deep.equal(["PROVEN", []]);
    expect(report.about).to.include({ lot, previous: word, party: world.maker.address });
    expect(report.events.map((each) => [each.digest, each.signer])).to.deep.equal(
      pair.map(({ event }) => [digest(event), world.maker.key.address]),
    );
    const others = pair[0].event.entries.filter((entry) => entry.lot !== lot);
    expect(others).to.have.length(1);
    expect(JSON.stringify(file)).not.to.contain(others[0]!.lot);
  });

  it("proves an equivocation on a chain", async () => {
    const real = await openWorld(await openLedger());
    const made = lotOf(real.maker, "R");
    const sign = async (quantity: number): Promise<SignedTwice> => {
      real.states.clear();
      const item = await act(real, real.maker, "commission", {
        lots: { [made]: quantity },
        isRecorded: false,
      });
      return { event: item.event as CustodyEvent, signature: item.signature! };
    };
    const both: [SignedTwice, SignedTwice] = [await sign(1), await sign(2)];
    const { domain, reader } = real.ledger;
    const twice = equivocationOf(domain, { lot: made, previous: ZERO_HASH }, both);
    expect((await checkEquivocation(twice, domain, reader, recover)).standing).to.equal("PROVEN");
  });

  it("reports UNCHECKED with the signers when there is no node or no answer", async () => {
    const alone = await check(file, null);
    expect([alone.standing, codes(alone)]).to.deep.equal(["UNCHECKED", ["CHAIN_NOT_ASKED"]]);
    expect(alone.events.map(({ signer }) => signer)).to.deep.equal(
      Array(2).fill(world.maker.key.address),
    );
    const down = {
      ...world.ledger.reader,
      head: () => Promise.reject(new ProtocolError("CHAIN_UNREACHABLE", "no")),
    };
    const unanswered = await check(file, down);
    expect([unanswered.standing, codes(unanswered)]).to.deep.equal([
      "UNCHECKED",
      ["CHAIN_UNREACHABLE"],
    ]);
  });

  it("reports NONE when the file does not match its events", async () => {
    const [one, two] = pair;
    const other = `0x${"12".repeat(32)}`;
    const cases: [EquivocationJson, (keyof typeof EQUIVOCATION_FINDINGS)[]][] = [
      [altered((copy) => (copy.chainId = 5)), ["OTHER_LEDGER"]],
      [altered((copy) => (copy.ledger = ZERO_ADDRESS)), ["OTHER_LEDGER"]],
      [altered((copy) => (copy.events[1] = copy.events[0])), ["SAME_EVENT"]],
      [altered((copy) => (copy.previous = other)), ["WORD_NOT_FOLLOWED", "WORD_NOT_FOLLOWED"]],
      [altered((copy) => (copy.lot = other)), ["WORD_NOT_FOLLOWED", "WORD_NOT_FOLLOWED"]],
      [altered((copy) => (copy.events[0].signature = `0x${"00".repeat(65)}`)), ["SIGNATURE_WRONG"]],
      [altered((copy) => (copy.events[1].event.time += 1)), ["KEY_NOT_OF_PARTY"]],
      [altered((copy) => (copy.events[0].signature = two.signature)), ["KEY_NOT_OF_PARTY"]],
      [
        equivocationOf(world.ledger.domain, { lot, previous: word }, [
          one,
          resigned(two.event, newKey(world.ledger)),
        ]),
        ["KEY_NOT_OF_PARTY"],
      ],
      [
        equivocationOf(world.ledger.domain, { lot, previous: word }, [
          one,
          resigned(two.event, world.broker.key),
        ]),
        ["KEY_NOT_OF_PARTY"],
      ],
    ];
    for (const [input, wanted] of cases) {
      const report = await check(input);
      expect([report.standing, codes(report)], JSON.stringify(wanted)).to.deep.equal([
        "NONE",
        wanted,
      ]);
      for (const { message } of report.findings) expect(message).to.match(/\.$/);
    }
  });

  it("reports NONE when the events have different actors", async () => {
    const [sent, received] = [pair[0].event, { ...pair[1].event, actor: world.broker.address }];
    const input = equivocationOf(world.ledger.domain, { lot, previous: word }, [
      resigned(sent),
      resigned(received, world.broker.key),
    ]);
    const report = await check(input);
    expect([report.standing, codes(report)]).to.deep.equal(["NONE", ["ACTORS_DIFFER"]]);
    expect(report.about!.party).to.equal(null);
  });

  it("reports a revoked key unless a log proves that the event is older", async () => {
    const own = await openWorld(openPaperLedger());
    const contract = await deployCheckpoints(own.ledger);
    const log = openLog(own.ledger, contract);
    const key = await enrol(own.ledger, own.maker.address);
    const made = lotOf(own.maker, "K");
    const { domain, reader } = own.ledger;
    const sign = async (quantity: number) => {
      own.states.clear();
      return act(own, own.maker, "commission", {
        lots: { [made]: quantity },
        key,
        isRecorded: false,
      });
    };
    const items = [await sign(1), await sign(2)];
    take(log, items[0]!);
    await anchor(log);
    await revoke(own.ledger, own.maker, key);
    take(log, items[1]!);
    await anchor(log);
    const places = items.map(({ event }) => placeIn(log, eventDigest(domain, event))!);
    const twice = (logged: (typeof places)[number][]) => {
      const events = items.map(({ event, signature }, i) => ({
        event: event as CustodyEvent,
        signature: signature!,
        ...(logged[i] && { logged: logged[i] }),
      })) as [SignedTwice, SignedTwice];
      const where = {
        lot: made,
        previous: ZERO_HASH,
        checkpoints: logged.length > 0 ? contract : undefined,
      };
      return checkEquivocation(equivocationOf(domain, where, events), domain, reader, recover);
    };
    const unlogged = await twice([]);
    expect([unlogged.standing, codes(unlogged)]).to.deep.equal([
      "PROVEN",
      ["KEY_REVOKED", "KEY_REVOKED"],
    ]);
    const logged = await twice(places);
    expect([logged.standing, codes(logged)]).to.deep.equal(["PROVEN", ["KEY_REVOKED"]]);
    expect(logged.findings[0]!.event).to.equal(logged.events[1]!.digest);
    expect(logged.events.map(({ loggedIn }) => loggedIn?.operator)).to.deep.equal([
      log.operator,
      log.operator,
    ]);
    const swapped = await twice(places.toReversed());
    expect(codes(swapped)).to.deep.equal([
      "LOG_PROOF_WRONG",
      "LOG_PROOF_WRONG",
      "KEY_REVOKED",
      "KEY_REVOKED",
    ]);
  });

  it("throws when equivocationOf gets a malformed lot", () => {
    const about = { lot: "0x12", previous: word };
    refused(() => equivocationOf(world.ledger.domain, about, pair), "BAD_FIELD", "lot");
  });

  it("reports EQUIVOCATION_MALFORMED for any other input, and never throws", async () => {
    const fighting = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
      },
    );
    const strange: unknown[] = [
      null,
      1,
      "x",
      [],
      {},
      fighting,
      { ...file, version: 2 },
      { ...file, more: 1 },
    ];
    for (const input of strange) {
      const report = await check(input);
      expect([report.standing, report.about, codes(report)]).to.deep.equal([
        "NONE",
        null,
        ["EQUIVOCATION_MALFORMED"],
      ]);
    }
    const field = (
      await check({ ...file, events: [file.events[0], { ...file.events[1], signature: "0x" }] })
    ).findings;
    expect(field[0]!.field).to.equal("events.1.signature");
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(file)),
        fc.jsonValue(),
        async (name, value) => {
          const { standing } = await check({ ...file, [name]: value }, null);
          return standing === "NONE" || Equivocation.safeParse({ ...file, [name]: value }).success;
        },
      ),
      { numRuns: 200 },
    );
  });

  it("has a test for every finding", () => {
    expect([...seen]).to.have.members(Object.keys(EQUIVOCATION_FINDINGS));
  });
});
