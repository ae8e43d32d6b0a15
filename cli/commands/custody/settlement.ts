// `settlement`: lists settlements by state, sends held ones again, and gives them up.
import { Option } from "commander";
import { z } from "zod";
import { GiveUpResult, SettlementName, SettlementView } from "../../../api/settlement.ts";
import { usageProblem } from "../../output/outcome.ts";
import { countOf, partyText, showTable } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const settlement: AddCommand = (program, act) => {
  const group = program
    .command("settlement")
    .alias("settlements")
    .description("events and notices on their way to the ledger, and those held for a person");
  group
    .command("list", { isDefault: true })
    .description("list your own, or as the operator everybody's")
    .addOption(
      new Option("--state <state>", "in this state")
        .choices(SettlementName.options)
        .default("held"),
    )
    .action(act(listSettlements));
  group
    .command("retry")
    .description("send a held event or notice again (operator)")
    .argument("<id>", "its digest")
    .action(act(retry));
  group
    .command("give-up")
    .description("make a held event or notice void, with everything that is built on it")
    .argument("<id>", "its digest")
    .action(act(giveUp));
};

async function listSettlements({ caller, terminal }: Command, query: { state: string }) {
  const settlements = await caller.api.all("/v1/settlements", SettlementView, query);
  const cells = settlements.map(({ id, kind, party, settlement: state, reason }) => [
    id,
    kind,
    partyText(party),
    state,
    reason === null ? "" : [reason.name, ...reason.args].join(" "),
  ]);
  showTable(terminal, ["id", "kind", "party", "settlement", "reason"], cells);
  return { settlements };
}

async function retry({ caller, terminal }: Command, text: string) {
  const id = digestIn(text);
  const answer = z.strictObject({ queued: z.int() });
  const { queued } = await caller.api.post(`/v1/settlements/${id}/retry`, answer, {});
  terminal.line(`retry       ${countOf(queued, "settlement")} queued again`);
  return { id, queued };
}

async function giveUp({ caller, terminal }: Command, text: string) {
  const id = digestIn(text);
  const given = await caller.api.post(`/v1/settlements/${id}/give-up`, GiveUpResult, {});
  terminal.line(`give up     ${countOf(given.void, "settlement")} void`);
  return { id, ...given };
}

function digestIn(text: string): string {
  const digest = text.trim().toLowerCase();
  if (/^0x[0-9a-f]{64}$/.test(digest)) return digest;
  throw usageProblem(
    "BAD_ARGUMENT",
    `${text} is not the digest of an event or a notice. \`reelproof settlement list\` shows them.`,
    "ID",
  );
}
