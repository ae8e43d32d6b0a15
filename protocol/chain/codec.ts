// Encodes the calls of the ledger, and decodes its errors. The only file that uses ethers' ABI coder.
import { Interface } from "ethers/abi";
import { LEDGER_ABI } from "./ledger-abi.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import type { Notice } from "../event/notice.ts";
import { type Submission, signatureParts } from "../event/submission.ts";
import type { Violation } from "../event/violation.ts";

const abi = new Interface(LEDGER_ABI);
const call = (name: string, ...args: unknown[]): string => abi.encodeFunctionData(name, args);

/** Call data that records events in order and skips events that break a rule. */
export const encodeRecordBatch = (submissions: readonly Submission[]): string =>
  call("recordBatch", submissions);
/** Call data that gives the ledger a notice. The signature is 65 bytes r, s, v as lower-case hex. */
export const encodeNotify = (notice: Notice, signature: string): string =>
  call("notify", notice, signatureParts(signature));
/** Call data that gives the ledger notices in order, and skips those that it refuses. */
export const encodeNotifyBatch = (
  given: readonly { notice: Notice; signature: string }[],
): string =>
  call(
    "notifyBatch",
    given.map(({ notice, signature }) => ({ notice, signature: signatureParts(signature) })),
  );
/** Call data by which the ledger's owner admits a party, or replaces its roles, name and identity. */
export const encodeAdmit = (party: string, roles: number, name: string, identity: string): string =>
  call("admit", party, roles, name, identity);
/** Call data by which the ledger's owner suspends a party. */
export const encodeSuspend = (party: string): string => call("suspend", party);
/** Call data by which the ledger's owner ends a suspension. */
export const encodeReinstate = (party: string): string => call("reinstate", party);
/** Call data by which a party's account enrols a key. The key signs the enrolment's digest. */
export const encodeEnrol = (key: string, signature: string): string =>
  call("enrol", key, signatureParts(signature));
/** Call data by which a party's account revokes a key. */
export const encodeRevoke = (key: string): string => call("revoke", key);

/** Call data that asks for the word of a lot's state. */
export const encodeWordOf = (lot: string): string => call("wordOf", lot);
/** Call data that asks for the word of the notices about a lot. */
export const encodeNoticeWordOf = (lot: string): string => call("noticeWordOf", lot);

/** An error of the ledger that is not a broken custody rule. */
export interface LedgerError {
  name: string;
  args: readonly (string | number)[];
}

/**
 * Decodes the data of a revert, or the reason of a skipped event: a broken rule, or another error of the ledger; undefined if
 * the ledger has no such error. Arguments are lower-case hex, numbers, or decimal text beyond 2^53 - 1.
 */
export function decodeError(data: string): Violation | LedgerError | undefined {
  try {
    const error = abi.parseError(data);
    if (error === null) return undefined;
    return { name: error.name, args: error.args.toArray().map(plain) };
  } catch {
    return undefined;
  }
}

const plain = (value: unknown): string | number =>
  typeof value !== "bigint"
    ? String(value).toLowerCase()
    : value > MAX_INTEGER
      ? String(value)
      : Number(value);
