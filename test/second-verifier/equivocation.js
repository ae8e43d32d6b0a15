// Checks equivocation files: two events over one word of one lot, both signed by one party.
import { isOfForm, logged, signature } from "./bundle.js";
import { unhex } from "./bytes.js";
import { Inconsistent, Ledger } from "./ledger.js";
import { includes, leafHash } from "./merkle.js";
import { signerOrNull } from "./trail-item.js";
import { checkTrailEvent, eventDigest } from "./typed-data.js";
import { address, hash, integer, list, object, oneOf } from "./values.js";

const checkFile = object(
  {
    format: oneOf("reelproof-equivocation"),
    version: oneOf(1),
    chainId: integer(1),
    ledger: address,
    lot: hash,
    previous: hash,
    events: list(object({ event: checkTrailEvent, signature }, { logged }), 2, 2),
  },
  { checkpoints: address },
);

const UNCHECKED = ["CHAIN_NOT_ASKED", "CHAIN_UNREACHABLE"];
const HARMLESS = ["LOG_PROOF_WRONG", "KEY_REVOKED"];

/** The faults that the file alone shows. */
function faultsOf({ lot, previous }, events) {
  const findings = [];
  const [one, two] = events;
  if (one.digest === two.digest) findings.push({ code: "SAME_EVENT", about: one.digest });
  if (one.event.actor !== two.event.actor)
    findings.push({ code: "ACTORS_DIFFER", about: two.digest });
  for (const { event, digest, signer } of events) {
    const follows = event.entries.some((each) => each.lot === lot && each.previous === previous);
    if (!follows) findings.push({ code: "WORD_NOT_FOLLOWED", about: digest });
    if (signer === null) findings.push({ code: "SIGNATURE_WRONG", about: digest });
  }
  return findings;
}

/** The place in a log that a file proves for an event, or null. */
function placeOf({ logged: stated }, digest, { checkpoints }) {
  if (stated === undefined) return null;
  const { operator, index, size, proof } = stated;
  const anchored = checkpoints.get(`${operator} ${size}`);
  const leads =
    anchored !== undefined &&
    includes(leafHash(unhex(digest)), index, size, proof.map(unhex), unhex(anchored.root));
  return leads ? { operator, block: anchored.block } : null;
}

function askChain(file, trust, events, chain) {
  let ledger;
  try {
    ledger = new Ledger(trust, chain, file.checkpoints ?? null);
  } catch (error) {
    if (error instanceof Inconsistent) return [{ code: "CHAIN_UNREACHABLE" }];
    throw error;
  }
  return events.flatMap((each, index) => {
    const { event, digest, signer } = each;
    const findings = [];
    each.loggedIn = placeOf(file.events[index], digest, ledger);
    if (file.events[index].logged !== undefined && each.loggedIn === null)
      findings.push({ code: "LOG_PROOF_WRONG", about: digest });
    const key = Object.hasOwn(ledger.keys, signer) ? ledger.keys[signer] : undefined;
    if (key?.party !== event.actor) findings.push({ code: "KEY_NOT_OF_PARTY", about: digest });
    else if (key.revoked && !(each.loggedIn?.block < key.revokedIn))
      findings.push({ code: "KEY_REVOKED", about: digest });
    return findings;
  });
}

function reportOf(findings, events = []) {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const isWorthless = codes.some((code) => ![...UNCHECKED, ...HARMLESS].includes(code));
  const isUnchecked = codes.some((code) => UNCHECKED.includes(code));
  return {
    standing: isWorthless ? "NONE" : isUnchecked ? "UNCHECKED" : "PROVEN",
    codes,
    events: events.map(({ digest, signer, loggedIn }) => ({
      digest,
      signer,
      loggedIn,
      codes: [
        ...new Set(findings.flatMap(({ code, about }) => (about === digest ? [code] : []))),
      ].sort(),
    })),
  };
}

/**
 * What a file proves: PROVEN, UNCHECKED or NONE, with the codes of the findings. `trust` is the trusted ledger. `chain` is everything
 * that a node answers; null if none was named, undefined if it gives no answer.
 */
export function checkEquivocation(file, trust, chain) {
  if (!isOfForm(checkFile, file)) return reportOf([{ code: "EQUIVOCATION_MALFORMED" }]);
  if (file.chainId !== trust.chainId || file.ledger !== trust.ledger)
    return reportOf([{ code: "OTHER_LEDGER" }]);
  const events = file.events.map(({ event, signature: made }) => {
    const digest = eventDigest(trust, event);
    return { event, digest, signer: signerOrNull(digest, made), loggedIn: null };
  });
  const findings = faultsOf(file, events);
  if (findings.length > 0) return reportOf(findings, events);
  if (chain === null) return reportOf([{ code: "CHAIN_NOT_ASKED" }], events);
  if (chain === undefined) return reportOf([{ code: "CHAIN_UNREACHABLE" }], events);
  return reportOf(askChain(file, trust, events, chain), events);
}
