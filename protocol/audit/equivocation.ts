// Equivocation as a file that anyone can check: two events over one word of one lot, both signed with keys of one party.
import { z } from "zod";
import { withholdEntries } from "../trail/bundle.ts";
import { fromHex } from "../base/bytes.ts";
import { fieldOf, parseWith } from "../base/canonical.ts";
import type { LedgerReader } from "../chain/reader.ts";
import type { PartyFact } from "../chain/ledger-log.ts";
import { type RecoverPublicKey, signerOrNone } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import { CustodyEvent, type Domain, eventDigest, type ShownEvent } from "../event/event.ts";
import { leafHash, verifyInclusion } from "../base/merkle.ts";
import { Logged, TrailEvent } from "../trail/trail.ts";
import { Address, Hash, Signature } from "../base/values.ts";

const EQUIVOCATION_FORMAT = "reelproof-equivocation";
const EQUIVOCATION_VERSION = 1;

/** Entries of other lots may be withheld, as in a trail. */
const EventOfTwo = z.strictObject({
  event: TrailEvent.shape.event,
  signature: Signature,
  /** Where an operator's log has it: what was logged before a key was revoked was signed before. */
  logged: Logged.exactOptional(),
});

export const Equivocation = z.strictObject({
  format: z.literal(EQUIVOCATION_FORMAT),
  version: z.literal(EQUIVOCATION_VERSION),
  chainId: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  ledger: Address,
  /** The contract on which the logs are anchored; missing where neither event says where it was logged. */
  checkpoints: Address.exactOptional(),
  lot: Hash,
  /** The lot's word that both events follow; zero: both make the lot. */
  previous: Hash,
  events: z.tuple([EventOfTwo, EventOfTwo]),
});
export type Equivocation = z.infer<typeof Equivocation>;
/** As it stands in JSON: withheld entries are their hashes. */
export type EquivocationJson = z.input<typeof Equivocation>;

/** An event in whole, with its signature and, where it is known, its place in a log. */
export interface SignedTwice {
  event: CustodyEvent;
  signature: string;
  logged?: Logged;
}

/**
 * The file that shows two events over one word of a lot. Entries of other lots are withheld: they prove nothing here.
 * @throws ProtocolError BAD_FIELD where it would not be of its form
 */
export function equivocationOf(
  { chainId, ledger }: Domain,
  {
    lot,
    previous,
    checkpoints,
  }: { lot: string; previous: string; checkpoints?: string | undefined },
  events: readonly [SignedTwice, SignedTwice],
): EquivocationJson {
  const file = {
    format: EQUIVOCATION_FORMAT,
    version: EQUIVOCATION_VERSION,
    chainId,
    ledger,
    ...(checkpoints !== undefined && { checkpoints }),
    lot,
    previous,
    events: events.map((one) => ({
      ...one,
      event: withholdEntries(one.event, (each) => each === lot),
    })),
  };
  parseWith(Equivocation, file);
  return file as EquivocationJson;
}

/** What the check of such a file finds: what it means, and whether it leaves the file without its proof, or half of it. */
export const EQUIVOCATION_FINDINGS = {
  EQUIVOCATION_MALFORMED: { means: "It is not of the form of such a file.", leaves: "nothing" },
  OTHER_LEDGER: {
    means: "It is about another ledger than the one that is trusted.",
    leaves: "nothing",
  },
  SAME_EVENT: { means: "Both events are the same one.", leaves: "nothing" },
  WORD_NOT_FOLLOWED: {
    means: "An event does not follow that word of that lot.",
    leaves: "nothing",
  },
  ACTORS_DIFFER: {
    means:
      "Two parties act, as where one receives what the other cancels: a race between them, no equivocation.",
    leaves: "nothing",
  },
  SIGNATURE_WRONG: { means: "A signature is none that a key can have made.", leaves: "nothing" },
  KEY_NOT_OF_PARTY: {
    means: "The party has never enrolled the key that signed.",
    leaves: "nothing",
  },
  CHAIN_NOT_ASKED: { means: "No node was asked whose the keys are that signed.", leaves: "half" },
  CHAIN_UNREACHABLE: { means: "The node gave no answer that holds.", leaves: "half" },
  LOG_PROOF_WRONG: {
    means:
      "An event is not where the file says that it was logged; it counts as if it said nothing.",
    leaves: "all",
  },
  KEY_REVOKED: {
    means:
      "The key has been revoked, and no log has the event from before that, so anyone who had the key may have signed it later.",
    leaves: "all",
  },
} as const satisfies Record<string, { means: string; leaves: "all" | "half" | "nothing" }>;
export type EquivocationCode = keyof typeof EQUIVOCATION_FINDINGS;

export interface EquivocationFinding {
  code: EquivocationCode;
  /** The digest of the event that it is about. */
  event?: string;
  field?: string;
  expected?: string | number;
  found?: string | number;
}

/** One of the two events, as far as the file shows it. */
export interface EquivocationEvent {
  digest: string;
  event: ShownEvent;
  /** The key that signed; null where the signature is none. */
  signer: string | null;
  /** The block by which an operator had it in its log, proven by the node; null where nothing proves it. */
  loggedIn: { operator: string; block: number } | null;
}

export interface EquivocationReport {
  /** PROVEN: the party signed both. UNCHECKED: as far as the file alone shows. NONE: it proves no equivocation. */
  standing: "PROVEN" | "UNCHECKED" | "NONE";
  /** What the file is about; null where it is not of its form. */
  about:
    | (Pick<Equivocation, "chainId" | "ledger" | "lot" | "previous"> & { party: string | null })
    | null;
  events: EquivocationEvent[];
  findings: (EquivocationFinding & { message: string })[];
}

/**
 * Checks such a file. It proves that a party signed both events; why it did, it does not say.
 * @param input as JSON.parse gives it, of whatever shape
 * @param trust the ledger that the reader of the file trusts, from elsewhere than the file
 * @param reader of that ledger; null where there is no node to ask, which the report says
 * @returns the report; nothing about the file or the node is thrown
 */
export async function checkEquivocation(
  input: unknown,
  trust: Domain,
  reader: LedgerReader | null,
  recover: RecoverPublicKey,
): Promise<EquivocationReport> {
  const { file, malformed } = read(input);
  if (!file) return reportOf(null, [], [malformed]);
  if (file.chainId !== trust.chainId || file.ledger !== trust.ledger)
    return reportOf(file, [], [otherLedger(file, trust)]);
  const events = file.events.map(({ event, signature }): EquivocationEvent => {
    const digest = eventDigest(trust, event);
    return {
      digest,
      event,
      signer: signerOrNone(digest, signature, recover) ?? null,
      loggedIn: null,
    };
  });
  const found = [...faultsIn(file, events)];
  if (!found.some(({ code }) => EQUIVOCATION_FINDINGS[code].leaves === "nothing"))
    found.push(...(await askChain(reader, file, events)));
  return reportOf(file, events, found);
}

type Reading =
  { file: Equivocation; malformed?: never } | { file?: never; malformed: EquivocationFinding };

function read(input: unknown): Reading {
  const code = "EQUIVOCATION_MALFORMED";
  try {
    const { data, error } = Equivocation.safeParse(input);
    if (data) return { file: data };
    const field = fieldOf(error.issues[0]!);
    return { malformed: { code, ...(field !== undefined && { field }) } };
  } catch {
    return { malformed: { code } }; // objects that fight back when they are read are no such files either
  }
}

function otherLedger({ chainId, ledger }: Equivocation, trust: Domain): EquivocationFinding {
  const [field, expected, found] =
    chainId === trust.chainId
      ? ["ledger", trust.ledger, ledger]
      : ["chainId", trust.chainId, chainId];
  return { code: "OTHER_LEDGER", field: String(field), expected: expected!, found: found! };
}

/** What is wrong with the file in itself. */
function* faultsIn(
  { lot, previous }: Equivocation,
  events: readonly EquivocationEvent[],
): Iterable<EquivocationFinding> {
  const [one, two] = events as [EquivocationEvent, EquivocationEvent];
  if (one.digest === two.digest) yield { code: "SAME_EVENT", event: one.digest };
  for (const [i, { digest, event, signer }] of events.entries()) {
    const entry = event.entries.find((each) => each.lot === lot);
    if (entry?.previous !== previous) {
      const found = entry && { found: entry.previous };
      yield {
        code: "WORD_NOT_FOLLOWED",
        event: digest,
        field: `events.${i}.event.entries`,
        expected: previous,
        ...found,
      };
    }
    if (signer === null)
      yield { code: "SIGNATURE_WRONG", event: digest, field: `events.${i}.signature` };
  }
  if (one.event.actor !== two.event.actor)
    yield {
      code: "ACTORS_DIFFER",
      event: two.digest,
      expected: one.event.actor,
      found: two.event.actor,
    };
}

/** Whose the keys are, and what the logs say; what a log proves is set at its event. */
async function askChain(
  reader: LedgerReader | null,
  file: Equivocation,
  events: EquivocationEvent[],
): Promise<EquivocationFinding[]> {
  if (reader === null) return [{ code: "CHAIN_NOT_ASKED" }];
  try {
    const { number: head } = await reader.head();
    const facts = await reader.partyFacts([events[0]!.event.actor], head);
    const faults = await readLogs(reader, file, events, head);
    return [...faults, ...events.flatMap((each, i) => keyFaults(facts, each, i))];
  } catch (error) {
    if (error instanceof ProtocolError)
      return [{ code: "CHAIN_UNREACHABLE", found: error.message }];
    throw error;
  }
}

async function readLogs(
  reader: LedgerReader,
  { checkpoints, events: stated }: Equivocation,
  events: EquivocationEvent[],
  head: number,
): Promise<EquivocationFinding[]> {
  const wanted = stated.flatMap(({ logged }) => logged ?? []);
  if (wanted.length === 0) return [];
  const anchored =
    checkpoints === undefined ? [] : await reader.checkpoints(checkpoints, wanted, head);
  const faults: EquivocationFinding[] = [];
  for (const [i, { logged }] of stated.entries()) {
    if (!logged) continue;
    const { operator, index, size, proof } = logged;
    const at = anchored.find((each) => each.operator === operator && each.size === size);
    const each = events[i]!;
    const leaf = leafHash(fromHex(each.digest));
    if (at && verifyInclusion(leaf, index, size, proof.map(fromHex), fromHex(at.root)))
      each.loggedIn = { operator, block: at.block };
    else faults.push({ code: "LOG_PROOF_WRONG", event: each.digest, field: `events.${i}.logged` });
  }
  return faults;
}

function keyFaults(
  facts: readonly PartyFact[],
  { digest, signer, loggedIn }: EquivocationEvent,
  i: number,
): EquivocationFinding[] {
  const about = { event: digest, field: `events.${i}.signature`, found: signer! };
  const ofKey = (name: string) =>
    facts.find((fact) => fact.name === name && "key" in fact && fact.key === signer)?.block;
  if (ofKey("KeyEnrolled") === undefined) return [{ code: "KEY_NOT_OF_PARTY", ...about }];
  const revoked = ofKey("KeyRevoked");
  if (revoked === undefined || (loggedIn && loggedIn.block < revoked)) return [];
  return [{ code: "KEY_REVOKED", ...about, expected: `before block ${revoked}` }];
}

function reportOf(
  file: Equivocation | null,
  events: EquivocationEvent[],
  found: readonly EquivocationFinding[],
): EquivocationReport {
  const left = found.map(({ code }) => EQUIVOCATION_FINDINGS[code].leaves);
  const [one, two] = events.map(({ event }) => event.actor);
  const party = one !== undefined && one === two ? one : null;
  const about =
    file &&
    (({ chainId, ledger, lot, previous }) => ({ chainId, ledger, lot, previous, party }))(file);
  return {
    standing: left.includes("nothing") ? "NONE" : left.includes("half") ? "UNCHECKED" : "PROVEN",
    about,
    events,
    findings: found.map((each) => ({ ...each, message: EQUIVOCATION_FINDINGS[each.code].means })),
  };
}
