// Makes vectors of followed logs beside log-only bundles: whether the trail is proven to be the latest, by logs.
import { recoverWithNoble } from "../../protocol/base/crypto.ts";
import type { BundleJson } from "../../protocol/trail/bundle.ts";
import type { FollowedLog } from "../../protocol/verdict/facts.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { type JudgedLatest, judgeLatest } from "../../test/support/latest-case.ts";
import { followed } from "../../test/support/logs.ts";
import { LOG_CHAIN, followedLog, logBundles, logChain, logTrust } from "./bundles/logs.ts";
import type { Vectors } from "./vector.ts";

const bundleOf = (name: string) => logBundles[`valid/${name}`]!["bundle"] as BundleJson;
const { trail } = bundleOf("log-product");
const lots = new Set(
  trail.events.flatMap(({ event }) =>
    event.entries.flatMap((entry) => (typeof entry === "string" ? [] : [entry.lot])),
  ),
);

/** The whole log, as far as it follows words of the trail's lots. */
function whole(more: Partial<FollowedLog> = {}): FollowedLog {
  const all = followed(followedLog);
  return { ...all, after: all.after.filter(({ lot }) => lots.has(lot)), ...more };
}
const usual = whole();
const own = trail.events.map(({ event }) => event);
const first = own[0]!.entries.find((entry) => typeof entry !== "string") as { lot: string };
const lastWord = usual.after.findLast(({ lot }) => lot === trail.lot)!;
const stranger = `0x${"5a".repeat(32)}`;
const spent = { lot: first.lot, word: `0x${"00".repeat(32)}`, event: stranger };
const elsewhere = (more: Partial<FollowedLog>): FollowedLog => ({
  operator: `0x${"ee".repeat(20)}`,
  size: 5,
  root: `0x${"77".repeat(32)}`,
  withheld: 0,
  after: [],
  ...more,
});
const after = (...more: FollowedLog["after"]) => [...usual.after, ...more];

interface Case {
  about: string;
  of?: "log-older";
  followed: FollowedLog[];
  trust?: Trust;
}

const valid: Record<string, Case> = {
  "no-log-followed": { about: "The reader has followed no log.", followed: [] },
  "log-followed-to-its-end": {
    about: "The log was followed to its newest checkpoint, and has nothing else.",
    followed: [usual],
  },
  "another-log-followed-too": {
    about: "Another log was followed as well, and is not anchored: it takes nothing away.",
    followed: [usual, elsewhere({})],
  },
  "only-another-log-followed": {
    about: "The log that has the trail's events was not followed.",
    followed: [elsewhere({ after: usual.after })],
  },
  "log-followed-to-an-older-size": {
    about: "A newer checkpoint is anchored.",
    followed: [
      whole({
        size: followedLog.sizes.at(-2)!,
        root: followed({ ...followedLog, sizes: followedLog.sizes.slice(0, -1) }).root,
      }),
    ],
  },
  "log-with-another-root": {
    about: "The log that was followed has another root than the one that is anchored.",
    followed: [whole({ root: `0x${"77".repeat(32)}` })],
  },
  "log-with-a-withheld-event": {
    about: "One event was withheld from the follower.",
    followed: [whole({ withheld: 1 })],
  },
  "log-of-another-trail": {
    about: "What was followed does not have the trail's own events.",
    followed: [whole({ after: [] })],
  },
  "log-not-final": {
    about: "The newest checkpoint is not final.",
    followed: [usual],
    trust: { ...logTrust, finality: 3 },
  },
  "word-of-another-lot": {
    about:
      "An event that follows a word which no event of the trail follows, of a lot that is not the trail's.",
    followed: [whole({ after: after({ lot: stranger, word: stranger, event: stranger }) })],
  },
  "later-event-not-anchored": {
    about: "An event follows the lot's last word, in a log that is not anchored so.",
    of: "log-older",
    followed: [elsewhere({ after: [{ ...lastWord, event: stranger }] })],
  },
};

const invalid: Record<string, Case> = {
  "word-spent-twice": {
    about: "The log has another event that makes the trail's first lot.",
    followed: [whole({ after: after(spent) })],
  },
  "word-spent-twice-in-another-log": {
    about: "Another operator's log has it; whether that is anchored does not matter.",
    followed: [usual, elsewhere({ after: [spent] })],
  },
  "word-spent-twice-in-a-log-with-a-withheld-event": {
    about: "It is told beside LATEST_UNPROVEN.",
    followed: [whole({ withheld: 1, after: after(spent) })],
  },
  "later-event-logged": {
    about: "The trail lacks the lot's last event, which the log has.",
    of: "log-older",
    followed: [usual],
  },
};

const vectors: Vectors = {};
for (const [folder, cases] of [
  ["valid", valid],
  ["invalid", invalid],
] as const)
  for (const [
    name,
    { about, of = "log-product", followed: logs, trust = logTrust },
  ] of Object.entries(cases)) {
    const judged: JudgedLatest[] = await judgeLatest(
      { trail: bundleOf(of).trail, followed: logs },
      trust,
      logChain,
      recoverWithNoble,
    );
    const fails = judged.some(({ verdict }) => verdict === "FAIL");
    if (fails !== (folder === "invalid")) throw new Error(`${name} has ${JSON.stringify(judged)}`);
    vectors[`${folder}/${name}`] = {
      about,
      chain: `chains/${LOG_CHAIN}.json`,
      bundle: `bundles/valid/${of}.json`,
      trust,
      followed: logs,
      findings: judged,
    };
  }

/** Makes the followed logs, each with what they say of the trail. */
export const latestVectors = (): Vectors => vectors;
