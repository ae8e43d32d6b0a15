// Makes a backup of the running service, and lets a restored one act.
import { Activation, BackupRequest } from "../../../api/backup.ts";
import { openBackup } from "../../backup/write.ts";
import { z } from "zod";
import { checkOurs, LogForked } from "../../log/anchor.ts";
import { Refusal } from "../../refusal.ts";
import { route } from "./route.ts";

export const backups = [
  route({
    method: "post",
    path: "/v1/backup",
    tag: "Administration",
    summary: "Back up the database, the embedded chain, the documents and the folder's secrets",
    about:
      "The answer is a tar. It is whole only if the connection ends in order: the manifest at its end names every part. With the embedded database, other requests wait until the rows are sent. `reelproof backup` sends this request, and checks the file.",
    access: { scope: "admin", who: "operator" },
    inStandby: true,
    isSecret: true,
    body: BackupRequest,
    answers: { 200: "application/x-tar" },
    async handle({ ctx, around }, { body: { salt, cost, key } }) {
      const sealing = { derivation: { salt, cost }, key: Buffer.from(key, "hex") };
      const body = await openBackup(ctx, around, sealing);
      return {
        status: 200,
        type: "application/x-tar",
        body,
        filename: "reelproof.tar",
        saved: true,
      };
    },
  }),
  route({
    method: "post",
    path: "/v1/activation",
    tag: "Administration",
    summary: "Let a restored service act, because the original is gone",
    about:
      "A restored service only reads. Activate it when the original will never run again: both would act with the same keys and the same account. It is refused (LOG_FORKED) while the chain has a newer checkpoint of the log than the restored database.",
    access: { scope: "admin", who: "operator" },
    inStandby: true,
    body: z.strictObject({}),
    answers: { 200: Activation },
    async handle({ ctx, standby, nudge }) {
      await checkOurs(ctx).catch((error: unknown) => {
        throw error instanceof LogForked
          ? new Refusal("LOG_FORKED", 409, error.message, { cause: error })
          : error;
      });
      const isRestoredCopy = await standby.end();
      nudge();
      return { status: 200, body: { isRestoredCopy } };
    },
  }),
];
