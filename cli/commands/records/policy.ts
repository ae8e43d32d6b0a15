// `policy`: shows and sets the policy that the caller's verdicts are judged by.
import { PolicyView } from "../../../api/policy.ts";
import { DEFAULT_POLICY, type Policy, POLICY_SETTINGS } from "../../../protocol/verdict/policy.ts";
import { readPolicy } from "../../input/policy.ts";
import { showTable, type Terminal } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const policy: AddCommand = (program, act) => {
  const group = program
    .command("policy")
    .description("the policy that your verdicts are judged by");
  group
    .command("show")
    .description("show every setting; those that differ from the default are in bold")
    .action(act(showPolicy));
  group
    .command("set")
    .description("replace your policy; settings that the file leaves out have their defaults")
    .argument("<file>", "JSON")
    .action(act(setPolicy));
};

async function showPolicy({ caller, terminal }: Command) {
  const view = await caller.api.get("/v1/policy", PolicyView);
  showSettings(view.policy, terminal);
  return view;
}

async function setPolicy({ caller, terminal }: Command, file: string) {
  const view = await caller.api.post("/v1/policy", PolicyView, await readPolicy(file));
  showSettings(view.policy, terminal);
  return view;
}

function showSettings(settings: Policy, terminal: Terminal): void {
  const rows = Object.entries(settings).map(([name, value]) => {
    const text = JSON.stringify(value);
    const isDefault = text === JSON.stringify(DEFAULT_POLICY[name as keyof Policy]);
    return [name, isDefault ? text : terminal.style("bold", text)];
  });
  showTable(terminal, ["setting", "value"], rows);
  for (const { name, about } of POLICY_SETTINGS)
    terminal.line(terminal.style("dim", `${name}: ${about}`));
}
