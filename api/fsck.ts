// fsck: the report of a check.
import { z } from "zod";

const FaultValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Fault = z
  .strictObject({
    table: z.string(),
    row: z.string().meta({
      description: "The row's key; the parts of a key of several columns with / between them.",
    }),
    column: z.string().exactOptional(),
    field: z
      .string()
      .exactOptional()
      .meta({ description: "Within a column that holds JSON, as a dotted path." }),
    code: z.string(),
    expected: FaultValue.exactOptional(),
    found: FaultValue.exactOptional(),
    message: z.string().meta({ description: "What is wrong and what to do, in one sentence." }),
  })
  .meta({ id: "Fault" });
export type Fault = z.infer<typeof Fault>;

export const FsckReport = z
  .strictObject({
    checked: z
      .record(z.string(), z.int())
      .meta({ description: "How many rows and logs were looked at." }),
    faults: z.array(Fault),
    unlisted: z.int().meta({ description: "Faults beyond those listed." }),
  })
  .meta({ id: "FsckReport", description: "Clean where there are no faults." });
export type FsckReport = z.infer<typeof FsckReport>;
