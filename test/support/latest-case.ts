// Judges whether a log-only trail is the latest, by the logs that a reader has followed, as vectors have them.
import type { RecoverPublicKey } from "../../protocol/base/crypto.ts";
import { ledgerReader } from "../../protocol/chain/reader.ts";
import type { FollowedLog } from "../../protocol/verdict/facts.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import { verify } from "../../protocol/verify/verify.ts";
import { type PaperChain, answer } from "./paper-ledger.ts";

const CODES = ["LATEST_UNPROVEN", "LATEST_BY_LOGS", "WORD_SPENT_TWICE", "LATER_EVENT_LOGGED"];

/** A finding: the other event is the one that the trail lacks. */
export interface JudgedLatest {
  code: string;
  verdict: string;
  lot: string;
  /** The event that is not in the trail. */
  other?: string;
}

/** The findings about the latest event, sorted by their JSON. */
export async function judgeLatest(
  { trail, followed }: { trail: unknown; followed: FollowedLog[] },
  trust: Trust,
  chain: PaperChain,
  recover: RecoverPublicKey,
): Promise<JudgedLatest[]> {
  const request = async (method: string, params: readonly unknown[]) =>
    answer(chain, method, params);
  const facts = { source: "vectors", logs: followed };
  const { findings } = await verify(trail, trust, ledgerReader({ request, ...trust }), recover, {
    facts,
  });
  return findings
    .filter(({ code }) => CODES.includes(code))
    .map(({ code, verdict, lot, event, found }) => {
      const other = code === "WORD_SPENT_TWICE" ? found : code === "LATER_EVENT_LOGGED" && event;
      return { code, verdict, lot: lot!, ...(other && { other: String(other) }) };
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
