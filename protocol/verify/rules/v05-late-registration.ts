// V05: what happened was registered soon after.
import { isVouched } from "../places.ts";
import { card } from "../../verdict/findings/v05-late-registration.ts";
import { rule } from "./rule.ts";

/** What happened was registered soon after. */
export const lateRegistration = rule(card, function* ({ chain, replay }) {
  if (!chain || !replay.steps.every((step) => isVouched(chain, step)))
    yield { unknown: "REGISTRATION_NOT_KNOWN" };
});
