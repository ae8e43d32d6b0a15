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
  const judged = new Map<string, ReturnType<typeof foresee>[number] | undefined>();
  lots.forEach(({ details }, i) => {
    const facts = { ...shared, ...details } as EntryDetails;
    const judgedFacts = Object.fromEntries(
      JUDGED.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])),
    ) as EntryDetails;
    const key = JSON.stringify(judgedFacts);
    if (!judged.has(key))
      judged.set(
        key,
        foresee(judgedFacts, action, now).find(({ verdict }) => verdict === "FAIL"),
      );
    const failing = judged.get(key);
    if (!failing) return;
    const own = details?.[failing.name] !== undefined;
    const field = own ? `lots.${i}.details.${failing.name}` : `details.${failing.name}`;
    const why = `Every verdict on the lot would be FAIL (${failing.code}). ${failing.message}`;
    throw new Refusal("BAD_FIELD", 422, why, { field });
  });
}
