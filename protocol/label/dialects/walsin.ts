// Cuts Walsin's reels: part, quantity, lot and day without separators.
import { groups, type OwnForm } from "../cut.ts";

/**
 * `P…Q…L…D…` without separators. Quantity and day are between a letter and digits, so the cut is certain. Part and lot
 * end at a letter that could still belong to them (other readers include it), so they are left out.
 */
const form = /^P[A-Z0-9]{6,30}Q(\d{3,6})L[A-Z0-9]{6,14}D(\d{6})$/d;

export const walsin: OwnForm = {
  name: "walsin",
  cut(text) {
    const match = text.length <= 60 ? form.exec(text) : null;
    return match
      ? groups(match, [{ kind: "quantity" }, { kind: "dateCode", dates: ["YYMMDD"] }])
      : undefined;
  },
};
