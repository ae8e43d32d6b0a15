// Defines the views of statements: authorisations, alerts and withdrawals.
import { z } from "zod";
import {
  Alert,
  Authorisation,
  SignedStatement,
  STATEMENT_KINDS,
  type StatementKindName,
} from "../protocol/event/statement.ts";
import { Hash, Time } from "../protocol/base/values.ts";
import { PartyName } from "./parties.ts";

export const StatementResult = z
  .strictObject({
    statement: Hash.meta({ description: "Its digest." }),
    known: z.boolean().meta({ description: "It was stated before." }),
  })
  .meta({ id: "Stated" });
export type StatementResult = z.infer<typeof StatementResult>;

const Lots = z.int().min(0);

/** What an alert is about, of the lots that its issuer sees. */
export const AlertMatches = z
  .strictObject({
    row: z
      .int()
      .min(1)
      .meta({ description: "The alert's line in the file, or its place in the list, from 1." }),
    applies: Lots.meta({ description: "Lots that everything the alert names fits." }),
    mayApply: Lots.meta({
      description: "Lots of which something that it names is not known, or may be the same.",
    }),
  })
  .meta({ id: "AlertMatches" });
export type AlertMatches = z.infer<typeof AlertMatches>;

/** What an authorisation covers, of the lots that its issuer made. */
export const AuthorisationReach = z
  .strictObject({
    row: z.int().min(1).meta({
      description: "The authorisation's line in the file, or its place in the list, from 1.",
    }),
    lots: Lots.meta({ description: "Lots of the brand." }),
    held: Lots.meta({ description: "Those of them that the authorised party holds." }),
  })
  .meta({ id: "AuthorisationReach" });
export type AuthorisationReach = z.infer<typeof AuthorisationReach>;

export const StatementResults = z
  .strictObject({
    statements: z.array(StatementResult),
    matches: z.array(AlertMatches).nullable().optional().meta({
      description:
        "For each alert, the lots that the party sees and that it is about, as rule V26 compares them. Null if there are too many lots.",
    }),
    reach: z.array(AuthorisationReach).nullable().optional().meta({
      description:
        "For each authorisation, the lots of its brand that the party made, as rule V04 reads their brand. Null if it made too many lots.",
    }),
  })
  .meta({ id: "StatedList" });
export type StatementResults = z.infer<typeof StatementResults>;

export const StatementKind = z.enum(
  Object.keys(STATEMENT_KINDS) as [StatementKindName, ...StatementKindName[]],
);

export const StatementView = z
  .strictObject({
    statement: Hash.meta({ description: "Its digest." }),
    kind: StatementKind,
    issuer: PartyName,
    time: Time,
    withdraws: Hash.nullable(),
    withdrawn: z.boolean().meta({ description: "Its issuer withdrew it." }),
    content: z.union([Authorisation, Alert]).nullable(),
    audience: z.array(z.string()).nullable().meta({
      description:
        "Of an alert of the caller's own: the parties with which it is shared, or `all`. Null for all others.",
    }),
    signed: SignedStatement.nullable().meta({
      description: "The statement as it was signed, so that anyone can check it.",
    }),
  })
  .meta({ id: "StatementView" });
export type StatementView = z.infer<typeof StatementView>;
