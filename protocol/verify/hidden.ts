// Tells whether a lot's history withholds fields. Rules ask before they take silence for a pass.
import type { DetailName } from "../event/detail-fields.ts";
import { ZERO_HASH } from "../base/values.ts";
import type { Case } from "./case.ts";
import { type Passage } from "./record.ts";

/** Whether an event of the lot's history withholds one of these fields, or comes without its details. */
export function isHidden(
  subject: Case,
  names: readonly DetailName[],
  way: readonly Passage[] = subject.replay.way,
): boolean {
  return way.some(({ step, index }) => {
    if (step.details === null) return step.event.details !== ZERO_HASH;
    return names.some((name) => {
      const detail = subject.identities.stated(step, index, name);
      return detail !== undefined && "withheld" in detail;
    });
  });
}
