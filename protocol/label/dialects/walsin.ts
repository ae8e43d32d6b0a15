// Walsin's reels: part, quantity, lot and day run together.
import { groups, type OwnForm } from "../cut.ts";

/**
 * `P…Q…L…D…` with nothing between. Quantity and day stand between a letter and digits and cannot be cut otherwise; part
 * and lot end where a letter begins that could still be theirs (other readers take one more), so they are not told.
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
