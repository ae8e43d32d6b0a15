// Says in words what a scope allows.
import type { Scope } from "../../../../api/keys.ts";

export const SCOPE_WORDS: Record<Scope, string> = {
  read: "read",
  write: "read and sign",
  admin: "read, sign and administer",
};

/** The choices of a form. */
export const SCOPES = (Object.keys(SCOPE_WORDS) as Scope[]).map((value) => ({
  value,
  label: SCOPE_WORDS[value],
}));
