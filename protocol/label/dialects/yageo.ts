// Cuts Yageo's reels: identifiers at the beginning of lines, the part in 31P. The last two lines have no identifier.
import { part, pieces, type Element, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const OWN: Readonly<Record<string, Meaning>> = {
  "31P": { kind: "mpn" },
  "32P": { kind: "other" },
  "1T": { kind: "makerLot" },
  Q: { kind: "quantity" },
  // Two weeks, probably the oldest and the newest.
  "9D": { kind: "dateCode" },
  "4L": { kind: "countryOfOrigin" },
};

export const yageo: OwnForm = {
  name: "yageo",
  hasLines: true,
  cut(text) {
    if (!text.startsWith("31P") || !/[\r\n]/.test(text)) return undefined;
    const elements = pieces(text.replaceAll("\n", "\r"), "\r").flatMap(
      ({ data, at }): Element[] => {
        const di = /^(31P|32P|1T|Q(?=\d)|9D|4L)/.exec(data)?.[0];
        if (di !== undefined) return [part(OWN[di]!, data.slice(di.length), at + di.length, di)];
        return data === "" ? [] : [part({ kind: "other" }, data, at)];
      },
    );
    const isWhole = ["32P", "1T", "Q"].every((di) => elements.some((each) => each.di === di));
    // The lines without an identifier are short numbers. Another line is another code.
    const isAlone = elements.every(({ di, data }) => di !== null || /^[\d ]{1,8}$/.test(data));
    const named = elements.flatMap(({ di }) => di ?? []);
    return isWhole && isAlone && new Set(named).size === named.length ? elements : undefined;
  },
};
