// Encodes the signed structs, and computes their EIP-712 digests.
import { hex, join, keccak256, sha256, slot, unhex, utf8, ZERO_HASH } from "./bytes.js";
import { canonical, jcs } from "./json.js";
import { Refused } from "./refused.js";
import { address, day, hash, identifier, integer, list, object, oneOf, text } from "./values.js";

const DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const ENTRY = "Entry(bytes32 lot,bytes32 previous,uint64 quantity)";
const EVENT = `CustodyEvent(uint8 action,address actor,address holder,address consignee,Entry[] entries,uint64 time,bytes32 details)${ENTRY}`;
const NOTICE =
  "Notice(bytes32 lot,uint8 kind,address issuer,uint64 time,bytes32 withdraws,bytes32 details)";
const STATEMENT =
  "Statement(uint8 kind,address issuer,uint64 time,bytes32 withdraws,bytes32 content)";
const ENROLMENT = "KeyEnrolment(address party,address key)";

const checkEntry = object({ lot: hash, previous: hash, quantity: integer() });
const checkEntryOrHash = (value, path) =>
  (typeof value === "string" ? hash : checkEntry)(value, path);
const eventOf = (entries) =>
  object({
    action: integer(0, 255),
    actor: address,
    holder: address,
    consignee: address,
    entries,
    time: integer(),
    details: hash,
  });

/** Refuses an event that does not have the signed form. */
export const checkEvent = eventOf(list(checkEntry, 0, 250));

/** Refuses a malformed event of a trail, in which hashes may replace entries of other lots. */
export const checkTrailEvent = eventOf(list(checkEntryOrHash, 0, 250));

/** Refuses a notice that does not have the signed form. */
export const checkNotice = object({
  lot: hash,
  kind: oneOf(1, 2, 3, 4),
  issuer: address,
  time: integer(),
  withdraws: hash,
  details: hash,
});

const checkEnrolment = object({ party: address, key: address });

const checkStatement = object({
  kind: oneOf(1, 2, 3),
  issuer: address,
  time: integer(),
  withdraws: hash,
  content: hash,
});

const CONTENTS = {
  1: object(
    {
      party: address,
      brand: text(1, 128),
      grade: oneOf("authorised", "aftermarket", "approved"),
      from: day,
    },
    { to: day },
  ),
  2: object(
    {
      source: text(1, 128),
      reference: identifier(1, 64),
      kind: oneOf("counterfeit", "suspect", "recall", "stolen", "change", "end-of-life"),
      mpn: identifier(1, 64),
    },
    {
      manufacturer: text(1, 128),
      makerLots: list(identifier(1, 64), 1, 250),
      dateCodeFrom: day,
      dateCodeTo: day,
      effectiveFrom: day,
      text: text(1, 512),
    },
  ),
};

const struct = (type, slots) => keccak256(join(keccak256(utf8(type)), ...slots.map(slot)));
const hashOfText = (value) => hex(keccak256(utf8(value)));
const entryHash = (entry) =>
  typeof entry === "string"
    ? unhex(entry)
    : struct(ENTRY, [entry.lot, entry.previous, entry.quantity]);

/** The domain separator of a ledger. */
export const domainSeparator = ({ chainId, ledger }) =>
  hex(struct(DOMAIN, [hashOfText("Reelproof"), hashOfText("1"), chainId, ledger]));

const digest = (domain, structHash) =>
  hex(keccak256(join(Buffer.from([0x19, 0x01]), slot(domainSeparator(domain)), structHash)));

/** The hashes of an event's entries. */
export function entryHashes(event) {
  checkEvent(event, "");
  return event.entries.map((entry) => hex(entryHash(entry)));
}

/** The digest of an event, for one ledger. Hashes may stand for its entries. */
export function eventDigest(domain, event) {
  checkTrailEvent(event, "");
  const { action, actor, holder, consignee, entries, time, details } = event;
  const all = hex(keccak256(join(...entries.map(entryHash))));
  return digest(domain, struct(EVENT, [action, actor, holder, consignee, all, time, details]));
}

/** The digest of a notice, for one ledger. */
export function noticeDigest(domain, notice) {
  checkNotice(notice, "");
  const { lot, kind, issuer, time, withdraws, details } = notice;
  return digest(domain, struct(NOTICE, [lot, kind, issuer, time, withdraws, details]));
}

/** The digest of a key's enrolment, for one ledger. */
export function enrolmentDigest(domain, party, key) {
  checkEnrolment({ party, key }, "");
  return digest(domain, struct(ENROLMENT, [party, key]));
}

/** The digest of a statement, for one ledger, whatever its content is. */
export function statementHash(domain, statement) {
  checkStatement(statement, "statement");
  const { kind, issuer, time, withdraws, content } = statement;
  return digest(domain, struct(STATEMENT, [kind, issuer, time, withdraws, content]));
}

/** The digest of a statement, for one ledger. Its content must be the one that it names. */
export function statementDigest(domain, statement, content) {
  checkStatement(statement, "statement");
  const { kind, withdraws, content: root } = statement;
  if ((withdraws === ZERO_HASH) === (kind === 3))
    throw new Refused("BAD_FIELD", "statement.withdraws");
  if (kind === 3) {
    if (content !== null) throw new Refused("BAD_FIELD", "content");
    if (root !== ZERO_HASH) throw new Refused("BAD_FIELD", "statement.content");
  } else {
    CONTENTS[kind](content, "content");
    if (content.to < content.from) throw new Refused("BAD_FIELD", "content.to");
    if (hex(sha256(jcs(content))) !== root) throw new Refused("BAD_FIELD", "statement.content");
  }
  return statementHash(domain, statement);
}

/** The canonical text of a statement's content, null where it has none. */
export const statementCanonical = (content) => (content === null ? null : canonical(content));
