// Says what an answer does not say, and what to do about it.
import type { Abstention } from "../../api/insight.ts";
import type { Abstention as Abstained, AbstentionCode } from "../../protocol/insight/abstention.ts";
import { number } from "./counted.ts";

/** Abstentions as the API has them. @param call how people call the subject of an abstention */
export const abstentions = (
  some: readonly Abstained[],
  call = (subject: string): string => subject,
): Abstention[] =>
  some.map(({ code, subject, have, need }) => ({
    code,
    about: call(subject),
    have,
    need,
    advice: adviceOn(code, have, need),
  }));

const ADVICE: Record<AbstentionCode, string> = {
  TOO_FEW: "Too few past cases. The answer comes by itself when there are more.",
  NO_PROMISE:
    "The sender gave no expected time of arrival. Ask for it: `reelproof ship --expected`, or the field expectedTime.",
  NO_BETTER_THAN_NAIVE:
    "No method did better on this part than the sums of past weeks alone, so these are what is shown.",
  DRIFTING: "Of the last 20 bounds fewer than 15 held: things have changed. Do not rely on it.",
};

/** What is missing, and what to do. */
const adviceOn = (code: AbstentionCode, have: number, need: number): string =>
  need > 0 && code === "TOO_FEW"
    ? `${ADVICE[code]} There are ${number(have)} of ${number(need)}.`
    : ADVICE[code];
