// Defines the answers about how the service does: the conditions that stand, the last fsck, and whether messages arrive.
import { z } from "zod";

const Time = z.int().meta({ description: "Unix seconds." });

export const OpenCondition = z
  .strictObject({
    code: z.string().meta({ description: "Stable. docs/operate.md lists every code." }),
    severity: z.enum(["critical", "warning"]),
    since: Time,
    problem: z.string().meta({ description: "What is wrong." }),
    detail: z.string().nullable().meta({ description: "The figures." }),
    action: z.string().meta({ description: "What to do." }),
    who: z.string().meta({ description: "Who can do it." }),
  })
  .meta({ id: "OpenCondition" });
export type OpenCondition = z.infer<typeof OpenCondition>;

export const StatusView = z
  .strictObject({
    checkedAt: Time.nullable().meta({
      description:
        "When the service last checked itself, Unix seconds. Null before the first time.",
    }),
    conditions: z.array(OpenCondition).meta({ description: "The critical ones first." }),
    fsck: z
      .strictObject({
        startedAt: Time,
        seconds: z.int(),
        faults: z
          .record(z.string(), z.int())
          .meta({ description: "The number of faults by code. Empty: none was found." }),
        failure: z
          .string()
          .nullable()
          .meta({ description: "Why it could not check everything. Null: it did." }),
      })
      .nullable()
      .meta({ description: "The last run of fsck. Null: none yet, or it is off." }),
    messages: z.strictObject({
      to: z
        .string()
        .nullable()
        .meta({ description: "Where messages go, without secrets. Null: ALERT_URL is not set." }),
      isSender: z.boolean().meta({
        description:
          "This process sends messages about the shared database. Of several on one database, one does.",
      }),
      deliveredAt: Time.nullable().meta({
        description: "When a message was last delivered, since the start.",
      }),
      failingSince: Time.nullable().meta({
        description: "Since when the receiver does not take them.",
      }),
      failure: z.string().nullable(),
    }),
  })
  .meta({ id: "Status" });
export type StatusView = z.infer<typeof StatusView>;

export const TestDelivery = z
  .strictObject({
    delivered: z.boolean(),
    to: z.string().meta({ description: "Where it went, without secrets." }),
    why: z.string().nullable().meta({ description: "Why it was not delivered." }),
  })
  .meta({ id: "TestDelivery" });
export type TestDelivery = z.infer<typeof TestDelivery>;
