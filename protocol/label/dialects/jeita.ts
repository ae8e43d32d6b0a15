// Cuts the linear codes of JEITA C-3 (formerly EIAJ C-3), as manufacturers in Japan print them: 3N1 has part and quantity, 3N2
// supplier and lot, with blanks between.
import { groups, type OwnForm } from "../cut.ts";

// Perhaps with the start and stop of Code 39 around, or the identifier in brackets.
const item = /^\*?\(?3N1\)?([^\s*]{2,40}) +(\d{1,9}) *\*?$/d;
const lot = /^\*?\(?3N2\)?([^\s*]{0,20}) +([^\s*]{1,40}) *\*?$/d;

export const jeita: OwnForm = {
  name: "jeita-c3",
  cut(text) {
    const ofItem = item.exec(text);
    const match = ofItem ?? lot.exec(text);
    if (!match) return undefined;
    const elements = groups(
      match,
      ofItem
        ? [{ kind: "mpn" }, { kind: "quantity" }]
        : [{ kind: "supplierCode" }, { kind: "makerLot" }],
    );
    return elements.map((element) => ({ ...element, di: ofItem ? "3N1" : "3N2" }));
  },
};
