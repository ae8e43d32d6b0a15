// Cuts the linear codes of JEITA C-3 (formerly EIAJ C-3), as makers in Japan print them: 3N1 has part and quantity, 3N2
// supplier and lot, with blanks between.
import { part, type OwnForm } from "../cut.ts";

const item = /^3N1(\S{2,40}) +(\d{1,9}) *$/d;
const lot = /^3N2(\S{0,20}) +(\S{1,40}) *$/d;

export const jeita: OwnForm = {
  name: "jeita-c3",
  cut(text) {
    const [match, kinds] = item.test(text)
      ? [item.exec(text), ["mpn", "quantity"] as const]
      : [lot.exec(text), ["supplierCode", "makerLot"] as const];
    if (!match) return undefined;
    return kinds.map((kind, i) =>
      part({ kind }, match[i + 1]!, match.indices![i + 1]![0], text.slice(0, 3)),
    );
  },
};
