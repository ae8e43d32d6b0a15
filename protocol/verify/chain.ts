// Reads everything that the verifier needs from the chain, as of one block, and checks that the node's answers agree.
import type { CheckpointAnchored } from "../chain/checkpoint.ts";
import type { Block } from "../chain/node.ts";
import type { EventRecorded, NoticeTaken, Position } from "../chain/ledger-log.ts";
import { inChainOrder, isBefore } from "../chain/place.ts";
import type { LedgerReader } from "../chain/reader.ts";
import { Registry } from "../chain/registry.ts";
import { ProtocolError } from "../base/errors.ts";
import type { Facts } from "../verdict/facts.ts";
import type { Observation } from "../verdict/verdict.ts";
import { issuerOf } from "../event/lot.ts";
import { claimedLots } from "../trail/trail.ts";
import type { Trail } from "../trail/trail.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../base/values.ts";
import type { Trust } from "../verdict/trust.ts";
import { type KnownLog, type LogFault, NO_LOGS, readLogs, hasClaims } from "./logs.ts";
import type { Replay, Standing, Step } from "./replay.ts";

/** What the chain shows of a trail. */
export interface Chain {
  head: Block;
  registry: Registry;
  records: Map<Step, EventRecorded>;
  /** For each event without a record, the record in its place. */
  rivals: Map<Step, EventRecorded>;
  /** Events without a record that the ledger must have recorded, because it recorded later ones. */
  proven: Set<Step>;
  /** If nothing is on the ledger: the first checkpoint that contains each event. */
  logged: Map<Step, CheckpointAnchored>;
  /** If nothing is on the ledger: why an event's proof from a log does not count. */
  logFaults: Map<Step, LogFault>;
  /** Logs that the reader has followed, if the trail is log-only. */
  followed: KnownLog[];
  /** By ancestor with unrecorded events: its word on the ledger, if the trail does not lead to that word. */
  forkedWords: Map<string, string>;
  /** The block in which the ledger forked from the trail, by lot or ancestor. Missing if the node does not show it. */
  forkedSince: Map<string, number>;
  /** The lot after its last event that the ledger has recorded. Undefined if it has recorded none. */
  settled: Standing | undefined;
  /** The first event of the lot after `settled` that the ledger has recorded and the trail lacks. */
  later: EventRecorded | undefined;
  /** The lot's word on the ledger. */
  word: string;
  /** The second words of the lot, its ancestors, and the lots that these claim to be. */
  noticeWords: Map<string, string>;
  /** In the order in which the ledger recorded them. */
  notices: NoticeTaken[];
  /** Times of the blocks of all records, notices and checkpoints, Unix seconds. */
  times: Map<number, number>;
}

/**
 * Asks the chain, if there is a node.
 * @param read reads what the verdict needs
 * @returns the chain, or a finding that says why there is none
 */
export async function askChain(
  reader: LedgerReader | null,
  read: (reader: LedgerReader) => Promise<Chain>,
): Promise<{ chain: Chain | null; observations: Observation[] }> {
  if (!reader) return { chain: null, observations: [{ code: "NO_NODE" }] };
  try {
    return { chain: await read(reader), observations: [] };
  } catch (error) {
    const isInconsistent = error instanceof ProtocolError && error.code === "CHAIN_INCONSISTENT";
    const reason = error instanceof Error ? error.message : undefined;
    return {
      chain: null,
      observations: [
        { code: isInconsistent ? "NODE_INCONSISTENT" : "NODE_UNREACHABLE", found: reason },
      ],
    };
  }
}

/** Reads the standing of some parties alone: what a label without a trail needs. */
export async function readStandings(
  reader: LedgerReader,
  parties: readonly string[],
  { at }: Pick<Trust, "at">,
): Promise<Chain> {
  const head = await reader.head(at);
  const facts = await reader.partyFacts([...new Set(parties)], head.number);
  await readTimes(reader, head, facts, []);
  return {
    head,
    registry: new Registry(facts),
    records: new Map(),
    rivals: new Map(),
    proven: new Set(),
    logged: NO_LOGS.logged,
    logFaults: NO_LOGS.faults,
    followed: NO_LOGS.followed,
    forkedWords: new Map(),
    forkedSince: new Map(),
    settled: undefined,
    later: undefined,
    word: ZERO_HASH,
    noticeWords: new Map(),
    notices: [],
    times: new Map(),
  };
}

/**
 * Reads from the chain everything about a trail.
 * @param trust names the block and the checkpoint contract, among others
 * @param facts the reader's facts: statements, whose issuers are looked up, and logs that it has followed
 * @throws ProtocolError CHAIN_UNREACHABLE, CHAIN_INCONSISTENT
 */
export async function readChain(
  reader: LedgerReader,
  trail: Trail,
  replay: Replay,
  trust: Trust,
  facts: Facts | null,
): Promise<Chain> {
  const { steps, ancestry, history } = replay;
  const issuers = facts?.statements?.map(({ statement }) => statement.issuer) ?? [];
  const head = await reader.head(trust.at);
  const otherLots = new Set([...ancestry.lots, ...claimedLots(ancestry)]);
  otherLots.delete(trail.lot);
  const lots = [trail.lot, ...otherLots];
  const [recorded, partyFacts, notices, words, wordsOfOthers] = await Promise.all([
    reader.events(
      steps.map(({ digest }) => digest),
      head.number,
    ),
    reader.partyFacts([...new Set([...partiesOf(steps, trail), ...issuers])], head.number),
    reader.notices(lots, head.number),
    reader.words([trail.lot], head.hash),
    reader.noticeWords([...otherLots], head.hash),
  ]);
  const byDigest = new Map(recorded.map((record) => [record.digest, record]));
  const records = new Map(steps.flatMap((step) => pair(step, byDigest.get(step.digest))));
  const { word, noticeWord } = words[0]!;
  const noticeWords = [noticeWord, ...wordsOfOthers];
  const ledgerWords = new Map([[trail.lot, word]]);
  for (const [lot, other] of await readWords(reader, replay, { head, records, trust, ledgerWords }))
    ledgerWords.set(lot, other);
  const proven = provenSteps(replay, records, ledgerWords);
  const settled = history.findLast(({ step }) => records.has(step) || proven.has(step));

  const forkedRecords = await readForkedRecords(reader, { head, steps, records, settled, word });
  const inTrail = new Set(steps.map(({ digest }) => digest));
  const unknown = forkedRecords.filter(({ digest }) => !inTrail.has(digest));
  const unmatched = steps.filter((step) => !records.has(step) && !proven.has(step));
  const rivals = new Map(
    unmatched.flatMap((step) => pair(step, mostAlike(step, ancestry.lots, unknown))),
  );
  const taken = new Set([...rivals.values()].map(({ digest }) => digest));
  const later = unknown.find(
    (record) => !taken.has(record.digest) && comesAfter(record, settled, records, trail.lot),
  );

  const forkedWords = forkedWordsOf(replay, ledgerWords);
  const isLotForked = word !== ZERO_HASH && settled === undefined && hasClaims(steps);
  const forkedLots = [...forkedWords.keys(), ...(isLotForked ? [trail.lot] : [])];
  const forks = await forksOf(reader, trail, steps, forkedLots, head);

  const isOnLedger =
    records.size + proven.size > 0 || [...ledgerWords.values()].some((each) => each !== ZERO_HASH);
  const logs = isOnLedger
    ? NO_LOGS
    : await readLogs(reader, trust.checkpoints, steps, facts?.logs ?? [], head);
  const checkpoints = [...logs.logged.values()];

  const times = await readTimes(
    reader,
    head,
    [...recorded, ...partyFacts, ...notices, ...unknown, ...forks.values(), ...checkpoints],
    [...[...recorded, ...notices, ...rivals.values(), ...checkpoints].map(({ block }) => block)],
  );
  return {
    head,
    registry: new Registry(partyFacts),
    records,
    rivals,
    proven,
    settled,
    later,
    word,
    notices,
    times,
    logged: logs.logged,
    logFaults: logs.faults,
    followed: logs.followed,
    forkedWords,
    forkedSince: new Map([...forks].map(([lot, { block }]) => [lot, block])),
    noticeWords: new Map(lots.map((lot, i) => [lot, noticeWords[i]!])),
  };
}

const pair = <K, V>(key: K, value: V | undefined): [K, V][] =>
  value === undefined ? [] : [[key, value]];

function partiesOf(steps: readonly Step[], { notices }: Trail): string[] {
  const named = steps.flatMap(({ event: { actor, holder, consignee } }) => [
    actor,
    holder,
    consignee,
  ]);
  const issuers = notices.map(({ notice }) => notice.issuer);
  return [...new Set([...named, ...issuers])].filter((address) => address !== ZERO_ADDRESS);
}

interface WordSearch {
  head: Block;
  records: ReadonlyMap<Step, unknown>;
  trust: Trust;
  ledgerWords: ReadonlyMap<string, string>;
}

/**
 * Reads the ledger's words of the ancestors in unrecorded events, if a log is to vouch for these: once an ancestor has a
 * word, only the ledger's path counts. A trail that the ledger has recorded needs none of this.
 */
async function readWords(
  reader: LedgerReader,
  replay: Replay,
  { head, records, trust, ledgerWords }: WordSearch,
): Promise<[string, string][]> {
  const proven = provenSteps(replay, records, ledgerWords);
  const open = replay.steps.filter((step) => !records.has(step) && !proven.has(step));
  if (trust.checkpoints === undefined || !hasClaims(open)) return [];
  const named = new Set(open.flatMap(({ event }) => event.entries.map(({ lot }) => lot)));
  const lots = [...replay.ancestry.lots].filter((lot) => named.has(lot) && lot !== replay.lot);
  const words = await reader.eventWords(lots, head.hash);
  return lots.map((lot, i) => [lot, words[i]!]);
}

/** The ancestors' words on the ledger that the trail does not lead to. */
function forkedWordsOf(
  { lot: own, histories }: Replay,
  ledgerWords: ReadonlyMap<string, string>,
): Map<string, string> {
  const isForked = ([lot, word]: [string, string]) =>
    lot !== own &&
    word !== ZERO_HASH &&
    !histories.get(lot)!.some((standing) => standing.word === word);
  return new Map([...ledgerWords].filter(isForked));
}

/**
 * Finds the first record of each lot that is not in the trail. The party that made the fork issued the lot or stands in the
 * trail, so the records of these parties are enough.
 */
async function forksOf(
  reader: LedgerReader,
  trail: Trail,
  steps: readonly Step[],
  lots: readonly string[],
  head: Block,
): Promise<Map<string, EventRecorded>> {
  if (lots.length === 0) return new Map();
  const actors = [...new Set([...partiesOf(steps, trail), ...lots.map(issuerOf)])];
  const inTrail = new Set(steps.map(({ digest }) => digest));
  const others = (await reader.eventsOfActors(actors, 0, head.number)).filter(
    ({ digest }) => !inTrail.has(digest),
  );
  const ordered = others.sort(inChainOrder);
  return new Map(
    lots.flatMap((lot) =>
      pair(
        lot,
        ordered.find((record) => record.lots.some((line) => line.lot === lot)),
      ),
    ),
  );
}

/**
 * Finds the steps that the ledger must have recorded. It accepts an event only if it has the words that the event follows.
 * So it has recorded everything before a recorded event, and everything that led to its current words.
 */
function provenSteps(
  { steps, histories }: Replay,
  records: ReadonlyMap<Step, unknown>,
  ledgerWords: ReadonlyMap<string, string>,
): Set<Step> {
  const proven = new Set<Step>();
  for (const [lot, word] of ledgerWords) {
    const last = histories.get(lot)!.find((standing) => standing.word === word);
    if (last) proven.add(last.step);
  }
  for (const step of steps.toReversed())
    if (records.has(step) || proven.has(step))
      for (const before of step.follows) proven.add(before);
  for (const step of records.keys()) proven.delete(step);
  return proven;
}

interface ForkSearch {
  head: Block;
  steps: readonly Step[];
  records: ReadonlyMap<Step, EventRecorded>;
  settled: Standing | undefined;
  word: string;
}

/** The most blocks to search for records in the place of altered events. */
const MAX_HINTED_BLOCKS = 8;

/** Searches the ledger's records that explain a mismatch. They only name the fault; they decide nothing. */
async function readForkedRecords(
  reader: LedgerReader,
  { head, steps, records, settled, word }: ForkSearch,
): Promise<EventRecorded[]> {
  const hints = steps
    .filter((step) => !records.has(step))
    .map(({ settled }) => settled?.block ?? Infinity);
  const hinted = [...new Set(hints)]
    .filter((block) => block <= head.number)
    .slice(0, MAX_HINTED_BLOCKS);
  const candidates: EventRecorded[] = [];
  for (const { hash } of await reader.blocks(hinted))
    for (const log of await reader.logsOfBlock(hash))
      if (log.name === "EventRecorded") candidates.push(log);
  if (word !== (settled?.word ?? ZERO_HASH) && settled) {
    // Only its holder or its consignee can have moved the lot on.
    const { holder, consignee } = settled.state;
    const from = records.get(settled.step)?.block ?? 0;
    const actors = [holder, consignee].filter((address) => address !== ZERO_ADDRESS);
    for (const record of await reader.eventsOfActors(actors, from, head.number))
      candidates.push(record);
  }
  const unique = new Map(candidates.map((record) => [record.digest, record]));
  return [...unique.values()].sort(inChainOrder);
}

/** The record that shares a lot with an event, and the most other fields. */
function mostAlike(step: Step, trailLots: ReadonlySet<string>, records: readonly EventRecorded[]) {
  const { event, settled } = step;
  const lots = new Set(event.entries.map(({ lot }) => lot).filter((lot) => trailLots.has(lot)));
  const likeness = (record: EventRecorded) =>
    Number(record.transaction === settled?.transaction) +
    (["action", "actor", "holder", "consignee", "time", "details"] as const).filter(
      (name) => record[name] === event[name],
    ).length;
  return records
    .filter((record) => record.lots.some(({ lot }) => lots.has(lot)))
    .sort((a, b) => likeness(b) - likeness(a))[0];
}

function comesAfter(
  record: EventRecorded,
  settled: Standing | undefined,
  records: ReadonlyMap<Step, EventRecorded>,
  lot: string,
): boolean {
  const last = settled && records.get(settled.step);
  return (
    record.lots.some((each) => each.lot === lot) && (last === undefined || isBefore(last, record))
  );
}

/** Reads the blocks' times. Checks first that all logs are in blocks of the one chain that leads to the head. */
async function readTimes(
  reader: LedgerReader,
  head: Block,
  logs: readonly Position[],
  wanted: readonly number[],
): Promise<Map<number, number>> {
  const hashes = new Map([[head.number, head.hash]]);
  const check = (number: number, hash: string) => {
    if ((hashes.get(number) ?? hash) !== hash)
      throw new ProtocolError(
        "CHAIN_INCONSISTENT",
        "the node answered from two branches of the chain",
      );
    hashes.set(number, hash);
  };
  for (const { block, blockHash } of logs) check(block, blockHash);
  const blocks = await reader.blocks([...new Set(wanted)]);
  for (const { number, hash } of blocks) check(number, hash);
  return new Map(blocks.map(({ number, time }) => [number, time]));
}
