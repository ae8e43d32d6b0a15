// Makes bundles of steps 1 and 2: forms, digests, details and signatures.
import { act, lotOf } from "../../../test/support/trails.ts";
import { withhold } from "../../../protocol/event/disclosure.ts";
import type { DetailPath } from "../../../protocol/event/details.ts";
import {
  type StagedCases,
  assembler,
  bundleOfLot,
  changed,
  distributor,
  highS,
  lotWith,
  maker,
  noticeBy,
  take,
  withNotices,
  withUnrecorded,
  world,
} from "./stage.ts";

/** Makes the cases, on the common stage. They change it, so the files take their turns. */
export async function formCases(): Promise<StagedCases> {
  const base = await lotWith("F1");
  const bundle = bundleOfLot(base);
  const HASH = `0x${"d1".repeat(32)}`;
  const DOCUMENT = { hash: HASH, kind: "other", mediaType: "text/plain", size: 12 } as const;

  /** A bundle of a lot whose commission states one more field, or another value. */
  const stating = async (number: string, facts: Parameters<typeof lotWith>[1]) =>
    bundleOfLot(await lotWith(number, facts));

  const recalled = await lotWith("F2");
  const recall = await noticeBy(maker, "recall", recalled);
  await take(recall);
  const ofRecalled = withNotices(recalled, recall);

  /** The product of an assembly with a shared date code format, and an input that the assembly gives a date code of its own. */
  async function assembled() {
    const part = await lotWith("F3", { dateCode: "2631" });
    const lots = { [part]: 100 };
    await act(world, maker, "ship", { lots, consignee: assembler.address });
    await act(world, assembler, "receive", { lots });
    const product = lotOf(assembler, "FP");
    await act(world, assembler, "assemble", {
      lots: { [part]: 0, [product]: 10 },
      shared: { dateCodeFormat: "YYYY-MM", manufacturer: "Lindholm EMS" },
      facts: { [product]: { lotNumber: "FP", mpn: "LH-CTRL-8" }, [part]: { dateCode: "2631" } },
    });
    return bundleOfLot(product);
  }

  const shared = lotOf(maker, "F4");
  await act(world, maker, "commission", {
    lots: { [shared]: 100 },
    shared: { dateCode: "2631", mpn: "NG-1" },
    facts: { [shared]: { lotNumber: "F4", dateCodeFormat: "YYYY-MM" } },
  });

  /** Withholds a field of the first event's first entry. */
  const hiding = (copy: typeof bundle, name: string) =>
    changed(copy, ({ trail: { events } }) => {
      const [item] = events;
      item!.details = withhold(item!.details!, (path: DetailPath) => path.at(-1) !== name);
    });

  const inspection = {
    party: maker,
    action: "inspect",
    lots: { [base]: 100 },
    shared: { reason: "audit" },
  } as const;
  const inspected = await withUnrecorded(base, inspection);

  return {
    "a-recorded-lot": { about: "One lot, recorded and final: nothing to find.", bundle },
    "quantity-negative": {
      about: "A value of the trail is not of its form.",
      bundle: changed(bundle, ({ trail }) => {
        (trail.events[0]!.event.entries[0] as { quantity: number }).quantity = -1;
      }),
    },
    "entries-too-many": {
      about: "An event with 251 entries is not of its form.",
      bundle: changed(bundle, ({ trail }) => {
        trail.events[0]!.event.entries = Array<string>(251).fill(HASH);
      }),
    },
    "bundle-and-trail-malformed": {
      about: "Both the bundle and its trail are malformed: only the bundle's fault is reported.",
      bundle: { ...bundle, made: null, trail: { ...bundle.trail, version: 2 } },
    },
    "trail-of-no-events": {
      about: "Without events there is no origin, and no word is compared.",
      bundle: changed(bundle, ({ trail }) => void (trail.events = [])),
    },
    "ledger-of-bundle": {
      about: "The reader trusts the ledger that the bundle names.",
      bundle,
      trust: { ledgerOfBundle: true },
    },
    "too-many-events": {
      about: "More events than a verifier reads: it reads none, whatever they are.",
      bundle: changed(bundle, ({ trail }) => void (trail.events = [null] as never)),
      repeat: { list: "events", count: 10_001 },
    },
    "details-value-of-another-form": {
      about: "A value that the list of fields does not allow makes the trail malformed.",
      bundle: await stating("F10", { mpn: "NG  1" }),
    },
    "details-of-an-entry-beyond": {
      about:
        "A field of an entry that the event does not have is a mismatch of the details: the trail is judged on, and its recall is seen.",
      bundle: changed(ofRecalled, ({ trail }) => {
        const { open } = trail.events[0]!.details!;
        open.at(-1)!.path = ["entries", 9, "mpn"];
      }),
    },
    "details-out-of-order": {
      about: "The fields of a disclosure are out of order: a mismatch of the details.",
      bundle: changed(bundle, ({ trail }) => void trail.events[0]!.details!.open.reverse()),
    },
    "details-altered": {
      about: "A field's value is another than was signed.",
      bundle: changed(bundle, ({ trail }) => {
        trail.events[0]!.details!.open.find(({ path }) => path.at(-1) === "makerLot")!.value = "K8";
      }),
    },
    "details-not-shown": {
      about: "The details of an event that is not an origin are not shown.",
      bundle: changed(inspected, ({ trail }) => void (trail.events.at(-1)!.details = null)),
    },
    "details-date-code-of-another-format": {
      about: "Whether a date code has the form of its format is not asked of a trail.",
      bundle: await stating("F11", { dateCode: "2026-31", dateCodeFormat: "YYYY-MM-DD" }),
    },
    "details-date-code-format-withheld": {
      about: "A date code is shown, and its format is withheld.",
      bundle: hiding(
        await stating("F12", { dateCode: "2026-07", dateCodeFormat: "YYYY-MM" }),
        "dateCodeFormat",
      ),
    },
    "details-shared-date-code-own-format": {
      about: "A date code is shared, and the entry has a format of its own.",
      bundle: bundleOfLot(shared),
    },
    "details-shared-format-in-an-assembly": {
      about:
        "In an assembly shared fields apply to the new lots alone: neither maker nor format is the input's.",
      bundle: await assembled(),
    },
    "details-field-of-another-action": {
      about:
        "A field that the list allows in other actions only: a service asks that, no verifier.",
      bundle: await withUnrecorded(base, {
        ...inspection,
        shared: { carrier: "Brightline Freight" },
      }),
    },
    "details-unicode-15": {
      about: "A character that Unicode 15.0 brought.",
      bundle: await withUnrecorded(base, { ...inspection, shared: { reason: "\u{1fa77}" } }),
    },
    "details-unicode-16": {
      about: "A character that Unicode 16.0 brought.",
      bundle: await withUnrecorded(base, { ...inspection, shared: { reason: "\u{1fae9}" } }),
    },
    "details-unicode-17": {
      about: "A character that Unicode 17.0 brought.",
      bundle: await withUnrecorded(base, { ...inspection, shared: { reason: "\u20c1" } }),
    },
    "details-unicode-unassigned": {
      about: "A code point that Unicode 17.0 does not assign.",
      bundle: await withUnrecorded(base, { ...inspection, shared: { reason: "\u{1fae0}\u0378" } }),
    },
    "details-year-zero": {
      about: "Days begin on 0001-01-01.",
      bundle: await stating("F13", { expiryDate: "0000-12-31" }),
    },
    "details-year-one": {
      about: "The first day that there is.",
      bundle: await stating("F14", { expiryDate: "0001-01-01" }),
    },
    "event-twice": {
      about: "An event stands twice. The copy is judged no further, whatever its signature.",
      bundle: changed(bundle, ({ trail }) => {
        trail.events.push({ ...trail.events[0]!, signature: null });
      }),
    },
    "event-extra": {
      about: "An event is of another lot. It is judged no further, whatever its signature.",
      bundle: changed(bundle, ({ trail }) => {
        trail.events.push({ ...ofRecalled.trail.events[0]!, signature: null });
      }),
    },
    "event-without-entries": {
      about: "An event without entries is of no lot of the trail.",
      bundle: await withUnrecorded(base, { ...inspection, alter: (event) => (event.entries = []) }),
    },
    "signature-missing": {
      about: "The ledger has recorded the event, and the trail lacks its signature.",
      bundle: changed(bundle, ({ trail }) => void (trail.events[0]!.signature = null)),
    },
    "signature-with-high-s": {
      about: "A signature with a high s is not in the canonical form.",
      bundle: changed(bundle, ({ trail: { events } }) => {
        events[0]!.signature = highS(events[0]!.signature!);
      }),
    },
    "signature-by-another-party": {
      about: "The key that signed is another party's.",
      bundle: await withUnrecorded(base, { ...inspection, key: distributor.key }),
    },
    "document-not-named": {
      about: "No field names the document.",
      bundle: { ...bundle, documents: [DOCUMENT] },
    },
    "document-named": {
      about: "A field names the document.",
      bundle: { ...(await stating("F15", { cocHash: HASH })), documents: [DOCUMENT] },
    },
    "document-named-by-label-hash": {
      about: "The hash of a label's text names a document, too.",
      bundle: { ...(await stating("F16", { labelHash: HASH })), documents: [DOCUMENT] },
    },
    "document-named-by-another-field": {
      about: "A field that names no documents has the hash of one.",
      bundle: {
        ...(await withUnrecorded(base, { ...inspection, shared: { reason: HASH } })),
        documents: [DOCUMENT],
      },
    },
  };
}
