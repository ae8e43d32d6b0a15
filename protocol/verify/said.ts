// Where something is said on a lot's way, as a finding names it.
import type { Observation } from "../verdict/verdict.ts";
import type { Said } from "./record.ts";

/** The event, lot and field of what is said; nothing of nothing. */
export const whereOf = (said: Said | undefined): Pick<Observation, "event" | "lot" | "field"> =>
  said ? { event: said.step.digest, lot: said.lot, field: said.field } : {};
