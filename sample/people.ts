// Lists the people as whom a newcomer can look at the sample, each with what to try first.
import type { PersonView } from "../api/sessions.ts";

/** A person of the sample. */
export interface SamplePerson extends PersonView {
  /** The name of the person's party. Null: the operator of the service. */
  party: string | null;
}

/** A reel that Dravatronik got from an independent source, and tested before use. */
const SPOT_BUY = "LK-42474";
/** A board of Monclara's into which a recalled lot is built. */
const RECALLED_INTO = "EVC7-26-1006";
/** The last day of the story: later, nothing is used any more, and a forecast says so. */
const STORY_END = "2026-11-13";

export const PEOPLE: readonly SamplePerson[] = [
  {
    id: "quality",
    party: "Dravatronik d.o.o.",
    title: "Quality engineer at Dravatronik",
    says: "Scan a reel that came in from an independent source, read the verdict, and decide.",
    path: `/inspect?scan=${SPOT_BUY}`,
  },
  {
    id: "distributor",
    party: "Pellworth Components Inc.",
    title: "Distributor Pellworth",
    says: "See what you hold, what is on its way, and what your customers can check about it.",
    path: "/lots",
  },
  {
    id: "auditor",
    party: "Monclara Electronics S.A. de C.V.",
    title: "Auditor",
    says: "Trace a motor controller of Monclara's in which a recalled memory chip is built in.",
    path: `/inspect?scan=${RECALLED_INTO}`,
  },
  {
    id: "planner",
    party: "Kaiva Power Oy",
    title: "Planner at Kaiva Power",
    says: "Ask what stops first if packaging in one country stops, and see why to believe it.",
    path: `/insight/outage?stop=CN&days=60&asOf=${STORY_END}`,
  },
  {
    id: "operator",
    party: null,
    title: "Operator",
    says: "Look at every lot of the service, and at its ledger and log.",
    path: "/overview",
  },
];
