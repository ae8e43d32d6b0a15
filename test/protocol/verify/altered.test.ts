// Alters one thing at a time in a good trail. The verifier names the event and the field.
import { expect } from "chai";
import { signDigest } from "../../../protocol/base/crypto.ts";
import { eventDigest } from "../../../protocol/event/event.ts";
import type { Trail, TrailEvent } from "../../../protocol/trail/trail.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { newKey } from "../../support/ledger.ts";
import {
  type World,
  act,
  commission,
  deliver,
  lotOf,
  openWorld,
  trailFor,
  trustIn,
} from "../../support/trails.ts";
import { expectFinding, codes } from "../../support/verdicts.ts";
import { recover } from "../../support/recover.ts";

/** Hex with one of its bytes changed. */
function flipped(hex: string, byte: number): string {
  const at = 2 + 2 * byte;
  return `${hex.slice(0, at)}${(Number(`0x${hex.slice(at, at + 2)}`) ^ 1).toString(16).padStart(2, "0")}${hex.slice(at + 2)}`;
}

const FIELDS = ["action", "actor", "holder", "consignee", "time", "details"] as const;

describe("verify, on an altered trail", () => {
  let world: World;
  let product: string;
  let lots: Set<string>;

  before(async () => {
    world = await openWorld();
    const { maker, distributor, assembler } = world;
    const reel = await commission(world, "A1", 1000);
    const other = await commission(world, "A2", 500, "NG-LDO33");
    const stranger = await commission(world, "A3", 70);
    await deliver(world, maker, distributor, [reel, stranger]);
    const cut = lotOf(distributor, "A4");
    await act(world, distributor, "split", {
      lots: { [reel]: 700, [cut]: 300 },
      facts: { [cut]: { lotNumber: "A4", packaging: "cut tape" } },
    });
    await deliver(world, distributor, assembler, [cut]);
    await deliver(world, maker, assembler, [other]);
    product = lotOf(assembler, "P1");
    await act(world, assembler, "assemble", {
      lots: { [cut]: 0, [other]: 400, [product]: 50 },
      facts: { [product]: { lotNumber: "P1", mpn: "LH-CTRL-7" } },
    });
    await act(world, assembler, "ship", {
      lots: { [product]: 50 },
      consignee: distributor.address,
      shared: { carrier: "Brightline Freight", trackingNumber: "BL-1" },
    });
    lots = new Set([reel, other, cut, product]);
  });

  const domain = () => world.ledger.domain;
  const trail = (): Trail => trailFor(world, product);
  const digestOf = (item: TrailEvent) => eventDigest(domain(), item.event);
  const judged = async (changed: Trail) =>
    verify(changed, await trustIn(world), world.ledger.reader, recover);
  const count = 11;

  /** Alters one event, with or without the trail's hints at its record, and returns the verdict. */
  async function altered(index: number, change: (item: TrailEvent) => void, keepHints = true) {
    const changed = trail();
    change(changed.events[index]!);
    if (!keepHints) for (const item of changed.events) delete item.settled;
    return {
      verdict: await judged(changed),
      item: changed.events[index]!,
      event: digestOf(changed.events[index]!),
    };
  }

  it("finds nothing in the unaltered trail", async () => {
    const good = trail();
    expect(good.events).to.have.length(count);
    expect(codes(await judged(good))).to.deep.equal([]);
  });

  describe("verify, on an altered field of an event", () => {
    const other: Record<(typeof FIELDS)[number], (was: TrailEvent["event"]) => void> = {
      action: (event) => (event.action = event.action === 9 ? 10 : 9),
      actor: (event) => (event.actor = flipped(event.actor, 3)),
      holder: (event) => (event.holder = flipped(event.holder, 19)),
      consignee: (event) =>
        (event.consignee = event.consignee === ZERO_ADDRESS ? event.actor : ZERO_ADDRESS),
      time: (event) => (event.time -= 1),
      details: (event) => (event.details = flipped(event.details, 31)),
    };
    for (let index = 0; index < count; index++)
      for (const field of FIELDS)
        it(`fails an altered ${field} of event ${index}`, async () => {
          const { verdict, item, event } = await altered(index, (each) => other[field](each.event));
          const was = trail().events[index]!.event[field];
          expect(verdict.verdict).to.equal("FAIL");
          const difference = {
            code: "RECORD_DIFFERS",
            event,
            field,
            expected: was,
            found: item.event[field],
          } as const;
          expectFinding(verdict, difference);
          // The worst finding that comes first in the trail is about this event.
          expect(verdict.findings[0]!.event).to.equal(event);

          const unhinted = await altered(index, (each) => other[field](each.event), false);
          expect(unhinted.verdict.verdict).to.equal("FAIL");
          expectFinding(unhinted.verdict, { code: "KeyNotOfParty", event, field: "signature" });
        });

    for (let byte = 0; byte < 20; byte++)
      it(`fails the actor with byte ${byte} altered`, async () => {
        const { verdict, event } = await altered(
          2,
          (item) => (item.event.actor = flipped(item.event.actor, byte)),
        );
        expectFinding(verdict, { code: "RECORD_DIFFERS", verdict: "FAIL", event, field: "actor" });
      });
  });

  describe("verify, on an altered entry", () => {
    for (let index = 0; index < count; index++)
      it(`fails an altered entry of event ${index}`, async () => {
        const { length } = trail().events[index]!.event.entries;
        for (let i = 0; i < length; i++) {
          const fewer = await altered(index, ({ event }) => (event.entries[i]!.quantity += 1));
          expect(fewer.verdict.verdict).to.equal("FAIL");
          const { lot, quantity, previous } = fewer.item.event.entries[i]!;
          const at = { event: fewer.event, field: `entries.${i}.quantity` };
          expectFinding(fewer.verdict, {
            code: "RECORD_DIFFERS",
            lot,
            ...at,
            expected: quantity - 1,
            found: quantity,
          });

          const after = await altered(index, ({ event }) => {
            event.entries[i]!.previous = flipped(event.entries[i]!.previous, 0);
          });
          expect(after.verdict.verdict).to.equal("FAIL");
          // The ledger's record has no previous words. For this trail's lots they follow from it.
          const code = lots.has(lot) ? "PreviousMismatch" : "RECORD_DIFFERS";
          if (previous !== ZERO_HASH)
            expectFinding(after.verdict, {
              code,
              event: after.event,
              field: `entries.${i}.previous`,
            });

          const moved = await altered(
            index,
            ({ event }) => (event.entries[i]!.lot = flipped(lot, 31)),
          );
          expect(moved.verdict.verdict).to.equal("FAIL");
          const found = moved.verdict.findings.filter(({ event }) => event === moved.event);
          const fields = found.map(({ field }) => field);
          expect(
            fields.some((field) => field === `entries.${i}.lot` || field === "entries"),
          ).to.equal(true);
        }
      });

    it("reports an entry that is left out or added", async () => {
      const without = await altered(2, ({ event }) => {
        event.entries = event.entries.filter(({ lot }) => lots.has(lot));
      });
      expectFinding(without.verdict, {
        code: "RECORD_DIFFERS",
        event: without.event,
        field: "entries",
        expected: 2,
      });
      const entry = { lot: `0x${"f".repeat(64)}`, previous: ZERO_HASH, quantity: 1 };
      const added = await altered(2, ({ event }) => event.entries.push(entry));
      expectFinding(added.verdict, {
        code: "RECORD_DIFFERS",
        event: added.event,
        field: "entries",
        found: 3,
      });
    });

    it("fails entries in another order", async () => {
      const { verdict, event } = await altered(2, (item) => item.event.entries.reverse());
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, { code: "EntriesNotAscending", event });
    });
  });

  describe("verify, on an altered signature", () => {
    for (let byte = 0; byte < 65; byte++)
      it(`fails a signature with byte ${byte} altered`, async () => {
        const { verdict, event } = await altered(byte % count, (item) => {
          item.signature = flipped(item.signature!, byte);
        });
        expect(verdict.verdict).to.equal("FAIL");
        expect(["BadSignature", "KeyNotOfParty"]).to.include(verdict.findings[0]!.code);
        expect(verdict.findings.map((finding) => [finding.event, finding.field])).to.deep.equal([
          [event, "signature"],
        ]);
      });

    it("reports the signature of another event", async () => {
      const { verdict, event } = await altered(
        1,
        (item) => (item.signature = trail().events[0]!.signature),
      );
      expect(codes(verdict)).to.deep.equal(["KeyNotOfParty"]);
      expectFinding(verdict, { event, field: "signature" });
    });

    it("reports a signature by another key", async () => {
      const key = newKey(world.ledger);
      const { verdict } = await altered(1, (item) => {
        item.signature = signDigest(digestOf(item), key.privateKey);
      });
      expect(codes(verdict)).to.deep.equal(["KeyNotOfParty"]);
      expectFinding(verdict, { expected: world.maker.address, found: key.address });
    });

    it("reports a signature in its other form, with a high s", async () => {
      const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const { verdict } = await altered(0, (item) => {
        const s = order - BigInt(`0x${item.signature!.slice(66, 130)}`);
        const v = item.signature!.endsWith("1b") ? "1c" : "1b";
        item.signature = `${item.signature!.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}`;
      });
      expect(codes(verdict)).to.deep.equal(["BadSignature"]);
    });
  });

  describe("verify, on altered details", () => {
    for (let index = 0; index < count; index++)
      it(`fails each altered field of event ${index}`, async () => {
        const { details, event } = trail().events[index]!;
        for (let i = 0; i < (details?.open.length ?? 0); i++) {
          const value = details!.open[i]!.value;
          const changes: Record<string, (item: TrailEvent) => void> = {
            salt: (item) =>
              (item.details!.open[i]!.salt = flipped(item.details!.open[i]!.salt, 15)),
            absence: (item) => item.details!.open.splice(i, 1),
          };
          if (typeof value === "string" && !/result$/i.test(String(details!.open[i]!.path.at(-1))))
            changes["value"] = (item) =>
              (item.details!.open[i]!.value =
                `${value.slice(0, -1)}${value.endsWith("2") ? 3 : 2}`);
          for (const [what, change] of Object.entries(changes)) {
            const { verdict, event: digest } = await altered(index, change);
            expect(verdict.verdict, what).to.equal("FAIL");
            expectFinding(verdict, {
              code: "DETAILS_MISMATCH",
              event: digest,
              field: "details",
              expected: event.details,
            });
          }
        }
      });

    it("fails a field out of order, a field twice and a field of an entry that the event lacks", async () => {
      const changes: Record<string, (item: TrailEvent) => void> = {
        "details.open.1.path": (item) => item.details!.open.reverse(),
        "details.open.5.path": (item) => item.details!.open.push({ ...item.details!.open[4]! }),
        "details.open.4.path": (item) => (item.details!.open[4]!.path = ["entries", 1, "mpn"]),
      };
      for (const [field, change] of Object.entries(changes)) {
        const { verdict, event } = await altered(0, change);
        expect(verdict.verdict).to.equal("FAIL");
        expectFinding(verdict, { code: "DETAILS_MISMATCH", event, field });
      }
    });

    it("reports details of an event that has none", async () => {
      const { details } = trail().events[0]!;
      const lot = lotOf(world.maker, "A5");
      await act(world, world.maker, "commission", { lots: { [lot]: 5 } });
      const changed = trailFor(world, lot);
      changed.events[0]!.details = details;
      const verdict = await judged(changed);
      expectFinding(verdict, {
        code: "DETAILS_MISMATCH",
        event: digestOf(changed.events[0]!),
        expected: ZERO_HASH,
      });
    });

    it("reports an altered hash of a withheld field", async () => {
      const { verdict, event } = await altered(0, ({ details }) => {
        const { path } = details!.open.pop()!;
        details!.withheld.push({ path, inner: flipped(ZERO_HASH, 5) });
      });
      expectFinding(verdict, { code: "DETAILS_MISMATCH", event, field: "details" });
    });
  });

  describe("verify, on altered events", () => {
    for (let index = 0; index < count; index++)
      it(`fails a trail without event ${index}`, async () => {
        const changed = trail();
        const [left] = changed.events.splice(index, 1);
        const verdict = await judged(changed);
        expect(verdict.verdict).to.equal("FAIL");
        if (index === count - 1) {
          const { previous } = left!.event.entries[0]!;
          const missing = {
            code: "LATER_EVENT_MISSING",
            event: digestOf(left!),
            lot: product,
            found: previous,
          } as const;
          expectFinding(verdict, missing);
        } else if (
          left!.event.entries.some((entry) => entry.previous === ZERO_HASH && lots.has(entry.lot))
        ) {
          expect(codes(verdict)).to.include("ORIGIN_MISSING");
        } else {
          // The first event that builds on the missing one does not follow.
          const words = left!.event.entries.map(({ lot }) => lot);
          const next = changed.events
            .slice(index)
            .find(({ event }) =>
              event.entries.some(({ lot }) => words.includes(lot) && lots.has(lot)),
            );
          expectFinding(verdict, { code: "PreviousMismatch", event: digestOf(next!) });
          expect(verdict.state).to.equal(null);
        }
      });

    for (let index = 0; index < count; index++)
      it(`fails a trail cut off before event ${index}`, async () => {
        const changed = trail();
        changed.events.length = index;
        const verdict = await judged(changed);
        expect(verdict.verdict).to.equal("FAIL");
        expect(codes(verdict)).to.include(
          index === count - 1 ? "LATER_EVENT_MISSING" : "ORIGIN_MISSING",
        );
      });

    for (let index = 0; index + 1 < count; index++)
      it(`fails events ${index} and ${index + 1} in the other order if they share a lot`, async () => {
        const changed = trail();
        const [first, second] = changed.events.splice(index, 2) as [TrailEvent, TrailEvent];
        changed.events.splice(index, 0, second, first);
        const shared = (a: TrailEvent, b: TrailEvent) =>
          a.event.entries.some(
            ({ lot }) => lots.has(lot) && b.event.entries.some((entry) => entry.lot === lot),
          );
        const verdict = await judged(changed);
        if (!shared(first, second)) expect(codes(verdict)).to.deep.equal([]);
        else {
          expect(verdict.verdict).to.equal("FAIL");
          expectFinding(verdict, { code: "PreviousMismatch", event: digestOf(second) });
        }
      });

    for (let index = 0; index < count; index++)
      it(`fails event ${index} twice`, async () => {
        const changed = trail();
        changed.events.push(structuredClone(changed.events[index]!));
        const verdict = await judged(changed);
        expect(codes(verdict)).to.deep.equal(["EVENT_TWICE"]);
        expectFinding(verdict, { verdict: "FAIL", event: digestOf(changed.events[index]!) });
      });

    it("fails an extra event of another lot", async () => {
      const changed = trail();
      const [foreign] = trailFor(world, lotOf(world.maker, "A3")).events;
      changed.events.push(foreign!);
      const verdict = await judged(changed);
      expect(codes(verdict)).to.deep.equal(["EVENT_EXTRA"]);
      expectFinding(verdict, { verdict: "FAIL", event: digestOf(foreign!) });
    });

    it("fails a forged event at the end", async () => {
      const changed = trail();
      const { state } = await judged(changed);
      const thief = newKey(world.ledger);
      const { events } = changed;
      const forged = structuredClone(events.at(-1)!);
      Object.assign(forged.event, {
        action: 4,
        actor: state!.consignee,
        holder: state!.consignee,
        consignee: ZERO_ADDRESS,
        details: ZERO_HASH,
        entries: [{ lot: product, previous: wordAfter(), quantity: 50 }],
      });
      delete forged.settled;
      forged.details = null;
      forged.signature = signDigest(digestOf(forged), thief.privateKey);
      events.push(forged);
      const verdict = await judged(changed);
      expect([verdict.verdict, codes(verdict)]).to.deep.equal([
        "FAIL",
        ["KeyNotOfParty", "NOT_RECORDED"],
      ]);
      expectFinding(verdict, { event: digestOf(forged), found: thief.address });
    });

    it("fails a second creation of a lot", async () => {
      const changed = trail();
      const again = structuredClone(changed.events[0]!);
      again.event.time += 1;
      again.signature = signDigest(digestOf(again), world.maker.key.privateKey);
      delete again.settled;
      changed.events.splice(1, 0, again);
      const verdict = await judged(changed);
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, {
        code: "LotExists",
        event: digestOf(again),
        field: "entries.0.previous",
        found: ZERO_HASH,
      });
    });

    it("fails a trail without events", async () => {
      const verdict = await judged({ ...trail(), events: [] });
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["FAIL", ["ORIGIN_MISSING"]]);
      expect(verdict.state).to.equal(null);
    });
  });

  const wordAfter = (): string => {
    const found = [...world.producers.keys()].filter((key) => key.startsWith(product)).at(-1)!;
    return found.slice(product.length);
  };

  describe("verify, on altered fields of the trail", () => {
    it("fails another chain or ledger", async () => {
      const elsewhere = { chainId: 1, ledger: world.maker.address } as const;
      for (const field of ["chainId", "ledger"] as const) {
        const verdict = await judged({ ...trail(), [field]: elsewhere[field] });
        expect([verdict.verdict, codes(verdict)]).to.deep.equal(["FAIL", ["OTHER_LEDGER"]]);
        expectFinding(verdict, { field, expected: domain()[field], found: elsewhere[field] });
      }
    });

    it("fails a trail of another ledger under this ledger's address", async () => {
      const trust = { ...(await trustIn(world)), ledger: world.maker.address };
      const verdict = await verify(
        { ...trail(), ledger: world.maker.address },
        trust,
        null,
        recover,
      );
      expect(verdict.verdict).to.equal("FAIL");
      expectFinding(verdict, { code: "PreviousMismatch" });
    });

    it("fails another lot", async () => {
      const verdict = await judged({ ...trail(), lot: lotOf(world.maker, "A9") });
      expect(verdict.verdict).to.equal("FAIL");
      expect(codes(verdict)).to.include("ORIGIN_MISSING").and.to.include("EVENT_EXTRA");
    });

    it("fails an ancestor in place of the lot", async () => {
      const verdict = await judged({ ...trail(), lot: lotOf(world.maker, "A2") });
      expect(verdict.verdict).to.equal("FAIL");
      expect(new Set(codes(verdict))).to.deep.equal(new Set(["EVENT_EXTRA"]));
    });

    it("fails another version, an unknown field and a missing field", async () => {
      for (const [changed, field] of [
        [{ ...trail(), version: 2 }, "version"],
        [{ ...trail(), extra: 1 }, "extra"],
        [{ ...trail(), notices: undefined }, "notices"],
        [
          { ...trail(), events: trail().events.map((item) => ({ ...item, note: "" })) },
          "events.0.note",
        ],
      ] as const) {
        const verdict = await verify(changed, await trustIn(world), world.ledger.reader, recover);
        expect([verdict.verdict, codes(verdict)]).to.deep.equal(["FAIL", ["TRAIL_MALFORMED"]]);
        expect(verdict.findings[0]!.field).to.equal(field);
      }
    });
  });
});
