// Decodes the errors with which the checkpoint contract refuses a call. The project itself needs
// none of them.
import { utf8 } from "../../protocol/base/bytes.ts";
import { keccakHex } from "../../protocol/base/crypto.ts";
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import { type CheckpointRefusal, CHECKPOINT_ERRORS } from "../../protocol/log/checkpoint.ts";

const SLOT_DIGITS = 64;

const typesOf = (name: CheckpointRefusal["name"]) =>
  CHECKPOINT_ERRORS[name].map((parameter) => parameter.split(" ")[0]);

const NAMES = new Map(
  (Object.keys(CHECKPOINT_ERRORS) as CheckpointRefusal["name"][]).map((name) => [
    keccakHex(utf8(`${name}(${typesOf(name).join(",")})`)).slice(0, 10),
    name,
  ]),
);

/** The error in a revert's data; undefined if the contract has no such error. */
export function decodeCheckpointError(data: string): CheckpointRefusal | undefined {
  const name = NAMES.get(data.slice(0, 10).toLowerCase());
  if (name === undefined) return undefined;
  const types = typesOf(name);
  const digits = data.slice(10);
  if (!/^[0-9a-f]*$/i.test(digits) || digits.length !== types.length * SLOT_DIGITS)
    return undefined;
  const args = types.map((type, i) => {
    const slot = `0x${digits.slice(i * SLOT_DIGITS, (i + 1) * SLOT_DIGITS)}`;
    return type === "bytes32" ? slot : numberOrDigits(BigInt(slot));
  });
  return { name, args };
}

const numberOrDigits = (value: bigint): number | string =>
  value > MAX_INTEGER ? String(value) : Number(value);
