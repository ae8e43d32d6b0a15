// Audits dishonest operators, each with another lie. Tests which auditor notices it, and how.
import { expect } from "chai";
import { concat } from "../../../protocol/base/bytes.ts";
import type { AuditResult, LogSource } from "../../../protocol/audit/audit.ts";
import { AUDIT_FINDINGS } from "../../../protocol/audit/findings.ts";
import type { AuditMemory } from "../../../protocol/audit/memory.ts";
import { originOf, signNote } from "../../../protocol/log/signed-note.ts";
import { tilesOf } from "../../support/tiles.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { auditMemory } from "../../support/audit-memory.ts";
import {
  anchor,
  audit,
  Chain,
  checkpointOf,
  commission,
  domain,
  fact,
  type Logged,
  maker,
  makerKey,
  OPERATOR,
  proofFor,
  ship,
  shownLog,
} from "../../support/operators.ts";

const EVENTS = 300;
const honest = Array.from({ length: EVENTS }, (_, i) => commission(i).logged);

const codes = ({ findings }: AuditResult) => findings.map(({ code }) => code);

/** Codes that some test has raised. */
const seen = new Set<string>();
const expectCodes = (result: AuditResult, wanted: (keyof typeof AUDIT_FINDINGS)[]) => {
  for (const code of codes(result)) seen.add(code);
  expect(codes(result)).to.deep.equal(wanted);
};

describe("auditLog, on an honest log", () => {
  it("finds nothing, follows the log to its end, and continues there in the next run", async () => {
    const [chain, memory] = [new Chain(), auditMemory()];
    for (const size of [1, 100, 256])
      expect(anchor(chain, honest.slice(0, size))).to.equal(undefined);
    const first = await audit(shownLog(honest.slice(0, 270)), chain, memory);
    expectCodes(first, []);
    expect(first).to.deep.include({ events: 270, withheld: 0, unchecked: 0, anchored: 256 });
    expect(first.followed).to.deep.equal(checkpointOf(honest.slice(0, 270)));
    expect(anchor(chain, honest)).to.equal(undefined);
    const asked: number[] = [];
    const source = shownLog(honest);
    const second = await audit(
      { ...source, events: (from, to) => (asked.push(from), source.events(from, to)) },
      chain,
      memory,
    );
    expectCodes(second, []);
    expect(second).to.deep.include({ events: 30, anchored: 300 });
    expect(Math.min(...asked)).to.equal(270);
    expectCodes(await audit(source, chain, memory), []);
  });

  it("keeps its anchored position when the operator stops answering, and continues from there", async () => {
    const [chain, memory] = [new Chain(), auditMemory()];
    anchor(chain, honest.slice(0, 100));
    const source = shownLog(honest);
    const cut = { ...source, tile: () => Promise.reject(new Error("no answer")) };
    const thrown = await audit(cut, chain, memory).catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(Error);
    expect(memory.position().size, "the anchored size").to.equal(100);
    expectCodes(await audit(source, chain, memory), []);
  });

  it("counts withheld events, and still checks the log", async () => {
    const none: Partial<LogSource> = { events: () => Promise.resolve(undefined) };
    const result = await audit(shownLog(honest, none), new Chain(), auditMemory());
    expectCodes(result, []);
    expect(result).to.deep.include({ events: 0, withheld: EVENTS });
  });

  it("accepts an older checkpoint, from a cache or from another reader", async () => {
    const [chain, memory] = [new Chain(), auditMemory()];
    await audit(shownLog(honest), chain, memory);
    const older = await shownLog(honest.slice(0, 77)).note();
    expectCodes(
      await audit(shownLog(honest, { note: () => Promise.resolve(older) }), chain, memory, [older]),
      [],
    );
  });
});

describe("auditLog, on a dishonest operator", () => {
  let chain: Chain;
  let memory: AuditMemory;
  /** An auditor has followed 200 events, 150 of them anchored. */
  beforeEach(async () => {
    [chain, memory] = [new Chain(), auditMemory()];
    anchor(chain, honest.slice(0, 150));
    expectCodes(await audit(shownLog(honest.slice(0, 200)), chain, memory), []);
  });
  const without = (index: number) => honest.filter((_, i) => i !== index);
  const swapped = (index: number) =>
    honest.map((_, i) => honest[i === index ? i + 1 : i === index + 1 ? i - 1 : i]!);
  const rewritten = (index: number) =>
    honest.map((one, i) => (i === index ? commission(index, 999).logged : one));

  it("reports a dropped anchored event to earlier and new auditors, and the contract refuses the log", async () => {
    expect(anchor(chain, without(20))).to.equal("OldRootMismatch");
    expectCodes(await audit(shownLog(without(20)), chain, memory), ["CHECKPOINTS_DO_NOT_FIT"]);
    expectCodes(await audit(shownLog(without(20)), chain, auditMemory()), ["ANCHORED_ELSE"]);
  });

  it("reports a dropped event that was never anchored, but only to an auditor who saw it", async () => {
    expectCodes(await audit(shownLog(without(180)), chain, memory), ["CHECKPOINTS_DO_NOT_FIT"]);
    expect(anchor(chain, without(180))).to.equal(undefined);
    expectCodes(await audit(shownLog(without(180)), chain, auditMemory()), []);
  });

  it("does not notice an event dropped before anyone saw it", async () => {
    expectCodes(await audit(shownLog(without(250)), chain, memory), []);
  });

  it("reports reordered events, and the contract refuses them", async () => {
    expect(anchor(chain, swapped(20))).to.equal("OldRootMismatch");
    expectCodes(await audit(shownLog(swapped(20)), chain, memory), ["CHECKPOINTS_DO_NOT_FIT"]);
    expectCodes(await audit(shownLog(swapped(20)), chain, auditMemory()), ["ANCHORED_ELSE"]);
  });

  it("reports a fork once the auditors compare notes or the other branch is anchored", async () => {
    const fork = rewritten(230);
    const other = auditMemory();
    expectCodes(await audit(shownLog(honest.slice(0, 240)), chain, memory), []);
    expectCodes(await audit(shownLog(fork.slice(0, 240)), chain, other), []);
    const theirs = await shownLog(fork.slice(0, 240)).note();
    expectCodes(await audit(shownLog(honest.slice(0, 240)), chain, memory, [theirs]), [
      "CHECKPOINTS_DO_NOT_FIT",
    ]);
    anchor(chain, honest.slice(0, 240));
    expectCodes(await audit(shownLog(fork.slice(0, 240)), chain, other), ["ANCHORED_ELSE"]);
    expectCodes(await audit(shownLog(honest.slice(0, 240)), chain, memory), []);
  });

  it("reports a fork even when the operator sends a made-up consistency proof", async () => {
    const theirs = await shownLog(rewritten(30).slice(0, 90)).note();
    const source = shownLog(honest.slice(0, 200), {
      consistency: () => Promise.resolve([ZERO_HASH, "no hash"]),
    });
    expectCodes(await audit(source, chain, memory, [theirs]), ["CHECKPOINTS_DO_NOT_FIT"]);
  });

  it("reports a rewritten anchored event, and the contract refuses to anchor it", async () => {
    const fork = rewritten(20);
    expect(anchor(chain, fork)).to.equal("OldRootMismatch");
    const { size, root } = checkpointOf(fork);
    const stolen = proofFor(150, honest); // of the true log
    expect(chain.anchor({ size, root }, stolen)).to.equal("RootMismatch");
    expect(chain.anchor(checkpointOf(fork.slice(0, 150)), [])).to.equal("RootMismatch");
    expect(chain.anchor(checkpointOf(fork.slice(0, 100)), [])).to.equal("SizeBelowNewest");
    expectCodes(await audit(shownLog(fork), chain, memory), ["CHECKPOINTS_DO_NOT_FIT"]);
  });

  it("reports a checkpoint that was anchored and never shown", async () => {
    anchor(chain, honest.slice(0, 290));
    const result = await audit(shownLog(honest.slice(0, 250)), chain, memory);
    expectCodes(result, ["ANCHORED_NOT_SHOWN"]);
    expect(result.findings[0]).to.deep.include({ found: checkpointOf(honest.slice(0, 290)) });
  });

  it("reports each new anchoring, once, while the operator shows a stale checkpoint", async () => {
    const stale = shownLog(honest.slice(0, 200));
    for (const size of [210, 220]) {
      anchor(chain, honest.slice(0, size));
      const result = await audit(stale, chain, memory);
      expectCodes(result, ["ANCHORED_NOT_SHOWN"]);
      expect(result.findings[0]!.found!.size).to.equal(size);
      expectCodes(await audit(stale, chain, memory), []); // told once
    }
    const older = await shownLog(honest.slice(0, 77)).note();
    anchor(chain, honest.slice(0, 230));
    const cached = { ...stale, note: () => Promise.resolve(older) };
    expectCodes(await audit(cached, chain, memory), ["ANCHORED_NOT_SHOWN"]);
  });

  it("reports a different log anchored at a size that it passed and does not remember", async () => {
    anchor(chain, rewritten(170).slice(0, 180));
    expectCodes(await audit(shownLog(honest.slice(0, 200)), chain, memory), ["ANCHORED_ELSE"]);
    const lying = { consistency: () => Promise.resolve([ZERO_HASH]) };
    expectCodes(await audit(shownLog(honest.slice(0, 250), lying), chain, auditMemory()), [
      "ANCHORED_ELSE",
    ]);
    expect(memory.position().size).to.equal(200);
  });

  it("accepts a late anchoring at a size that it passed, and asks for the proof once", async () => {
    anchor(chain, honest.slice(0, 180));
    const asked: number[] = [];
    const source = shownLog(honest.slice(0, 200));
    const counted = {
      ...source,
      consistency: (from: number, to: number) => (asked.push(from), source.consistency(from, to)),
    };
    for (let run = 0; run < 2; run++) {
      const result = await audit(counted, chain, memory);
      expectCodes(result, []);
      expect(result.anchored).to.equal(180);
    }
    expect(asked).to.deep.equal([180]);
  });

  it("counts withheld events, in each run and in total", async () => {
    const source = shownLog(honest.slice(0, 260), { events: () => Promise.resolve(undefined) });
    const result = await audit(source, chain, memory);
    expectCodes(result, []);
    expect(result).to.deep.include({ events: 0, withheld: 60 });
    expect(result.inAll).to.deep.equal({ events: 200, withheld: 60, unchecked: 0 });
    const more = await audit(shownLog(honest.slice(0, 270)), chain, memory);
    expect(more.inAll).to.deep.equal({ events: 210, withheld: 60, unchecked: 0 });
  });

  it("reports an anchored root that differs from the shown log of the same size", async () => {
    anchor(chain, rewritten(250));
    expectCodes(await audit(shownLog(honest), chain, memory), ["ANCHORED_ELSE"]);
  });

  it("reports tiles, digests and events that do not belong to the log", async () => {
    const source = shownLog(honest);
    const flipped = (bytes: Uint8Array) =>
      concat(bytes.subarray(0, 40), Uint8Array.of(bytes[40]! ^ 1), bytes.subarray(41));
    const lies: [Partial<LogSource>, keyof typeof AUDIT_FINDINGS][] = [
      [{ tile: async (id, width) => flipped(await source.tile(id, width)) }, "LEAF_NOT_OF_EVENT"],
      [
        {
          tile: async (id, width) =>
            id.level === 0
              ? source.tile(id, width)
              : flipped(concat(await source.tile(id, width), ZEROES)),
        },
        "TILES_DO_NOT_FIT",
      ],
      [
        { digests: async (index, width) => (await source.digests(index, width)).slice(1) },
        "TILES_DO_NOT_FIT",
      ],
      [{ digests: () => Promise.resolve(["no digest"]) }, "TILES_DO_NOT_FIT"],
    ];
    for (const [lie, code] of lies) {
      expectCodes(await audit({ ...source, ...lie }, chain, auditMemory()), [code]);
      expect([...tilesOf(EVENTS)]).to.have.length(3);
    }
    const all = shownLog(rewritten(250));
    const fitting = { note: source.note, consistency: source.consistency };
    expectCodes(await audit({ ...all, ...fitting }, chain, memory), ["TILES_DO_NOT_FIT"]);
    expectCodes(await audit(source, chain, memory), []);
  });

  it("reports a note with another key, of another log or without a signature", async () => {
    const { origin, seed } = OPERATOR;
    const stated = { origin, ...checkpointOf(honest) };
    for (const note of [
      signNote(stated, new Uint8Array(32).fill(8)),
      signNote({ ...stated, origin: originOf(domain, maker) }, seed),
      "no note",
    ])
      expectCodes(
        await audit(shownLog(honest, { note: () => Promise.resolve(note) }), chain, memory),
        ["NOTE_NOT_OF_LOG"],
      );
  });

  it("reports an event that is in the log twice", async () => {
    const result = await audit(shownLog([...honest, honest[7]!]), chain, auditMemory());
    expectCodes(result, ["EVENT_TWICE"]);
    expect(result.findings[0]).to.deep.include({ index: 300, other: "7" });
  });

  it("reports two events that spend one word, with both digests", async () => {
    const made = commission(1_000);
    const [one, two] = [ship(made), ship(made, 100, 1_760_000_001)];
    const result = await audit(shownLog([...honest, made.logged, one, two]), chain, memory);
    expectCodes(result, ["WORD_SPENT_TWICE"]);
    expect(result.findings[0]).to.deep.include({
      index: 302,
      event: two.digest,
      other: one.digest,
      lot: made.lot,
    });
  });

  it("reports a second event that spends a word in a later run", async () => {
    const made = commission(1_000);
    const log = [...honest.slice(0, 200), made.logged, ship(made)];
    expectCodes(await audit(shownLog(log), chain, memory), []);
    expectCodes(await audit(shownLog([...log, ship(made, 100, 1_760_000_009)]), chain, memory), [
      "WORD_SPENT_TWICE",
    ]);
  });

  it("reports events that break a rule, are malformed or are not signed by their party", async () => {
    const made = commission(1_000);
    const log = (...more: Logged[]) => shownLog([...honest, made.logged, ...more]);
    const found = async (...more: Logged[]) => audit(log(...more), chain, auditMemory());
    const broken = await found(ship(made, 101));
    expectCodes(broken, ["RULE_BROKEN"]);
    expect(broken.findings[0]!.why).to.match(/^QuantityChanged|^\w+\(/);
    expectCodes(await found({ ...ship(made), bytes: "{}" }), ["EVENT_MALFORMED"]);
    expectCodes(await found({ ...ship(made), bytes: ship(made, 99).bytes }), ["EVENT_MALFORMED"]);
    expectCodes(await found({ ...ship(made), bytes: ` ${ship(made).bytes}` }), ["EVENT_MALFORMED"]);
    for (const signature of [null, ship(made, 99).signature, "0x00"])
      expectCodes(await found({ ...ship(made), signature }), ["SIGNATURE_NOT_OF_PARTY"]);
  });

  it("reports an event whose key was revoked before it was anchored, and accepts a later revocation", async () => {
    const late = commission(1_000).logged;
    const log = [...honest.slice(0, 150), late];
    anchor(chain, log); // in block 11
    const none = chain.facts;
    for (const [block, wanted] of [
      [10, ["KEY_REVOKED"]],
      [11, []],
    ] as const) {
      chain.facts = [...none, fact({ name: "KeyRevoked", party: maker, key: makerKey }, block)];
      expectCodes(await audit(shownLog(log), chain, auditMemory()), [...wanted]);
    }
    chain.facts = [fact({ name: "KeyEnrolled", party: maker, key: makerKey }, 11)];
    const result = await audit(shownLog(log), chain, auditMemory());
    expect(codes(result)).to.have.length(150); // all those that were anchored in block 10
    expect(new Set(codes(result))).to.deep.equal(new Set(["SIGNATURE_NOT_OF_PARTY"]));
  });

  it("has a test for every finding", () => {
    expect([...seen]).to.have.members(Object.keys(AUDIT_FINDINGS));
  });
});

const ZEROES = new Uint8Array(64);
