// Recovers the signers of signatures with the fast back end, and remembers them.
import { LRUCache } from "lru-cache";
import { concat } from "../../protocol/base/bytes.ts";
import type { RecoverPublicKey } from "../../protocol/base/crypto.ts";

/** Remembered signers of events that are judged again and again: about 8 MB. */
export const SIGNERS_REMEMBERED = 20_000;

/**
 * Wraps a back end so that it remembers what it recovered: an event that was verified before costs almost nothing. The
 * answers are those of `recover`, because the whole question is the key.
 * @param max how many answers are kept, about 400 bytes each; the least recently used go first
 */
export function rememberRecovered(recover: RecoverPublicKey, max: number): RecoverPublicKey {
  const answers = new LRUCache<string, Uint8Array>({ max });
  return function recoverRemembered(digest, r, s, recovery) {
    const question = String.fromCharCode(...concat(digest, r, s, Uint8Array.of(recovery)));
    const answer = answers.get(question) ?? recover(digest, r, s, recovery);
    if (answer === undefined) return undefined;
    answers.set(question, answer);
    return answer.slice();
  };
}
