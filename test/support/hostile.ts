// Makes call data that costs an ordinary ABI decoder the square of its size.
import { Interface } from "ethers";
import { LEDGER_ABI } from "../../protocol/chain/ledger-abi.ts";

const { selector } = new Interface(LEDGER_ABI).getFunction("recordBatch")!;
const word = (value: number) => value.toString(16).padStart(64, "0");

/**
 * A call of recordBatch of about so many bytes: its offsets all point to one submission, whose list of lots is as long as the
 * list of offsets.
 */
export function hostileCallData(bytes: number): string {
  const words = Math.floor(bytes / 32);
  const lots = Math.floor(words / 2);
  const submissions = words - lots - 20;
  const lotsAt = 12 * 32;
  const emptyAt = lotsAt + 32 * (1 + lots);
  return [
    selector,
    ...[32, submissions].map(word),
    ...Array<string>(submissions).fill(word(32 * submissions)),
    ...[1, 1, 1, 0, 1, 1, lotsAt, lotsAt, emptyAt, 1, 1, 27, lots].map(word),
    ...Array<string>(lots).fill(word(1)),
    word(0),
  ].join("");
}
