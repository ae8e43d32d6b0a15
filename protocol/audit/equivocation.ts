// Makes and checks equivocation files: two events over one word of one lot, both signed by one party, for anyone to verify.
import { z } from "zod";
import { withholdEntries } from "../trail/bundle.ts";
import { fromHex } from "../base/bytes.ts";
import { parseWith } from "../base/canonical.ts";
import type { LedgerReader } from "../chain/reader.ts";
import { Registry } from "../chain/registry.ts";
import { type RecoverPublicKey, signerOrNone } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import { CustodyEvent, type Domain, eventDigest, type PartialEvent } from "../event/event.ts";
import { leafHash, verifyInclusion } from "../base/merkle.ts";
import { LogProof, TrailEvent } from "../trail/trail.ts";
import { Address, Hash, Signature } from "../base/values.ts";
import { faultOf } from "../base/words.ts";

const EQUIVOCATION_FORMAT = "reelproof-equivocation";
const EQUIVOCATION_VERSION = 1;

/** Entries of other lots may be withheld, as in a trail. */
const EventOfTwo = z.strictObject({
  event: TrailEvent.shape.event,
  signature: Signature,
  /** Its place in an operator's log: an event that was logged before its key was revoked was signed before, too. */
  logged: LogProof.exactOptional(),
});

export const Equivocation = z.strictObject({
  format: z.literal(EQUIVOCATION_FORMAT),
  version: z.literal(EQUIVOCATION_VERSION),
  chainId: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  ledger: Address,
  /** The checkpoint contract, which anchors the logs. Missing if neither event has `logged`. */
  checkpoints: Address.exactOptional(),
  lot: Hash,
  /** The word of the lot that both events follow. Zero: both events make the lot. */
  previous: Hash,
  events: z.tuple([EventOfTwo, EventOfTwo]),
});
export type Equivocation = z.infer<typeof Equivocation>;
/** The file as JSON: a withheld entry is its hash. */
export type EquivocationJson = z.input<typeof Equivocation>;

/** A complete event with its signature and, if known, its place in a log. */
export interface SignedTwice {
  event: CustodyEvent;
  signature: string;
  logged?: LogProof;
}

/**
 * Makes the file that proves two events over one word of a lot. Entries of other lots are withheld: they prove nothing here.
 * @throws ProtocolError BAD_FIELD if the file would be invalid
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

/** The findings of such a check: what each one means, and how much of the proof it leaves. */
export const EQUIVOCATION_FINDINGS = {
  EQUIVOCATION_MALFORMED: {
    means: "The file is not a valid equivocation file. Ask the sender for it again.",
    leaves: "nothing",
  },
  OTHER_LEDGER: {
    means:
      "The file belongs to another ledger or chain than the one you trust. Check which ledger you have set.",
    leaves: "nothing",
  },
  SAME_EVENT: {
    means:
      "Both events are the same, so the file proves nothing. Ask the sender for the second event.",
    leaves: "nothing",
  },
  WORD_NOT_FOLLOWED: {
    means:
      "An event does not follow the lot's word that the file names, so the file proves nothing. Ask the sender for the right event.",
    leaves: "nothing",
  },
  ACTORS_DIFFER: {
    means:
      "Two different parties signed the events, for example when one receives what the other cancels. That is a race, not an equivocation. Check which of the two the ledger recorded.",
    leaves: "nothing",
  },
  SIGNATURE_WRONG: {
    means: "A signature is malformed, so it was altered. Ask the sender for the signed original.",
    leaves: "nothing",
  },
  KEY_NOT_OF_PARTY: {
    means:
      "The party never enrolled the key that signed, so the event is not proven to be its own. Ask that party.",
    leaves: "nothing",
  },
  CHAIN_NOT_ASKED: {
    means:
      "No node was named, so it was not checked whose keys signed. Check the file again with a node.",
    leaves: "half",
  },
  CHAIN_UNREACHABLE: {
    means:
      "The node gave no usable answer, so it was not checked whose keys signed. Try again, or use another node.",
    leaves: "half",
  },
  LOG_PROOF_WRONG: {
    means:
      "The proof does not show that the event is in the log, so it is ignored. Ask the sender for the proof again.",
    leaves: "all",
  },
  KEY_REVOKED: {
    means:
      "The key was revoked, and no log proves that the event is older. Anyone who had the key may have signed it later. Ask the party whether the signature is its own.",
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
  event: PartialEvent;
  /** The key that signed; null if the signature is malformed. */
  signer: string | null;
  /** The operator whose log has the event, and the block that anchors it, proven by the node. Null if nothing proves it. */
  loggedIn: { operator: string; block: number } | null;
}

export interface EquivocationReport {
  /** PROVEN: the party signed both. UNCHECKED: the file fits, but the keys were not checked. NONE: no equivocation. */
  standing: "PROVEN" | "UNCHECKED" | "NONE";
  /** The file's subject; null if the file is malformed. */
  about:
    | (Pick<Equivocation, "chainId" | "ledger" | "lot" | "previous"> & { party: string | null })
    | null;
  events: EquivocationEvent[];
  findings: (EquivocationFinding & { message: string })[];
}

/**
 * Checks such a file. The file proves that a party signed both events, not why.
 * @param input what JSON.parse returned, of any shape
 * @param trust the ledger that the reader of the file trusts, from another source than the file
 * @param reader reads that ledger; null if no node was named, which the report says
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
  const findings = [...faultsIn(file, events)];
  if (!findings.some(({ code }) => EQUIVOCATION_FINDINGS[code].leaves === "nothing"))
    findings.push(...(await askChain(reader, file, events)));
  return reportOf(file, events, findings);
}

type Reading =
  { file: Equivocation; malformed?: never } | { file?: never; malformed: EquivocationFinding };

function read(input: unknown): Reading {
  const code = "EQUIVOCATION_MALFORMED";
  try {
    const { data, error } = Equivocation.safeParse(input);
    if (data) return { file: data };
    const { field } = faultOf(error.issues[0]!);
    return { malformed: { code, ...(field !== undefined && { field }) } };
  } catch {
    return { malformed: { code } }; // a hostile object may throw when it is read (getters, proxies)
  }
}

function otherLedger({ chainId, ledger }: Equivocation, trust: Domain): EquivocationFinding {
  const [field, expected, actual] =
    chainId === trust.chainId
      ? ["ledger", trust.ledger, ledger]
      : ["chainId", trust.chainId, chainId];
  return { code: "OTHER_LEDGER", field: String(field), expected: expected!, found: actual! };
}

/** Yields the faults that the file alone shows. */
function* faultsIn(
  { lot, previous }: Equivocation,
  events: readonly EquivocationEvent[],
): Iterable<EquivocationFinding> {
  const [one, two] = events as [EquivocationEvent, EquivocationEvent];
  if (one.digest === two.digest) yield { code: "SAME_EVENT", event: one.digest };
  for (const [i, { digest, event, signer }] of events.entries()) {
    const entry = event.entries.find((each) => each.lot === lot);
    if (entry?.previous !== previous) {
      const actual = entry && { found: entry.previous };
      yield {
        code: "WORD_NOT_FOLLOWED",
        event: digest,
        field: `events.${i}.event.entries`,
        expected: previous,
        ...actual,
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

/** Checks the keys and the log proofs on the chain. Sets `loggedIn` of each event that a log proves. */
async function askChain(
  reader: LedgerReader | null,
  file: Equivocation,
  events: EquivocationEvent[],
): Promise<EquivocationFinding[]> {
  if (reader === null) return [{ code: "CHAIN_NOT_ASKED" }];
  try {
    const { number: head } = await reader.head();
    const facts = await reader.partyFacts([events[0]!.event.actor], head);
    const { keys } = new Registry(facts);
    const faults = await readLogs(reader, file, events, head);
    return [...faults, ...events.flatMap((each, i) => keyFaults(keys, each, i))];
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
  keys: Registry["keys"],
  { digest, signer, loggedIn }: EquivocationEvent,
  i: number,
): EquivocationFinding[] {
  const about = { event: digest, field: `events.${i}.signature`, found: signer! };
  const key = keys.get(signer!);
  if (!key) return [{ code: "KEY_NOT_OF_PARTY", ...about }];
  const revoked = key.revokedAt?.block;
  if (revoked === undefined || (loggedIn && loggedIn.block < revoked)) return [];
  return [{ code: "KEY_REVOKED", ...about, expected: `before block ${revoked}` }];
}

function reportOf(
  file: Equivocation | null,
  events: EquivocationEvent[],
  findings: readonly EquivocationFinding[],
): EquivocationReport {
  const proofs = findings.map(({ code }) => EQUIVOCATION_FINDINGS[code].leaves);
  const [one, two] = events.map(({ event }) => event.actor);
  const party = one !== undefined && one === two ? one : null;
  const about =
    file &&
    (({ chainId, ledger, lot, previous }) => ({ chainId, ledger, lot, previous, party }))(file);
  return {
    standing: proofs.includes("nothing")
      ? "NONE"
      : proofs.includes("half")
        ? "UNCHECKED"
        : "PROVEN",
    about,
    events,
    findings: findings.map((each) => ({
      ...each,
      message: EQUIVOCATION_FINDINGS[each.code].means,
    })),
  };
}
