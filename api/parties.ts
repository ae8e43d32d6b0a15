// Defines the views of parties: as the ledger has them, and as other answers name them.
import { z } from "zod";
import { ROLES, type RoleName } from "../protocol/event/roles.ts";
import { Address, Hash } from "../protocol/base/values.ts";

export const RoleNames = z.array(z.enum(Object.keys(ROLES) as [RoleName, ...RoleName[]]));

export const PartyName = z
  .strictObject({ address: Address, name: z.string().nullable(), roles: RoleNames })
  .meta({
    id: "PartyName",
    description:
      "A party, its name on the ledger and its roles. The name is null for an address that is not a party's.",
  });
export type PartyName = z.infer<typeof PartyName>;

const partyShape = {
  address: Address,
  name: z.string(),
  roles: RoleNames,
  identity: Hash.meta({
    description: "The hash of the party's identity, set by the ledger's owner. Zero: not set.",
  }),
  suspended: z.boolean(),
};
export const PartyView = z.strictObject(partyShape).meta({ id: "Party" });
export type PartyView = z.infer<typeof PartyView>;

export const PartyWithKeys = z
  .strictObject({
    ...partyShape,
    keys: z.array(
      z.strictObject({
        key: Address,
        enrolledAt: z.int().meta({ description: "The block that enrolled it." }),
        revokedAt: z.int().nullable().meta({ description: "The block that revoked it." }),
      }),
    ),
  })
  .meta({ id: "PartyWithKeys" });
export type PartyWithKeys = z.infer<typeof PartyWithKeys>;
