// Reads a policy from a file.
import { faultOf } from "../../protocol/base/words.ts";
import { PolicyDocument } from "../../protocol/verdict/policy.ts";
import { usageProblem } from "../output/outcome.ts";
import { readJsonFile } from "./files.ts";

/** @throws Problem CANNOT_READ, BAD_FILE naming the setting at fault */
export async function readPolicy(file: string, field = "FILE"): Promise<PolicyDocument> {
  const { data, error } = PolicyDocument.safeParse(await readJsonFile(file, field));
  const [issue] = error?.issues ?? [];
  if (!issue) return data!;
  const { field: setting = field, sentence } = faultOf(issue);
  throw usageProblem("BAD_FILE", `The file ${file}: ${sentence}`, setting);
}
