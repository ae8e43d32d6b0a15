// Reads a policy from a file.
import type { z } from "zod";
import { PolicyRequest } from "../../api/policy.ts";
import { faultOf } from "../../protocol/base/words.ts";
import { PolicyDocument } from "../../protocol/verdict/policy.ts";
import { usageProblem } from "../output/outcome.ts";
import { readJsonFile } from "./files.ts";

/**
 * Reads a policy that lists parties by their addresses.
 * @throws Problem CANNOT_READ, BAD_FILE naming the setting at fault
 */
export const readPolicy = (file: string, field = "FILE"): Promise<PolicyDocument> =>
  readAs(PolicyDocument, file, field);

/** Reads a policy that may list parties by name: the service finds their addresses. @throws Problem as `readPolicy` */
export const readPolicyWithNames = (file: string): Promise<PolicyRequest> =>
  readAs(PolicyRequest, file, "FILE");

async function readAs<S extends z.ZodType>(
  schema: S,
  file: string,
  field: string,
): Promise<z.infer<S>> {
  const { data, error } = schema.safeParse(await readJsonFile(file, field));
  const [issue] = error?.issues ?? [];
  if (!issue) return data as z.infer<S>;
  const { field: setting = field, sentence } = faultOf(issue);
  throw usageProblem("BAD_FILE", `The file ${file}: ${sentence}`, setting);
}
