// V05: what happened was registered soon after.
import { isVouched } from "../case.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  SETTLED_LATE: kind(
    "WARN",
    "actor",
    "The event was recorded or logged long after it is said to have happened: ask the party that signed it why.",
  ),
} satisfies Kinds;

/** What happened was registered soon after. */
export const lateRegistration: Rule = {
  id: "V05",
  name: "late registration",
  version: 2,
  looksAt:
    "each event's time beside the time of the block that recorded it, or the log that has it",
  findings,
  unknowns: {
    REGISTRATION_NOT_KNOWN:
      "When some of the events were recorded is not known: verify with a node, or wait until all of them are settled.",
  },
  *judge({ chain, replay }) {
    if (!chain || !replay.steps.every((step) => isVouched(chain, step)))
      yield { unknown: "REGISTRATION_NOT_KNOWN" };
  },
};
