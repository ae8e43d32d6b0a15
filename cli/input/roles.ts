// Reads the roles of a party.
import { ROLES, type RoleName } from "../../protocol/event/roles.ts";
import { usageProblem } from "../output/outcome.ts";

const ROLE_NAMES = Object.keys(ROLES) as RoleName[];

export const ROLES_HELP = `one of ${ROLE_NAMES.join(", ")}; repeatable`;

/** Each role once, in the order of the ledger. */
export function readRoles(texts: readonly string[]): RoleName[] {
  const roles = texts.map(readRole);
  return ROLE_NAMES.filter((name) => roles.includes(name));
}

function readRole(text: string): RoleName {
  const role = ROLE_NAMES.find((name) => name === text.toLowerCase());
  if (role) return role;
  const why = `${text} is not a role. Roles are ${ROLE_NAMES.join(", ")}.`;
  throw usageProblem("BAD_ARGUMENT", why, "--role");
}
