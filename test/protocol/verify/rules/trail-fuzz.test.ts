// Runs the rules that read the trail on random events and details that the schemas accept. They
// judge, and never throw.
import { checkUntilMet, fc } from "../../../support/random.ts";
import { expect } from "chai";
import type { ActionName } from "../../../../protocol/event/event.ts";
import { lotId } from "../../../../protocol/event/lot.ts";
import { CARDS } from "../../../../protocol/verdict/findings.ts";
import { Verdict } from "../../../../protocol/verdict/verdict.ts";
import { verify } from "../../../../protocol/verify/verify.ts";
import { ZERO_HASH } from "../../../../protocol/base/values.ts";
import * as arbitrary from "../../../support/arbitraries.ts";
import { BROKER, DISTRIBUTOR, MAKER, openPaper } from "../../../support/paper.ts";
import { recover } from "../../../support/recover.ts";

const OURS = ["V17", "V18", "V21", "V22", "V23", "V24"];
const PARTIES = [MAKER, DISTRIBUTOR, BROKER];

const day = fc.constantFrom("0000-01-01", "1970-01-01", "2026-06-01", "9999-12-31");
const country = fc.constantFrom("AA", "MY", "DE", "TW");
const time = fc.oneof(
  fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 1.7e9, max: 1.9e9 }),
);
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const code = fc.oneof(
  fc.constantFrom(
    "2600",
    "2653",
    "9999",
    "N/T",
    "MIXED",
    "0000-00",
    "2026-13-40",
    "00000000",
    "+",
    "K7Z",
  ),
  fc.string({ minLength: 1, maxLength: 32 }).map((text) => text.replace(/[^!-~]/g, "x")),
);
/** Fields that these rules read, with values at the edges of their schemas. */
const details = fc
  .record({
    dateCode: some(code),
    dateCodeNewest: some(code),
    dateCodeFormat: some(
      fc.constantFrom("YYWW", "YYYYWW", "YYMMDD", "YYYYMMDD", "YYYY-MM", "YYYY-MM-DD", "other"),
    ),
    countryOfOrigin: some(country),
    fabCountry: some(country),
    assemblyCountry: some(country),
    msl: some(fc.constantFrom("1", "2", "2a", "3", "4", "5", "5a", "6")),
    bagSealDate: some(day),
    bagOpenedTime: some(time),
    bakedTime: some(time),
    exposedHours: some(time),
    floorLifeHours: some(time),
    humidityIndicator: some(fc.constantFrom("pass", "fail")),
    conditionFrom: some(time),
    conditionLongestGapSeconds: some(time),
    temperatureMinDeciCelsius: some(
      fc.constantFrom(-Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER),
    ),
    reason: some(fc.constantFrom("return", "RETURN", "sold")),
    sealIntact: some(fc.boolean()),
    inspectionResult: some(fc.constantFrom("accepted", "rejected")),
  })
  .map((fields) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  );

const step = fc.record({
  action: fc.constantFrom<ActionName>(
    "ship",
    "receive",
    "refuse",
    "cancel",
    "inspect",
    "split",
    "hold",
    "release",
  ),
  to: fc.constantFrom(...PARTIES),
  time,
  shared: details,
  own: details,
  withheld: fc.subarray([
    "reason",
    "msl",
    "dateCode",
    "bagOpenedTime",
    "countryOfOrigin",
    "inspectionResult",
  ]),
  isShown: fc.boolean(),
});

describe("rules that read the trail, on random events and details", () => {
  it("never throw, for any sequence of events that the custody rules allow", async () => {
    const tried = new Set<string>();
    const property = fc.asyncProperty(
      details,
      fc.array(step, { maxLength: 12 }),
      time,
      async (origin, steps, now) => {
        const paper = openPaper();
        let lot = paper.commission("A", origin);
        let holder = MAKER;
        let consignee: string | undefined;
        steps.forEach(({ action, to, own, ...told }, i) => {
          const actor = action === "receive" || action === "refuse" ? (consignee ?? to) : holder;
          const child = lotId(actor, `A${i}`);
          const left = paper.pieces(lot);
          const lots = action === "split" ? { [lot]: left[lot]! - 1, [child]: 1 } : left;
          const facts = {
            [action === "split" ? child : lot]: {
              ...own,
              ...(action === "split" && { lotNumber: `A${i}` }),
            },
          };
          try {
            const after =
              action === "ship" ? { consignee: to } : action === "refuse" ? { holder } : {};
            paper.write(actor, action, { ...told, ...after, lots, facts });
          } catch (error) {
            // Events that the custody rules refuse are left out.
            if (error instanceof Error && error.message.startsWith("the event breaks")) return;
            throw error;
          }
          tried.add(action);
          if (action === "ship") consignee = to;
          else if (action === "receive" || action === "refuse" || action === "cancel") {
            if (action === "receive") holder = actor;
            consignee = undefined;
          } else if (action === "split") lot = child;
        });
        const trail = paper.trail(lot);
        const { chainId, ledger } = trail;
        const verdict = await verify(trail, { chainId, ledger, finality: 0, now }, null, recover);
        expect(Verdict.parse(verdict)).to.deep.equal(verdict);
        const results = verdict.rules.filter(({ rule }) => OURS.includes(rule));
        expect(results.map(({ rule }) => rule)).to.deep.equal(OURS);
        // V17 needs the ledger's record.
        expect(results[0]!.result).to.be.oneOf(["fail", "not evaluable"]);
      },
    );
    await checkUntilMet(
      (seed) => fc.assert(property, { seed, numRuns: 200 }),
      () =>
        ["ship", "receive", "refuse", "cancel", "inspect", "split"].filter(
          (action) => !tried.has(action),
        ),
    );
  });

  it("never throw, for any details of any event", async () => {
    const any = fc.array(fc.record({ event: arbitrary.event, details: arbitrary.details }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(any, time, async (events, now) => {
        const paper = openPaper();
        const trail = paper.trail(paper.commission("A"));
        for (const { event, details } of events) {
          const open = Object.entries(details).flatMap(([name, value]) =>
            typeof value === "object"
              ? []
              : [{ path: [name] as ["reason"], value, salt: `0x${"00".repeat(16)}` }],
          );
          const entries = [{ lot: trail.lot, previous: ZERO_HASH, quantity: 1 }, ...event.entries];
          trail.events.push({
            event: { ...event, entries },
            signature: null,
            details: { open, withheld: [] },
          });
        }
        const { chainId, ledger } = trail;
        const verdict = await verify(trail, { chainId, ledger, finality: 0, now }, null, recover);
        expect(verdict.rules).to.have.length(CARDS.length);
        expect(verdict.findings.map(({ code }) => code)).not.to.include("TRAIL_MALFORMED");
      }),
      { numRuns: 200 },
    );
  });
});
