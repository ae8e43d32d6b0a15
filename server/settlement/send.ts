// Signs the relayer's transactions, stores them with what they carry, and sends them.
import { Transaction } from "ethers";
import { Wallet } from "ethers/wallet";
import type { Attempt } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import type { Fees } from "../chain/fees.ts";
import type { Parcel } from "./parcels.ts";

/** The next nonce of the relayer's account, at the newest block or at a given one. */
export async function nonceOnChain({ request, relayer }: Context, block?: number): Promise<number> {
  const at = block === undefined ? "latest" : `0x${block.toString(16)}`;
  return Number(await request("eth_getTransactionCount", [relayer.address, at]));
}

/** Signs a transaction, and stores it with the settlements that it carries. */
export async function sign(
  ctx: Context,
  tx: Db,
  parcel: Parcel,
  nonce: number,
  fees: Fees,
): Promise<Attempt> {
  const raw = await new Wallet(ctx.relayer.privateKey).signTransaction({
    type: 2,
    chainId: ctx.domain.chainId,
    nonce,
    to: parcel.to,
    data: parcel.data,
    gasLimit: parcel.gas,
    ...fees,
  });
  const hash = Transaction.from(raw).hash!;
  const { ids, checkpoint = null } = parcel;
  const createdAt = new Date(ctx.clock() * 1000);
  const data = { hash, sender: ctx.relayer.address, nonce, raw, checkpoint, createdAt };
  const attempt = await tx.attempt.create({ data });
  await tx.carried.createMany({ data: ids.map((id) => ({ attempt: hash, settlement: id })) });
  return attempt;
}

/** Sends a transaction, perhaps not for the first time. The node's answer decides nothing: only a receipt does. */
export async function broadcast(ctx: Context, { hash, raw }: Attempt): Promise<void> {
  await ctx.prisma.attempt.update({
    where: { hash },
    data: { sentAt: new Date(ctx.clock() * 1000) },
  });
  await ctx.request("eth_sendRawTransaction", [raw]).catch((error: unknown) => {
    ctx.log.info(
      { hash, error: String(error) },
      "the node refused a transaction; only a receipt decides, so it is sent again until then",
    );
  });
}
