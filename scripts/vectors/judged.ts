// Makes the vector of one event: its states before, everything that the rules look at, and their result.
import { wordOf } from "../../protocol/event/lot.ts";
import { type Context, type Outcome, transition } from "../../protocol/event/transition.ts";
import { contextOf, type eventOf, type Plan, type States, act } from "../../test/support/model.ts";
import type { Vector } from "./vector.ts";

/** The states after these plans, from nothing. */
export function statesAfter(plans: readonly Plan[]): States {
  const states: States = new Map();
  for (const plan of plans)
    if (act(states, plan).violation) throw new Error("what comes before must be in order");
  return states;
}

/** The violation of an event, undefined if it breaks no rule. */
export const violationOf = (
  context: Context,
  { signed, before }: ReturnType<typeof eventOf>,
): Outcome["violation"] => transition(context, before, signed).violation;

/** Makes the vector of an event on the ledger that has these states, or with this context. */
export function judged(
  about: string,
  states: States,
  { signed, before }: ReturnType<typeof eventOf>,
  context: Context = contextOf(states),
): Vector {
  const { event, digest, signer } = signed;
  const standing = (name: "party" | "key", addresses: (string | undefined)[]) =>
    Object.fromEntries(
      [...new Set(addresses)].flatMap((address) => {
        const value = address === undefined ? undefined : context[name](address);
        return value ? [[address, value]] : [];
      }),
    );
  const { states: after, violation } = transition(context, before, signed);
  return {
    about,
    context: {
      now: context.now,
      parties: standing("party", [event.actor, event.consignee]),
      keys: standing("key", [signer]),
      words: Object.fromEntries(event.entries.map(({ lot }) => [lot, context.word(lot)])),
    },
    before,
    event,
    digest,
    signer: signer ?? null,
    ...(after ? { after, words: after.map(wordOf) } : { violation }),
  };
}
