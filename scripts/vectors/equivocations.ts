// Makes vectors of equivocation files: each with what it proves, on a chain that has the keys and the checkpoints of two logs.
import { recoverWithNoble, signDigest } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import {
  checkEquivocation,
  type EquivocationJson,
  equivocationOf,
  type SignedTwice,
} from "../../protocol/audit/equivocation.ts";
import { type LedgerReader, ledgerReader } from "../../protocol/chain/reader.ts";
import { type CustodyEvent, entryHash, eventDigest } from "../../protocol/event/event.ts";
import { wordOf } from "../../protocol/event/lot.ts";
import type { LogProof, TrailEvent } from "../../protocol/trail/trail.ts";
import { toHex } from "../../protocol/base/bytes.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { deployCheckpoints, enrol, newKey, revoke, type Key } from "../../test/support/ledger.ts";
import { anchor, openLog, placeIn, take } from "../../test/support/logs.ts";
import { answer, openPaperLedger } from "../../test/support/paper-ledger.ts";
import { act, commission, lotOf, openWorld, sign } from "../../test/support/trails.ts";
import type { Vector, Vectors } from "./vector.ts";

const CHAIN = "valid/equivocation";
const ledger = openPaperLedger();
const world = await openWorld(ledger);
const { maker, distributor, broker } = world;
const { domain, chain } = ledger;
const digestOf = (event: CustodyEvent) => eventDigest(domain, event);

world.accept = () => Promise.resolve(); // the ledger need not have recorded any event
const lot = await commission(world, "E1", 100);
const beside = await commission(world, "E2", 50);
const word = wordOf(world.states.get(lot)!);
const second = await enrol(ledger, maker.address);
const lost = await enrol(ledger, maker.address);
const inTransit = await commission(world, "E3", 10);
await act(world, maker, "ship", { lots: { [inTransit]: 10 }, consignee: distributor.address });
const wordInTransit = wordOf(world.states.get(inTransit)!);

const whole = ({ event, signature }: TrailEvent): SignedTwice => ({
  event: event as CustodyEvent,
  signature: signature!,
});
const shipTo = async (to: string, lots: Record<string, number>, key = maker.key) =>
  whole(await sign(world, maker, "ship", { lots, consignee: to, key }));
const make = async (quantity: number, key: Key) =>
  whole(await sign(world, maker, "commission", { lots: { [fresh]: quantity }, key }));

const fresh = lotOf(maker, "E4");
const one = await shipTo(distributor.address, { [lot]: 100, [beside]: 50 });
const two = await shipTo(broker.address, { [lot]: 100 });
const early = await make(1, lost);
const late = await make(2, lost);

const log = openLog(ledger, await deployCheckpoints(ledger, "0x"));
const other = openLog(ledger, log.contract);
const elsewhere = openLog(ledger, await deployCheckpoints(ledger, "0x"));
const logged = (each: SignedTwice): TrailEvent => ({ ...each, details: null });
take(log, logged(one), logged(early));
await anchor(log);
take(other, logged(two));
await anchor(other);
take(elsewhere, logged(early), logged(late));
await anchor(elsewhere);
await revoke(ledger, maker, lost);
take(log, logged(late));
await anchor(log);

const pair = [one, two] as [SignedTwice, SignedTwice];
const file = equivocationOf(domain, { lot, previous: word }, pair);
const made = equivocationOf(domain, { lot: fresh, previous: ZERO_HASH }, [early, late]);

const changed = (change: (copy: EquivocationJson) => void, of = file): EquivocationJson => {
  const copy = structuredClone(of);
  change(copy);
  return copy;
};
const resigned = (event: CustodyEvent, key: Key): SignedTwice => ({
  event,
  signature: signDigest(digestOf(event), key.privateKey),
});
const twice = (...events: [SignedTwice, SignedTwice]) =>
  equivocationOf(domain, { lot, previous: word }, events);
/** A file whose events have these places in logs. */
function placed(
  events: [SignedTwice, SignedTwice],
  places: (LogProof | undefined)[],
  contract: string | undefined = log.contract,
): EquivocationJson {
  const { event } = events[1];
  const { lot: about, previous } = event.entries[0]!;
  return equivocationOf(
    domain,
    { lot: about, previous, checkpoints: contract },
    events.map((each, i) => ({ ...each, ...(places[i] && { logged: places[i] }) })) as [
      SignedTwice,
      SignedTwice,
    ],
  );
}
const placeOf = (each: SignedTwice, of = log) => placeIn(of, digestOf(each.event))!;
const alteredProof = (place: LogProof): LogProof => ({
  ...place,
  proof: place.proof.map((_, i) => `0x${(i + 1).toString(16).padStart(64, "0")}`),
});
const stranger = newKey(ledger);

interface Case {
  about: string;
  file: unknown;
  node?: "none" | "silent";
}

const proven: Record<string, Case> = {
  "two-shipments": {
    about: "One lot is shipped to two parties. The entry of another lot is withheld.",
    file,
  },
  "two-commissions": {
    about: "One lot is made twice: both events follow the word zero. The key was revoked since.",
    file: made,
  },
  "two-keys": {
    about: "Both keys are the party's.",
    file: twice(one, resigned(two.event, second)),
  },
  "ship-and-hold": {
    about: "Which actions the two events are does not matter.",
    file: twice(one, whole(await sign(world, maker, "hold", { lots: { [lot]: 100 } }))),
  },
  "event-that-breaks-a-rule": {
    about: "Nor whether an event keeps the rules: a shipment to nobody was signed all the same.",
    file: twice(one, resigned({ ...two.event, consignee: ZERO_ADDRESS }, maker.key)),
  },
  "no-node": { about: "Nobody was asked whose the keys are.", file, node: "none" },
  "node-silent": { about: "The node does not answer.", file, node: "silent" },
  logged: {
    about: "Both events are in logs of two operators.",
    file: placed(pair, [placeOf(one), placeOf(two, other)]),
  },
  "logged-by-one": {
    about: "One event is in a log, the other in none.",
    file: placed(pair, [placeOf(one), undefined]),
  },
  "logged-before-the-key-was-revoked": {
    about: "The first event was anchored before its key was revoked, the second after.",
    file: placed([early, late], [placeOf(early), placeOf(late)]),
  },
  "logged-on-another-contract": {
    about: "The contract is the file's own choice: its logs stand in blocks, too.",
    file: placed(
      [early, late],
      [placeOf(early, elsewhere), placeOf(late, elsewhere)],
      elsewhere.contract,
    ),
  },
  "log-proofs-swapped": {
    about: "Each event has the proof of the other, so neither counts as logged.",
    file: placed([early, late], [placeOf(late), placeOf(early)]),
  },
  "log-proof-altered": {
    about: "A proof that leads to no root is passed over; the key stands, so it is not needed.",
    file: placed(pair, [alteredProof(placeOf(one)), undefined]),
  },
  "log-size-not-anchored": {
    about: "The contract has no checkpoint of this size.",
    file: placed([early, late], [{ ...placeOf(early), size: 1000 }, undefined]),
  },
  "log-operator-unknown": {
    about: "The contract has no checkpoint of this operator.",
    file: placed(
      [early, late],
      [{ ...placeOf(early), operator: `0x${"ee".repeat(20)}` }, undefined],
    ),
  },
  "log-contract-missing": {
    about: "The file names no contract, so nothing has the checkpoint.",
    file: changed(
      (copy) => delete copy.checkpoints,
      placed([early, late], [placeOf(early), undefined]),
    ),
  },
  "log-contract-unknown": {
    about: "At the address that the file names there is no such contract.",
    file: placed([early, late], [placeOf(early), undefined], `0x${"5e".repeat(20)}`),
  },
};

const withheldOwn = changed((copy) => {
  const entries = two.event.entries.map((entry) => toHex(entryHash(entry)));
  copy.events[1].event.entries = entries;
});
const received = await sign(world, distributor, "receive", { lots: { [inTransit]: 10 } });
const cancelled = await sign(world, maker, "cancel", { lots: { [inTransit]: 10 } });

const nothing: Record<string, Case> = {
  "other-chain": {
    about: "Another chain than the trusted one.",
    file: changed((copy) => (copy.chainId = 5)),
  },
  "other-ledger": {
    about: "Another ledger.",
    file: changed((copy) => (copy.ledger = ZERO_ADDRESS)),
  },
  "same-event": {
    about: "One event, twice.",
    file: changed((copy) => (copy.events[1] = copy.events[0])),
  },
  "same-event-withheld": {
    about: "One event, with and without a withheld entry: its digest is the same.",
    file: changed((copy) => (copy.events[1] = { ...copy.events[0], event: one.event })),
  },
  "other-word": {
    about: "Neither event follows the word that the file names.",
    file: changed((copy) => (copy.previous = `0x${"12".repeat(32)}`)),
  },
  "other-lot": {
    about: "Neither event has an entry of the lot that the file names.",
    file: changed((copy) => (copy.lot = `0x${"12".repeat(32)}`)),
  },
  "word-of-one": {
    about: "The second event makes the lot, and so follows the word zero.",
    file: twice(
      one,
      resigned({ ...two.event, entries: [{ lot, previous: ZERO_HASH, quantity: 1 }] }, maker.key),
    ),
  },
  "entry-withheld": {
    about: "The entry of the lot itself is withheld in the second event.",
    file: withheldOwn,
  },
  "signature-wrong": {
    about: "A signature that recovers to no key.",
    file: changed((copy) => (copy.events[0].signature = `0x${"00".repeat(65)}`)),
  },
  "actors-differ": {
    about: "The consignee receives what the sender cancels: a race.",
    file: equivocationOf(domain, { lot: inTransit, previous: wordInTransit }, [
      whole(received),
      whole(cancelled),
    ]),
  },
  "key-never-enrolled": {
    about: "A key that nobody enrolled.",
    file: twice(one, resigned(two.event, stranger)),
  },
  "key-of-another-party": {
    about: "A key of another party.",
    file: twice(one, resigned(two.event, broker.key)),
  },
  "event-altered": {
    about: "An altered event: its signature recovers to some other key.",
    file: changed((copy) => (copy.events[1].event.time += 1)),
  },
  "signature-of-the-other": {
    about: "Both have one signature.",
    file: changed((copy) => (copy.events[0].signature = two.signature)),
  },
  "both-keys-unknown": {
    about: "Neither key is the party's: each event is found fault with.",
    file: twice(resigned(one.event, stranger), resigned(two.event, broker.key)),
  },
  "key-unknown-and-log-proof-wrong": {
    about: "What the chain says is all told.",
    file: placed([one, resigned(two.event, stranger)], [alteredProof(placeOf(one)), undefined]),
  },
  "several-faults": {
    about: "What the file alone shows is all told, and the node is not asked then.",
    file: changed((copy) => {
      copy.previous = ZERO_HASH;
      copy.events[0].signature = `0x${"00".repeat(65)}`;
      copy.events[1].event.actor = broker.address;
    }),
    node: "none",
  },
  "no-object": { about: "A file has an object.", file: [] },
  "format-of-a-bundle": { about: "Another format.", file: { ...file, format: "reelproof-bundle" } },
  "version-2": { about: "A version that there is not.", file: { ...file, version: 2 } },
  "chain-0": { about: "A chain id is at least 1.", file: { ...file, chainId: 0 } },
  "member-too-many": { about: "A member that a file does not have.", file: { ...file, note: "" } },
  "events-1": { about: "One event.", file: { ...file, events: [file.events[0]] } },
  "events-3": {
    about: "Three events.",
    file: { ...file, events: [...file.events, file.events[0]] },
  },
  "event-with-details": {
    about: "An event with details, which a trail has and a file has not.",
    file: { ...file, events: [file.events[0], { ...file.events[1], details: null }] },
  },
  "signature-null": {
    about: "A signature is never missing.",
    file: { ...file, events: [file.events[0], { ...file.events[1], signature: null }] },
  },
  "signature-of-64-bytes": {
    about: "A signature has 65 bytes.",
    file: changed((copy) => (copy.events[0].signature = copy.events[0].signature.slice(0, 130))),
  },
  "log-size-0": {
    about: "A log in which an event is has at least one.",
    file: changed(
      (copy) => (copy.events[0].logged!.size = 0),
      placed(pair, [placeOf(one), undefined]),
    ),
  },
  "proof-of-54-hashes": {
    about: "No proof has more than 53 hashes.",
    file: changed(
      (copy) => (copy.events[0].logged!.proof = Array<string>(54).fill(ZERO_HASH)),
      placed(pair, [placeOf(one), undefined]),
    ),
  },
};

const request = async (method: string, params: readonly unknown[]) => answer(chain, method, params);
const reader = ledgerReader({ request, ...domain });
const silent: LedgerReader = {
  ...reader,
  head: () => Promise.reject(new ProtocolError("CHAIN_UNREACHABLE", "no answer")),
};

async function judge({ about, file: input, node }: Case): Promise<Vector> {
  const asked = node === "none" ? null : node === "silent" ? silent : reader;
  const { standing, events, findings } = await checkEquivocation(
    input,
    domain,
    asked,
    recoverWithNoble,
  );
  const codesOf = (some: typeof findings) => [...new Set(some.map(({ code }) => code))].toSorted();
  return {
    about,
    chain: node ? null : `chains/${CHAIN}.json`,
    node: node ?? "answers",
    trust: domain,
    file: input,
    standing,
    codes: codesOf(findings),
    events: events.map(({ digest, signer, loggedIn }) => ({
      digest,
      signer,
      loggedIn,
      codes: codesOf(findings.filter(({ event }) => event === digest)),
    })),
  };
}

const vectors: Vectors = {};
for (const [folder, cases] of [
  ["valid", proven],
  ["invalid", nothing],
] as const)
  for (const [name, each] of Object.entries(cases)) {
    const vector = await judge(each);
    if ((vector["standing"] === "NONE") !== (folder === "invalid"))
      throw new Error(`${name} is ${String(vector["standing"])}`);
    vectors[`${folder}/${name}`] = vector;
  }

/** Makes the files, each with what it proves. */
export const equivocationVectors = (): Vectors => vectors;

/** Makes the chain that their node reads. */
export const equivocationChain = (): Vectors => ({
  [CHAIN]: {
    about:
      "A ledger with two keys of one party, one of them revoked, and two checkpoint contracts.",
    ...chain,
  },
});
