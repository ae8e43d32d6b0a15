// Lists the commands, by what people do with them. Each is loaded when it is wanted: a command needs a third of what all need.
import type { AddCommand } from "./service/command.ts";

type Load = () => Promise<AddCommand>;

/** The commands by their first word, in the groups and the order of the help. */
export const COMMANDS: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  Lots: {
    register: async () => (await import("./commands/custody/register.ts")).register,
    correct: async () => (await import("./commands/custody/correct.ts")).correct,
    split: async () => (await import("./commands/custody/split.ts")).split,
    assemble: async () => (await import("./commands/custody/assemble.ts")).assemble,
    inspect: async () => (await import("./commands/custody/inspect.ts")).inspect,
    hold: async () => (await import("./commands/custody/hold.ts")).hold,
    release: async () => (await import("./commands/custody/release.ts")).release,
    scrap: async () => (await import("./commands/custody/scrap.ts")).scrap,
  },
  Handover: {
    ship: async () => (await import("./commands/custody/ship.ts")).ship,
    cancel: async () => (await import("./commands/custody/cancel.ts")).cancel,
    receive: async () => (await import("./commands/custody/receive.ts")).receive,
    refuse: async () => (await import("./commands/custody/refuse.ts")).refuse,
    return: async () => (await import("./commands/custody/return.ts")).returnLots,
  },
  Search: {
    lots: async () => (await import("./commands/records/lots.ts")).lots,
    shipments: async () => (await import("./commands/records/shipments.ts")).shipments,
    trail: async () => (await import("./commands/records/trail.ts")).trail,
    reach: async () => (await import("./commands/records/reach.ts")).reach,
    label: async () => (await import("./commands/records/label.ts")).label,
  },
  Insight: {
    insight: async () => (await import("./commands/insight/insight.ts")).insight,
  },
  Checks: {
    verify: async () => (await import("./commands/checks/verify.ts")).verify,
    scan: async () => (await import("./commands/checks/scan.ts")).scan,
    bundle: async () => (await import("./commands/checks/bundle.ts")).bundle,
    import: async () => (await import("./commands/checks/import.ts")).importBundle,
    verifier: async () => (await import("./commands/checks/verifier.ts")).verifier,
    fsck: async () => (await import("./commands/checks/fsck.ts")).fsck,
    repair: async () => (await import("./commands/checks/repair.ts")).repair,
    log: async () => (await import("./commands/checks/log-audit.ts")).logAudit,
    equivocation: async () => (await import("./commands/checks/equivocation.ts")).equivocation,
  },
  Notices: {
    recall: async () => (await import("./commands/custody/notices.ts")).recall,
    suspect: async () => (await import("./commands/custody/notices.ts")).suspect,
    withdraw: async () => (await import("./commands/custody/notices.ts")).withdraw,
  },
  Records: {
    document: async () => (await import("./commands/records/document.ts")).document,
    authorise: async () => (await import("./commands/records/authorise.ts")).authorise,
    alert: async () => (await import("./commands/records/alert.ts")).alert,
    statement: async () => (await import("./commands/records/statement.ts")).statement,
    policy: async () => (await import("./commands/records/policy.ts")).policy,
    grant: async () => (await import("./commands/records/grant.ts")).grant,
  },
  Ledger: {
    settle: async () => (await import("./commands/custody/settle.ts")).settle,
    settlement: async () => (await import("./commands/custody/settlement.ts")).settlement,
  },
  Administration: {
    status: async () => (await import("./commands/checks/status.ts")).status,
    init: async () => (await import("./commands/administration/init.ts")).init,
    party: async () => (await import("./commands/administration/party.ts")).party,
    key: async () => (await import("./commands/administration/key.ts")).key,
    "api-key": async () => (await import("./commands/administration/api-key.ts")).apiKey,
    backup: async () => (await import("./commands/administration/backup.ts")).backup,
    restore: async () => (await import("./commands/administration/restore.ts")).restore,
    activate: async () => (await import("./commands/administration/activate.ts")).activate,
  },
};
