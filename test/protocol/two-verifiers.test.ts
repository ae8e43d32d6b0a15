// Alters the vectors' bundles at random, signs some of them again, and checks that protocol/ and the second verifier find the
// same: docs/protocol.md leaves no verdict open.
import { readFileSync, readdirSync } from "node:fs";
import { expect } from "chai";
import { type Repeat, pageVerdict, requestTo } from "../../scripts/vectors/bundles/case.ts";
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import { keccak256, signDigest } from "../../protocol/base/crypto.ts";
import { ledgerReader } from "../../protocol/chain/reader.ts";
import { type Entry, entryHash, eventDigest, withheldEntry } from "../../protocol/event/event.ts";
import { NOTICE_KINDS } from "../../protocol/event/notice.ts";
import type { BundleJson } from "../../protocol/trail/bundle.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";
import type { PaperChain } from "../support/paper-ledger.ts";
import { Random, SEED, runsOf } from "../support/random.ts";
import { recover } from "../support/recover.ts";
// @ts-expect-error It is plain JavaScript, on purpose.
import * as second from "../second-verifier/index.js";

type Trail = BundleJson["trail"];
interface Vector {
  codes: string[];
  chain: string | null;
  node?: "silent";
  trust: Trust;
  bundle: BundleJson;
  repeat?: Repeat;
}

const CORRECTION = NOTICE_KINDS.correction;
const folder = new URL("../vectors/", import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), "utf8"));
const vectors = ["valid", "invalid"]
  .flatMap((side) =>
    readdirSync(new URL(`bundles/${side}`, folder)).map((file) => `bundles/${side}/${file}`),
  )
  .map((path) => read(path) as Vector)
  .filter(({ codes, repeat }) => !repeat && !codes.some((code) => code.endsWith("MALFORMED")))
  // Corrections are not altered: what comes before one in a trail that does not hold together is no matter of the page.
  .filter(({ bundle }) => !bundle.trail.notices.some(({ notice }) => notice.kind === CORRECTION));
const allEvents = vectors.flatMap(({ bundle }) => bundle.trail.events);
const allNotices = vectors.flatMap(({ bundle }) => bundle.trail.notices);
const chains = new Map(
  vectors.flatMap(({ chain }) => (chain === null ? [] : [[chain, read(chain) as PaperChain]])),
);
/** The keys of the test ledgers' parties, which test/support/ledger.ts makes. */
const KEYS = Array.from({ length: 6 }, (_, i) => keccak256(utf8(`key ${i + 1}`)));

/** All hex of this length in a trail. */
const hexIn = (trail: Trail, bytes: number): string[] =>
  JSON.stringify(trail).match(new RegExp(`(?<=")0x[0-9a-f]{${bytes * 2}}(?=")`, "g")) ?? [];

/** A change of one event of a trail, of its place, or of a notice. */
type Change = (trail: Trail, at: number, random: Random) => void;
const shown = ({ events }: Trail, at: number) =>
  events[at]!.event.entries.filter((entry): entry is Entry => typeof entry !== "string");
const ofEntry =
  (change: (entry: Entry, trail: Trail, random: Random) => void): Change =>
  (trail, at, random) => {
    const entries = shown(trail, at);
    if (entries.length > 0) change(random.pick(entries), trail, random);
  };
const CHANGES: readonly Change[] = [
  ({ events }, at) => void events.splice(at, 1),
  ({ events }, at) => void events.splice(at, 0, structuredClone(events[at]!)),
  ({ events }, at, random) => {
    const other = random.int(0, events.length - 1);
    [events[at], events[other]] = [events[other]!, events[at]!];
  },
  ({ events }, at, random) => void (events[at]!.event.action = random.int(0, 13)),
  ({ events }, at, random) => {
    events[at]!.event.time += random.pick([1, -1, 5_000, -5_000, 1_000_000]);
  },
  (trail, at, random) => {
    const member = random.pick(["actor", "holder", "consignee"] as const);
    trail.events[at]!.event[member] = random.pick([ZERO_ADDRESS, ...hexIn(trail, 20)]);
  },
  ({ events }, at, random) => {
    events[at]!.details = null;
    if (random.chance(0.5)) events[at]!.event.details = ZERO_HASH;
  },
  ({ events }, at) => void (events[at]!.signature = null),
  ({ events }, at, random) => {
    events.splice(at, 0, structuredClone(random.pick(allEvents)));
  },
  ({ notices, lot }, _, random) => {
    const other = structuredClone(random.pick(allNotices));
    if (random.chance(0.5)) other.notice.lot = lot;
    notices.push(other);
  },
  ({ notices }, _, random) => {
    if (notices.length > 0) random.pick(notices).notice.time += random.pick([1, -1]);
  },
  ({ events }, at, random) => {
    const { entries } = events[at]!.event;
    const index = random.int(0, entries.length - 1);
    const entry = entries[index];
    if (typeof entry === "object") entries[index] = toHex(entryHash(entry));
  },
  (trail, _, random) => void (trail.lot = random.pick(hexIn(trail, 32))),
  ofEntry((entry, _, random) => void (entry.quantity = random.int(0, 120))),
  ofEntry((entry, trail, random) => {
    entry.previous = random.pick([ZERO_HASH, ...hexIn(trail, 32)]);
  }),
  ofEntry((entry, trail, random) => void (entry.lot = random.pick(hexIn(trail, 32)))),
];

/** Signs an event again with a key of some party. */
function signAgain(trail: Trail, at: number, random: Random): void {
  const item = trail.events[at];
  if (!item) return;
  const entries = item.event.entries.map((entry) =>
    typeof entry === "string" ? withheldEntry(entry) : entry,
  );
  item.signature = signDigest(eventDigest(trail, { ...item.event, entries }), random.pick(KEYS));
}

/** A chain up to a block. */
function cut({ blocks, logs, words, ...domain }: PaperChain, last: number): PaperChain {
  return {
    ...domain,
    blocks: blocks.filter(({ number }) => Number(number) <= last),
    logs: logs.filter(({ blockNumber }) => Number(blockNumber) <= last),
    words: words.filter(({ block }) => block <= last),
  };
}

/** One altered case: a vector's bundle, on its chain or on the beginning of it. */
function alteredCase(random: Random) {
  const { bundle: original, chain, trust: usual, node } = random.pick(vectors);
  const bundle = structuredClone(original);
  const { trail } = bundle;
  for (let count = random.int(1, 3); count > 0 && trail.events.length > 0; count--) {
    const at = random.int(0, trail.events.length - 1);
    random.pick(CHANGES)(trail, at, random);
    if (random.chance(0.4)) signAgain(trail, at, random);
  }
  const trust = random.chance(0.25) ? { ...usual, finality: random.int(0, 60) } : usual;
  const whole = chain === null ? null : chains.get(chain)!;
  const paper =
    whole && random.chance(0.3) ? cut(whole, random.int(1, whole.blocks.length - 1)) : whole;
  return { bundle, trust, paper, node };
}

describe("protocol/ and the second verifier", () => {
  it("find the same in altered bundles", async () => {
    const random = new Random(SEED);
    const verdicts = new Map<string, number>();
    for (let run = 0; run < runsOf(1_500); run++) {
      const { bundle, trust, paper, node } = alteredCase(random);
      const reader = paper && ledgerReader({ request: requestTo(paper, node), ...trust });
      const first = pageVerdict(await verifyBundle(bundle, trust, reader, recover));
      const { verdict, codes } = second.verifyBundle(bundle, trust, node ?? paper);
      expect({ verdict, codes }, `run ${run}: ${JSON.stringify({ bundle, trust })}`).to.deep.equal(
        first,
      );
      const each = `${verdict} ${codes.join()}`;
      verdicts.set(each, (verdicts.get(each) ?? 0) + 1);
    }
    expect(verdicts.size, "different findings").to.be.greaterThan(60);
    expect(verdicts.get("FAIL TRAIL_MALFORMED") ?? 0).to.be.lessThan(15);
  });
});
