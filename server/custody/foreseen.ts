// Refuses to sign facts of a new lot that every verdict would fail, such as a date code that has not begun: what is signed stays.
import type { EntryDetails } from "../../protocol/event/details.ts";
import { foresee } from "../../protocol/verify/foresee.ts";
import { Refusal } from "../refusal.ts";
import type { SharedDetails } from "./draft.ts";

/** The fields on which these findings rest. Most lots of a request have the same, so each set is judged once. */
const JUDGED = ["dateCode", "dateCodeNewest", "dateCodeFormat", "bagSealDate"] as const;

/**
 * Checks the facts of lots that a party asks the service to register. Events that a party signs itself are not checked.
 * @param now Unix seconds
 * @throws Refusal BAD_FIELD naming the lot's field
 */
export function refuseForeseen(
  action: "commission" | "introduce",
  lots: readonly { details?: EntryDetails | undefined }[],
  shared: SharedDetails = {},
  now: number,
): void {
  const judged = new Map<string, Foreseen | undefined>();
  lots.forEach(({ details }, i) => {
    const facts = { ...shared, ...details } as EntryDetails;
    const judgedFacts = Object.fromEntries(
      JUDGED.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])),
    ) as EntryDetails;
    const key = JSON.stringify(judgedFacts);
    if (!judged.has(key)) judged.set(key, failingFact(judgedFacts, action, now));
    const failing = judged.get(key);
    if (!failing) return;
    const own = details?.[failing.name] !== undefined;
    throw foreseenRefusal(failing, own ? `lots.${i}.details` : "details");
  });
}

/**
 * Checks the facts that a party asks the service to correct.
 * @throws Refusal BAD_FIELD
 */
export function refuseForeseenCorrection(details: SharedDetails, now: number): void {
  const failing = failingFact(details as EntryDetails, "commission", now);
  if (failing) throw foreseenRefusal(failing, "details");
}

type Foreseen = ReturnType<typeof foresee>[number];
const failingFact = (
  facts: EntryDetails,
  action: "commission" | "introduce",
  now: number,
): Foreseen | undefined => foresee(facts, action, now).find(({ verdict }) => verdict === "FAIL");

function foreseenRefusal({ name, code, message }: Foreseen, path: string): Refusal {
  const why = `Every verdict on the lot would be FAIL (${code}). ${message}`;
  return new Refusal("BAD_FIELD", 422, why, { field: `${path}.${name}` });
}
