// Makes random streams of signed events for the tests of acceptance: most are allowed, and many are not. Rivals, events sent
// twice, bad signatures, wrong details, unknown lots and lots of others are among them.
import { fromHex } from "../../protocol/base/bytes.ts";
import { signDigest } from "../../protocol/base/crypto.ts";
import { type ActionName, type Entry, eventDigest } from "../../protocol/event/event.ts";
import type { Details } from "../../protocol/event/details.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import { transition } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { SignedEvent } from "../../server/custody/signed.ts";
import {
  contextOf,
  DOMAIN,
  eventOf,
  KEY,
  lotOf,
  NOW,
  PARTY,
  type PartyName,
  type Plan,
  REVOKED_KEY,
  type States,
  UNKNOWN_KEY,
} from "./model.ts";
import type { Random } from "./random.ts";

/** An event of a stream, and who submits it. */
export interface Submitted {
  signed: SignedEvent;
  asker: { party: string | null };
}

const ACTORS: readonly PartyName[] = ["maker", "maker", "distributor", "broker", "assembler"];
const MOVES: readonly ActionName[] = [
  "ship",
  "ship",
  "receive",
  "receive",
  "refuse",
  "cancel",
  "inspect",
  "hold",
  "release",
  "scrap",
  "split",
  "assemble",
];

/** A stream: it remembers what it sent, and guesses the states from it. */
export class Stream {
  /** The guessed states. A test may replace them by those that it finds. */
  states: States = new Map();
  readonly #random: Random;
  readonly #sent: Submitted[] = [];
  /** The numbers of lots, by their ids. */
  readonly #numbers = new Map<string, string>();
  #serial = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next events. */
  take(count: number): Submitted[] {
    return Array.from({ length: count }, () => this.#next());
  }

  #next(): Submitted {
    const random = this.#random;
    if (this.#sent.length > 0 && random.chance(0.08)) return random.pick(this.#sent.slice(-60));
    const made = this.#made();
    this.#sent.push(made);
    return made;
  }

  #made(): Submitted {
    const random = this.#random;
    const plan = this.states.size < 5 || random.chance(0.25) ? this.#making() : this.#move();
    const { signed, before } = eventOf(this.states, { ...plan, time: NOW - random.int(0, 1_000) });
    const { event } = signed;
    const details = this.#detailsFor(plan, event.entries);
    const secret = details && random.hex(32);
    if (details && secret) event.details = detailsRoot(details, fromHex(secret));
    const digest = eventDigest(DOMAIN, event);
    const key = random.chance(0.04)
      ? random.pick([REVOKED_KEY, UNKNOWN_KEY, KEY.assembler])
      : KEY[plan.by];
    const outcome = transition(contextOf(this.states), before, {
      event,
      digest,
      signer: key.address,
    });
    const isAltered = random.chance(0.06);
    // Sometimes the guess forgets an event: the next one about the same lot is its rival.
    if (!isAltered && !random.chance(0.07))
      outcome.states?.forEach((state, i) => this.states.set(event.entries[i]!.lot, state));
    const isMaking = before.every((state) => state === null);
    const submitted: Submitted = {
      signed: {
        event,
        signature: signDigest(digest, key.privateKey),
        ...(details && secret && { details, secret }),
        ...(random.chance(0.1) && { restricted: { lotNumber: "private", mpn: "private" } }),
        ...(random.chance(isMaking ? 0.3 : 0.02) && {
          settlement: random.pick(["log", "ledger"] as const),
        }),
      },
      asker: { party: random.chance(0.1) ? null : PARTY[plan.by] },
    };
    return isAltered ? this.#altered(submitted) : submitted;
  }

  #making(): Plan {
    const random = this.#random;
    const by = random.chance(0.8) ? "maker" : random.pick(ACTORS);
    const lots = Array.from({ length: random.int(1, 3) }, () => this.#newLot(by));
    const asNew = lots.map(([lot]) => lot);
    return { action: random.chance(0.8) ? "commission" : "introduce", by, lots, asNew };
  }

  #newLot(by: PartyName): [string, number] {
    const random = this.#random;
    const serial = random.chance(0.08) ? random.int(0, this.#serial) : this.#serial++;
    const lot = lotOf(random.chance(0.02) ? "broker" : by, `L${serial}`);
    this.#numbers.set(lot, `L${serial}`);
    return [lot, random.int(1, 50)];
  }

  #move(): Plan {
    const random = this.#random;
    const action = random.pick(MOVES);
    const isAnswer = action === "receive" || action === "refuse";
    const by = random.pick(ACTORS);
    const fits = [...this.states].filter(([, { holder, consignee, quantity }]) => {
      const isUnderWay = !/^0x0+$/.test(consignee);
      const mine = isAnswer ? consignee === PARTY[by] : holder === PARTY[by];
      return mine && quantity > 0 && isUnderWay === (isAnswer || action === "cancel");
    });
    const from = fits.length > 0 && random.chance(0.93) ? fits : [...this.states];
    const taken = random.some(from, action === "split" ? 1 : random.int(1, 3));
    const lots = taken.map(([lot, { quantity }]): [string, number] => [
      lot,
      ["scrap", "assemble"].includes(action) ? Math.max(0, quantity - random.int(1, 5)) : quantity,
    ]);
    if (random.chance(0.02)) lots.push([lotOf("maker", `UNKNOWN${random.int(0, 9)}`), 1]);
    const holder = taken[0]![1].holder;
    const plan: Plan = { action, by, lots, ...(action === "refuse" && { holder }) };
    if (action === "ship") plan.to = random.pick(["distributor", "broker", "assembler", "maker"]);
    if (action === "assemble") return { ...plan, lots: [...lots, this.#newLot(by)] };
    if (action !== "split") return plan;
    const [lot, quantity] = lots[0]!;
    const part = random.int(1, Math.max(1, quantity - 1));
    const [child] = this.#newLot(by);
    return {
      ...plan,
      lots: [
        [lot, Math.max(0, quantity - part)],
        [child, part],
      ] as const,
    };
  }

  /** What a new lot needs, and sometimes more. Undefined: the event has no details. */
  #detailsFor({ action }: Plan, lots: readonly Entry[]): Details | undefined {
    const random = this.#random;
    if (!["commission", "introduce", "split", "assemble"].includes(String(action)))
      return action === "ship" && random.chance(0.5)
        ? { carrier: `carrier ${random.int(0, 9)}` }
        : undefined;
    if (random.chance(0.03)) return undefined;
    const entries = lots.map(({ lot, previous }) => ({
      ...(previous === ZERO_HASH && { lotNumber: this.#numbers.get(lot) ?? "?" }),
      ...(random.chance(0.6) && { mpn: `MPN-${random.int(0, 5)}` }),
    }));
    return { manufacturer: "Northgate Semiconductor", entries };
  }

  #altered({ signed, asker }: Submitted): Submitted {
    const random = this.#random;
    const event = { ...signed.event, entries: signed.event.entries.map((entry) => ({ ...entry })) };
    const changed = { signed: { ...signed, event }, asker };
    const alterations = [
      () => (changed.signed.signature = `0x${"11".repeat(64)}1b`),
      () => (event.details = random.hex(32)),
      () => (event.time = NOW + 10_000),
      () => (event.entries[0]!.previous = random.hex(32)),
      () => (event.consignee = PARTY.stranger),
    ];
    random.pick(alterations)();
    return changed;
  }
}
