// Makes vectors of followed logs: what an operator and the chain show at each look, and the findings of a follower.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { recoverWithNoble } from "../../protocol/base/crypto.ts";
import { leafHash } from "../../protocol/base/merkle.ts";
import type { AuditCode } from "../../protocol/audit/findings.ts";
import { originOf, signNote } from "../../protocol/log/signed-note.ts";
import { appendLeaves, tilePath } from "../../protocol/log/tiles.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { auditMemory } from "../../test/support/audit-memory.ts";
import { type Look, lookAt, type ShownKey } from "../../test/support/looks.ts";
import {
  checkpointOf,
  commission,
  distributor,
  domain,
  type Logged,
  maker,
  makerKey,
  OPERATOR,
  proofFor,
  ship,
} from "../../test/support/operators.ts";
import type { Vector, Vectors } from "./vector.ts";

const { origin, seed, trust } = OPERATOR;
const lots = Array.from({ length: 9 }, (_, i) => commission(i));
const honest = lots.map(({ logged }) => logged);
const upTo = (size: number, log: readonly Logged[] = honest) => log.slice(0, size);
const rewritten = (index: number, log = honest) => log.with(index, commission(index, 999).logged);

const at = (block: number, logIndex = 0) => ({ block, logIndex });
const KEY: ShownKey = { party: maker, key: makerKey, enrolledAt: at(1), revokedAt: null };
const noteOf = (log: readonly Logged[]) => signNote({ origin, ...checkpointOf(log) }, seed);

/** Checkpoints anchored one after another, the first in block 10. */
function anchoredAt(...logs: (readonly Logged[])[]): Look["anchored"] {
  return logs.map((log, i) => ({
    ...checkpointOf(log),
    previousSize: i === 0 ? 0 : logs[i - 1]!.length,
    ...at(10 + i),
  }));
}

const tilesOf = (log: readonly Logged[]) =>
  Object.fromEntries(
    appendLeaves(
      0,
      [],
      log.map(({ digest }) => leafHash(fromHex(digest))),
    ).tiles.map((tile) => [tilePath(tile, tile.hashes.length / 32), toHex(tile.hashes)]),
  );

/** What an operator shows of a log, whole and unaltered but for the changes. */
function shown(log: readonly Logged[], changes: Partial<Look> = {}): Look {
  return {
    note: noteOf(log),
    others: [],
    entries: log.map(({ digest }) => digest),
    events: log.map(({ bytes, signature }) => ({ bytes, signature })),
    tiles: tilesOf(log),
    consistency: {},
    anchored: [],
    finalBlock: 1000,
    keys: [KEY],
    ...changes,
  };
}
const proofs = (log: readonly Logged[], ...sizes: number[]): Look["consistency"] =>
  Object.fromEntries(sizes.map((size) => [`${size}-${log.length}`, proofFor(size, log)]));

const made = lots[3]!;
const [sent, sentAgain] = [ship(made), ship(made, 100, 1_760_000_001)];
const base = [...upTo(3), made.logged];

interface Case {
  about: string;
  looks: Look[];
  /** The codes of all looks. */
  codes?: AuditCode[];
}

const valid: Record<string, Case> = {
  "log-that-grows": {
    about: "Three looks at a log that grows, anchored before and between them.",
    looks: [
      shown(upTo(3), { anchored: anchoredAt(upTo(2)) }),
      shown(upTo(5), {
        anchored: anchoredAt(upTo(2), upTo(4)),
        consistency: proofs(upTo(5), 3),
      }),
      shown(upTo(9), {
        anchored: anchoredAt(upTo(2), upTo(4), upTo(9)),
        consistency: proofs(upTo(9), 5),
      }),
    ],
  },
  "same-log-again": {
    about: "Nothing is new at the second look.",
    looks: [shown(upTo(3)), shown(upTo(3))],
  },
  "empty-log": { about: "A log without events.", looks: [shown([])] },
  "older-note-from-a-cache": {
    about: "The second note is older than the first: this one extends it.",
    looks: [
      shown(upTo(5)),
      shown(upTo(5), { note: noteOf(upTo(3)), consistency: proofs(upTo(5), 3) }),
    ],
  },
  "note-of-another-reader": {
    about: "Another reader was shown an older note, and a newer one, of the same log.",
    looks: [
      shown(upTo(5), {
        others: [noteOf(upTo(2)), noteOf(upTo(7))],
        consistency: { ...proofs(upTo(5), 2), ...proofs(upTo(7), 5) },
      }),
    ],
  },
  "events-withheld": {
    about: "The reader may see no event but the second: the others are counted.",
    looks: [shown(upTo(3), { events: [null, { ...honest[1]! }, null].map(viewOf) })],
  },
  "no-events": {
    about: "The reader has no key to see events with.",
    looks: [shown(upTo(3), { events: null })],
  },
  "state-not-known": {
    about:
      "The event that made the lot is withheld, so the shipment is not judged against its state.",
    looks: [
      shown([...base, ship(made, 7)], {
        events: [...base.map(viewOf).with(3, null), viewOf(ship(made, 7))],
      }),
    ],
  },
  "anchored-late": {
    about: "A size that was passed is anchored later, and proven then.",
    looks: [
      shown(upTo(5)),
      shown(upTo(5), { anchored: anchoredAt(upTo(3)), consistency: proofs(upTo(5), 3) }),
    ],
  },
  "key-revoked-after": {
    about: "The key was revoked after the checkpoint that has the events, in the same block.",
    looks: [
      shown(upTo(2), {
        anchored: anchoredAt(upTo(2)),
        keys: [{ ...KEY, revokedAt: at(10, 1) }],
      }),
    ],
  },
  "key-judged-once-it-is-final": {
    about:
      "The key stood at the first checkpoint that has the events, and its block is final: a node that says otherwise later is not asked again.",
    looks: [
      shown(upTo(2), { anchored: anchoredAt(upTo(2)), finalBlock: 10 }),
      shown(upTo(2), {
        anchored: anchoredAt(upTo(2)),
        finalBlock: 11,
        keys: [{ ...KEY, revokedAt: at(5) }],
      }),
    ],
  },
  "key-revoked-not-anchored": {
    about: "The key was revoked, and nothing that it signed is anchored yet: its events wait.",
    looks: [shown(upTo(2), { keys: [{ ...KEY, revokedAt: at(5) }] })],
  },
};

const invalid: Record<string, Case & { codes: AuditCode[] }> = {
  "note-by-another-key": {
    about: "Another key signed the note. The look ends there.",
    looks: [
      shown(upTo(3), {
        note: signNote({ origin, ...checkpointOf(upTo(3)) }, new Uint8Array(32).fill(8)),
        anchored: anchoredAt(upTo(9)),
      }),
    ],
    codes: ["NOTE_NOT_OF_LOG"],
  },
  "note-of-another-log": {
    about: "The log's key signed a note of another operator's log.",
    looks: [
      shown(upTo(3), {
        note: signNote({ origin: originOf(domain, maker), ...checkpointOf(upTo(3)) }, seed),
      }),
    ],
    codes: ["NOTE_NOT_OF_LOG"],
  },
  "note-of-another-reader-not-of-the-log": {
    about:
      "What another reader was shown is no note of this log. The log itself was followed before.",
    looks: [shown(upTo(3), { others: ["no note"] })],
    codes: ["NOTE_NOT_OF_LOG"],
  },
  "rewritten-before-the-position": {
    about:
      "The second note does not extend the first. The look ends there, also before what is anchored.",
    looks: [
      shown(upTo(3)),
      shown(upTo(5, rewritten(1)), {
        consistency: proofs(upTo(5, rewritten(1)), 3),
        anchored: anchoredAt(upTo(9)),
      }),
    ],
    codes: ["CHECKPOINTS_DO_NOT_FIT"],
  },
  "rewritten-at-the-same-size": {
    about: "Two roots of one size.",
    looks: [shown(upTo(3)), shown(upTo(3, rewritten(1)))],
    codes: ["CHECKPOINTS_DO_NOT_FIT"],
  },
  "proof-of-no-hashes": {
    about: "A proof with something that is no hash proves nothing.",
    looks: [shown(upTo(3)), shown(upTo(5), { consistency: { "3-5": [ZERO_HASH, "no hash"] } })],
    codes: ["CHECKPOINTS_DO_NOT_FIT"],
  },
  "older-note-of-another-log": {
    about: "The second note is older, and the first does not extend it. The look goes on.",
    looks: [
      shown(upTo(5)),
      shown(upTo(5), {
        note: noteOf(upTo(3, rewritten(1))),
        consistency: proofs(upTo(5), 3),
        anchored: anchoredAt(upTo(9)),
      }),
    ],
    codes: ["CHECKPOINTS_DO_NOT_FIT", "ANCHORED_NOT_SHOWN"],
  },
  "other-reader-has-another-log": {
    about: "Another reader was shown another log of the same size, and of a smaller.",
    looks: [
      shown(upTo(5), {
        others: [noteOf(upTo(5, rewritten(1))), noteOf(upTo(3, rewritten(1)))],
        consistency: proofs(upTo(5), 3),
      }),
    ],
    codes: ["CHECKPOINTS_DO_NOT_FIT"],
  },
  "anchored-other-root-on-the-way": {
    about: "A checkpoint of another log was anchored at a size that is computed on the way.",
    looks: [shown(upTo(5), { anchored: anchoredAt(upTo(3, rewritten(1))) })],
    codes: ["ANCHORED_ELSE"],
  },
  "anchored-other-root-at-a-size-passed": {
    about:
      "A checkpoint of another log was anchored at a size that was passed without being computed.",
    looks: [
      shown(upTo(5)),
      shown(upTo(5), {
        anchored: anchoredAt(upTo(3, rewritten(1))),
        consistency: proofs(upTo(5), 3),
      }),
    ],
    codes: ["ANCHORED_ELSE"],
  },
  "anchored-other-root-at-the-end": {
    about: "A checkpoint of another log was anchored at the size that is shown.",
    looks: [shown(upTo(5), { anchored: anchoredAt(upTo(5, rewritten(1))) })],
    codes: ["ANCHORED_ELSE"],
  },
  "anchored-more-than-shown": {
    about:
      "The log is larger than what is shown. It is told once, until another checkpoint is anchored.",
    looks: [
      shown(upTo(5), { anchored: anchoredAt(upTo(7)) }),
      shown(upTo(5), { anchored: anchoredAt(upTo(7)) }),
      shown(upTo(5), { anchored: anchoredAt(upTo(7), upTo(9)) }),
    ],
    codes: ["ANCHORED_NOT_SHOWN"],
  },
  "entries-too-few": {
    about: "Fewer entries than the note says.",
    looks: [shown(upTo(5), { entries: upTo(4).map(({ digest }) => digest) })],
    codes: ["TILES_DO_NOT_FIT"],
  },
  "entry-of-another-length": {
    about: "An entry of 31 bytes.",
    looks: [
      shown(upTo(3), {
        entries: upTo(3).map(({ digest }, i) => (i === 1 ? digest.slice(0, 64) : digest)),
      }),
    ],
    codes: ["TILES_DO_NOT_FIT"],
  },
  "root-not-of-the-entries": {
    about: "Entries and tiles fit, and lead to another root than the note's.",
    looks: [shown(upTo(3, rewritten(1)), { note: noteOf(upTo(3)) })],
    codes: ["TILES_DO_NOT_FIT"],
  },
  "anchored-part-is-kept": {
    about:
      "The root at the end is not that of the entries. What the chain confirms before it is kept, and the next look goes on there.",
    looks: [
      shown(upTo(5, rewritten(4)), { note: noteOf(upTo(5)), anchored: anchoredAt(upTo(3)) }),
      shown(upTo(5), { anchored: anchoredAt(upTo(3)), consistency: proofs(upTo(5), 3) }),
    ],
    codes: ["TILES_DO_NOT_FIT"],
  },
  "tile-not-of-the-entries": {
    about: "A tile with another hash than the entry's.",
    looks: [shown(upTo(3), { tiles: tilesOf(upTo(3, rewritten(1))) })],
    codes: ["LEAF_NOT_OF_EVENT"],
  },
  "event-not-json": {
    about: "What is shown is no event.",
    looks: [
      shown(upTo(3), { events: upTo(3).map(viewOf).with(1, { bytes: "{}", signature: null }) }),
    ],
    codes: ["EVENT_MALFORMED"],
  },
  "event-with-a-space": {
    about: "The event's JSON is not canonical.",
    looks: [
      shown(upTo(3), {
        events: upTo(3)
          .map(viewOf)
          .with(1, { ...honest[1]!, bytes: ` ${honest[1]!.bytes}` }),
      }),
    ],
    codes: ["EVENT_MALFORMED"],
  },
  "event-of-another-digest": {
    about: "Another event is shown.",
    looks: [shown(upTo(3), { events: upTo(3).map(viewOf).with(1, viewOf(honest[5]!)) })],
    codes: ["EVENT_MALFORMED"],
  },
  "event-twice": {
    about: "An event stands in the log a second time, and a third. It is judged once.",
    looks: [shown([...upTo(3), honest[1]!, honest[1]!])],
    codes: ["EVENT_TWICE"],
  },
  "event-twice-in-a-later-look": {
    about: "The second time is seen at the second look, where the event is withheld.",
    looks: [
      shown(upTo(2)),
      shown([...upTo(2), honest[1]!], {
        events: [...upTo(2).map(viewOf), null],
        consistency: proofs([...upTo(2), honest[1]!], 2),
      }),
    ],
    codes: ["EVENT_TWICE"],
  },
  "word-spent-twice": {
    about: "Two shipments of one lot follow one word.",
    looks: [shown([...base, sent, sentAgain])],
    codes: ["WORD_SPENT_TWICE"],
  },
  "word-spent-twice-in-a-later-look": {
    about: "The second shipment is seen at the second look.",
    looks: [
      shown([...base, sent]),
      shown([...base, sent, sentAgain], {
        consistency: proofs([...base, sent, sentAgain], 5),
      }),
    ],
    codes: ["WORD_SPENT_TWICE"],
  },
  "lot-made-twice": {
    about: "Two events make one lot: both follow the word zero.",
    looks: [shown([made.logged, commission(3, 999).logged])],
    codes: ["WORD_SPENT_TWICE"],
  },
  "rule-broken": {
    about:
      "More is shipped than there is. It is void: a valid shipment beside it spends the word once.",
    looks: [shown([...base, ship(made, 101), sent])],
    codes: ["RULE_BROKEN"],
  },
  "rule-broken-of-the-second": {
    about: "The second shipment breaks a rule, so it spends nothing.",
    looks: [shown([...base, sent, ship(made, 101)])],
    codes: ["RULE_BROKEN"],
  },
  "signature-missing": {
    about:
      "The second shipment is shown without a signature, so it does not count as a second event.",
    looks: [shown([...base, sent, { ...sentAgain, signature: null }])],
    codes: ["SIGNATURE_NOT_OF_PARTY"],
  },
  "signature-of-another-event": {
    about: "The signature of another event recovers to some other key.",
    looks: [shown([...base, { ...sent, signature: sentAgain.signature }])],
    codes: ["SIGNATURE_NOT_OF_PARTY"],
  },
  "signature-malformed": {
    about: "A signature that recovers to no key.",
    looks: [shown([...base, { ...sent, signature: "0x00" }])],
    codes: ["SIGNATURE_NOT_OF_PARTY"],
  },
  "key-of-another-party": {
    about: "The key is the distributor's.",
    looks: [shown(upTo(1), { keys: [{ ...KEY, party: distributor }] })],
    codes: ["SIGNATURE_NOT_OF_PARTY"],
  },
  "key-enrolled-after-the-checkpoint": {
    about: "The key was enrolled after the first anchored checkpoint that has the event.",
    looks: [
      shown(upTo(2), {
        anchored: anchoredAt(upTo(2)),
        keys: [{ ...KEY, enrolledAt: at(10, 1) }],
      }),
    ],
    codes: ["SIGNATURE_NOT_OF_PARTY"],
  },
  "key-revoked-before": {
    about:
      "The key was revoked before the first anchored checkpoint that has the third event; the others were anchored before.",
    looks: [
      shown(upTo(3), {
        anchored: anchoredAt(upTo(2), upTo(3)),
        keys: [{ ...KEY, revokedAt: at(10, 5) }],
      }),
    ],
    codes: ["KEY_REVOKED"],
  },
  "key-revoked-before-it-is-anchored": {
    about: "The events were followed before they were anchored; by then the key was revoked.",
    looks: [
      shown(upTo(2)),
      shown(upTo(2), { anchored: anchoredAt(upTo(2)), keys: [{ ...KEY, revokedAt: at(9) }] }),
    ],
    codes: ["KEY_REVOKED"],
  },
  "key-judged-again-until-final": {
    about:
      "The checkpoint's block is not final at the first look. At the second it is another block, before which the key was revoked; at the third nothing is judged any more.",
    looks: [
      shown(upTo(2), { anchored: anchoredAt(upTo(2)), finalBlock: 9 }),
      shown(upTo(2), {
        anchored: anchoredAt(upTo(2)).map((each) => ({ ...each, block: 12 })),
        finalBlock: 12,
        keys: [{ ...KEY, revokedAt: at(11) }],
      }),
      shown(upTo(2), {
        anchored: anchoredAt(upTo(2)).map((each) => ({ ...each, block: 12 })),
        finalBlock: 13,
        keys: [{ ...KEY, revokedAt: at(5) }],
      }),
    ],
    codes: ["KEY_REVOKED"],
  },
};

function viewOf(event: Logged | null): { bytes: string | null; signature: string | null } | null {
  return event && { bytes: event.bytes, signature: event.signature };
}

async function follow({ about, looks }: Case): Promise<Vector> {
  const memory = auditMemory();
  const seen = [];
  for (const look of looks)
    seen.push({ ...look, ...(await lookAt(look, memory, trust, recoverWithNoble)) });
  return {
    about,
    trust: { ...trust.domain, operator: trust.operator, key: trust.key },
    looks: seen,
  };
}

const vectors: Vectors = {};
for (const [folder, cases] of [
  ["valid", valid],
  ["invalid", invalid],
] as const)
  for (const [name, each] of Object.entries(cases) as [string, Case][]) {
    const vector = await follow(each);
    const found = (vector["looks"] as { findings: { code: AuditCode }[] }[]).flatMap(
      ({ findings }) => findings.map(({ code }) => code),
    );
    const codes = [...new Set(found)].toSorted();
    if (JSON.stringify(codes) !== JSON.stringify((each.codes ?? []).toSorted()))
      throw new Error(`${name} has ${JSON.stringify(found)}`);
    vectors[`${folder}/${name}`] = { ...vector, codes };
  }

/** Makes the looks, each with its findings. */
export const followedVectors = (): Vectors => vectors;
