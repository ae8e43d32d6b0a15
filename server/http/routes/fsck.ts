// fsck, run by the service: only it can open the embedded database while it runs.
import { z } from "zod";
import { FsckReport } from "../../../api/fsck.ts";
import { fsck } from "../../fsck/fsck.ts";
import { route } from "./route.ts";

export const checks = [
  route({
    method: "post",
    path: "/v1/fsck",
    tag: "Administration",
    summary: "Check every row of the database, and all of it against the chain",
    about: "Changes nothing. On the embedded database all other requests wait until it is done.",
    access: { scope: "admin", who: "operator" },
    body: z.strictObject({}),
    answers: { 200: FsckReport },
    handle: async ({ ctx }) => ({ status: 200, body: await fsck(ctx) }),
  }),
];
