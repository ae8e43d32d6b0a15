// Defines the report of fsck.
import { z } from "zod";

const FaultValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
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
