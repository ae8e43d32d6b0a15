// Measures the gas of notices, many in one transaction: from receipts, with the base of 21,000.
import { randomBytes } from "node:crypto";
import { toHex } from "../protocol/base/bytes.ts";
import { signDigest } from "../protocol/base/crypto.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../protocol/event/notice.ts";
import { signatureParts } from "../protocol/event/submission.ts";
import { ZERO_HASH } from "../protocol/base/values.ts";
import { latestTime, type Party, type World } from "../test/contracts/support/world.ts";

/** Measures a batch of first suspicions about new lots, and the batch of their withdrawals. */
export async function measureNotices(
  world: World,
  issuer: Party,
  size: number,
): Promise<{ suspicion: number; withdrawal: number }> {
  const time = await latestTime(world);
  const suspicions = Array.from({ length: size }, (): Notice => ({
    lot: toHex(randomBytes(32)),
    kind: NOTICE_KINDS.suspicion,
    issuer: issuer.address,
    time,
    withdraws: ZERO_HASH,
    details: toHex(randomBytes(32)),
  }));
  const withdrawals = suspicions.map((notice) => ({
    ...notice,
    kind: NOTICE_KINDS.withdrawal,
    withdraws: noticeDigest(world.domain, notice),
  }));
  const gasOf = async (notices: Notice[]) => {
    const given = notices.map((notice) => ({
      notice,
      signature: signatureParts(
        signDigest(noticeDigest(world.domain, notice), issuer.key.privateKey),
      ),
    }));
    const receipt = (await (await world.ledger.notifyBatch(given)).wait())!;
    if (receipt.logs.length !== size) throw new Error("The ledger did not take every notice.");
    return Number(receipt.gasUsed);
  };
  return { suspicion: await gasOf(suspicions), withdrawal: await gasOf(withdrawals) };
}
