// Cuts KOA's reels: eight columns between colons.
import { groups, type OwnForm } from "../cut.ts";

const form = /^KHK:\d{1,4}:([^:]{3,40}):(\d{1,9}):[^:]{0,10}:([^:]{1,30}):[^:]{0,10}:[^:]{0,20}$/d;

export const koa: OwnForm = {
  name: "koa",
  cut(text) {
    const match = form.exec(text);
    return match
      ? groups(match, [{ kind: "mpn" }, { kind: "quantity" }, { kind: "makerLot" }])
      : undefined;
  },
};
