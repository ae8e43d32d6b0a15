// Lists what makes a company known on a chain of one's own: who does what, with which command. Each command has the variables
// that it needs and no others.
import type { RoleName } from "../../protocol/event/roles.ts";

/** What is known when the steps are listed. Undefined facts are left as … */
export interface Facts {
  name: string;
  roles: readonly RoleName[];
  /** The company's account. */
  account: string | undefined;
  rpcUrl: string | undefined;
  ledger: string | undefined;
  /** The account that pays for events. */
  relayer: string | undefined;
  /** The service's URL; undefined for the default. */
  url: string | undefined;
  /** What is done already; undefined where it cannot be seen. */
  isAdmitted: boolean | undefined;
  hasSigningKey: boolean | undefined;
  hasApiKey: boolean | undefined;
}

/** One step. */
export interface Step {
  who: string;
  does: string;
  notes: string[];
  commands: string[];
  /** Undefined where it cannot be seen, or nobody has to do anything. */
  isDone: boolean | undefined;
}

/** A word as a shell reads it. */
export const quoted = (text: string): string =>
  /^[\w.,:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The steps in their order. */
export function stepsOn(facts: Facts): Step[] {
  const { name, roles, isAdmitted, hasSigningKey, hasApiKey } = facts;
  const account = facts.account ?? "0x…";
  const ledger = `CHAIN_RPC_URL=${quoted(facts.rpcUrl ?? "…")} LEDGER_ADDRESS=${facts.ledger ?? "0x…"}`;
  const given = roles.map((role) => `--role ${role}`).join(" ");
  const service = facts.url === undefined ? "" : `REELPROOF_URL=${quoted(facts.url)} `;
  return [
    {
      who: "The company",
      does: "makes an account, and sends its address to the owner",
      notes: [
        "Any wallet will do. This makes a private key, to keep secret.",
        "The account pays for the company's keys: it needs a little of the chain's money.",
      ],
      commands: ["echo 0x$(openssl rand -hex 32)"],
      isDone: facts.account !== undefined || isAdmitted,
    },
    {
      who: "The ledger's owner",
      does: "admits the company",
      notes: [],
      commands: [
        `${ledger} OWNER_KEY=0x… npx reelproof party admit ${account} ${quoted(name)} ${given}`,
      ],
      isDone: isAdmitted,
    },
    {
      who: "The company",
      does: "enrols its signing key",
      notes: [
        "It keeps the key itself (first command),",
        "or the service keeps it (second command, on the service's machine).",
      ],
      commands: [
        `${ledger} ACCOUNT_KEY=0x… PARTY_KEY=0x… npx reelproof key enrol`,
        `${ledger} ACCOUNT_KEY=0x… DATABASE_URL=… KEYSTORE_SECRET=… npx reelproof key make`,
      ],
      isDone: hasSigningKey,
    },
    {
      who: "The service's operator",
      does: "makes the company's API key",
      notes: [],
      commands: [
        `${service}REELPROOF_API_KEY=rp_… npx reelproof api-key make --party ${account} --scope admin`,
      ],
      isDone: hasApiKey,
    },
    {
      who: "The relayer",
      does: `pays for events from ${facts.relayer ?? "the account of RELAYER_KEY"}: keep a balance there`,
      notes: [],
      commands: [],
      isDone: undefined,
    },
  ];
}
