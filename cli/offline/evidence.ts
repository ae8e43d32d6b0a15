// Keeps an audit's evidence: a file for each word that one party spent twice, which anyone can check.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { equivocationOf, type SignedTwice } from "../../protocol/audit/equivocation.ts";
import { readEvent } from "../../protocol/audit/audit.ts";
import type { AuditFinding } from "../../protocol/audit/findings.ts";
import type { AuditMemory } from "../../protocol/audit/memory.ts";
import { parseOrigin } from "../../protocol/log/signed-note.ts";
import type { AuditState } from "./audit-state.ts";
import { usageProblem } from "../output/outcome.ts";

/**
 * Writes a file for each finding that one party signed two events over one word. Files that exist are kept. A file's name
 * consists of the lot's and the events' hashes.
 * @throws Problem CANNOT_WRITE
 */
export async function keepEvidence(
  folder: string,
  state: AuditState,
  findings: readonly AuditFinding[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { code, lot, word: previous, event, other } of findings) {
      if (code !== "WORD_SPENT_TWICE" || !lot || !previous || !event || !other) continue;
      const pair = pairIn(state.memory, [other, event]);
      const file = join(
        folder,
        `equivocation-${[lot, other, event].map((hash) => hash.slice(2, 18)).join("-")}.json`,
      );
      if (!pair || existsSync(file)) continue;
      const { domain } = parseOrigin(state.log()!.origin)!;
      await writeWhole(
        file,
        `${JSON.stringify(equivocationOf(domain, { lot, previous }, pair), undefined, 2)}\n`,
      );
    }
  } catch (cause) {
    const why = `The folder ${folder} cannot be written to.`;
    throw usageProblem("CANNOT_WRITE", why, "--evidence", cause);
  }
}

/** Both events as the log showed them; undefined where two parties signed. */
function pairIn(
  memory: AuditMemory,
  digests: readonly [string, string],
): [SignedTwice, SignedTwice] | undefined {
  const pair = digests.map((digest) => {
    const { bytes, signature } = memory.eventOf(digest)!; // the log showed every event that spends a word with its signature
    return { event: readEvent(bytes!)!, signature: signature! };
  }) as [SignedTwice, SignedTwice];
  return pair[0].event.actor === pair[1].event.actor ? pair : undefined;
}

/** Writes a file in whole or not at all, even where the process is killed. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text, { mode: 0o600 });
  await rename(`${file}.part`, file);
}
