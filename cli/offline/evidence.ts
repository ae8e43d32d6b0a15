// Evidence that an audit keeps: a file for each word that one party spent twice, for anyone to check.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { equivocationOf, type SignedTwice } from "../../protocol/audit/equivocation.ts";
import { readEvent } from "../../protocol/audit/audit.ts";
import type { AuditFinding } from "../../protocol/audit/findings.ts";
import type { AuditMemory } from "../../protocol/audit/memory.ts";
import { parseOrigin } from "../../protocol/log/signed-note.ts";
import type { AuditState } from "./audit-state.ts";
import { EXIT, Problem } from "../output/outcome.ts";

/**
 * Writes a file for each finding that two events spend one word, where one party signed both; those that are there stay.
 * Its name is made of the lot's and the events' hashes alone.
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
    const why = `${folder} cannot be written to`;
    throw new Problem("CANNOT_WRITE", why, { field: "--evidence", exit: EXIT.usage, cause });
  }
}

/** Both events as they were shown; undefined where two parties signed. */
function pairIn(
  memory: AuditMemory,
  digests: readonly [string, string],
): [SignedTwice, SignedTwice] | undefined {
  const pair = digests.map((digest) => {
    const { bytes, signature } = memory.eventOf(digest)!; // what spends a word was shown with its signature
    return { event: readEvent(bytes!)!, signature: signature! };
  }) as [SignedTwice, SignedTwice];
  return pair[0].event.actor === pair[1].event.actor ? pair : undefined;
}

/** All of it or nothing, whatever comes between. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}
