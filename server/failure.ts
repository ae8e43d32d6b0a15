// Says why the service did not start or cannot go on, and with which exit code it ends. Where a person can remove the reason,
// that is one sentence, else the whole error.
import { inspect } from "node:util";
import { ProtocolError } from "../protocol/base/errors.ts";
import { NodeError } from "../protocol/chain/json-rpc.ts";
import { ConfigError } from "./config.ts";
import { EXIT } from "./exit-codes.ts";
import { DeepReorg } from "./settlement/follow.ts";
import { CannotOpen, type OpenFailure } from "./storage/cannot-open.ts";

const EXITS: Record<OpenFailure, number> = {
  FOLDER_IN_USE: EXIT.tryAgain,
  FOLDER_NOT_PRIVATE: EXIT.noPermission,
  FOLDER_NOT_WRITABLE: EXIT.noPermission,
  NOT_A_FOLDER: EXIT.cannotCreate,
  PORT_IN_USE: EXIT.tryAgain,
  PORT_NOT_ALLOWED: EXIT.noPermission,
  ADDRESS_NOT_HERE: EXIT.badSetting,
  DATABASE_UNREACHABLE: EXIT.unavailable,
  DATABASE_MISSING: EXIT.badSetting,
  DATABASE_REFUSED: EXIT.noPermission,
  DATABASE_NOT_REPLICA: EXIT.badSetting,
  DATABASE_OTHER_VERSION: EXIT.badSetting,
  DATABASE_DAMAGED: EXIT.badData,
  CHAIN_ENDED: EXIT.software,
};

/** The end of a process: what it prints, and its exit code. */
export interface Failure {
  text: string;
  exit: number;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CannotOpen)
    return oneLine(error.code, error.message, EXITS[error.code], error.setting);
  if (error instanceof ConfigError)
    return oneLine("BAD_SETTING", error.message, EXIT.badSetting, error.variable);
  if (error instanceof DeepReorg) return oneLine("DEEP_REORG", error.message, EXIT.badData);
  if (error instanceof ProtocolError && error.code === "CHAIN_UNREACHABLE")
    return ofNode(error, "Check that the node runs, and CHAIN_RPC_URL.");
  if (error instanceof ProtocolError && error.code === "CHAIN_INCONSISTENT")
    return ofNode(error, "Check that CHAIN_RPC_URL is an Ethereum node's.");
  if (error instanceof NodeError)
    return ofNode(error, "The node refused this. Check that CHAIN_RPC_URL is the right node's.");
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC")
    return oneLine("DISK_FULL", "The disk is full. Make room on it.", EXIT.disk, "DATA_DIR");
  if (code === "EIO")
    return oneLine("DISK_BROKEN", "The disk reports errors. Replace it.", EXIT.disk, "DATA_DIR");
  return { text: inspect(error), exit: EXIT.software };
}

function ofNode(error: Error, advice: string): Failure {
  const why = error.message.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
  const code = error instanceof ProtocolError ? error.code : "CHAIN_REFUSED";
  const sentence = /[.!?]$/.test(why) ? why : `${why}.`;
  return oneLine(code, `${sentence} ${advice}`, EXIT.unavailable, "CHAIN_RPC_URL");
}

function oneLine(code: string, message: string, exit: number, setting?: string): Failure {
  const where = setting === undefined ? "" : ` (${setting})`;
  return { text: `reelproof: ${code}${where}: ${message.replaceAll(/\s*\n\s*/g, " ")}`, exit };
}
