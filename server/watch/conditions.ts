// Lists every condition that the service reports about itself: how severe it is, what is wrong, what to do and who can do it.
// docs/operate.md has the same table, and a test compares the two. A code is never renamed.

export type Severity = "critical" | "warning";

export interface Condition {
  severity: Severity;
  /**
   * Whom a condition belongs to. Each process reports its own (`process`). Those in the shared database (`service`) are
   * reported by one of the processes.
   */
  of: "process" | "service";
  /** What is wrong. A reading adds the figures. */
  problem: string;
  action: string;
  /** Who can do it. */
  who: string;
}

const OPERATOR = "the service's operator";

export const CONDITIONS = {
  DATABASE_AWAY: {
    severity: "critical",
    of: "process",
    problem: "The database does not answer. The service accepts and shows nothing.",
    action:
      "Check that PostgreSQL runs, its disk, and the network to it. The service continues by itself.",
    who: "the database's administrator",
  },
  CHAIN_AWAY: {
    severity: "critical",
    of: "process",
    problem:
      "The chain's node does not answer. Events are accepted and wait; verdicts are INCOMPLETE.",
    action: "Check the node and the network to it, or set another one in CHAIN_RPC_URL.",
    who: "the node's administrator",
  },
  DOCUMENTS_AWAY: {
    severity: "critical",
    of: "process",
    problem:
      "The document store does not answer. Documents can be neither uploaded nor read; everything else continues.",
    action:
      "Check the bucket, its keys and the network to it (DOCUMENTS_S3_…), or the folder documents in DATA_DIR. The service continues by itself.",
    who: "the document store's administrator",
  },
  CHAIN_STALLED: {
    severity: "critical",
    of: "process",
    problem: "The chain's node answers, but has no new blocks.",
    action:
      "Check that the node is synchronised and has peers. If it is, the chain itself has stopped. CHAIN_STALLED sets how long is too long.",
    who: "the node's administrator",
  },
  FOLLOWER_STUCK: {
    severity: "critical",
    of: "process",
    problem: "The chain has a log that this service cannot apply, so it stopped following.",
    action:
      "Install the newest version of Reelproof. If that does not help, report the block to the developers.",
    who: OPERATOR,
  },
  FOLLOWER_BEHIND: {
    severity: "warning",
    of: "service",
    problem: "The service is behind the chain, so new records do not show yet.",
    action:
      "Wait, if reelproof_follower_lag_blocks falls. If it does not, look for errors in the service's log.",
    who: OPERATOR,
  },
  SETTLEMENT_HELD: {
    severity: "warning",
    of: "service",
    problem: "Events or notices are held: the ledger refused them, or they cannot be sent.",
    action:
      "Run reelproof settlement list for the reasons. Remove the reason and send it again (reelproof settlement retry), or give it up (give-up).",
    who: "the service's operator, with the party that signed",
  },
  SETTLEMENT_STUCK: {
    severity: "warning",
    of: "service",
    problem: "Events or notices have waited for the chain for more than an hour.",
    action:
      "Check the relayer's balance, the chain's fees and the node. Look for errors of the relay in the service's log.",
    who: OPERATOR,
  },
  RELAYER_LOW: {
    severity: "warning",
    of: "service",
    problem: "The relayer's account is running out. Without balance nothing is settled.",
    action:
      "Send balance to the account that GET /v1/service names as relayer. RELAYER_LOW sets how many transactions are too few.",
    who: "the person who has the chain's funds",
  },
  CHECKPOINT_LATE: {
    severity: "warning",
    of: "service",
    problem: "The log has events that have not been anchored on the chain for too long.",
    action:
      "Check the relayer's balance and the node. Look for errors of the log in the service's log. CHECKPOINT_LATE sets how long is too long.",
    who: OPERATOR,
  },
  LOG_FORKED: {
    severity: "critical",
    of: "service",
    problem:
      "The chain has a checkpoint that is not of this log. Nothing more is appended to the log.",
    action:
      "Run reelproof fsck. If it names tiles, run reelproof repair. If rows are missing after a restore, get them from a replica or a mirror. Otherwise somebody else uses RELAYER_KEY.",
    who: OPERATOR,
  },
  LOG_DAMAGED: {
    severity: "critical",
    of: "service",
    problem: "The log's tiles are not those of its events, so appending stopped.",
    action: "Run reelproof repair: it rebuilds the tiles from the events.",
    who: OPERATOR,
  },
  FSCK_FAULTS: {
    severity: "critical",
    of: "service",
    problem: "The database was altered or damaged: fsck found faults.",
    action: "Run reelproof fsck for the list, then reelproof repair --dry-run.",
    who: OPERATOR,
  },
  FSCK_FAILED: {
    severity: "warning",
    of: "service",
    problem: "fsck could not check everything, so faults may be hidden.",
    action: "Run reelproof fsck, and remove what it names as the reason.",
    who: OPERATOR,
  },
  DISK_LOW: {
    severity: "critical",
    of: "process",
    problem: "The disk of DATA_DIR is nearly full.",
    action:
      "Make room on it, or move DATA_DIR to a larger one. A full disk stops the embedded database.",
    who: "the machine's administrator",
  },
  ALERT_NOT_DELIVERED: {
    severity: "warning",
    of: "process",
    problem: "The receiver of these messages does not take them.",
    action: "Check ALERT_URL and the receiver, then run reelproof status --send-test.",
    who: OPERATOR,
  },
} as const satisfies Record<string, Condition>;

export type ConditionCode = keyof typeof CONDITIONS;

export const CODES = Object.keys(CONDITIONS) as ConditionCode[];

/** What a check finds about a condition. */
export interface Reading {
  /** Null: it cannot be told now. */
  isOpen: boolean | null;
  /** A sentence with figures, which have nothing of a party's in them. */
  detail?: string;
}

export type Readings = Record<ConditionCode, Reading>;
