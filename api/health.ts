// Health: whether the service lives, and whether it can work.
import { z } from "zod";

export const Liveness = z.strictObject({ alive: z.literal(true) });

export const Readiness = z
  .strictObject({
    ready: z.boolean(),
    database: z.boolean().meta({ description: "The database answers." }),
    chain: z.boolean().meta({ description: "The chain's node answers." }),
    head: z.int().nullable().meta({ description: "The block that the follower stands on." }),
    lag: z
      .int()
      .nullable()
      .meta({ description: "Blocks between the follower and the chain's newest." }),
    held: z
      .int()
      .nullable()
      .meta({ description: "Events and notices that are held for a person." }),
  })
  .meta({ id: "Readiness" });
