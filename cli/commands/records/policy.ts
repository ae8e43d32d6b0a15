// `policy`: shows and sets the policy that the caller's verdicts are judged by.
import type { z } from "zod";
import { PolicyView } from "../../../api/policy.ts";
import { DEFAULT_POLICY, type Policy, POLICY_SETTINGS } from "../../../protocol/verdict/policy.ts";
import { readPolicyWithNames } from "../../input/policy.ts";
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
    .argument("<file>", "JSON; parties by their names or addresses")
    .action(act(setPolicy));
};

type View = z.infer<typeof PolicyView>;

async function showPolicy({ caller, terminal }: Command) {
  const view = await caller.api.get("/v1/policy", PolicyView);
  showSettings(view, terminal);
  return view;
}

async function setPolicy({ caller, terminal }: Command, file: string) {
  const view = await caller.api.post("/v1/policy", PolicyView, await readPolicyWithNames(file));
  showSettings(view, terminal);
  return view;
}

function showSettings({ policy: settings, parties }: View, terminal: Terminal): void {
  const names = new Map(parties.map(({ address, name }) => [address, name ?? address]));
  // Only settings that list parties have addresses.
  const named = (_key: string, value: unknown) =>
    typeof value === "string" ? (names.get(value) ?? value) : value;
  const rows = Object.entries(settings).map(([name, value]) => {
    const isDefault =
      JSON.stringify(value) === JSON.stringify(DEFAULT_POLICY[name as keyof Policy]);
    const text = JSON.stringify(value, named);
    return [name, isDefault ? text : terminal.style("bold", text)];
  });
  showTable(terminal, ["setting", "value"], rows);
  for (const { name, about } of POLICY_SETTINGS)
    terminal.line(terminal.style("dim", `${name}: ${about}`));
}
