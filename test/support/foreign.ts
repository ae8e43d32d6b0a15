// Puts events, keys and notices on a chain as strangers do: without a service, many in one block, through contracts of their
// own.
import { fromHex, utf8 } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey, keccak256, signDigest } from "../../protocol/base/crypto.ts";
import { encodeEnrol, encodeNotify, encodeRecordBatch } from "../../protocol/chain/codec.ts";
import { ACTIONS, type CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { keyEnrolmentDigest } from "../../protocol/event/key-enrolment.ts";
import { lotId } from "../../protocol/event/lot.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../../protocol/event/notice.ts";
import { type Submission, submissionOf } from "../../protocol/event/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { openSigner } from "../../server/chain/keystore.ts";
import { hostileCallData } from "./hostile.ts";
import type { TestService } from "./service.ts";

/** A call that goes into a block. */
export interface Call {
  to: string;
  data: string;
  gas: number;
  /** The sender; a made-up account if it is missing. */
  from?: string;
}

const SENDER = `0x${"5e".repeat(20)}`;
const FORWARDER = `0x${"f0".repeat(20)}`;
const FUNDS = "0x3635c9adc5dea00000";
const TRANSACTION_GAS = 16_000_000;

/** Strangers on a service's chain. The services beside it know nothing of what they submit. */
export async function openForeign({ ctx, parties }: TestService) {
  const { request, domain } = ctx;
  const maker = parties.maker.address;
  const sign = await openSigner(ctx.prisma, ctx.keystore, maker);
  const account = addressOfPrivateKey(fromHex(parties.maker.accountKey));
  let serial = 0;

  const impersonate = async (address: string) => {
    await request("anvil_impersonateAccount", [address]);
    await request("anvil_setBalance", [address, FUNDS]);
  };
  await impersonate(SENDER);
  await request("anvil_setCode", [FORWARDER, forwarderOf(domain.ledger)]);

  /** An event that makes some new lots, with the party's signature. */
  function commission(lots = 1): Submission {
    const ids = Array.from({ length: lots }, () => lotId(maker, `FOREIGN-${++serial}`)).sort();
    const event: CustodyEvent = {
      action: ACTIONS.commission,
      actor: maker,
      holder: maker,
      consignee: ZERO_ADDRESS,
      entries: ids.map((lot) => ({ lot, previous: ZERO_HASH, quantity: 100 })),
      time: 1_700_000_000 + serial,
      details: ZERO_HASH,
    };
    return submissionOf(
      event,
      ids.map(() => null),
      sign(eventDigest(domain, event)),
    );
  }

  const toLedger = (data: string, gas: number, from = SENDER): Call => ({
    to: domain.ledger,
    data,
    gas,
    from,
  });

  return {
    /** Batches of events that make new lots. */
    batches(events: number, lots = 1, perBatch = 100): Call[] {
      const all = Array.from({ length: events }, () => commission(lots));
      return Array.from({ length: Math.ceil(events / perBatch) }, (_, i) =>
        toLedger(encodeRecordBatch(all.slice(i * perBatch, (i + 1) * perBatch)), TRANSACTION_GAS),
      );
    },

    /** Enrolments of new keys by the party's account. */
    async enrolments(count: number): Promise<Call[]> {
      await impersonate(account);
      return Array.from({ length: count }, () => {
        const key = keccak256(utf8(`foreign key ${++serial}`));
        const address = addressOfPrivateKey(key);
        const signature = signDigest(keyEnrolmentDigest(domain, account, address), key);
        return toLedger(encodeEnrol(address, signature), 100_000, account);
      });
    },

    /** Recalls of one lot: of suspicions one stands at a time. */
    notices(count: number): Call[] {
      const lot = lotId(maker, "RECALLED");
      return Array.from({ length: count }, () => {
        const notice: Notice = {
          lot,
          kind: NOTICE_KINDS.recall,
          issuer: maker,
          time: 1_700_000_000 + ++serial,
          withdraws: ZERO_HASH,
          details: ZERO_HASH,
        };
        return toLedger(encodeNotify(notice, sign(noticeDigest(domain, notice))), 150_000);
      });
    },

    /** A contract's call that records one event, behind so many bytes of hostile call data. */
    hostile(bytes: number): Call {
      const record = encodeRecordBatch([commission()]).slice(2);
      const length = (record.length / 2).toString(16).padStart(64, "0");
      return {
        to: FORWARDER,
        data: hostileCallData(bytes) + record + length,
        gas: TRANSACTION_GAS,
        from: SENDER,
      };
    },

    /** Mines calls in one block. @returns its number */
    async mine(calls: readonly Call[]): Promise<number> {
      await request("evm_setAutomine", [false]);
      try {
        const hashes: unknown[] = [];
        for (const { gas, ...call } of calls)
          hashes.push(
            await request("eth_sendTransaction", [{ ...call, gas: `0x${gas.toString(16)}` }]),
          );
        await request("evm_mine", []);
        const number = Number(await request("eth_blockNumber"));
        for (const hash of hashes) {
          const receipt = (await request("eth_getTransactionReceipt", [hash])) as {
            status: string;
            blockNumber: string;
          } | null;
          if (Number(receipt?.status) !== 1 || Number(receipt?.blockNumber) !== number)
            throw new Error("a call was not mined in the block, or failed");
        }
        return number;
      } finally {
        await request("evm_setAutomine", [true]);
      }
    },
  };
}

/**
 * Code that calls the ledger with the end of its own call data: the last word says how many bytes before it.
 */
const forwarderOf = (ledger: string): string =>
  `0x6020360380358091038190600037600060008260006000${`73${ledger.slice(2)}`}5af100`;
