// `import`: imports a bundle from another operator. The service verifies it before it stores anything.
import { ImportedBundle } from "../../../api/bundles.ts";
import { parseBundle } from "../../../protocol/trail/bundle.ts";
import { parseContent, readInputFile } from "../../input/files.ts";
import { countOf } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const importBundle: AddCommand = (program, act) =>
  program
    .command("import")
    .description("import a bundle from another operator; it is verified before anything is stored")
    .argument("<file>", "the bundle, as JSON")
    .action(act(sendBundle));

async function sendBundle({ caller, terminal }: Command, file: string) {
  const content = await readInputFile(file, "FILE");
  const bundle: unknown = parseContent(content, parseBundle, file, "FILE");
  const imported = await caller.api.post("/v1/bundles", ImportedBundle, bundle);
  const { lot, events, notices, verdict } = imported;
  terminal.line(`imported    lot ${lot}: ${verdict.verdict}`);
  terminal.line(`new         ${countOf(events, "event")}, ${countOf(notices, "notice")}`);
  return imported;
}
