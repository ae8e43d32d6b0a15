// `policy`: how the caller's verdicts are judged, shown and set.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { DEFAULT_POLICY, Policy, PolicyDocument } from "../../protocol/verdict/policy.ts";
import type { Command } from "../service/command.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { table } from "../output/terminal.ts";

const PolicySeen = z.looseObject({ document: PolicyDocument, policy: Policy });

/** Shows the policy by which the caller's verdicts are judged; what differs from the default is marked. */
export async function showPolicy({ caller, terminal }: Command) {
  const seen = await caller.api.get("/v1/policy", PolicySeen);
  tell(seen.policy, terminal);
  return seen;
}

/** Sets the caller's policy from a JSON file, in the place of what was set before. */
export async function setPolicy({ caller, terminal }: Command, file: string) {
  const seen = await caller.api.post("/v1/policy", PolicySeen, await readPolicy(file));
  tell(seen.policy, terminal);
  return seen;
}

/** A policy from a file. @throws Problem BAD_FILE naming the field at fault */
export async function readPolicy(file: string): Promise<PolicyDocument> {
  const bad = (why: string, field = "FILE", cause?: unknown) =>
    new Problem("BAD_FILE", `${file}: ${why}`, { field, exit: EXIT.usage, cause });
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw bad("cannot be read", undefined, cause);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad("is no JSON", undefined, cause);
  }
  const { data, error } = PolicyDocument.safeParse(json);
  const [issue] = error?.issues ?? [];
  if (issue) throw bad(issue.message, issue.path.map(String).join(".") || "FILE");
  return data!;
}

function tell(policy: Policy, { line, style }: Command["terminal"]): void {
  const rows = Object.entries(policy).map(([name, value]) => {
    const text = JSON.stringify(value);
    const isUsual = text === JSON.stringify(DEFAULT_POLICY[name as keyof Policy]);
    return [name, isUsual ? text : style("bold", text)];
  });
  for (const row of table([{ title: "setting" }, { title: "value" }], rows, (text) =>
    style("dim", text),
  ))
    line(row);
}
