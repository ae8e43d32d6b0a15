// Cuts Stackpole's reels: identifiers between commas, then year/week and country without identifiers.
import { groups, type OwnForm } from "../cut.ts";

const form = /^1P([^,]{2,40}),Q(\d{1,9}),1T([^,]{1,30}),(\d\d\/\d\d),([A-Z]{2})$/d;
const identifiers = ["1P", "Q", "1T"];

export const stackpole: OwnForm = {
  name: "stackpole",
  cut(text) {
    const match = form.exec(text);
    if (!match) return undefined;
    const elements = groups(match, [
      { kind: "mpn" },
      { kind: "quantity" },
      { kind: "makerLot" },
      { kind: "dateCode", dates: ["YY/WW"] },
      { kind: "countryOfOrigin" },
    ]);
    return elements.map((element, i) => ({ ...element, di: identifiers[i] ?? null }));
  },
};
