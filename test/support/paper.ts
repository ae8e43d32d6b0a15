// Makes trails on paper, for rules that read what events say. Nobody has signed the events, and
// no ledger recorded them.
import { utf8 } from "../../protocol/base/bytes.ts";
import { keccak256 } from "../../protocol/base/crypto.ts";
import type { Details } from "../../protocol/event/details.ts";
import { detailsRoot, disclose } from "../../protocol/event/disclosure.ts";
import {
  type ActionName,
  type CustodyEvent,
  ACTIONS,
  eventDigest,
} from "../../protocol/event/event.ts";
import { lotId, type LotState, wordOf } from "../../protocol/event/lot.ts";
import { policyOf } from "../../protocol/verdict/policy.ts";
import { type Trail, type TrailEvent } from "../../protocol/trail/trail.ts";
import { transition } from "../../protocol/event/transition.ts";
import type { RuleId, Verdict } from "../../protocol/verdict/verdict.ts";
import type { VerdictInput, Trust } from "../../protocol/verdict/trust.ts";
import { verify } from "../../protocol/verify/verify.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { type FindingView, findingsOf } from "./verdicts.ts";
import { recover } from "./recover.ts";
import { trailOf } from "./trail-of.ts";

const DOMAIN = { chainId: 31337, ledger: `0x${"ab".repeat(20)}` };
const party = (digits: string) => `0x${digits.repeat(20)}`;

export const [MAKER, DISTRIBUTOR, BROKER, ASSEMBLER] = ["11", "22", "33", "44"].map(party) as [
  string,
  string,
  string,
  string,
];
export const HOUR = 3_600;
export const DAY = 24 * HOUR;
/** Unix seconds of a moment written as ISO 8601, in UTC; of a day, its noon. */
export const at = (iso: string): number =>
  Date.parse(iso.length === 10 ? `${iso}T12:00:00Z` : `${iso}Z`) / 1000;

type Shared = Omit<Details, "entries">;
type Entry = NonNullable<Details["entries"]>[number];

export interface EventDraft {
  /** The pieces after, by lot. */
  lots: Record<string, number>;
  time: number;
  holder?: string;
  consignee?: string;
  shared?: Shared;
  facts?: Record<string, Entry>;
  /** Names of fields that the trail withholds. */
  withheld?: string[];
  /** False: the trail shows none of its details. */
  isShown?: boolean;
}

export interface Paper {
  /** Adds an event, and returns its digest. */
  write(party: string, action: ActionName, draft: EventDraft): string;
  /** Commissions a lot of the maker, by default on 1 June 2026, and returns its id. */
  commission(number: string, facts?: Entry, time?: number): string;
  /** Adds a shipment of a lot and its receipt, and returns both digests. */
  deliver(
    lot: string,
    from: string,
    to: string,
    left: number,
    came: number,
    ship?: Shared,
    receive?: Shared,
  ): string[];
  pieces(lot: string): Record<string, number>;
  trail(lot: string): Trail;
}

export function openPaper(): Paper {
  const states = new Map<string, LotState>();
  const producers = new Map<string, TrailEvent>();
  let written = 0;
  const pieces = (lot: string) => ({ [lot]: states.get(lot)!.quantity });

  const write: Paper["write"] = (actor, action, { lots, time, shared, facts, ...draft }) => {
    const before = Object.keys(lots)
      .sort()
      .map((lot) => states.get(lot) ?? null);
    const entries = Object.keys(lots)
      .sort()
      .map((lot, i) => ({
        lot,
        previous: before[i] ? wordOf(before[i]) : ZERO_HASH,
        quantity: lots[lot]!,
      }));
    const secret = keccak256(utf8(`secret ${++written}`));
    const details: Details = { ...shared, entries: entries.map(({ lot }) => facts?.[lot] ?? {}) };
    const event: CustodyEvent = {
      action: ACTIONS[action],
      actor,
      holder: draft.holder ?? actor,
      consignee: draft.consignee ?? ZERO_ADDRESS,
      entries,
      time,
      details: detailsRoot(details, secret),
    };
    const digest = eventDigest(DOMAIN, event);
    const isOpen = (path: readonly (string | number)[]) =>
      !draft.withheld?.includes(String(path.at(-1)));
    const isShown = (draft.isShown ?? true) && event.details !== ZERO_HASH;
    const item = {
      event,
      signature: null,
      details: isShown ? disclose(details, secret, isOpen) : null,
    };
    const words = new Map(entries.map(({ lot, previous }) => [lot, previous]));
    const context = {
      now: time,
      party: () => ({ roles: 15, suspended: false }),
      key: () => ({ party: actor, revoked: false }),
      word: (lot: string) => words.get(lot)!,
    };
    const { states: after, violation } = transition(context, before, {
      event,
      digest,
      signer: actor,
    });
    if (violation) throw new Error(`the event breaks ${violation.name}`);
    entries.forEach(({ lot }, i) => {
      states.set(lot, after[i]!);
      producers.set(lot + wordOf(after[i]!), item);
    });
    return digest;
  };

  return {
    write,
    pieces,
    commission(lotNumber, facts = {}, time = at("2026-06-01")) {
      const lot = lotId(MAKER, lotNumber);
      const manufacturer = "Northgate Semiconductor";
      write(MAKER, "commission", {
        lots: { [lot]: 1000 },
        time,
        facts: {
          [lot]: { lotNumber, manufacturer, mpn: "NG74LVC1G08-Q", makerLot: "K7T221", ...facts },
        },
      });
      return lot;
    },
    deliver(lot, from, to, left, came, ship = {}, receive = {}) {
      return [
        write(from, "ship", { lots: pieces(lot), time: left, consignee: to, shared: ship }),
        write(to, "receive", { lots: pieces(lot), time: came, shared: receive }),
      ];
    },
    trail(lot) {
      const events = trailOf(lot, wordOf(states.get(lot)!), (each, word) =>
        producers.get(each + word),
      );
      return structuredClone({ version: 1, ...DOMAIN, lot, events, notices: [] });
    },
  };
}

/** The result of one rule for a trail. */
export interface RuleResult {
  result: Verdict["rules"][number]["result"];
  /** Why the rule is not evaluable. */
  unknown: string | undefined;
  findings: FindingView[];
}

export interface How extends VerdictInput {
  policy?: Trust["policy"];
  now?: number;
}

/** The end of the year in which the tests play: the readers' time by default. */
export const NOW = at("2026-12-31");

/** Judges a trail by one rule without a node. */
export async function ruleOn(
  rule: RuleId,
  trail: Trail,
  { policy, now = NOW, ...input }: How = {},
): Promise<RuleResult> {
  const trust: Trust = { ...DOMAIN, finality: 0, now, policy: policyOf(policy) };
  return ruleResultOf(rule, await verify(trail, trust, null, recover, input));
}

/** The result of one rule in a verdict. */
export function ruleResultOf(rule: RuleId, verdict: Verdict): RuleResult {
  const { result, reason } = verdict.rules.find((each) => each.rule === rule)!;
  const own = verdict.findings.filter((finding) => finding.rule === rule);
  return { result, unknown: reason?.code, findings: findingsOf({ ...verdict, findings: own }) };
}
