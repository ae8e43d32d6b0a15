// Every reason that a verdict can have: how grave it is, who can mend it, and one plain sentence of what to do.
import type { MENDERS, VerdictName } from "./verdict.ts";
import type { ViolationName } from "./violation.ts";

interface Kind {
  verdict: Exclude<VerdictName, "PASS">;
  mender: (typeof MENDERS)[number];
  message: string;
}

const kind = (verdict: Kind["verdict"], mender: Kind["mender"], message: string): Kind => ({
  verdict,
  mender,
  message,
});

/** What only verification can find. */
const OWN = {
  // the trail as it came
  TRAIL_MALFORMED: kind("FAIL", "service", "This is not a trail in the one form that is taken: ask for it again."),
  OTHER_LEDGER: kind(
    "FAIL",
    "reader",
    "The trail is about another ledger or chain than the one you trust: check the label, and which ledger you have set.",
  ),
  EVENT_TWICE: kind("FAIL", "service", "The same event stands twice in the trail: have the second one removed."),
  EVENT_EXTRA: kind(
    "FAIL",
    "service",
    "This event is about neither the lot nor what it was made of: have it removed from the trail.",
  ),
  ORIGIN_MISSING: kind(
    "FAIL",
    "service",
    "No event in the trail makes this lot: ask for the trail with its beginning.",
  ),

  // what the events commit to
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
  TIME_BEFORE_PREDECESSOR: kind(
    "FAIL",
    "actor",
    "The event says that it happened before the one that it follows: ask the party that signed it which time is true.",
  ),

  // the ledger's record
  RECORD_DIFFERS: kind(
    "FAIL",
    "service",
    "The ledger's record in the place of this event says something else: the trail was altered here, so do not rely on it.",
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
  SETTLED_LATE: kind(
    "WARN",
    "actor",
    "The event was recorded long after it is said to have happened: ask the party that signed it why.",
  ),
  HINT_WRONG: kind(
    "WARN",
    "service",
    "The trail names another transaction or block for this event than the chain: have the service follow the chain again.",
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

  // the node
  NO_NODE: kind("INCOMPLETE", "reader", "Nothing was compared with the chain: verify again with a node to ask."),
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

  // what the lot is
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
  IDENTITY_WITHHELD: kind(
    "INCOMPLETE",
    "issuer",
    "A field that says what the parts are is withheld: ask the party that signed the event to disclose it.",
  ),
  IDENTITY_MISSING: kind(
    "INCOMPLETE",
    "issuer",
    "The event that made the lot does not say what the parts are: ask its issuer for their maker and part number.",
  ),
  IDENTITY_CONTRADICTED: kind(
    "FAIL",
    "actor",
    "A later event says of the parts what their origin denies: do not use them until the party that signed it explains it.",
  ),
  IDENTITY_ADDED: kind(
    "WARN",
    "actor",
    "A later event says of the parts what their origin left open: take it as that party's word, not as the origin's.",
  ),
  PRODUCT_IS_INPUT: kind(
    "FAIL",
    "actor",
    "An assembly gives its product the part number of one of its inputs, as if parts came out of it anew: refuse the product.",
  ),
  ORIGIN_INTRODUCED: kind(
    "WARN",
    "issuer",
    "A party introduced this lot without its maker: where it comes from is that party's word alone, so inspect it accordingly.",
  ),
  CLAIM_WITHHELD: kind(
    "INCOMPLETE",
    "issuer",
    "Of which maker's lot this introduced lot claims to be is withheld, so recalls of that lot cannot be seen: ask for it.",
  ),

  // how the lot stands
  RECEIVED_SHORT: kind(
    "WARN",
    "holder",
    "Fewer pieces were received than shipped: check that somebody has accounted for the difference.",
  ),
  LOT_IS_HELD: kind(
    "HOLD",
    "holder",
    "The lot's holder has put it on hold: do not use it until the holder releases it.",
  ),
  LOT_IS_CLOSED: kind(
    "WARN",
    "holder",
    "The lot is closed, its pieces are used up or gone: parts that carry its label now need an explanation.",
  ),

  // notices
  RECALLED: kind("HOLD", "issuer", "The issuer has recalled this lot: do not use it, and follow the recall."),
  SUSPECTED: kind(
    "WARN",
    "issuer",
    "A party has voiced a suspicion about this lot: read the notice and inspect the parts.",
  ),
  NOTICE_TWICE: kind("FAIL", "service", "The same notice stands twice in the trail: have the second one removed."),
  NOTICE_EXTRA: kind("FAIL", "service", "This notice is about no lot of the trail: have it removed."),
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
} satisfies Record<string, Kind>;

/** The rules of custody, broken by an event (the last three by a notice as well). */
const BROKEN: Record<ViolationName, Kind> = {
  EntryCountOutOfRange: kind("FAIL", "actor", "An event must be about 1 to 250 lots: it is void, have it made again."),
  UnknownAction: kind("FAIL", "actor", "The event's action is none that the ledger knows: have it made again."),
  TimeTooFarAhead: kind(
    "FAIL",
    "actor",
    "The event's time is ahead of the block that judges it: have the signing party set its clock.",
  ),
  PartyNotAdmitted: kind(
    "FAIL",
    "ledger owner",
    "A party to this was not admitted to the ledger at that moment: ask the ledger's owner who it is.",
  ),
  PartyIsSuspended: kind(
    "FAIL",
    "ledger owner",
    "A party to this was suspended at that moment: ask the ledger's owner why before you rely on it.",
  ),
  RoleMissing: kind(
    "FAIL",
    "ledger owner",
    "The party that signed the event did not have the role for it: ask the ledger's owner for what it was admitted.",
  ),
  ConsigneeNotAllowed: kind(
    "FAIL",
    "actor",
    "The event names a consignee where none may be, or not the one that must be: have it made again.",
  ),
  HolderMismatch: kind(
    "FAIL",
    "actor",
    "The event names another holder than the one who has the lots after it: have it made again.",
  ),
  EntriesNotAscending: kind("FAIL", "actor", "The event's lots do not stand in ascending order: have it made again."),
  NewLotNotAllowed: kind("FAIL", "actor", "This action cannot make a lot: find the event that made it."),
  NotIssuer: kind(
    "FAIL",
    "issuer",
    "Only the party in the lot's id may do this: whoever signed it has used another's lot number.",
  ),
  LotExists: kind("FAIL", "actor", "The event makes a lot that was made before: one of the two is an impostor."),
  ExistingLotNotAllowed: kind("FAIL", "actor", "This action is for new lots, and the lot existed: have it made again."),
  PreviousMismatch: kind(
    "FAIL",
    "service",
    "The event does not follow from what stands before it in the trail: an event before it was altered, left out or moved.",
  ),
  LotClosed: kind("FAIL", "actor", "The lot was closed and can take no more events: its pieces were gone before."),
  NotHolder: kind("FAIL", "actor", "Whoever signed the event did not hold the lot: ask the holder."),
  NotConsignee: kind("FAIL", "actor", "Whoever signed the event was not to receive the lot: ask the consignee."),
  LotInTransit: kind(
    "FAIL",
    "actor",
    "The lot was in transit, where only its consignee or a cancellation can move it.",
  ),
  LotNotInTransit: kind("FAIL", "actor", "The lot was not in transit, so there was nothing to cancel."),
  LotHeld: kind("FAIL", "holder", "The lot was on hold and could not be used so: it has to be released first."),
  LotNotHeld: kind("FAIL", "holder", "The lot was not on hold, so there was nothing to release."),
  QuantityNotAllowed: kind(
    "FAIL",
    "actor",
    "The event leaves more or fewer pieces in the lot than its action allows: count them and ask the signing party.",
  ),
  EntryKindsNotAllowed: kind(
    "FAIL",
    "actor",
    "A split needs one existing lot, an assembly at least one, and both need new ones: have it made again.",
  ),
  QuantityNotConserved: kind(
    "FAIL",
    "actor",
    "The parts of a split do not add up to what was split: count them and ask the signing party.",
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
};

/** Every rule of findings by its id. */
export const FINDINGS = { ...OWN, ...BROKEN } satisfies Record<string, Kind>;
export type RuleId = keyof typeof OWN | ViolationName;
export const RULES = Object.keys(FINDINGS) as [RuleId, ...RuleId[]];
