// Sends thousands of random events, valid and invalid, to the contract and to protocol/. Both
// are the same transition function.
import { expect } from "chai";
import { recoverSigner, signDigest } from "../../protocol/base/crypto.ts";
import {
  ACTIONS,
  type ActionName,
  type CustodyEvent,
  actionName,
  eventDigest,
} from "../../protocol/event/event.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { submissionOf } from "../../protocol/event/submission.ts";
import { transition } from "../../protocol/event/transition.ts";
import { type Violation, VIOLATIONS, type ViolationName } from "../../protocol/event/violation.ts";
import { BREAKERS, type Draft, type Stock, eventOfDraft, goodDraft } from "./support/drafts.ts";
import { Random, SEED, runsOf } from "../support/random.ts";
import {
  type Party,
  type Refusal,
  admit,
  call,
  contextAt,
  createWorld,
  enrol,
  latestTime,
  reinstate,
  revoke,
  suspend,
} from "./support/world.ts";

const STEPS = runsOf(10_000);
/** A run continues until it has met enough of every outcome, up to this limit. */
const MOST_STEPS = 3 * STEPS;
/** How often each action and each violation must occur: 50 times in 10,000 steps. */
const AT_LEAST = Math.floor(STEPS / 200);
/** How many lots are drawn from: enough of every kind, and few enough to search at each step. */
const OPEN_LOTS = 400;

const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[];
const VIOLATION_NAMES = Object.keys(VIOLATIONS) as ViolationName[];

describe("CustodyLedger and protocol/transition, on random events", function () {
  this.timeout(600_000);

  it(`give the same state or error in each of ${STEPS} steps`, async () => {
    const random = new Random(SEED);
    const stock = await newStock(random);
    const { world } = stock;
    const counts = new Map<string, number>(
      [...ACTION_NAMES, ...VIOLATION_NAMES].map((name) => [name, 0]),
    );
    const short = (name: string) => counts.get(name)! < AT_LEAST * 1.2 + 2;
    const rare = () => [...counts].filter(([, count]) => count < AT_LEAST);

    for (let step = 0; step < STEPS || (rare().length > 0 && step < MOST_STEPS); step++) {
      if (random.chance(0.01)) await unsettle(stock);
      stock.now = await latestTime(world);
      const draft = drawDraft(stock, short);
      const { event, before } = eventOfDraft(draft);
      const digest = eventDigest(world.domain, event);
      const signature = (draft.spoil ?? ((same) => same))(signDigest(digest, draft.key.privateKey));
      const expected = transition(contextAt(world, stock.now), before, {
        event,
        digest,
        signer: signerOf(digest, signature),
      });
      const submission = submissionOf(event, before, signature);
      const found = await call(world, world.outsider, "record", [submission]);

      const where = `SEED=${SEED}, step ${step}: ${JSON.stringify(event)}`;
      if (expected.violation) {
        expect(textOf(found.refusal), where).to.equal(textOf(expected.violation));
        add(counts, expected.violation.name);
      } else {
        expect(found.refusal, where).to.equal(undefined);
        expect(found.results![0], where).to.equal(digest);
        await world.ledger.record(submission, { gasLimit: 16_000_000 });
        for (const [i, state] of expected.states.entries())
          expect(await world.ledger.wordOf(event.entries[i]!.lot), where).to.equal(wordOf(state));
        follow(stock, event, expected.states);
        add(counts, actionName(event.action)!);
      }
    }

    expect(rare(), `SEED=${SEED}: seen fewer than ${AT_LEAST} times`).to.deep.equal([]);
    await world.connection.close();
  });
});

/** Numbers beyond 2^53 are digits on one side and numbers on the other. So the comparison uses their text. */
const textOf = (why: Refusal | Violation | undefined) => why && `${why.name}(${why.args.join()})`;

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, counts.get(name)! + 1);
}

function signerOf(digest: string, signature: string): string | undefined {
  try {
    return recoverSigner(digest, signature);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === "BAD_SIGNATURE") return undefined;
    throw error;
  }
}

/** Parties of every role, each with a valid and a revoked key. */
async function newStock(random: Random): Promise<Stock & { members: Party[] }> {
  const world = await createWorld();
  const keysOf: Stock["keysOf"] = new Map();
  const members: Party[] = [];
  const stock = {
    world,
    random,
    now: 0,
    keysOf,
    open: [],
    closed: [],
    stale: new Map<string, LotState>(),
    members,
  };
  for (const roles of [1, 1, 2, 2, 4, 4, 8, 15]) {
    const party = await admit(world, roles);
    members.push(party);
    keysOf.set(party.address, { good: [party.key], revoked: [] });
    await renewKey(stock, party);
  }
  return stock;
}

async function renewKey({ world, keysOf }: Stock, party: Party): Promise<void> {
  const { good, revoked } = keysOf.get(party.address)!;
  const old = good.shift()!;
  good.push(await enrol(world, party));
  await revoke(world, party, old);
  revoked.push(old);
}

/** Changes a party's standing or key on the ledger. */
async function unsettle(stock: Stock & { members: Party[] }): Promise<void> {
  const { world, random, members } = stock;
  const party = random.pick(members);
  const suspended = members.filter(({ address }) => world.parties.get(address)!.suspended);
  if (suspended.includes(party)) await reinstate(world, party);
  else if (random.chance(0.5)) await renewKey(stock, party);
  else if (suspended.length < 2) await suspend(world, party);
}

/** A valid event, mostly altered in one or two ways. Prefers outcomes that were too rare so far. */
function drawDraft(stock: Stock, short: (name: string) => boolean): Draft {
  const { random } = stock;
  const preferShort = <T extends string>(names: readonly T[]) => {
    const wanted = names.filter(short);
    return random.pick(wanted.length > 0 && random.chance(0.6) ? wanted : names);
  };
  let draft: Draft | undefined;
  while (!draft) draft = goodDraft(stock, preferShort(ACTION_NAMES));
  const faults = random.pick([0, 0, 0, 1, 1, 1, 1, 2]);
  for (let i = 0; i < faults && draft.entries.length > 0; i++)
    BREAKERS[preferShort(VIOLATION_NAMES)](draft, stock);
  return draft;
}

/** Applies an event to the world and the stock. */
function follow(
  { world, open, closed, stale }: Stock,
  { entries }: CustodyEvent,
  states: LotState[],
): void {
  entries.forEach(({ lot }, i) => {
    const old = world.states.get(lot);
    if (old) stale.set(lot, old);
    world.states.set(lot, states[i]!);
    const at = open.indexOf(lot);
    if (at >= 0) open.splice(at, 1);
    (states[i]!.quantity > 0 ? open : closed).push(lot);
  });
  open.splice(0, open.length - OPEN_LOTS);
}
