// Verifies bundles away from the page, and takes their events apart to the bytes that were signed. Nothing here asks the service:
// the bundle comes from the page, and the answers from the node that the reader names.
import "../../verify/jitless.ts";
import { canonicalize } from "../../../protocol/base/canonical.ts";
import { toHex, utf8 } from "../../../protocol/base/bytes.ts";
import { sha256, signerOrNone, type RecoverPublicKey } from "../../../protocol/base/crypto.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { ledgerReader } from "../../../protocol/chain/reader.ts";
import { disclosureRoot } from "../../../protocol/event/disclosure.ts";
import { actionName, eventDigester } from "../../../protocol/event/event.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { type Bundle, parseBundle, readBundle } from "../../../protocol/trail/bundle.ts";
import { verifyBundle } from "../../../protocol/verify/bundle.ts";
import { readSettings } from "../../verify/settings.ts";
import { backEndOf, clientOf } from "../../verify/check.ts";
import { type Asking, connect } from "../../verify/node.ts";
import type {
  Answer,
  Evidence,
  EventEvidence,
  Question,
  StepState,
  ToVerify,
} from "./verifier-messages.ts";

const answer = (message: Answer) => postMessage(message);
const report = (state: StepState) => answer({ kind: "step", state });

onmessage = ({ data }: MessageEvent<Question>) => {
  const work = data.kind === "verify" ? verify(data.ask) : takeApart(data.bundle);
  work.catch((error: unknown) => answer({ kind: "failed", message: reasonOf(error) }));
};

const reasonOf = (error: unknown): string =>
  error instanceof ProtocolError
    ? `${error.message} (${[error.code, error.field].filter(Boolean).join(", ")})`
    : String(error instanceof Error ? error.message : error);

/** Signatures between two reports of progress. */
const REPORT_EVERY = 20;

async function verify({ bundle, typed, now, at, policy, facts }: ToVerify): Promise<void> {
  const { settings, errors } = readSettings(typed, false);
  if (Object.keys(errors).length > 0) return answer({ kind: "refused", errors });
  const began = performance.now();
  const { input, sha256: hash, size } = read(bundle);
  const { recover, backEnd } = await backEndOf();
  const spent = { signatures: 0, ms: 0 };
  const signatures = (isDone: boolean) =>
    report({ step: "signatures", isDone, counted: spent.signatures, tookMs: spent.ms });
  const watched: RecoverPublicKey = (...args) => {
    const start = performance.now();
    const key = recover(...args);
    spent.ms += performance.now() - start;
    if (++spent.signatures % REPORT_EVERY === 0) signatures(false);
    return key;
  };
  report({
    step: "read",
    isDone: true,
    counted: size,
    tookMs: performance.now() - began,
    note: hash,
  });
  const { chainId, ledger, checkpoints, finality, node } = settings;
  let asking: Asking = { asked: 0, answered: 0, waitedMs: 0 };
  const request =
    node === null
      ? null
      : connect(node, new AbortController().signal, (state) => {
          asking = { ...state };
          report({
            step: "node",
            isDone: false,
            counted: asking.answered,
            tookMs: asking.waitedMs,
          });
        });
  const reader = request && ledgerReader({ request, chainId, ledger });
  const client = request ? clientOf(request) : Promise.resolve(null);
  const trust = {
    ...{ chainId, ledger, finality, now },
    ...(checkpoints !== null && { checkpoints }),
    ...(node !== null && { node: new URL(node).origin }),
    ...(at !== undefined && { at }),
    ...(policy && { policy }),
  };
  const start = performance.now();
  const verdict = await verifyBundle(input, trust, reader, watched, { facts: facts ?? null });
  const all = performance.now() - start;
  signatures(true);
  const note = (await client) ?? undefined;
  report({
    step: "node",
    isDone: true,
    counted: asking.answered,
    tookMs: asking.waitedMs,
    ...(note !== undefined && { note }),
  });
  report({
    step: "rules",
    isDone: true,
    counted: verdict.rules.length,
    tookMs: Math.max(0, all - spent.ms - asking.waitedMs),
  });
  answer({ kind: "verdict", verdict, tookMs: performance.now() - began, backEnd });
}

function read(text: string) {
  const bytes = utf8(text);
  return { input: parseBundle(bytes), sha256: toHex(sha256(bytes)), size: bytes.length };
}

async function takeApart(text: string): Promise<void> {
  const { recover } = await backEndOf();
  const { input, ...file } = read(text);
  const bundle = readBundle(input);
  const { chainId, ledger } = bundle.trail;
  const digestOf = eventDigester({ chainId, ledger });
  const events = bundle.trail.events.map((item, i) =>
    evidenceOf(item, (input as Raw).trail.events[i]!.event, digestOf(item.event), bundle, recover),
  );
  const evidence: Evidence = { chainId, ledger, ...file, events };
  answer({ kind: "evidence", evidence });
}

/** The bundle before its schema read it: withheld entries are hashes there, as in the file. */
interface Raw {
  trail: { events: { event: unknown }[] };
}

function evidenceOf(
  { event, signature, details, settled, logged }: Bundle["trail"]["events"][number],
  raw: unknown,
  digest: string,
  { restricted = {} }: Bundle,
  recover: RecoverPublicKey,
): EventEvidence {
  const shown = event.entries.filter(({ withheld }) => withheld === undefined);
  return {
    digest,
    action: actionName(event.action) ?? null,
    actor: event.actor,
    time: event.time,
    lots: shown.map(({ lot, quantity, previous }) => ({
      ...{ lot, quantity },
      isNew: previous === ZERO_HASH,
    })),
    withheldEntries: event.entries.flatMap(({ withheld }, index) =>
      withheld === undefined ? [] : [{ index, hash: withheld }],
    ),
    bytes: canonicalize(raw),
    signature,
    signer: signerOrNone(digest, signature, recover) ?? null,
    root: event.details,
    detailsRoot: details && rootOf(details, event.entries.length),
    open: (details?.open ?? []).map(({ path, value, salt }) => ({
      ...{ name: path.join("."), salt },
      value: String(value),
    })),
    withheld: (details?.withheld ?? []).map(({ path, inner }) => ({ name: path.join("."), inner })),
    restricted: Object.entries(restricted[digest] ?? {}).map(([name, to]) => ({ name, to })),
    settled: settled ?? null,
    logged: logged ? { operator: logged.operator, index: logged.index, size: logged.size } : null,
  };
}

/** The root of details; null where they do not belong to an event of so many entries. */
function rootOf(details: Parameters<typeof disclosureRoot>[0], entries: number): string | null {
  try {
    return disclosureRoot(details, entries);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
