// Checks the whole database (fsck): re-hashes every row, replays every trail, compares with the chain, and names every
// difference. Changes nothing.
//
// The invariants (each has a test that breaks it):
//   1 ledger       one row names the ledger; chain id, address, first block and deployment agree with the chain
//   2 block        every followed block is the chain's, with its parent and time
//   3 block        every block that the ledger wrote logs in has its row
//   4 settlement   every recorded event and notice has its row, and its settlement names block, transaction and log
//   5 settlement   mined or final means recorded there, and final only with enough blocks on top
//   6 registration every log about parties and keys has its row, word for word, and no row is without its log
//   7 party, key   parties and keys are what these logs add up to
//   8 event, notice  the bytes are canonical and hash to the key
//   9 event, notice  copied columns equal the bytes
//  10 event, notice  the signature is in the canonical form, by a key of the party that was valid at the recording block
//  11 entry        entries are those of the bytes, with the words and flags of the transition; live unless void
//  12 event, notice  the details with their secret have the root that was signed; so does a disclosure
//  13 settlement   every event and notice has one settlement, every settlement one event or notice; state, place,
//                  transactions and reason go together
//  14 event, notice, settlement  no sequence is beyond the last one assigned
//  15 settlement   held ones were refused, void ones lost to an event that the ledger recorded
//  16 settlement   waiting ones come after those they follow
//  17 attempt, carried, sender  attempts match their signed transactions, and carry the settlements stored with them
//  18 entry        the live entries of a lot make one path
//  19 lot          the row is the state after the last live entry, with the search columns of the origin's details
//  20 interest     exactly the issuer of a lot, its holders up to their handover, and the consignee of a lot in transit see it
//  21, 22          the ledger's words and notice words are those to which the recorded events and notices lead
//  23 stored_key   stored keys open with the keystore, and belong to their parties
//  24 event, notice  those that the service accepted itself are marked as accepted
//  25 document     the bytes are in the store and have their hash, size and media type; the columns are well-formed
//  26 statement    the bytes hash to the key, the content to the hash in them; copied columns equal both; the signature is
//                  by a key of the issuer; the statement that a withdrawal names exists
//  27 leaf, unlogged  every accepted event stands in the log once, or waits to enter it, in the order of acceptance
//  28 tile         the tiles are those of the tree over the leaves, and there are no others
//  29 checkpoint   its root is that of the log at its size
//  30 anchoring    the rows are exactly the checkpoints that the log's account anchored
//  31 anchoring    anchored checkpoints belong to this log: their root is the log's at their size
//  32 settlement   log-only events share no lot with settled or queued events, and no transaction carries one
//  33 foreign_leaf the proof by another operator's log leads to the first checkpoint that it anchored with the event
// docs/decisions/0008-fsck-covers-signed-data.md lists what is not checked, and why.
import { Prisma } from "../../prisma/generated/client.ts";
import { checkAttempts } from "./attempts.ts";
import { checkBlocks, checkLedger, checkLogs, checkParties } from "./chain.ts";
import { Check, type FsckContext, MOST_FAULTS, type OnProgress, type Report } from "./check.ts";
import { checkDocuments } from "./documents.ts";
import { checkLog } from "./log.ts";
import { checkForeignLeaves, checkLogged } from "./logged.ts";
import { checkLots } from "./lots.ts";
import { checkEvents, checkNotices } from "./records.ts";
import { checkSettlementRows } from "./settlements.ts";
import { checkStatements } from "./statements.ts";
import { nameSubjects } from "./subjects.ts";
import { checkStoredKeys } from "./stored-keys.ts";

export {
  type Checked,
  type FsckContext,
  type OnProgress,
  type Report,
  type Stage,
  STAGES,
} from "./check.ts";
export { type Fault, type FaultCode, formatFault } from "../integrity/fault.ts";

/** A run may take long on a big database. Its snapshot stays open until it ends. */
const TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** What the chain says: the blocks that are followed, and the facts in their logs. Undefined where it does not answer. */
interface Known {
  range: Awaited<ReturnType<typeof checkLedger>>;
  facts: Awaited<ReturnType<typeof checkLogs>> | undefined;
}

/** The steps, in order. Each depends on the rows that it reads and on what the chain says, not on another step. */
const STEPS = {
  blocks: (check, { range }) => (range ? checkBlocks(check) : undefined),
  parties: (check, { facts }) => (facts ? checkParties(check, facts) : undefined),
  events: (check, { facts }) => checkEvents(check, facts),
  notices: (check, { facts }) => checkNotices(check, facts),
  settlements: (check, { facts }) => checkSettlementRows(check, facts),
  attempts: (check) => checkAttempts(check),
  lots: (check, { range }) => checkLots(check, range),
  storedKeys: (check, { facts }) => checkStoredKeys(check, facts),
  documents: (check, { facts }) => checkDocuments(check, facts),
  statements: (check, { facts }) => checkStatements(check, facts),
  log: (check, { range }) => checkLog(check, range),
  logged: (check) => checkLogged(check),
  foreignLeaves: (check, { range }) => checkForeignLeaves(check, range),
} satisfies Record<string, (check: Check, known: Known) => Promise<void> | undefined>;

/** A step of fsck. */
export type Step = keyof typeof STEPS;
export const ALL_STEPS = Object.keys(STEPS) as Step[];

/**
 * Checks the whole database as of one moment, and the chain up to the followed head of that moment. Meanwhile the embedded
 * database answers nobody else; PostgreSQL does.
 * @param onProgress called as rows are checked
 * @param steps what is checked beside the ledger's row and the rows that its logs lead to; by default everything
 * @param most faults that the report lists
 * @returns the number of checked rows, and every fault. A node that does not answer is a fault too: then nothing counts as
 * clean.
 */
export async function fsck(
  ctx: FsckContext,
  onProgress: OnProgress = () => undefined,
  steps: readonly Step[] = ALL_STEPS,
  most: number = MOST_FAULTS,
): Promise<Report> {
  return ctx.prisma.$transaction(
    async (db) => {
      await db.$executeRaw`SET TRANSACTION READ ONLY`;
      const check = new Check(ctx, db, onProgress, most);
      const range = await checkLedger(check);
      const facts = range && (await checkLogs(check, range));
      for (const step of steps) await STEPS[step](check, { range, facts });
      await nameSubjects(db, check.report.faults);
      return check.report;
    },
    {
      isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
      timeout: TIMEOUT_MS,
      maxWait: TIMEOUT_MS,
    },
  );
}
