// Makes the link that a start on the sample prints: it signs one browser in, once. It is held in memory alone, so it also ends
// with the process.
import { createHash } from "node:crypto";
import type { Context } from "../context.ts";
import type { PersonView } from "../../api/sessions.ts";

/** Seconds for which a link opens. */
const LINK_SECONDS = 60 * 60;

/** Somebody as whom a newcomer can look at the sample. */
export interface Person extends PersonView {
  /** The id of the API key whose rights the person has. */
  apiKey: string;
}

/** The people of the sample, and links that let a browser in among them. */
export interface StartLinks {
  people: readonly Person[];
  /** Makes the token of a link. */
  make(): string;
  /** Uses a token up. @returns whether it was a good one */
  take(token: string): boolean;
}

/** Opens the door to the sample's people. Only the process that has the sample's API keys does. */
export function startLinks(
  { random, clock }: Pick<Context, "random" | "clock">,
  people: readonly Person[],
): StartLinks {
  // By hash, so that the time of a look-up tells nothing of a token.
  const until = new Map<string, number>();
  return {
    people,
    make() {
      const token = Buffer.from(random(32)).toString("base64url");
      until.set(hashOf(token), clock() + LINK_SECONDS);
      return token;
    },
    take(token) {
      const hash = hashOf(token);
      const end = until.get(hash);
      until.delete(hash);
      return end !== undefined && clock() < end;
    },
  };
}

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");
