// V01: what is shown is what was signed, and what the ledger recorded.
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  TRAIL_MALFORMED: kind(
    "FAIL",
    "service",
    "This is not a trail in the one form that is taken: ask for it again.",
  ),
  BUNDLE_MALFORMED: kind(
    "FAIL",
    "service",
    "This is not a bundle in the one form that is taken: ask for it again.",
  ),
  OTHER_LEDGER: kind(
    "FAIL",
    "reader",
    "The trail is about another ledger or chain than the one you trust: check the label, and which ledger you have set.",
  ),
  LEDGER_OF_BUNDLE: kind(
    "WARN",
    "reader",
    "The ledger is the one that the bundle names, and whoever made it up may have made up the ledger, too: compare its address with what you have from elsewhere.",
  ),
  EVENT_TWICE: kind(
    "FAIL",
    "service",
    "The same event stands twice in the trail: have the second one removed.",
  ),
  EVENT_EXTRA: kind(
    "FAIL",
    "service",
    "This event is about neither the lot nor what it was made of: have it removed from the trail.",
  ),
  DETAILS_MISMATCH: kind(
    "FAIL",
    "service",
    "The details shown are not those that were signed: something in them was changed, added or left out, so do not rely on them.",
  ),
  DETAILS_MISSING: kind(
    "INCOMPLETE",
    "service",
    "The event has details, and none are shown: ask its actor for them to have them checked.",
  ),
  SIGNATURE_MISSING: kind(
    "INCOMPLETE",
    "service",
    "The event comes without its signature, so only the ledger's record vouches for it: ask its actor for the signed event.",
  ),
  RECORD_DIFFERS: kind(
    "FAIL",
    "service",
    "The ledger's record in the place of this event says something else: the trail was altered here, so do not rely on it.",
  ),
  ROW_ALTERED: kind(
    "FAIL",
    "service",
    "The database that this was read from has been altered here: do not rely on it, and have fsck run.",
  ),
  NOT_RECORDED: kind(
    "INCOMPLETE",
    "service",
    "The ledger has not recorded this event yet: wait until it is settled and look again.",
  ),
  NOT_FINAL: kind(
    "INCOMPLETE",
    "service",
    "The ledger has recorded this event, in a block that may still be replaced: look again when more blocks stand on it.",
  ),
  SETTLED_ELSEWHERE: kind(
    "FAIL",
    "service",
    "The lot went on from here on the ledger in another way, and there only the ledger's path counts: ask for the trail of what it recorded.",
  ),
  LOG_NOT_FINAL: kind(
    "INCOMPLETE",
    "service",
    "The log with this event is anchored in a block that may still be replaced: look again when more blocks stand on it.",
  ),
  LOG_PROOF_WRONG: kind(
    "FAIL",
    "service",
    "The proof does not lead to the log that was anchored: the event or the proof was altered, so do not rely on it.",
  ),
  CHECKPOINT_NOT_ANCHORED: kind(
    "INCOMPLETE",
    "service",
    "The log was not anchored at the size that the event names: wait for its next checkpoint, and ask for the trail again.",
  ),
  CHECKPOINT_NOT_FIRST: kind(
    "INCOMPLETE",
    "service",
    "An earlier checkpoint of the log had this event before, and by that one it is to be judged: ask for the proof from there.",
  ),
  CHECKPOINTS_NOT_TRUSTED: kind(
    "INCOMPLETE",
    "reader",
    "The trail says that this was logged, and you have named no contract of checkpoints: name the one that you trust.",
  ),
  OTHER_CHECKPOINTS: kind(
    "FAIL",
    "reader",
    "The trail's logs are anchored on another contract than the one you trust: compare its address with what you have from elsewhere.",
  ),
  LATER_EVENT_LOGGED: kind(
    "FAIL",
    "service",
    "A log that you followed has an event of this lot that the trail leaves out: ask for the newest trail.",
  ),
  HINT_WRONG: kind(
    "WARN",
    "service",
    "The trail names another transaction or block for this event or notice than the chain: have the service follow the chain again.",
  ),
  DOCUMENT_NOT_NAMED: kind(
    "WARN",
    "service",
    "No event or notice that is shown names this document of the bundle: do not take it for evidence.",
  ),
  LATER_EVENT_MISSING: kind(
    "FAIL",
    "service",
    "The ledger has recorded an event of this lot that the trail leaves out: ask for the newest trail.",
  ),
  WORD_MISMATCH: kind(
    "FAIL",
    "service",
    "The trail leads to another state of the lot than the one the ledger knows: events were altered or left out, so do not rely on it.",
  ),
  NO_NODE: kind(
    "INCOMPLETE",
    "reader",
    "Nothing was compared with the chain: verify again with a node to ask.",
  ),
  NODE_UNREACHABLE: kind(
    "INCOMPLETE",
    "node operator",
    "The chain's node did not answer, so nothing was compared with the chain: try again, or ask another node.",
  ),
  NODE_INCONSISTENT: kind(
    "INCOMPLETE",
    "node operator",
    "The chain's node contradicts itself or what is known of the chain: try again, and ask another node if it stays so.",
  ),
  HEAD_STALE: kind(
    "INCOMPLETE",
    "node operator",
    "The newest block that the node knows is too old to speak for today: ask a node that keeps up with the chain.",
  ),
  NOTICE_TWICE: kind(
    "FAIL",
    "service",
    "The same notice stands twice in the trail: have the second one removed.",
  ),
  NOTICE_EXTRA: kind(
    "FAIL",
    "service",
    "This notice is about no lot of the trail: have it removed.",
  ),
  NOTICE_MISSING: kind(
    "FAIL",
    "service",
    "The ledger has taken a notice that the trail leaves out: read it, and ask why it was left out.",
  ),
  NOTICE_DIFFERS: kind(
    "FAIL",
    "service",
    "The ledger has taken this notice with another content than the trail shows: go by the ledger's.",
  ),
  NOTICE_NOT_RECORDED: kind(
    "INCOMPLETE",
    "service",
    "The ledger has not taken this notice yet: heed it all the same, and look again when it is settled.",
  ),
  NOTHING_TO_WITHDRAW: kind(
    "FAIL",
    "issuer",
    "The notice withdraws what is no standing notice of its issuer about this lot: what it names still counts.",
  ),
  BadSignature: kind(
    "FAIL",
    "service",
    "The signature is none of the form that is taken: it was altered, ask for it again.",
  ),
  KeyNotOfParty: kind(
    "FAIL",
    "service",
    "The signature is not by a key of the party that is said to have signed: the content or the signature was altered or forged.",
  ),
  KeyIsRevoked: kind(
    "FAIL",
    "actor",
    "The key that signed had been revoked by then: ask the party whether the signature is its own.",
  ),
  PreviousMismatch: kind(
    "FAIL",
    "service",
    "The event does not follow from what stands before it in the trail: an event before it was altered, left out or moved.",
  ),
  EntryCountOutOfRange: kind(
    "FAIL",
    "actor",
    "An event must be about 1 to 250 lots: it is void, have it made again.",
  ),
  UnknownAction: kind(
    "FAIL",
    "actor",
    "The event's action is none that the ledger knows: have it made again.",
  ),
  EntriesNotAscending: kind(
    "FAIL",
    "actor",
    "The event's lots do not stand in ascending order: have it made again.",
  ),
  TimeTooFarAhead: kind(
    "FAIL",
    "actor",
    "The event's time is ahead of the block that judges it: have the signing party set its clock.",
  ),
  LOT_NUMBER_MISMATCH: kind(
    "FAIL",
    "issuer",
    "The lot's id was not made from the lot number that its first event gives: the label or the details belong to another lot.",
  ),
  LOT_NUMBER_MISSING: kind(
    "INCOMPLETE",
    "issuer",
    "The lot number is not shown, so that the lot's id cannot be compared with the label: ask the issuer to disclose it.",
  ),
} satisfies Kinds;

/** What is shown is what was signed, and what the ledger recorded. */
export const chainIntegrity: Rule = {
  id: "V01",
  name: "chain integrity",
  version: 2,
  looksAt:
    "each event and notice: its signature, its digest, its details, what it follows, and the ledger's record of it",
  findings,
  unknowns: {},
  // All that it looks at is compared beforehand, and what is missing there is a finding.
  *judge() {},
};
