// Defines the report of fsck.
import { z } from "zod";

const FaultValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Subject = z
  .strictObject({
    lots: z
      .array(z.strictObject({ lot: z.string(), lotNumber: z.string().nullable() }))
      .meta({ description: "The first of the lots." }),
    lotCount: z.int().meta({ description: "The number of all lots." }),
    act: z.string().nullable().meta({
      description: "An event's action, or a notice's kind. Null for other rows.",
    }),
    party: z.string().nullable().meta({
      description: "The name of the party that acted, or that the row is about.",
    }),
    parties: z.array(z.string()).meta({
      description: "The names of the parties that have the lots, or had them.",
    }),
  })
  .meta({
    id: "FaultSubject",
    description: "What the row is about, as people call it.",
  });

const Fault = z
  .strictObject({
    table: z.string(),
    row: z.string().meta({
      description: "The row's key. The parts of a key of several columns are joined with /.",
    }),
    column: z.string().exactOptional(),
    field: z
      .string()
      .exactOptional()
      .meta({ description: "The field within a JSON column, as a dotted path." }),
    code: z.string(),
    expected: FaultValue.exactOptional(),
    found: FaultValue.exactOptional(),
    message: z.string().meta({ description: "What is wrong and what to do." }),
    subject: Subject.exactOptional(),
  })
  .meta({ id: "Fault" });
export type Fault = z.infer<typeof Fault>;

export const FsckReport = z
  .strictObject({
    checked: z
      .record(z.string(), z.int())
      .meta({ description: "The number of rows and logs checked." }),
    faults: z.array(Fault),
    unlisted: z.int().meta({ description: "The number of faults that are not listed." }),
  })
  .meta({ id: "FsckReport", description: "Without faults the database is clean." });
export type FsckReport = z.infer<typeof FsckReport>;

const RemainingFault = Fault.extend({
  blockedBy: Fault.pick({ table: true, row: true, code: true }).exactOptional().meta({
    description: "The fault of the evidence because of which a derived row was not rebuilt.",
  }),
}).meta({ id: "RemainingFault" });
export type RemainingFault = z.infer<typeof RemainingFault>;

/** What is to be rebuilt. */
export const RepairRequest = z.strictObject({
  lots: z.array(z.string().min(1).max(200)).max(1_000).exactOptional().meta({
    description: "Ids or lot numbers of lots. Without them, everything.",
  }),
  dryRun: z.boolean().exactOptional().meta({ description: "Changes nothing." }),
});

export const RepairReport = z
  .strictObject({
    dryRun: z.boolean(),
    rebuilt: z
      .array(Fault)
      .meta({ description: "The faults that are gone. In a dry run: those that would be." }),
    remaining: z.array(RemainingFault).meta({ description: "The faults that are left." }),
    unlisted: z.int().meta({ description: "The number of faults that are not listed." }),
  })
  .meta({ id: "RepairReport" });
export type RepairReport = z.infer<typeof RepairReport>;
