// Defines the problem body (RFC 9457) of every refusal.
import { z } from "zod";
import { CustodyEvent, Entry } from "../protocol/event/event.ts";
import { VIOLATIONS, type ViolationName } from "../protocol/event/violation.ts";
import { Hash, Quantity, Signature, Time } from "../protocol/base/values.ts";
import { PartyName } from "./parties.ts";
import { REFUSALS, type RefusalCode } from "./refusals.ts";
import { Verdict } from "../protocol/verdict/verdict.ts";

/** Entries of other lots are replaced by their hashes. */
const DisclosedEvent = CustodyEvent.extend({ entries: z.array(z.union([Entry, Hash])) });

/** A lot that a name can mean. */
const Candidate = z
  .strictObject({
    lot: Hash,
    lotNumber: z.string().nullable(),
    mpn: z.string().nullable(),
    quantity: Quantity,
    issuer: PartyName,
    holder: PartyName,
  })
  .meta({ id: "Candidate" });
export type Candidate = z.infer<typeof Candidate>;

export const Problem = z
  .strictObject({
    type: z.string().meta({ description: "A URN of the code." }),
    title: z.string(),
    status: z.int(),
    code: z
      .enum(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]])
      .meta({ description: "The reason, for programs. A code is never renamed." }),
    field: z
      .string()
      .exactOptional()
      .meta({ description: "The field at fault, as a dotted path." }),
    detail: z.string().meta({ description: "For people: what is wrong and what to do." }),
    requestId: z.string().meta({ description: "The request's id in the service's log." }),
    violation: z
      .strictObject({
        name: z.enum(Object.keys(VIOLATIONS) as [ViolationName, ...ViolationName[]]),
        args: z.array(z.union([z.string(), z.number()])),
      })
      .exactOptional()
      .meta({
        description: "The custody rule that was broken: the ledger's error and its arguments.",
      }),
    rows: z
      .array(
        z.strictObject({
          row: z.int().meta({
            description: "The line of the file, or the item of the list, counted from 1.",
          }),
          column: z.string().exactOptional(),
          code: z.string(),
          message: z.string(),
        }),
      )
      .exactOptional()
      .meta({
        description: "The faults of a list, by row. Nothing of the list was accepted.",
      }),
    evidence: z
      .array(z.strictObject({ hash: Hash, event: DisclosedEvent, signature: Signature }))
      .length(2)
      .exactOptional()
      .meta({
        description:
          "With EQUIVOCATION: the two events that one party signed over one word of a lot.",
      }),
    candidates: z.array(Candidate).exactOptional().meta({
      description:
        "With AMBIGUOUS_LOT: the lots that the caller sees and can mean. At most ten are listed.",
    }),
    budget: z
      .strictObject({
        name: z.string(),
        limit: z.int(),
        until: Time.nullable().meta({
          description: "When it begins anew, in Unix seconds. Null: ending something makes room.",
        }),
      })
      .exactOptional()
      .meta({ description: "The budget that is spent (docs/operate.md lists them)." }),
    verdict: Verdict.exactOptional().meta({
      description: "The verdict on evidence that was refused.",
    }),
  })
  .meta({ id: "Problem", description: "Why a request was refused (RFC 9457)." });
export type Problem = z.infer<typeof Problem>;
