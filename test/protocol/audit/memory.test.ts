// Tests what an audit keeps between runs: its findings with its position, and keys that wait for
// their first checkpoint.
import { expect } from "chai";
import { ACTIONS } from "../../../protocol/event/event.ts";
import { auditLog, type LogSource } from "../../../protocol/audit/audit.ts";
import { wordOf } from "../../../protocol/event/lot.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { auditMemory } from "../../support/audit-memory.ts";
import {
  anchor,
  audit,
  Chain,
  commission,
  distributor,
  fact,
  maker,
  makerKey,
  OPERATOR,
  ship,
  shownLog,
  signed,
} from "../../support/operators.ts";
import { recover } from "../../support/recover.ts";

const made = [0, 1, 2, 3].map((number) => commission(number));
const events = made.map(({ logged }) => logged);
const twins = [ship(made[0]!), ship(made[0]!, 100, 1_760_000_001)];
const log = [events[0]!, ...twins, ...events.slice(1)];
const codes = ({ findings }: { findings: { code: string }[] }) => findings.map(({ code }) => code);
/** A log that shows its first events, and then no more. */
const cutAt = (size: number): LogSource => {
  const source = shownLog(log);
  return {
    ...source,
    events: (from, to) =>
      to > size ? Promise.reject(new Error("no answer")) : source.events(from, to),
  };
};

describe("auditMemory", () => {
  const revoked = (block: number) =>
    fact({ name: "KeyRevoked", party: maker, key: makerKey }, block);

  it("keeps a finding made before the source failed, and reports it once", async () => {
    const [chain, memory] = [new Chain(), auditMemory()];
    anchor(chain, log.slice(0, 3));
    const thrown = await audit(cutAt(3), chain, memory).catch((error: unknown) => error);
    expect(String(thrown)).to.contain("no answer");
    expect(memory.position().size, "the position is past the finding").to.equal(3);
    expect(memory.findings()).to.deep.equal(memory.unreportedFindings());
    const next = await audit(shownLog(log), chain, memory);
    expect(codes(next)).to.deep.equal(["WORD_SPENT_TWICE"]);
    expect(next.findings[0]).to.deep.include({ event: twins[1]!.digest, other: twins[0]!.digest });
    expect(codes(await audit(shownLog(log), chain, memory))).to.deep.equal([]);
    expect(codes({ findings: memory.findings() })).to.deep.equal(["WORD_SPENT_TWICE"]);
  });

  it("keeps a finding made after the last saved step, and reports it once when the next run continues", async () => {
    const memory = auditMemory();
    const source = shownLog(log);
    const cut: LogSource = { ...source, tile: () => Promise.reject(new Error("no answer")) };
    await audit(cut, new Chain(), memory).catch(() => undefined);
    expect(memory.position().size).to.equal(0);
    expect(codes({ findings: memory.unreportedFindings() })).to.deep.equal(["WORD_SPENT_TWICE"]);
    expect(codes(await audit(source, new Chain(), memory))).to.deep.equal(["WORD_SPENT_TWICE"]);
    expect(memory.findings()).to.have.length(1);
  });

  it("discards a step that was interrupted, so that the next run finds everything again", async () => {
    const [chain, memory] = [new Chain(), auditMemory()];
    const source = shownLog(log);
    let reached: () => void;
    const reaches = new Promise<void>((resolve) => (reached = resolve));
    const stuck: LogSource = { ...source, tile: () => (reached(), new Promise(() => undefined)) };
    const { trust } = OPERATOR;
    void auditLog({ source: stuck, chain, memory, trust, recover });
    await reaches;
    memory.discard(); // what a file has after a kill
    expect([memory.findings(), memory.position().size, memory.counts().events]).to.deep.equal([
      [],
      0,
      0,
    ]);
    expect(codes(await audit(source, chain, memory))).to.deep.equal(["WORD_SPENT_TWICE"]);
  });

  it("keeps all three events that spend one word, with their bytes and signature", async () => {
    const third = ship(made[0]!, 100, 1_760_000_002);
    const memory = auditMemory();
    const result = await audit(shownLog([...log, third]), new Chain(), memory);
    expect(codes(result)).to.deep.equal(["WORD_SPENT_TWICE", "WORD_SPENT_TWICE"]);
    const { lot, word } = result.findings[0]!;
    expect(memory.followersOf(lot!, word!)).to.deep.equal(
      [...twins, third].map(({ digest }) => digest),
    );
    const { bytes, signature } = twins[0]!;
    expect(memory.eventOf(twins[0]!.digest)).to.deep.equal({ bytes, signature, index: 1 });
  });

  it("does not count a word as spent by an event that breaks a rule or is not signed", async () => {
    const own = ship(made[0]!);
    for (const [foreign, code] of [
      [ship(made[0]!, 101), "RULE_BROKEN"],
      [{ ...twins[1]!, signature: null }, "SIGNATURE_NOT_OF_PARTY"],
    ] as const) {
      const memory = auditMemory();
      const result = await audit(shownLog([events[0]!, foreign, own]), new Chain(), memory);
      expect(codes(result)).to.deep.equal([code]);
      const { lot, state } = made[0]!;
      const both = [foreign.digest, own.digest];
      expect(memory.followersOf(lot, wordOf(state)), "the memory keeps it").to.deep.equal(both);
      expect(memory.findingsOf(foreign.digest)).to.deep.equal(result.findings);
    }
  });

  it("keeps the first version of an event that is in the log twice", async () => {
    for (const again of [
      { ...twins[0]!, signature: null },
      { ...twins[0]!, bytes: "{}" },
    ]) {
      const result = await audit(
        shownLog([events[0]!, twins[0]!, again, twins[1]!]),
        new Chain(),
        auditMemory(),
      );
      const { event, other } = result.findings.find(({ code }) => code === "WORD_SPENT_TWICE")!;
      expect([event, other]).to.deep.equal([twins[1]!.digest, twins[0]!.digest]);
    }
  });

  it("does not accept a lot from an event of another party than its issuer", async () => {
    const { lot } = made[0]!;
    const source = `0x${"bb".repeat(32)}`;
    for (const action of [ACTIONS.split, ACTIONS.assemble]) {
      const forged = signed({
        action,
        actor: distributor,
        holder: distributor,
        consignee: ZERO_ADDRESS,
        time: 1,
        details: ZERO_HASH,
        entries: [
          { lot, previous: ZERO_HASH, quantity: 5 },
          { lot: source, previous: source, quantity: 1 },
        ],
      });
      const chain = new Chain();
      chain.facts.push(fact({ name: "KeyEnrolled", party: distributor, key: makerKey }, 1));
      const result = await audit(shownLog([events[0]!, forged]), chain, auditMemory());
      expect(result.findings.map(({ code, why }) => [code, why])).to.deep.equal([
        ["RULE_BROKEN", `NotIssuer(${lot}, ${distributor})`],
      ]);
      expect(result.inAll.unchecked).to.equal(1);
    }
  });

  it("counts a malformed event as withheld", async () => {
    const result = await audit(
      shownLog([events[0]!, { ...events[1]!, bytes: "{}" }]),
      new Chain(),
      auditMemory(),
    );
    expect([codes(result), result.inAll]).to.deep.equal([
      ["EVENT_MALFORMED"],
      { events: 1, withheld: 1, unchecked: 0 },
    ]);
  });

  for (const [when, wanted] of [
    [11, ["KEY_REVOKED"]],
    [12, []],
    [13, []],
  ] as const)
    it(`judges a key again when its event is anchored in block 12 and the key is revoked in block ${when}`, async () => {
      const [chain, memory] = [new Chain(), auditMemory()];
      for (const size of [1, 2]) anchor(chain, events.slice(0, size)); // in blocks 10 and 11
      expect(codes(await audit(shownLog(events), chain, memory))).to.deep.equal([]);
      chain.facts.push(revoked(when));
      expect(codes(await audit(shownLog(events), chain, memory)), "not anchored yet").to.deep.equal(
        [],
      );
      anchor(chain, events.slice(0, 3));
      const result = await audit(shownLog(events), chain, memory);
      expect(codes(result)).to.deep.equal([...wanted]);
      for (const finding of result.findings)
        expect(finding).to.include({ index: 2, event: events[2]!.digest });
      expect(codes(await audit(shownLog(events), chain, memory)), "reported once").to.deep.equal(
        [],
      );
    });

  it("judges keys of anchored events even when the operator no longer answers", async () => {
    const [chain, memory] = [new Chain(), auditMemory()];
    await audit(shownLog(events), chain, memory);
    chain.facts.push(revoked(5));
    anchor(chain, events);
    const gone: LogSource = {
      ...shownLog(events),
      note: () => Promise.reject(new Error("no answer")),
    };
    await audit(gone, chain, memory).catch(() => undefined);
    expect(codes({ findings: memory.unreportedFindings() })).to.deep.equal(
      events.map(() => "KEY_REVOKED"),
    );
  });

  it("reports a key that was enrolled after the event's checkpoint", async () => {
    const [chain, memory] = [new Chain(), auditMemory()];
    anchor(chain, events.slice(0, 2)); // in block 10
    const [enrolled] = chain.facts;
    chain.facts = [{ ...enrolled!, block: 11 }];
    const first = await audit(shownLog(events), chain, memory);
    expect(first.findings.map(({ code, index }) => [code, index])).to.deep.equal([
      ["SIGNATURE_NOT_OF_PARTY", 0],
      ["SIGNATURE_NOT_OF_PARTY", 1],
    ]);
  });

  it("accepts a key that is enrolled during the run, for the events after", async () => {
    const [chain, all] = [new Chain(), new Chain().facts];
    const many = Array.from({ length: 258 }, (_, i) => commission(100 + i).logged);
    chain.facts = [];
    const source = shownLog(many);
    const growing: LogSource = {
      ...source,
      async events(from, to) {
        if (from > 0) chain.facts = all;
        return source.events(from, to);
      },
    };
    const result = await audit(growing, chain, auditMemory());
    expect(result.findings.filter(({ index }) => index! >= 256)).to.deep.equal([]);
    expect(result.findings).to.have.length(256);
  });

  it("judges events again when the chain replaces the block that anchored them", async () => {
    const [chain, memory] = [new Chain(), auditMemory()];
    chain.finalBlock = 9;
    anchor(chain, events); // in block 10
    chain.facts.push(revoked(11));
    expect(codes(await audit(shownLog(events), chain, memory))).to.deep.equal([]);
    chain.logs[0] = { ...chain.logs[0]!, block: 12 };
    chain.finalBlock = 12;
    expect(codes(await audit(shownLog(events), chain, memory))).to.deep.equal(
      events.map(() => "KEY_REVOKED"),
    );
    expect(memory.pendingIn(0, 10, 10)).to.deep.equal([]);
  });
});
