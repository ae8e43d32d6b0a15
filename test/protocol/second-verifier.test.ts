// Runs the vectors through a second verifier that was written from docs/protocol.md alone.
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
// @ts-expect-error It comes without types.
import secp256k1 from "secp256k1";
// @ts-expect-error It is plain JavaScript, on purpose.
import { keccak256 } from "../second-verifier/bytes.js";
// @ts-expect-error It is plain JavaScript, on purpose.
import * as second from "../second-verifier/index.js";
import { acceptances } from "./second-checks/acceptances.ts";
import { type Checks, type Vector, refusal } from "./second-checks/checks.ts";
import { checkpoints } from "./second-checks/checkpoints.ts";
import { equivocations } from "./second-checks/equivocations.ts";
import { facts } from "./second-checks/facts.ts";
import { followed } from "./second-checks/followed.ts";
import { labelCodes } from "./second-checks/label-codes.ts";
import { latest } from "./second-checks/latest.ts";
import { notes } from "./second-checks/notes.ts";
import { submissions } from "./second-checks/submissions.ts";
import { tiles } from "./second-checks/tiles.ts";

const vectors = new URL("../vectors/", import.meta.url);
const ELSEWHERE = ["labels"]; // codes on labels are no part of the protocol
const WORSE = ["FAIL", "HOLD"];
const DAY = 24 * 60 * 60;

const KEY_ENROLLED = second.hex(keccak256(second.utf8("KeyEnrolled(address,address)")));

/** The address of a key. */
const addressOf = (key: Buffer): string =>
  second.hex(keccak256(secp256k1.publicKeyCreate(key, false).subarray(1)).subarray(12));

/** A signature of a digest in the canonical form. */
function sign(digest: string, key: Buffer): string {
  const { signature, recid } = secp256k1.ecdsaSign(second.unhex(digest), key);
  return second.hex([...signature, 27 + recid]);
}

const toHex = (value: number) => `0x${value.toString(16)}`;

function expectSigner(digest: string, vector: Vector): void {
  expect(second.signerOf(digest, vector.signature)).to.equal(vector.signer);
}

function proves(vector: Vector): boolean {
  const bytes = (name: string) => second.unhex(vector[name]);
  const proof = vector.proof.map(second.unhex);
  return vector.kind === "inclusion"
    ? second.includes(bytes("leaf"), vector.index, vector.size, proof, bytes("root"))
    : second.extendsTree(vector.oldSize, bytes("oldRoot"), vector.newSize, bytes("newRoot"), proof);
}

function readsFreely(vector: Vector): object {
  const bytes = vector.bytes === undefined ? second.utf8(vector.json) : second.unhex(vector.bytes);
  try {
    return { value: second.readFreely(bytes) };
  } catch (error) {
    return {
      error: refusal(() => {
        throw error;
      }),
    };
  }
}

const read = (path: string): Vector => JSON.parse(readFileSync(new URL(path, vectors), "utf8"));

/** The paths of all texts and numbers in a value. */
function places(value: Vector, path: string[]): string[][] {
  if (value === null) return [];
  if (typeof value !== "object") return [path];
  return Object.keys(value).flatMap((key) => places(value[key], [...path, key]));
}

/** Alters the text or the number at a path, hex in its last digit. */
function alter(value: Vector, path: string[]): void {
  const [key, ...rest] = path as [string, ...string[]];
  if (rest.length > 0) return void alter(value[key], rest);
  if (typeof value[key] === "number") value[key]++;
  else value[key] = value[key].slice(0, -1) + (value[key].endsWith("0") ? "1" : "0");
}

/** Makes a list of a bundle's trail long: its last item again and again, notices each a second later. */
function repeat(bundle: Vector, { list, count }: { list: string; count: number }): void {
  const items = bundle.trail[list];
  while (items.length < count) {
    const item = structuredClone(items.at(-1));
    if (list === "notices") item.notice.time++;
    items.push(item);
  }
}

function expectVerdict(vector: Vector): void {
  const { bundle, trust, chain, verdict, codes } = vector;
  const node = vector.node ?? (chain === null ? null : read(chain));
  const whole = second.readBundle(second.utf8(JSON.stringify(bundle)));
  if (vector.repeat) repeat(whole, vector.repeat);
  const found = second.verifyBundle(whole, trust, node);
  expect({ codes: found.codes, verdict: found.verdict }).to.deep.equal({ codes, verdict });
}

/** Alters a vector's trail at these places, expects one of these verdicts each time, and returns the number of places. */
function expectAltered(
  vector: Vector,
  isOne: (path: string[]) => boolean,
  verdicts: string[],
): number {
  const { bundle, trust, chain } = vector;
  const node = read(chain);
  const paths = places(bundle.trail, []).filter(isOne);
  for (const path of paths) {
    const other = structuredClone(bundle);
    alter(other.trail, path);
    expect(second.verifyBundle(other, trust, node).verdict, path.join(".")).to.be.oneOf(verdicts);
  }
  return paths.length;
}

const checks: Record<string, Checks> = {
  acceptances,
  checkpoints,
  equivocations,
  facts,
  followed,
  "label-codes": labelCodes,
  latest,
  notes,
  submissions,
  tiles,
  bundles: {
    valid: expectVerdict,
    invalid(vector) {
      expectVerdict(vector);
      expect(vector.verdict).to.equal("FAIL");
    },
  },
  chains: {
    valid(vector) {
      const { changes } = new second.Ledger(
        { chainId: vector.chainId, ledger: vector.ledger },
        vector,
      );
      expect(changes).to.deep.equal(vector.words);
    },
  },
  canonical: {
    valid(vector) {
      const value = second.readFreely(second.utf8(vector.json));
      expect(second.canonical(value)).to.equal(vector.canonical);
      expect(second.readCanonical(second.utf8(vector.canonical))).to.deep.equal(value);
    },
    invalid(vector) {
      const bytes =
        vector.bytes === undefined ? second.utf8(vector.json) : second.unhex(vector.bytes);
      expect(refusal(() => second.readCanonical(bytes))).to.deep.equal(vector.error);
      expect(readsFreely(vector)).to.deep.equal(vector.leniently);
    },
  },
  lots: {
    valid(vector) {
      if (vector.state) expect(second.wordOf(vector.state)).to.equal(vector.word);
      else expect(second.lotId(vector.issuer, vector.lotNumber)).to.equal(vector.lot);
    },
    invalid(vector) {
      const run = () =>
        vector.state
          ? second.wordOf(vector.state)
          : second.lotId(`0x${"a9".repeat(20)}`, vector.lotNumber);
      expect(refusal(run)).to.deep.equal(vector.error);
    },
  },
  events: {
    valid(vector) {
      expect(second.canonical(vector.event)).to.equal(vector.canonical);
      expect(second.domainSeparator(vector.domain)).to.equal(vector.domainSeparator);
      expect(second.entryHashes(vector.event)).to.deep.equal(vector.entryHashes);
      expect(second.eventDigest(vector.domain, vector.event)).to.equal(vector.digest);
      expectSigner(vector.digest, vector);
    },
    invalid(vector) {
      expect(refusal(() => second.checkEvent(vector.event, ""))).to.deep.equal(vector.error);
    },
  },
  notices: {
    valid(vector) {
      expect(second.noticeDigest(vector.domain, vector.notice)).to.equal(vector.digest);
      expectSigner(vector.digest, vector);
      expect(second.noticeWordAfter(vector.wordBefore, vector.digest)).to.equal(vector.wordAfter);
    },
    invalid(vector) {
      expect(refusal(() => second.checkNotice(vector.notice, ""))).to.deep.equal(vector.error);
    },
  },
  statements: {
    valid(vector) {
      expect(second.statementCanonical(vector.content)).to.equal(vector.canonical);
      expect(second.statementDigest(vector.domain, vector.statement, vector.content)).to.equal(
        vector.digest,
      );
      expectSigner(vector.digest, vector);
    },
    invalid(vector) {
      const domain = { chainId: 1, ledger: `0x${"00".repeat(20)}` };
      const run = () => second.statementDigest(domain, vector.statement, vector.content);
      expect(refusal(run)).to.include({ field: vector.field });
    },
  },
  keys: {
    valid(vector) {
      expect(second.enrolmentDigest(vector.domain, vector.party, vector.key)).to.equal(
        vector.digest,
      );
      expect(second.signerOf(vector.digest, vector.signature)).to.equal(vector.key);
    },
    invalid(vector) {
      expect(second.enrolmentDigest(vector.domain, vector.party, vector.key)).to.equal(
        vector.digest,
      );
      expect(second.signerOf(vector.digest, vector.signature)).to.not.equal(vector.key);
    },
  },
  signatures: {
    valid: (vector) => {
      expectSigner(vector.digest, vector);
    },
    invalid(vector) {
      expect(refusal(() => second.signerOf(vector.digest, vector.signature))).to.deep.equal(
        vector.error,
      );
    },
  },
  details: {
    valid(vector) {
      const { leaves, root } = second.commit(vector.details, vector.secret);
      expect({ leaves, root }).to.deep.equal({ leaves: vector.leaves, root: vector.root });
      for (const [whom, disclosure] of Object.entries(vector.disclosures)) {
        expect(second.disclose(leaves, whom), whom).to.deep.equal(disclosure);
        expect(second.disclosureRoot(disclosure, vector.entryCount), whom).to.equal(vector.root);
      }
    },
    invalid(vector) {
      const run = () =>
        vector.disclosure
          ? second.disclosureRoot(vector.disclosure, vector.entryCount)
          : second.fieldsOf(vector.details);
      expect(refusal(run)).to.deep.equal(vector.error);
    },
  },
  merkle: {
    valid(vector) {
      if (vector.kind !== "root") return void expect(proves(vector)).to.equal(true);
      const leaves = vector.data.map((data: string) => second.leafHash(second.unhex(data)));
      expect(leaves.map(second.hex)).to.deep.equal(vector.leaves);
      expect(second.hex(second.merkleRoot(leaves))).to.equal(vector.root);
    },
    invalid(vector) {
      expect(proves(vector)).to.equal(false);
    },
  },
  transitions: {
    valid(vector) {
      const { context, before, event, digest, signer } = vector;
      const { after } = second.transition(context, before, event, digest, signer);
      expect(after).to.deep.equal(vector.after);
      expect(after.map(second.wordOf)).to.deep.equal(vector.words);
    },
    invalid(vector) {
      const { context, before, event, digest, signer, violation } = vector;
      expect(second.transition(context, before, event, digest, signer)).to.deep.equal({
        violation,
      });
    },
  },
};

describe("the second verifier", () => {
  const folders = readdirSync(vectors).filter((folder) => !ELSEWHERE.includes(folder));

  it("has a check for every kind of vector", () => {
    const known = Object.entries(checks).flatMap(([kind, sides]) =>
      Object.keys(sides).map((side) => `${kind}/${side}`),
    );
    const there = folders.flatMap((kind) =>
      readdirSync(new URL(kind, vectors)).map((side) => `${kind}/${side}`),
    );
    expect(known).to.have.members(there);
  });

  for (const [kind, sides] of Object.entries(checks)) {
    for (const [side, check] of Object.entries(sides)) {
      for (const file of readdirSync(new URL(`${kind}/${side}`, vectors))) {
        it(`gives the stated result: ${kind}/${side}/${file}`, () => {
          check(read(`${kind}/${side}/${file}`));
        });
      }
    }
  }

  it("passes no trail in which a signed value was altered", () => {
    const { bundle, trust, chain } = read("bundles/valid/product-final.json");
    expect(
      expectAltered({ bundle, trust, chain }, (path) => !path.includes("settled"), WORSE),
    ).to.be.greaterThan(200);
  });

  it("passes no log-only trail in which a value was altered", () => {
    const vector = read("bundles/valid/log-product.json");
    const isOfLog = (path: string[]) => path.includes("logged");
    expect(expectAltered(vector, (path) => !isOfLog(path), WORSE)).to.be.greaterThan(200);
    expect(expectAltered(vector, isOfLog, [...WORSE, "INCOMPLETE"])).to.be.greaterThan(20);
  });

  it("judges a logged event by the time of the block that anchored it", () => {
    const { bundle, trust, chain } = read("bundles/valid/log-product.json");
    const node = read(chain);
    const later = (seconds: number) => ({
      ...node,
      blocks: node.blocks.map((block: Vector) => ({
        ...block,
        timestamp: toHex(Number(block.timestamp) + seconds),
      })),
    });
    const codesAfter = (seconds: number) =>
      second.verifyBundle(bundle, trust, later(seconds)).codes;
    expect(codesAfter(29 * DAY)).to.not.include("SETTLED_LATE");
    expect(codesAfter(31 * DAY)).to.include("SETTLED_LATE");
    expect(codesAfter(-DAY)).to.include("TimeTooFarAhead");
  });

  it("rejects a node with checkpoints that do not extend one another", () => {
    const { bundle, trust, chain } = read("bundles/valid/log-product.json");
    const node = read(chain);
    const anchored = node.logs.filter((log: Vector) => log.address === trust.checkpoints);
    expect(anchored.length).to.be.greaterThan(1);
    node.logs.splice(node.logs.indexOf(anchored[0]), 1);
    expect(second.verifyBundle(bundle, trust, node).codes).to.include("NODE_INCONSISTENT");
  });

  it("relies only on the ledger once it has recorded an event of the trail", () => {
    const { bundle, trust, chain } = read("bundles/valid/product-final.json");
    const { bundle: other } = read("bundles/valid/log-product.json");
    const { logged } = other.trail.events[0];
    bundle.trail.checkpoints = other.trail.checkpoints;
    for (const item of bundle.trail.events) item.logged = logged;
    expect(second.verifyBundle(bundle, trust, read(chain)).codes).to.deep.equal(["SUSPECTED"]);
  });

  it("relies only on the ledger once it has recorded an event of an ancestor, with any trusted contract", () => {
    const { bundle, trust, chain } = read("bundles/invalid/log-ancestor-settled-elsewhere.json");
    const { chainId, ledger, finality, now } = trust;
    const node = read(chain);
    const recorded = new second.Ledger({ chainId, ledger }, node).eventsOf(
      bundle.trail.events[0].event.entries[0].lot,
    );
    const before = recorded[1].block; // where the ancestor went another way
    const shorter = {
      ...node,
      blocks: node.blocks.filter((block: Vector) => Number(block.number) < before),
      logs: node.logs.filter((log: Vector) => Number(log.blockNumber) < before),
      words: node.words.filter((word: Vector) => word.block < before),
    };
    for (const each of [trust, { chainId, ledger, finality, now }]) {
      expect(second.verifyBundle(bundle, { ...each, finality: 0 }, shorter).codes).to.deep.equal([
        "NOT_RECORDED",
      ]);
    }
  });

  it("does not add up a split with a withheld entry that neither the ledger nor a log has", () => {
    const { bundle, trust, chain } = read("bundles/valid/log-entry-withheld.json");
    for (const item of bundle.trail.events) delete item.logged;
    expect(second.verifyBundle(bundle, trust, read(chain)).codes).to.deep.equal([
      "ENTRY_WITHHELD",
      "NOT_RECORDED",
    ]);
  });

  it("does not read a trail with more events than a verifier reads", () => {
    const { bundle, trust, chain } = read("bundles/valid/product.json");
    bundle.trail.events = new Array(10_001).fill(null);
    const found = second.verifyBundle(bundle, trust, read(chain));
    expect([found.verdict, found.codes]).to.deep.equal(["INCOMPLETE", ["TRAIL_TOO_LONG"]]);
  });

  it("fails a trail for a broken rule although the checkpoint may still be replaced", () => {
    const { bundle, trust, chain } = read("bundles/invalid/log-key-revoked-before.json");
    const found = second.verifyBundle(bundle, { ...trust, finality: 1000 }, read(chain));
    expect(found.codes).to.deep.equal(["KeyIsRevoked", "LATEST_UNPROVEN", "LOG_NOT_FINAL"]);
    expect(found.verdict).to.equal("FAIL");
  });

  it("keeps a hold when the release is neither recorded nor logged, signed or not", () => {
    const { bundle, trust, chain } = read("bundles/valid/log-key-revoked-after.json");
    const node = read(chain);
    const key = Buffer.alloc(32, 7);
    const enrolment = node.logs.find((log: Vector) => log.topics[0] === KEY_ENROLLED);
    const [topic, party] = enrolment.topics;
    const topics = [topic, party, `0x${"0".repeat(24)}${addressOf(key).slice(2)}`];
    node.logs.push({ ...enrolment, topics, logIndex: "0xffff" });
    const { trail } = bundle;
    let last = trail.events[0].event;
    let held = false;
    for (const action of [10, 11]) {
      const [{ lot, quantity }] = last.entries;
      const { holder, consignee } = last;
      const state = {
        lastEvent: second.eventDigest(trail, last),
        holder,
        consignee,
        quantity,
        held,
      };
      const entries = [{ lot, previous: second.wordOf(state), quantity }];
      last = { ...last, action, entries, details: `0x${"00".repeat(32)}` };
      trail.events.push({
        event: last,
        signature: sign(second.eventDigest(trail, last), key),
        details: null,
      });
      held = action === 10;
    }
    const rest = ["LATEST_UNPROVEN", "LOT_IS_HELD", "NOT_RECORDED"];
    expect(second.verifyBundle(bundle, trust, node).codes).to.deep.equal(rest);
    trail.events.at(-1).signature = null;
    const found = second.verifyBundle(bundle, trust, node);
    expect(found.codes).to.deep.equal([...rest, "SIGNATURE_MISSING"]);
    expect(found.verdict).to.equal("HOLD");
  });

  it("grades an altered event by whether the record in its place is final", () => {
    const { bundle, trust, chain } = read("bundles/valid/product-final.json");
    const node = read(chain);
    const { lot, events } = bundle.trail;
    const [made, inspected] = new second.Ledger(trust, node).eventsOf(lot);
    expect(made.block).to.be.lessThan(inspected.block);
    events.pop();
    events.at(-1).event.time++;
    const head = Number(node.blocks.at(-1).number);
    const gradeAt = (finality: number) =>
      second
        .verifyBundle(bundle, { ...trust, finality }, node)
        .list.find(({ code }: { code: string }) => code === "RECORD_DIFFERS").grade;
    expect(gradeAt(head - made.block)).to.equal("FAIL");
    expect(gradeAt(head - made.block + 1)).to.equal("INCOMPLETE");
  });
});
