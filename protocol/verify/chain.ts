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
import { ACTIONS } from "../event/event.ts";
import { type LotState, issuerOf, wordOf } from "../event/lot.ts";
import { claimedLots } from "../trail/trail.ts";
import type { Trail } from "../trail/trail.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../base/values.ts";
import type { Trust } from "../verdict/trust.ts";
import { type KnownLog, type LogFault, NO_LOGS, readLogs } from "./logs.ts";
import type { Replay, Standing, Step } from "./replay.ts";

/** What the chain shows of a trail. */
export interface Chain {
  head: Block;
  registry: Registry;
  records: Map<Step, EventRecorded>;
  /** For each event without a record, the record in its place: of the same lot, after the same word. */
  rivals: Map<Step, EventRecorded>;
  /** Events without a record that the ledger must have recorded, because it recorded later ones. */
  proven: Set<Step>;
  /** If nothing is on the ledger: the first checkpoint that contains each event. */
  logged: Map<Step, CheckpointAnchored>;
  /** If nothing is on the ledger: why an event's proof from a log does not count. */
  logFaults: Map<Step, LogFault>;
  /** Logs that the reader has followed, if the trail is log-only. */
  followed: KnownLog[];
  /** By lot or ancestor, the ledger's word for it, if the trail does not lead to that word. */
  forkedWords: Map<string, string>;
  /** The first record of each of these lots that the trail lacks. Missing if the node does not show it. */
  forks: Map<string, EventRecorded>;
  /** By lot, the record in the place of an event that the trail has in a log. */
  settledElsewhere: Map<string, EventRecorded>;
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
    forks: new Map(),
    settledElsewhere: new Map(),
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
  for (const [lot, other] of await readWords(reader, replay, { head, records, ledgerWords }))
    ledgerWords.set(lot, other);
  const proven = provenSteps(replay, records, ledgerWords);
  const settled = history.findLast(({ step }) => records.has(step) || proven.has(step));

  const forkedWords = forkedWordsOf(replay, ledgerWords);
  const forks = await forksOf(reader, trail, replay, records, [...forkedWords.keys()], head);
  const open = steps.filter((step) => !records.has(step) && !proven.has(step));
  const taken = open.flatMap((step) =>
    placesTaken(step, forks).map((place) => ({ step, ...place })),
  );
  const isLogged = ({ step }: { step: Step }) => step.logged !== undefined;
  const rivals = new Map(
    taken
      .filter((place) => !isLogged(place))
      .map(({ step, record }) => [step, record] as const)
      .reverse(), // the first of an event's places counts
  );
  const settledElsewhere = new Map(
    taken
      .filter(isLogged)
      .map(({ lot, record }) => [lot, record] as const)
      .reverse(),
  );

  const isOnLedger =
    records.size + proven.size > 0 || [...ledgerWords.values()].some((each) => each !== ZERO_HASH);
  const logs = isOnLedger
    ? NO_LOGS
    : await readLogs(reader, trust.checkpoints, steps, facts?.logs ?? [], head);
  const checkpoints = [...logs.logged.values()];

  const times = await readTimes(
    reader,
    head,
    [...recorded, ...partyFacts, ...notices, ...forks.places.values(), ...checkpoints],
    [...[...recorded, ...notices, ...rivals.values(), ...checkpoints].map(({ block }) => block)],
  );
  return {
    head,
    registry: new Registry(partyFacts),
    records,
    rivals,
    proven,
    settled,
    later: taken.some(({ lot }) => lot === trail.lot) ? undefined : forks.first.get(trail.lot),
    word,
    notices,
    times,
    logged: logs.logged,
    logFaults: logs.faults,
    followed: logs.followed,
    forkedWords,
    forks: forks.first,
    settledElsewhere,
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
  ledgerWords: ReadonlyMap<string, string>;
}

/**
 * Reads the ledger's words of the ancestors in unrecorded events: where one has a word that the trail does not lead to, another
 * event stands in the place of one of these. A trail that the ledger has recorded needs none of this.
 */
async function readWords(
  reader: LedgerReader,
  replay: Replay,
  { head, records, ledgerWords }: WordSearch,
): Promise<[string, string][]> {
  const proven = provenSteps(replay, records, ledgerWords);
  const open = replay.steps.filter((step) => !records.has(step) && !proven.has(step));
  const named = new Set(open.flatMap(({ event }) => event.entries.map(({ lot }) => lot)));
  const lots = [...replay.ancestry.lots].filter((lot) => named.has(lot) && lot !== replay.lot);
  if (lots.length === 0) return [];
  const words = await reader.eventWords(lots, head.hash);
  return lots.map((lot, i) => [lot, words[i]!]);
}

/** The ledger's words of the lot and of ancestors that the trail does not lead to. */
function forkedWordsOf(
  { histories }: Replay,
  ledgerWords: ReadonlyMap<string, string>,
): Map<string, string> {
  const isForked = ([lot, word]: [string, string]) =>
    word !== ZERO_HASH && !histories.get(lot)!.some((standing) => standing.word === word);
  return new Map([...ledgerWords].filter(isForked));
}

type Records = ReadonlyMap<Step, EventRecorded>;

/** What the ledger recorded of lots whose words the trail does not lead to. */
interface Forks {
  /** By lot, the first record that is not in the trail. */
  first: Map<string, EventRecorded>;
  /** By lot and word, the record that follows the word. */
  places: Map<string, EventRecorded>;
}

/**
 * Follows lots on the ledger from where the trail leaves its path. A party that moved one of them on issued it or stands in the
 * trail, so the records of these parties are enough.
 */
async function forksOf(
  reader: LedgerReader,
  trail: Trail,
  { steps, histories, ancestry }: Replay,
  records: Records,
  lots: readonly string[],
  head: Block,
): Promise<Forks> {
  const first = new Map<string, EventRecorded>();
  const places = new Map<string, EventRecorded>();
  for (const [{ event }, record] of records)
    for (const { lot, previous } of event.entries)
      if (ancestry.lots.has(lot)) places.set(lot + previous, record);
  if (lots.length === 0) return { first, places };
  const lastOf = (lot: string) => histories.get(lot)!.findLast(({ step }) => records.has(step));
  const searches = lots.map((lot) => {
    const last = lastOf(lot);
    return { lot, last, after: last && records.get(last.step)! };
  });
  const from = Math.min(...searches.map(({ after }) => after?.block ?? 0));
  const actors = [...new Set([...partiesOf(steps, trail), ...lots.map(issuerOf)])];
  const found = await reader.eventsOfActors(actors, from, head.number);
  const byDigest = new Map([...records.values(), ...found].map((each) => [each.digest, each]));
  const ordered = [...byDigest.values()].sort(inChainOrder);
  const inTrail = new Set(steps.map(({ digest }) => digest));
  for (const { lot, last, after } of searches) {
    const path = ordered.filter(
      (record) =>
        record.lots.some((line) => line.lot === lot) &&
        (after === undefined || isBefore(after, record)),
    );
    const unknown = path.find(({ digest }) => !inTrail.has(digest));
    if (unknown) first.set(lot, unknown);
    for (const [word, record] of wordsAlong(path, lot, last?.state ?? null))
      places.set(lot + word, record);
  }
  return { first, places };
}

/** Yields the records of a lot with the words that they follow. */
function* wordsAlong(
  path: readonly EventRecorded[],
  lot: string,
  start: LotState | null,
): Generator<[word: string, record: EventRecorded]> {
  let states = [start];
  for (const record of path) {
    const { digest, action, holder, consignee, lots } = record;
    const { quantity } = lots.find((line) => line.lot === lot)!;
    for (const state of states) yield [state ? wordOf(state) : ZERO_HASH, record];
    const heldAfter = (before: LotState | null): boolean[] => {
      if (action === ACTIONS.hold || action === ACTIONS.release) return [action === ACTIONS.hold];
      // The record does not say whether the lot that was split was on hold.
      return before ? [before.held] : action === ACTIONS.split ? [false, true] : [false];
    };
    states = states
      .flatMap(heldAfter)
      .map((held) => ({ lastEvent: digest, holder, consignee, quantity, held }));
  }
}

/** The lots of the trail that another record moved on from the word that an event follows, or made. */
function placesTaken({ event }: Step, { places }: Forks): { lot: string; record: EventRecorded }[] {
  return event.entries.flatMap(({ lot, previous }) => {
    const record = places.get(lot + previous);
    return record ? [{ lot, record }] : [];
  });
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
