// Makes bundles of step 6: what the details say of the lots, and what they do not.
import type { Details } from "../../../protocol/event/details.ts";
import { withhold } from "../../../protocol/event/disclosure.ts";
import { act, lotOf } from "../../../test/support/trails.ts";
import {
  type StagedCases,
  assembler,
  bundleOfLot,
  changed,
  distributor,
  lotWith,
  maker,
  withUnrecorded,
  world,
} from "./stage.ts";

/** Makes the cases, on the common stage. They change it, so the files take their turns. */
export async function identityCases(): Promise<StagedCases> {
  type Facts = NonNullable<Details["entries"]>[number];
  const base = await lotWith("I1");
  const bundle = bundleOfLot(base);

  /** A bundle in which the event at an index withholds a field. */
  const hiding = (copy: typeof bundle, name: string, index = 0) =>
    changed(copy, ({ trail: { events } }) => {
      const item = events.at(index)!;
      item.details = withhold(item.details!, (path) => path.at(-1) !== name);
    });

  /** The lot with an inspection that states something about it, and is not recorded. */
  const stating = (facts: Facts) =>
    withUnrecorded(base, {
      party: maker,
      action: "inspect",
      lots: { [base]: 100 },
      facts: { [base]: facts },
    });

  const commissioned = async (number: string, facts: Parameters<typeof lotWith>[1]) =>
    bundleOfLot(await lotWith(number, facts));

  /** A bundle of a lot that the distributor introduced. */
  async function introduced(number: string, facts: Facts) {
    const lot = lotOf(distributor, number);
    await act(world, distributor, "introduce", {
      lots: { [lot]: 5 },
      facts: { [lot]: { lotNumber: number, ...facts } },
    });
    return bundleOfLot(lot);
  }

  /** A bundle of a product whose part number is this one, of a part with another. */
  async function assembled(number: string, mpn: string) {
    const part = await lotWith(`${number}/P`, { mpn: "NG-7" });
    const lots = { [part]: 100 };
    await act(world, maker, "ship", { lots, consignee: assembler.address });
    await act(world, assembler, "receive", { lots });
    const product = lotOf(assembler, number);
    await act(world, assembler, "assemble", {
      lots: { [part]: 0, [product]: 1 },
      facts: { [product]: { lotNumber: number, mpn } },
    });
    return bundleOfLot(product);
  }

  const NAMES = { mpn: "NG-7", manufacturer: "Northgate Semiconductor" };
  const claim = await introduced("I9", { ...NAMES, claimsLot: base });
  const withoutMaker = await commissioned("I10", { makerLot: undefined });
  const withoutMakerLot = await lotWith("I11", { makerLot: undefined });

  return {
    "lot-number-of-another-lot": {
      about: "The lot's id does not follow from its number.",
      bundle: await commissioned("I2", { lotNumber: "I3" }),
    },
    "lot-number-withheld": {
      about: "The lot's number is withheld.",
      bundle: hiding(bundle, "lotNumber"),
    },
    "origin-details-not-shown": {
      about: "Of an event whose details are not shown only the lot number is reported missing.",
      bundle: changed(bundle, ({ trail: { events } }) => void (events[0]!.details = null)),
    },
    "origin-details-not-shown-and-stated-later": {
      about: "Nothing is compared with details that are not shown.",
      bundle: changed(await stating({ makerLot: "K9" }), ({ trail: { events } }) => {
        events[0]!.details = null;
      }),
    },
    "identity-missing": {
      about: "The commission states no part number.",
      bundle: await commissioned("I4", { mpn: undefined }),
    },
    "manufacturer-missing": {
      about: "A commission need not state the manufacturer.",
      bundle: await commissioned("I5", { manufacturer: undefined }),
    },
    "manufacturer-of-an-introduced-lot-missing": {
      about: "The event that introduces a lot must state it.",
      bundle: await introduced("I6", { mpn: "NG-7" }),
    },
    "identity-withheld": {
      about: "The origin withholds the maker's lot.",
      bundle: hiding(bundle, "makerLot"),
    },
    "identity-withheld-later": {
      about: "A later event withholds the maker's lot.",
      bundle: hiding(await stating({ makerLot: "K7T221" }), "makerLot", -1),
    },
    "identity-repeated": {
      about: "A later event states the same as the origin.",
      bundle: await stating({ makerLot: "K7T221", dateCode: "2631" }),
    },
    "identity-added": {
      about: "A later event states what the origin does not.",
      bundle: await withUnrecorded(withoutMakerLot, {
        party: maker,
        action: "inspect",
        lots: { [withoutMakerLot]: 100 },
        shared: { makerLot: "K9" },
      }),
    },
    "identity-contradicted": {
      about: "A later event states another date code than the origin.",
      bundle: await stating({ dateCode: "2632" }),
    },
    "identity-contradicted-in-case": {
      about: "Identity is compared as text, with case.",
      bundle: await stating({ manufacturer: "NORTHGATE SEMICONDUCTOR" }),
    },
    "maker-lot-not-stated": { about: "A maker's lot need not be stated.", bundle: withoutMaker },
    "product-is-input": {
      about: "A product has the part number of what it was made of, but for case.",
      bundle: await assembled("I7", "ng-7"),
    },
    "product-is-not-input": {
      about: "A product has a part number of its own.",
      bundle: await assembled("I8", "LH-9"),
    },
    "claim-shown": {
      about: "An introduced lot shows which lot it claims to be of.",
      bundle: claim,
    },
    "claim-withheld": {
      about: "An introduced lot withholds which lot it claims to be of.",
      bundle: hiding(claim, "claimsLot"),
    },
  };
}
