// Cuts KOA's reels: columns between colons, of two ages.
import { groups, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const mpn: Meaning = { kind: "mpn" };
const makerLot: Meaning = { kind: "makerLot" };
const named = /^KHK:\d{1,4}:([^:]{3,40}):(\d{1,9}):[^:]{0,10}:([^:]{1,30}):[^:]{0,10}:[^:]{0,20}$/d;
// The quantity's last digit counts its zeros, which are not written in front of it: 54 is 50,000.
const plain =
  /^:([^:]{3,40}):[^:]{0,20}:([1-9](?:\d{0,4}[1-9])?[0-6]):[A-Z]:([0-9A-Z]{6,12}):[0-9A-Z]{1,10}:KOA[+/-][^:]{3,40}(?::[^:]{0,40}){0,6}$/d;

export const koa: OwnForm = {
  name: "koa",
  cut(text) {
    const match = named.exec(text);
    if (match) return groups(match, [mpn, { kind: "quantity" }, makerLot]);
    const other = plain.exec(text);
    return other
      ? groups(other, [mpn, { kind: "quantity", countsZeros: true }, makerLot])
      : undefined;
  },
};
