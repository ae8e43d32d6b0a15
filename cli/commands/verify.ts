// `verify`: gives the verdict on a lot through the service, or on a bundle without it. The exit code is the verdict.
import { stat } from "node:fs/promises";
import type { EventView } from "../../api/events.ts";
import { TrailUp } from "../../api/lots.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { type CustodyMove, lineOfCustody } from "../../protocol/trail/custody.ts";
import { Verdict } from "../../protocol/verdict/verdict.ts";
import { EXIT_CODES_HELP } from "../output/help.ts";
import { usageProblem, VERDICT_EXIT } from "../output/outcome.ts";
import { type CustodyStep, showVerdict } from "../output/verdict.ts";
import type { AddCommand, Command } from "../service/command.ts";
import { resolveLot } from "../service/lots.ts";
import { addBundleOptions, type BundleOptions, verifyBundleFile } from "./verify-bundle.ts";

export const verify: AddCommand = (program, act) =>
  addBundleOptions(
    program
      .command("verify")
      .description("verify a lot through the service, or a bundle without it, against the chain")
      .argument("<lot>", "its id or lot number; or a bundle's file, or - for one on stdin"),
  )
    .addHelpText("after", EXIT_CODES_HELP)
    .action(act(verifyLotOrBundle, ({ verdict }) => VERDICT_EXIT[verdict]));

/** Verifies a bundle where the name is a file's or "-", else a lot. */
async function verifyLotOrBundle(command: Command, name: string, options: BundleOptions) {
  if (name === "-" || (await isFile(name))) return verifyBundleFile(command, name, options);
  const meansBundle = Object.keys(options).length > 0 || /[\\/]|\.json$/i.test(name);
  if (!meansBundle) return verifyLot(command, name);
  throw usageProblem("BAD_FILE", `There is no file ${name}.`, "LOT");
}

const isFile = (path: string) =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );

async function verifyLot({ caller: { api }, terminal }: Command, name: string) {
  const lot = await resolveLot(api, name);
  const [verdict, trail] = await Promise.all([
    api.get(`/v1/lots/${lot}/verdict`, Verdict),
    api.get(`/v1/lots/${lot}/trail`, TrailUp, { proofs: "false" }),
  ]);
  const custody = custodyOf(lot, trail.items);
  showVerdict(lot, verdict, custody, terminal);
  return { ...verdict, custody };
}

export type TrailEvent = Pick<EventView, "hash" | "action" | "holder" | "time" | "entries">;

/** The line of custody, with the parties' names. @param events of the lot's trail, each after its predecessors */
export function custodyOf(lot: string, events: readonly TrailEvent[]): CustodyStep[] {
  const holders = new Map(events.map(({ hash, holder }) => [hash, holder]));
  const readable = events.flatMap(({ hash: digest, action, holder, time, entries }) => {
    if (action === null) return [];
    const event: CustodyMove = {
      action: ACTIONS[action],
      holder: holder.address,
      time,
      // The answer says whether the lot is new, not which word the entry follows. The line needs no more.
      entries: entries.map(({ lot: id, quantity, isNew }) => ({
        lot: id,
        quantity,
        previous: isNew ? ZERO_HASH : digest,
      })),
    };
    return [{ digest, event }];
  });
  return lineOfCustody(lot, readable).map((step) => {
    const { name, roles } = holders.get(step.event)!;
    return { ...step, name, roles };
  });
}
