// Defines the answers to health checks: whether the service is alive, and whether it is ready.
import { z } from "zod";

export const Liveness = z.strictObject({ alive: z.literal(true) });

export const Readiness = z
  .strictObject({
    ready: z.boolean(),
    database: z.boolean().meta({ description: "The database answers." }),
    chain: z.boolean().meta({ description: "The chain's node answers." }),
    head: z
      .int()
      .nullable()
      .meta({ description: "The block up to which the service has followed the chain." }),
    lag: z
      .int()
      .nullable()
      .meta({ description: "The number of blocks that the service is behind the chain." }),
    stuckAt: z.int().nullable().meta({
      description:
        "The block with a log that the service cannot apply; null while it follows the chain. Everything else continues.",
    }),
    messages: z.enum(["off", "ok", "failing"]).meta({
      description:
        "Whether the receiver of messages about the service takes them. Off: ALERT_URL is not set.",
    }),
    held: z.int().nullable().meta({
      description: "The number of events and notices that are held until a person decides.",
    }),
  })
  .meta({ id: "Readiness" });
