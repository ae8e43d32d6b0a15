// `import`: takes a bundle of another company's service up into one's own.
import { z } from "zod";
import { parseBundle } from "../../protocol/trail/bundle.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Command } from "../service/command.ts";
import { counted, readInput } from "./custody.ts";
import { EXIT, Problem } from "../output/outcome.ts";

const Imported = z.looseObject({
  lot: z.string(),
  events: z.number(),
  notices: z.number(),
  verdict: z.looseObject({ verdict: z.string() }),
});

/**
 * Sends a bundle to the service, which verifies it before it stores anything.
 * @throws Problem BAD_FILE for what is no JSON
 */
export async function importBundle({ caller, terminal }: Command, file: string) {
  const imported = await caller.api.post("/v1/bundles", Imported, await readBundle(file));
  const { lot, events, notices, verdict } = imported;
  terminal.line(`imported    lot ${lot}: ${verdict.verdict}`);
  terminal.line(`new here    of ${counted(events, "event")}, ${counted(notices, "notice")}`);
  return imported;
}

async function readBundle(file: string): Promise<unknown> {
  const text = await readInput(file);
  try {
    return parseBundle(text);
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new Problem("BAD_FILE", `${file}: ${cause.message} (${cause.code})`, {
      ...{ field: "file", exit: EXIT.usage, cause },
    });
  }
}
