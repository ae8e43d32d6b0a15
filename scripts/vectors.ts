// Writes the files for authors of a second verifier, the same each time: the vectors in test/vectors/, which are inputs with
// their expected outcomes, and in docs/ bundle.schema.json, unassigned-characters.txt and the tables commands.md, detail-fields.md, packing-lists.md, findings.md and rules.md.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { Bundle } from "../protocol/trail/bundle.ts";
import { acceptanceVectors } from "./vectors/acceptances.ts";
import { bundleVectors, chainVectors } from "./vectors/bundles.ts";
import { makeCharacterTable } from "./vectors/character-table.ts";
import { makeCommandTable } from "./vectors/command-table.ts";
import { canonicalVectors } from "./vectors/canonical.ts";
import { checkpointVectors } from "./vectors/checkpoints.ts";
import { detailsVectors } from "./vectors/details.ts";
import { eventVectors } from "./vectors/events.ts";
import { equivocationChain, equivocationVectors } from "./vectors/equivocations.ts";
import { makeColumnTable } from "./vectors/column-table.ts";
import { makeFindingTable } from "./vectors/finding-table.ts";
import { makePolicyTable } from "./vectors/policy-table.ts";
import { makeFieldTable } from "./vectors/field-table.ts";
import { factsBundles, factsChain, factsVectors } from "./vectors/facts.ts";
import { followedVectors } from "./vectors/followed.ts";
import { keyVectors, noticeVectors } from "./vectors/notices.ts";
import { labelCodeVectors } from "./vectors/label-codes.ts";
import { latestVectors } from "./vectors/latest.ts";
import { lotVectors } from "./vectors/lots.ts";
import { merkleVectors } from "./vectors/merkle.ts";
import { noteVectors } from "./vectors/notes.ts";
import { makeRuleTable } from "./vectors/rule-table.ts";
import { signatureVectors } from "./vectors/signatures.ts";
import { statementVectors } from "./vectors/statements.ts";
import { submissionVectors } from "./vectors/submissions.ts";
import { tileVectors } from "./vectors/tiles.ts";
import { transitionVectors } from "./vectors/transitions.ts";
import type { Vectors } from "./vectors/vector.ts";
import { makeSightTable } from "../test/support/sight-table.ts";

export const VECTORS_FOLDER = join(import.meta.dirname, "../test/vectors");
export const DOCS_FOLDER = join(import.meta.dirname, "../docs");

/** Makes every vector file: its path under test/vectors/ and its text. */
export function makeVectors(): Map<string, string> {
  const kinds: Record<string, Vectors> = {
    acceptances: acceptanceVectors(),
    bundles: { ...bundleVectors(), ...factsBundles },
    canonical: canonicalVectors(),
    chains: { ...chainVectors(), ...equivocationChain(), ...factsChain() },
    checkpoints: checkpointVectors(),
    details: detailsVectors(),
    equivocations: equivocationVectors(),
    events: eventVectors(),
    facts: factsVectors(),
    followed: followedVectors(),
    keys: keyVectors(),
    "label-codes": labelCodeVectors(),
    latest: latestVectors(),
    lots: lotVectors(),
    merkle: merkleVectors(),
    notes: noteVectors(),
    notices: noticeVectors(),
    signatures: signatureVectors(),
    statements: statementVectors(),
    submissions: submissionVectors(),
    tiles: tileVectors(),
    transitions: transitionVectors(),
  };
  return new Map(
    Object.entries(kinds).flatMap(([kind, vectors]) =>
      Object.entries(vectors).map(
        ([name, vector]) =>
          [`${kind}/${name}.json`, `${JSON.stringify(vector, null, 2)}\n`] as const,
      ),
    ),
  );
}

/** Makes the JSON Schema of a bundle. It lacks the rules that only a verifier can check. */
function makeBundleSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(Bundle, { io: "input" }), null, 2)}\n`;
}

/** Makes every table: its path under docs/ and its text. */
export async function makeTables(): Promise<Map<string, string>> {
  return new Map([
    ["bundle.schema.json", makeBundleSchema()],
    ["detail-fields.md", makeFieldTable()],
    ["packing-lists.md", makeColumnTable()],
    ["commands.md", await makeCommandTable()],
    ["unassigned-characters.txt", makeCharacterTable()],
    ["findings.md", makeFindingTable()],
    ["policy.md", makePolicyTable()],
    ["rules.md", makeRuleTable()],
    ["visibility.md", makeSightTable()],
  ]);
}

if (import.meta.main) {
  const files = makeVectors();
  for (const kind of new Set([...files.keys()].map((path) => path.split("/")[0]!)))
    rmSync(join(VECTORS_FOLDER, kind), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(VECTORS_FOLDER, path)), { recursive: true });
    writeFileSync(join(VECTORS_FOLDER, path), text);
  }
  for (const [path, text] of await makeTables()) writeFileSync(join(DOCS_FOLDER, path), text);
  console.log(`${files.size} vectors`);
}
