// Cuts the reels of SII Semiconductor, now ABLIC: part, quantity, lot, part, month and number between dollar signs.
import { part, pieces, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const form =
  /^1\$[^$]{3,40}\$\d{1,9}\$[^$]{1,40}\$[^$]{3,40}\$20\d\d(?:0[1-9]|1[0-2])\$[^$]{1,40}$/;
const MEANINGS: readonly Meaning[] = [
  { kind: "other" },
  { kind: "mpn" },
  { kind: "quantity" },
  { kind: "makerLot" },
  { kind: "mpn" },
  { kind: "dateCode", dates: ["YYYYMM"] },
  { kind: "serialNumber" },
];

export const sii: OwnForm = {
  name: "sii",
  cut(text) {
    if (!form.test(text)) return undefined;
    const columns = pieces(text, "$");
    // The two parts differ where one of them is in another packing. Then the label does not say which one is in it.
    const isOnePart = columns[1]!.data.trim() === columns[4]!.data.trim();
    return columns.map(({ data, at }, i) => {
      const meaning = MEANINGS[i]!;
      return part(meaning.kind === "mpn" && !isOnePart ? { kind: "other" } : meaning, data, at);
    });
  },
};
