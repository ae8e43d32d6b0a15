// Runs fsck and repairs in the service. While the service runs, nothing else can open the embedded database.
import { z } from "zod";
import { FsckReport, RepairReport, RepairRequest } from "../../../api/fsck.ts";
import { fsck } from "../../fsck/fsck.ts";
import { repair } from "../../fsck/repair.ts";
import { route } from "./route.ts";

export const checks = [
  route({
    method: "post",
    path: "/v1/fsck",
    inStandby: true,
    tag: "Administration",
    summary: "Check every row of the database against itself and the chain",
    about: "It changes nothing. With the embedded database, other requests wait until it is done.",
    access: { scope: "admin", who: "operator" },
    body: z.strictObject({}),
    answers: { 200: FsckReport },
    async handle({ ctx, watch }) {
      const startedAt = ctx.clock();
      const report = await watch.occupying(() => fsck(ctx));
      await watch.tookFsck(report, startedAt);
      return { status: 200, body: report };
    },
  }),
  route({
    method: "post",
    path: "/v1/repair",
    inStandby: true,
    tag: "Administration",
    summary: "Rebuild altered rows that follow from signed events and notices",
    about:
      "It runs fsck, rebuilds each lot in one transaction, and runs fsck again. It never changes what was signed, and rebuilds nothing from evidence with a fault.",
    access: { scope: "admin", who: "operator" },
    body: RepairRequest,
    answers: { 200: RepairReport },
    async handle({ ctx, watch }, { body }) {
      const startedAt = ctx.clock();
      const report = await watch.occupying(() => repair(ctx, body));
      const { dryRun, remaining, unlisted } = report;
      const left = { faults: remaining, unlisted: remaining.length === 0 ? 0 : unlisted };
      if (!dryRun) await watch.tookFsck(left, startedAt);
      return { status: 200, body: report };
    },
  }),
];
