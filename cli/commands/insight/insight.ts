// `insight`: answers what the caller's own evidence says about stock, builds, arrivals, origins and recalls.
import type { AddCommand } from "../../service/command.ts";
import { addArrivals } from "./arrivals.ts";
import { addBuild } from "./build.ts";
import { addDemand } from "./demand.ts";
import { addOrigins } from "./origins.ts";
import { addOutage } from "./outage.ts";
import { addPromises } from "./promises.ts";
import { addRecall } from "./recall.ts";
import { addStock } from "./stock.ts";
import { addTrackRecord } from "./track-record.ts";

export const insight: AddCommand = (program, act) => {
  const group = program
    .command("insight")
    .description(
      "what your own evidence says: each answer from final events that you see, and from nothing else",
    );
  for (const add of [
    addStock,
    addBuild,
    addArrivals,
    addPromises,
    addOrigins,
    addDemand,
    addOutage,
    addRecall,
    addTrackRecord,
  ])
    add(group, act);
};
