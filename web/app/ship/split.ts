// Checks the parts that a reel is split into.
import { LotNumber } from "../../../protocol/event/lot.ts";

/** A new lot, as typed. */
export interface Part {
  lotNumber: string;
  quantity: string;
}

const numberIn = (text: string) => Number(text.replaceAll(/[ ,']/g, ""));

/** What is wrong with a part, by field. Undefined where nothing is. Empty fields are no fault yet. */
export function partFault(parts: readonly Part[], index: number): Partial<Part> | undefined {
  const { lotNumber, quantity } = parts[index]!;
  const name = lotNumber.trim();
  const read = name === "" ? undefined : LotNumber.safeParse(name);
  const isTwice =
    name !== "" && parts.some((part, i) => i < index && part.lotNumber.trim() === name);
  const number = numberIn(quantity);
  const fault = {
    ...(read?.success === false && {
      lotNumber: `The lot number ${read.error.issues[0]?.message ?? "cannot be used"}.`,
    }),
    ...(isTwice && { lotNumber: "Another new lot has this number." }),
    ...(quantity.trim() !== "" &&
      !(Number.isSafeInteger(number) && number >= 1) && {
        quantity: "Enter whole pieces, at least 1.",
      }),
  };
  return Object.keys(fault).length === 0 ? undefined : fault;
}

/** The parts as the service takes them. */
export const partsOf = (parts: readonly Part[]) =>
  parts.map(({ lotNumber, quantity }) => ({
    lotNumber: lotNumber.trim(),
    quantity: numberIn(quantity),
  }));

/** The pieces that parts take, as far as they can be read. */
export const takenBy = (parts: readonly Part[]): number =>
  parts.reduce((sum, { quantity }) => sum + (numberIn(quantity) || 0), 0);
