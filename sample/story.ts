// Defines the form of a story: parties, and what each of them did in the order of time. The service turns its plain fields into
// events.
import { z } from "zod";
import { LotNumber } from "../protocol/event/lot.ts";
import { ROLES, type RoleName } from "../protocol/event/roles.ts";
import { Alert, Authorisation } from "../protocol/event/statement.ts";
import { Text } from "../protocol/base/text.ts";
import { Quantity, Time } from "../protocol/base/values.ts";

/** The short name by which a story speaks of a party. */
const Alias = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "a short name in lower case");

/** A lot as a story names it: its issuer's alias, a slash, its lot number. */
const LotRef = z.string().superRefine((ref, issue) => {
  const slash = ref.indexOf("/");
  const fault =
    !Alias.safeParse(ref.slice(0, Math.max(slash, 0))).success ||
    !LotNumber.safeParse(ref.slice(slash + 1)).success;
  if (fault)
    issue.addIssue({ code: "custom", message: "an issuer's alias, a slash, a lot number" });
});

/** The two halves of a lot's reference. */
export function splitLotRef(ref: string): { issuer: string; lotNumber: string } {
  const slash = ref.indexOf("/");
  return { issuer: ref.slice(0, slash), lotNumber: ref.slice(slash + 1) };
}

/** The fields of the details in which a story gives a lot's reference where an event gives the lot's id. */
export const LOT_REF_FIELDS: readonly string[] = ["claimsLot", "foundFrom"];

/** Details as plain fields; which names there are is for the protocol. */
export const StoryDetails = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type StoryDetails = z.infer<typeof StoryDetails>;

const details = StoryDetails.default({});

/** A lot that a step makes: issued by the step's party. */
const NewLot = z.strictObject({ lotNumber: LotNumber, quantity: Quantity.min(1), details });
export type NewLot = z.infer<typeof NewLot>;

/** A lot that a step is about; the bare reference is enough where there is no more to say of it. */
const LotLine = z.union([
  LotRef.transform((lot) => ({ lot, details: {} as StoryDetails })),
  z.strictObject({ lot: LotRef, details }),
]);

/** A lot, and how many of its pieces a step uses up. */
const UsedLot = z.strictObject({ lot: LotRef, quantity: Quantity.min(1), details });

/** What a receiver has to say of one lot of a shipment: its count, where that is short of what was shipped. */
const ReceivedLot = z.strictObject({
  lot: LotRef,
  quantity: Quantity.min(1).optional(),
  details,
});

/** The label by which later steps speak of a shipment or a notice. */
const StepId = z.string().regex(/^[a-z]+-[0-9]{3}$/, "letters, a hyphen, three digits");

const common = { at: Time, by: Alias, note: Text(1, 240) };
const step = <A extends string, S extends z.core.$ZodLooseShape>(act: A, shape: S) =>
  z.strictObject({ ...common, act: z.literal(act), ...shape });

const origin = { details, lots: z.array(NewLot).min(1) };
const lines = { details, lots: z.array(LotLine).min(1) };
const ofShipment = { shipment: StepId, details };
const ofLot = { id: StepId, lot: LotRef, details };

/** Who may sell a brand: the party by its alias. */
const StoryAuthorisation = z.strictObject({ ...Authorisation.shape, party: Alias });

/** One step. `at` is when it happened (Unix seconds), `by` the party that signs it, `note` tells it to people. */
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
  step("alert", { alerts: z.array(Alert).min(1) }),
]);
export type StoryStep = z.infer<typeof StoryStep>;

/** A party with its roles; the site is where its goods are handled. */
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
 * A whole story. Beside the fields it is checked that time does not run backwards and that every party, lot, shipment
 * and notice was there before a step speaks of it; whether a step is allowed is for the transition.
 */
export const Story = z
  .strictObject({ parties: z.array(StoryParty).min(1), steps: z.array(StoryStep) })
  .superRefine(({ parties, steps }, issue) => {
    const known = new Set<string>();
    const meet = (name: string, path: (string | number)[]) => {
      if (known.has(name))
        issue.addIssue({ code: "custom", message: `${name} is there already`, path });
      known.add(name);
    };
    const need = (name: string, path: (string | number)[]) => {
      if (!known.has(name))
        issue.addIssue({ code: "custom", message: `${name} is not known yet`, path });
    };
    parties.forEach(({ alias }, i) => meet(`party ${alias}`, ["parties", i, "alias"]));
    steps.forEach((told, i) => {
      const path = ["steps", i];
      if (told.at < (steps[i - 1]?.at ?? 0))
        issue.addIssue({
          code: "custom",
          message: "is earlier than the step before",
          path: [...path, "at"],
        });
      const { parties: spokenOf, lots, labels, newLots, newLabel } = namesIn(told);
      for (const alias of spokenOf) need(`party ${alias}`, path);
      for (const ref of lots) need(`lot ${ref}`, path);
      for (const label of labels) need(label, path);
      for (const ref of newLots) meet(`lot ${ref}`, path);
      if (newLabel) meet(newLabel, path);
    });
  });
export type Story = z.infer<typeof Story>;

function namesIn(told: StoryStep) {
  const names = {
    parties: [told.by],
    lots: [] as string[],
    labels: [] as string[],
    newLots: [] as string[],
  };
  const issued = (made: NewLot[]) => made.map(({ lotNumber }) => `${told.by}/${lotNumber}`);
  const lotsOf = (spokenOf: { lot: string }[]) => spokenOf.map(({ lot }) => lot);
  switch (told.act) {
    case "commission":
    case "introduce": {
      const claimed = told.lots.flatMap((made) => LOT_REF_FIELDS.map((name) => made.details[name]));
      const lots = claimed.filter((ref) => typeof ref === "string");
      return { ...names, lots, newLots: issued(told.lots), newLabel: undefined };
    }
    case "split":
      return { ...names, lots: [told.lot], newLots: issued(told.children), newLabel: undefined };
    case "assemble":
      return {
        ...names,
        lots: lotsOf(told.inputs),
        newLots: issued(told.products),
        newLabel: undefined,
      };
    case "ship":
      return {
        ...names,
        parties: [told.by, told.to],
        lots: lotsOf(told.lots),
        newLabel: `shipment ${told.id}`,
      };
    case "receive":
      return {
        ...names,
        lots: lotsOf(told.lots),
        labels: [`shipment ${told.shipment}`],
        newLabel: undefined,
      };
    case "refuse":
    case "cancel":
      return { ...names, labels: [`shipment ${told.shipment}`], newLabel: undefined };
    case "recall":
    case "suspect":
      return { ...names, lots: [told.lot], newLabel: `notice ${told.id}` };
    case "withdraw":
      return { ...names, labels: [`notice ${told.notice}`], newLabel: undefined };
    case "authorise": {
      const named = told.authorisations.map(({ party }) => party);
      return { ...names, parties: [told.by, ...named], newLabel: undefined };
    }
    case "alert":
      return { ...names, newLabel: undefined };
    default:
      return { ...names, lots: lotsOf(told.lots), newLabel: undefined };
  }
}

/**
 * Reads a story from its two files as parsed JSON (`parties.json`, `story.json`).
 * @throws z.ZodError naming every field that is wrong
 */
export function readStory(parties: unknown, steps: unknown): Story {
  return Story.parse({ parties, steps });
}
