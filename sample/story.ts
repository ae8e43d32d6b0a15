// Defines the form of a story: its parties, and what each of them did, in the order of time. play.ts makes events of it.
import { z } from "zod";
import { LotNumber } from "../protocol/event/lot.ts";
import { ROLES, type RoleName } from "../protocol/event/roles.ts";
import { Alert, Authorisation } from "../protocol/event/statement.ts";
import { Text } from "../protocol/base/text.ts";
import { Quantity, Time } from "../protocol/base/values.ts";

/** The short name by which a story refers to a party. */
const Alias = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "a short name in lower case");

/** A story's reference to a lot: its issuer's alias, a slash, its lot number. */
const LotRef = z.string().superRefine((ref, issue) => {
  const slash = ref.indexOf("/");
  const fault =
    !Alias.safeParse(ref.slice(0, Math.max(slash, 0))).success ||
    !LotNumber.safeParse(ref.slice(slash + 1)).success;
  if (fault)
    issue.addIssue({ code: "custom", message: "an issuer's alias, a slash, a lot number" });
});

/** Splits a lot's reference into its two parts. */
export function splitLotRef(ref: string): { issuer: string; lotNumber: string } {
  const slash = ref.indexOf("/");
  return { issuer: ref.slice(0, slash), lotNumber: ref.slice(slash + 1) };
}

/** Detail fields that hold a lot's reference in a story, and the lot's id in an event. */
export const LOT_REF_FIELDS: readonly string[] = ["claimsLot", "foundFrom"];

/** Details as plain fields. The protocol checks their names. */
export const StoryDetails = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type StoryDetails = z.infer<typeof StoryDetails>;

const details = StoryDetails.default({});

/** A lot that a step makes: issued by the step's party. */
const NewLot = z.strictObject({ lotNumber: LotNumber, quantity: Quantity.min(1), details });
export type NewLot = z.infer<typeof NewLot>;

/** A lot that a step is about. Without details the bare reference is enough. */
const LotLine = z.union([
  LotRef.transform((lot) => ({ lot, details: {} as StoryDetails })),
  z.strictObject({ lot: LotRef, details }),
]);

/** A lot, and the number of its pieces that a step uses up. */
const UsedLot = z.strictObject({ lot: LotRef, quantity: Quantity.min(1), details });

/** One lot of a shipment as received: its count if pieces are missing, and details. */
const ReceivedLot = z.strictObject({
  lot: LotRef,
  quantity: Quantity.min(1).optional(),
  details,
});

/** The label by which later steps refer to a shipment or a notice. */
const StepId = z.string().regex(/^[a-z]+-[0-9]{3}$/, "letters, a hyphen, three digits");

const common = { at: Time, by: Alias, note: Text(1, 240) };
const step = <A extends string, S extends z.core.$ZodLooseShape>(act: A, shape: S) =>
  z.strictObject({ ...common, act: z.literal(act), ...shape });

const origin = {
  details,
  lots: z.array(NewLot).min(1),
  settlement: z.enum(["ledger", "log"]).default("ledger"),
};
const lines = { details, lots: z.array(LotLine).min(1) };
const ofShipment = { shipment: StepId, details };
const ofLot = { id: StepId, lot: LotRef, details };

/** Who may sell a brand: the party by its alias. */
const StoryAuthorisation = z.strictObject({ ...Authorisation.shape, party: Alias });

/** One step. `at` is when it happened (Unix seconds), `by` the party that signs it, `note` describes it for people. */
export const StoryStep = z.discriminatedUnion("act", [
  step("commission", origin),
  step("introduce", origin),
  step("ship", { id: StepId, to: Alias, ...lines }),
  step("receive", { ...ofShipment, lots: z.array(ReceivedLot).default([]) }),
  step("refuse", ofShipment),
  step("cancel", ofShipment),
  step("split", { lot: LotRef, details, children: z.array(NewLot).min(1) }),
  step("assemble", { details, inputs: z.array(UsedLot).min(1), products: z.array(NewLot).min(1) }),
  step("inspect", lines),
  step("hold", lines),
  step("release", lines),
  step("scrap", { details, lots: z.array(UsedLot).min(1) }),
  step("recall", ofLot),
  step("suspect", ofLot),
  step("withdraw", { notice: StepId, details }),
  step("authorise", { authorisations: z.array(StoryAuthorisation).min(1) }),
  step("alert", { alerts: z.array(Alert).min(1), isShared: z.boolean().default(false) }),
]);
export type StoryStep = z.infer<typeof StoryStep>;

/** A party with its roles. The site is where it handles goods. */
const StoryParty = z.strictObject({
  alias: Alias,
  name: Text(1, 128),
  roles: z.array(z.enum(Object.keys(ROLES) as [RoleName, ...RoleName[]])),
  site: z.strictObject({
    city: Text(1, 64),
    country: z.string().regex(/^[A-Z]{2}$/, "ISO 3166 alpha-2"),
  }),
});
export type StoryParty = z.infer<typeof StoryParty>;

/**
 * A whole story. Also checks that time does not run backwards, and that every party, lot, shipment and notice exists before
 * a step refers to it. The custody rules decide whether a step is allowed.
 */
export const Story = z
  .strictObject({ parties: z.array(StoryParty).min(1), steps: z.array(StoryStep) })
  .superRefine(({ parties, steps }, issue) => {
    const names = new Set<string>();
    const add = (name: string, path: (string | number)[]) => {
      if (names.has(name))
        issue.addIssue({ code: "custom", message: `${name} already exists`, path });
      names.add(name);
    };
    const need = (name: string, path: (string | number)[]) => {
      if (!names.has(name))
        issue.addIssue({ code: "custom", message: `${name} does not exist yet`, path });
    };
    parties.forEach(({ alias }, i) => add(`party ${alias}`, ["parties", i, "alias"]));
    steps.forEach((step, i) => {
      const path = ["steps", i];
      if (step.at < (steps[i - 1]?.at ?? 0))
        issue.addIssue({
          code: "custom",
          message: "is earlier than the step before",
          path: [...path, "at"],
        });
      const { parties: aliases, lots, labels, newLots, newLabel } = namesIn(step);
      for (const alias of aliases) need(`party ${alias}`, path);
      for (const ref of lots) need(`lot ${ref}`, path);
      for (const label of labels) need(label, path);
      for (const ref of newLots) add(`lot ${ref}`, path);
      if (newLabel) add(newLabel, path);
    });
  });
export type Story = z.infer<typeof Story>;

/** The names that a step refers to, and those that it makes. */
function namesIn(step: StoryStep) {
  const names = {
    parties: [step.by],
    lots: [] as string[],
    labels: [] as string[],
    newLots: [] as string[],
  };
  const issued = (newLots: NewLot[]) => newLots.map(({ lotNumber }) => `${step.by}/${lotNumber}`);
  const lotsOf = (lines: { lot: string }[]) => lines.map(({ lot }) => lot);
  switch (step.act) {
    case "commission":
    case "introduce": {
      const claimed = step.lots.flatMap((lot) => LOT_REF_FIELDS.map((name) => lot.details[name]));
      const lots = claimed.filter((ref) => typeof ref === "string");
      return { ...names, lots, newLots: issued(step.lots), newLabel: undefined };
    }
    case "split":
      return { ...names, lots: [step.lot], newLots: issued(step.children), newLabel: undefined };
    case "assemble":
      return {
        ...names,
        lots: lotsOf(step.inputs),
        newLots: issued(step.products),
        newLabel: undefined,
      };
    case "ship":
      return {
        ...names,
        parties: [step.by, step.to],
        lots: lotsOf(step.lots),
        newLabel: `shipment ${step.id}`,
      };
    case "receive":
      return {
        ...names,
        lots: lotsOf(step.lots),
        labels: [`shipment ${step.shipment}`],
        newLabel: undefined,
      };
    case "refuse":
    case "cancel":
      return { ...names, labels: [`shipment ${step.shipment}`], newLabel: undefined };
    case "recall":
    case "suspect":
      return { ...names, lots: [step.lot], newLabel: `notice ${step.id}` };
    case "withdraw":
      return { ...names, labels: [`notice ${step.notice}`], newLabel: undefined };
    case "authorise": {
      const named = step.authorisations.map(({ party }) => party);
      return { ...names, parties: [step.by, ...named], newLabel: undefined };
    }
    case "alert":
      return { ...names, newLabel: undefined };
    default:
      return { ...names, lots: lotsOf(step.lots), newLabel: undefined };
  }
}

/**
 * Reads a story from the parsed JSON of its two files, `parties.json` and `story.json`.
 * @throws z.ZodError naming every field at fault
 */
export function readStory(parties: unknown, steps: unknown): Story {
  return Story.parse({ parties, steps });
}
