// Runs fsck in the service. While the service runs, nothing else can open the embedded database.
import { z } from "zod";
import { FsckReport } from "../../../api/fsck.ts";
import { fsck } from "../../fsck/fsck.ts";
import { route } from "./route.ts";

export const checks = [
  route({
    method: "post",
    path: "/v1/fsck",
    tag: "Administration",
    summary: "Check every row of the database against itself and the chain",
    about: "It changes nothing. With the embedded database, other requests wait until it is done.",
    access: { scope: "admin", who: "operator" },
    body: z.strictObject({}),
    answers: { 200: FsckReport },
    handle: async ({ ctx }) => ({ status: 200, body: await fsck(ctx) }),
  }),
];
