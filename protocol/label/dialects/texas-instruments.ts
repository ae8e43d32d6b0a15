// Recognises Texas Instruments' reels: sites and countries of fab and assembly are in 20L to 23L, moisture and seal date in 3Z.
import type { Habits } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

/** `2/260C/1YEAR;//;022319`: level, peak temperature, floor life; a second rating; the day the bag was sealed. */
const handling = /^([^/;]*)\/(\d{2,3})C\/([^/;]*);[^;]*;(\d{6})?$/;

function readHandling(raw: string): { raw: string; meaning: Meaning }[] {
  const [, level, peak, floorLife, sealed] = handling.exec(raw.trim()) ?? [];
  const parts: [string | undefined, Meaning][] = [
    [level, { kind: "msl" }],
    [peak, { kind: "peakReflowCelsius" }],
    [floorLife, { kind: "floorLifeHours" }],
    [sealed, { kind: "bagSealDate", dates: ["MMDDYY"] }],
  ];
  return parts.flatMap(([raw, meaning]) => (raw ? [{ raw, meaning }] : []));
}

export const texasInstruments: Habits = {
  name: "texas-instruments",
  guess: true,
  recognises: (data) => data.get("V") === "0033317" || (data.has("21L") && data.has("23L")),
  meanings: {
    // YYWW, with `+n` if the package holds more date codes.
    D: { kind: "dateCode", dates: ["YYWW", "YYMMDD"] },
    "31T": { kind: "assemblyLot" },
    "20L": { kind: "fabSite" },
    "21L": { kind: "fabCountry" },
    "22L": { kind: "assemblySite" },
    "23L": { kind: "assemblyCountry" },
    "3Z": { kind: "handling", inner: readHandling },
  },
};
