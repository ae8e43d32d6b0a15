// Computes the states after an event, or the first broken rule in the page's order.
import { ZERO_ADDRESS, ZERO_HASH } from "./bytes.js";
import { issuerOf } from "./lots.js";

const ACTIONS =
  "commission introduce ship receive refuse cancel split assemble inspect hold release scrap".split(
    " ",
  );
const ROLES = { commission: 1, introduce: 7, assemble: 4 };
const MAKING = ["commission", "introduce", "split", "assemble"];
const isExisting = (entry) => typeof entry !== "string" && entry.previous !== ZERO_HASH;
const own = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);

/** The first broken rule: its name and its arguments. */
class Violation extends Error {
  constructor(name, args) {
    super(name);
    this.name = name;
    this.args = args;
  }
}

function need(holds, name, ...args) {
  if (!holds) throw new Violation(name, args);
}

function checkParty(context, party) {
  if (context.parties === null) return { roles: 0xff }; // no ledger was asked
  const standing = own(context.parties, party);
  need(standing !== undefined, "PartyNotAdmitted", party);
  need(!standing.suspended, "PartyIsSuspended", party);
  return standing;
}

/** Rules 1 to 9; gives the action's name. */
function checkWhole(context, event) {
  const { action, actor, holder, consignee, entries, time } = event;
  need(entries.length >= 1 && entries.length <= 250, "EntryCountOutOfRange", entries.length);
  need(action >= 1 && action <= 12, "UnknownAction", action);
  const name = ACTIONS[action - 1];
  const latest = context.now + 900;
  need(time <= latest, "TimeTooFarAhead", time, latest);
  const { roles } = checkParty(context, actor);
  const anyOf = own(ROLES, name);
  need(anyOf === undefined || (roles & anyOf) !== 0, "RoleMissing", actor, anyOf);
  const fits =
    name === "ship"
      ? consignee !== ZERO_ADDRESS && consignee !== actor
      : consignee === ZERO_ADDRESS;
  need(fits, "ConsigneeNotAllowed", consignee);
  if (name === "ship") checkParty(context, consignee);
  need(name === "refuse" || holder === actor, "HolderMismatch", holder, actor);
  return name;
}

/** Rules 11 to 14. */
function checkNew(action, actor, { lot, quantity }, word) {
  need(MAKING.includes(action), "NewLotNotAllowed", lot);
  need(issuerOf(lot) === actor, "NotIssuer", lot, actor);
  need(word === ZERO_HASH, "LotExists", lot);
  need(quantity > 0 && Number.isSafeInteger(quantity), "QuantityNotAllowed", lot, 0, quantity);
}

/** Rules 15 to 25. */
function checkExisting(action, event, { lot, previous, quantity }, word, before) {
  const { actor, holder } = event;
  need(action !== "commission" && action !== "introduce", "ExistingLotNotAllowed", lot);
  need(word === previous, "PreviousMismatch", lot, word, previous);
  need(before.quantity > 0, "LotClosed", lot);
  const byConsignee = action === "receive" || action === "refuse";
  if (byConsignee) need(before.consignee === actor, "NotConsignee", lot, before.consignee);
  if (action === "refuse") need(holder === before.holder, "HolderMismatch", holder, before.holder);
  if (!byConsignee) need(before.holder === actor, "NotHolder", lot, before.holder);
  const inTransit = before.consignee !== ZERO_ADDRESS;
  if (action === "cancel") need(inTransit, "LotNotInTransit", lot);
  else if (!byConsignee) need(!inTransit, "LotInTransit", lot);
  if (action === "hold" || action === "assemble") need(!before.held, "LotHeld", lot);
  if (action === "release") need(before.held, "LotNotHeld", lot);
  let allowed = quantity === before.quantity;
  if (action === "receive") allowed = quantity > 0 && quantity <= before.quantity;
  if (["split", "assemble", "scrap"].includes(action)) allowed = quantity < before.quantity;
  need(allowed, "QuantityNotAllowed", lot, before.quantity, quantity);
}

const shownOf = (all) => all.filter((entry) => typeof entry !== "string");

/** Rule 26, of the entries that are shown. */
function checkKinds(action, all) {
  if (action !== "split" && action !== "assemble") return;
  const shown = shownOf(all);
  const existing = shown.filter(isExisting).length;
  const made = shown.length - existing;
  const tooMany = action === "split" && existing > 1;
  const tooFew = shown.length === all.length && (existing < 1 || made < 1);
  need(!tooMany && !tooFew, "EntryKindsNotAllowed", existing, made);
}

/** Rule 27. Where an entry is not judged, only more than the whole is too much. */
function checkSum(action, all, before) {
  const parent = before.find((state) => state)?.quantity;
  if (action !== "split" || parent === undefined) return;
  const judged = all.filter((_, index) => before[index] !== undefined);
  const sum = judged.reduce((total, { quantity }) => total + BigInt(quantity), 0n);
  const conserved = judged.length < all.length ? sum <= BigInt(parent) : sum === BigInt(parent);
  need(conserved, "QuantityNotConserved", parent, sum.toString());
}

/** Rule 10. */
function checkOrder(all) {
  let last = "";
  for (const { lot } of shownOf(all)) {
    need(lot > last, "EntriesNotAscending", lot);
    last = lot;
  }
}

/** Rules 28 to 30. */
function checkSigner(context, actor, signer) {
  if (signer === undefined) return; // the signature is not known
  need(signer !== null, "BadSignature");
  if (context.keys === null) return; // no ledger was asked
  const key = own(context.keys, signer);
  need(key?.party === actor, "KeyNotOfParty", signer, actor);
  need(!key.revoked, "KeyIsRevoked", signer);
}

function check(context, before, event, signer) {
  const action = checkWhole(context, event);
  let last = "";
  event.entries.forEach((entry, index) => {
    if (typeof entry === "string") return;
    need(entry.lot > last, "EntriesNotAscending", entry.lot);
    last = entry.lot;
    const word = own(context.words, entry.lot) ?? ZERO_HASH;
    if (!isExisting(entry)) checkNew(action, event.actor, entry, word);
    else if (before[index] !== undefined) checkExisting(action, event, entry, word, before[index]);
  });
  checkKinds(action, event.entries);
  checkSum(action, event.entries, before);
  checkSigner(context, event.actor, signer);
}

function heldAfter(action, state, parent) {
  if (action === "hold") return true;
  if (action === "release") return false;
  if (state) return state.held;
  return action === "split" && parent !== undefined && parent.held;
}

/** The states that an event leaves, whatever rule it breaks; null for entries that are withheld. */
export function statesAfter(before, event, digest) {
  const { action, holder, consignee, entries } = event;
  const parent = before.find((state) => state);
  return entries.map((entry, index) => {
    if (typeof entry === "string") return null;
    const held = heldAfter(ACTIONS[action - 1], before[index], parent);
    return { lastEvent: digest, holder, consignee, quantity: entry.quantity, held };
  });
}

/** The rule that an event of a trail breaks by all its entries that are shown, before any other is asked. */
export function brokenAmongShown({ action, entries }) {
  try {
    checkOrder(entries);
    checkKinds(ACTIONS[action - 1], entries);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { name: error.name, args: error.args };
  }
  return undefined;
}

/**
 * The states after an event, or the rule that it breaks.
 *
 * `before` has a state per entry: null for a new lot, undefined for a lot that is not judged. `signer` is null if the signature is
 * not in the canonical form, undefined if there is none. A withheld entry is its hash. Parties and keys of the context are null if
 * no ledger was asked.
 */
export function transition(context, before, event, digest, signer) {
  try {
    check(context, before, event, signer);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { violation: { name: error.name, args: error.args } };
  }
  return { after: statesAfter(before, event, digest) };
}
