// fsck, run by the service: only it can open the embedded database while it runs.
import { z } from "zod";
import { fsck } from "../../fsck/fsck.ts";
import { route } from "./route.ts";

const Shown = z.union([z.string(), z.number(), z.boolean(), z.null()]);
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
    expected: Shown.exactOptional(),
    found: Shown.exactOptional(),
    message: z.string().meta({ description: "What is wrong and what to do, in one sentence." }),
  })
  .meta({ id: "Fault" });

const Report = z
  .strictObject({
    checked: z
      .record(z.string(), z.int())
      .meta({ description: "How many rows and logs were looked at." }),
    faults: z.array(Fault),
    unlisted: z.int().meta({ description: "Faults beyond those listed." }),
  })
  .meta({ id: "FsckReport", description: "Clean where there are no faults." });

export const checks = [
  route({
    method: "post",
    path: "/v1/fsck",
    tag: "Administration",
    summary: "Check every row of the database, and all of it against the chain",
    about: "Changes nothing. On the embedded database all other requests wait until it is done.",
    access: { scope: "admin", who: "operator" },
    body: z.strictObject({}),
    answers: { 200: Report },
    handle: async ({ ctx }) => ({ status: 200, body: await fsck(ctx) }),
  }),
];
