// Defines the roles of a party: bits that the ledger's owner sets at admission.

export const ROLES = { manufacturer: 1, distributor: 2, assembler: 4, laboratory: 8 } as const;
export type RoleName = keyof typeof ROLES;

/** The names of the roles in a bit field, in the order of their bits. */
export function roleNames(roles: number): RoleName[] {
  return (Object.keys(ROLES) as RoleName[]).filter((name) => roles & ROLES[name]);
}

/** The bit field of some roles. */
export function roleBits(names: readonly RoleName[]): number {
  return names.reduce((bits, name) => bits | ROLES[name], 0);
}
