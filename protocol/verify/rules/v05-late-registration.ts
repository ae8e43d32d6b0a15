// Judges rule V05, late registration. Every event was recorded on the ledger, or in a log, soon
// after the time it states.
import { isVouched } from "../places.ts";
import { card } from "../../verdict/findings/v05-late-registration.ts";
import { rule } from "./rule.ts";

export const lateRegistration = rule(card, function* ({ chain, replay }) {
  if (!chain || !replay.steps.every((step) => isVouched(chain, step)))
    yield { unknown: "REGISTRATION_NOT_KNOWN" };
});
