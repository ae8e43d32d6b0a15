// Holds the help texts that several commands share.

export const EXIT_CODES_HELP = `
Exit codes:
  0  done            1  refused, or invalid input
  2  wrong usage     3  service or node unreachable
  verify: 0 PASS, 10 WARN, 11 INCOMPLETE, 12 FAIL, 13 HOLD; of several lots the worst, and 1 for one without a verdict
  scan:   the same; 1 where the label cannot be read, or names neither a lot nor a part
  fsck, repair: 0 clean, 12 faults found (or left), 3 cannot be checked
  restore: 0 restored, 12 restored with faults
  status: 0 nothing is wrong, 10 warnings, 12 something critical, 3 the service or its database does not answer;
          with --send-test 0 delivered, 1 not delivered
  log audit --once: 0 nothing found, 12 findings, 3 cannot be checked
  equivocation: 0 proven, 11 keys not checked, 12 not proven`;

export const ENVIRONMENT_HELP = `
Environment:
  REELPROOF_URL      URL of the service, unless --url is given
  REELPROOF_API_KEY  API key, unless --api-key-file is given
  REELPROOF_RPC_URL  the node to ask, unless --rpc is given
  DATA_DIR           the service's folder; --as picks from its api-keys.json (default: ./data)
  DATABASE_URL       without an API key, api-key, fsck, repair and backup open this database
                     directly; restore fills it
  BACKUP_PASSPHRASE  backup, restore: the passphrase, unless --passphrase-file is given
  CHAIN_RPC_URL, LEDGER_ADDRESS
                     the ledger, for commands with OWNER_KEY or ACCOUNT_KEY
  OWNER_KEY          party: the private key of the ledger's owner, if the service does not have it
  ACCOUNT_KEY        key: the private key of the party's account, if the service does not have it;
                     init: fills in the account's address
  KEYSTORE_SECRET    key make with ACCOUNT_KEY: guards the key in the database (DATABASE_URL or
                     DATA_DIR); key enrol needs none of these
  PARTY_KEY          key enrol: the private key to enrol
  NO_COLOR           set to anything: no colours, on a terminal either`;
