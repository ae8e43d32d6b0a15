// Makes bundles of step 3: each rule of the transition that an event of a trail can break, and what is judged after it.
import { enrol, revoke } from "../../../test/support/ledger.ts";
import { act, lotOf, maker as makerDetails } from "../../../test/support/trails.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import {
  type Extra,
  type StagedCases,
  bundleOfLot,
  changed,
  distributor,
  lastBlock,
  ledger,
  lotWith,
  maker,
  stranger,
  suspended,
  withUnrecorded,
  world,
} from "./stage.ts";

/** Makes the cases, on the common stage. They change it, so the files take their turns. */
export async function replayCases(): Promise<StagedCases> {
  const base = await lotWith("R1");
  const other = await lotWith("R2");
  const third = await lotWith("R3");
  const ALL = { [base]: 100 };
  const inspect: Extra = { party: maker, action: "inspect", lots: ALL };
  const ship: Extra = { party: maker, action: "ship", lots: ALL, consignee: distributor.address };
  const made = lotOf(maker, "R1/1");
  const facts = { [made]: { lotNumber: "R1/1" } };
  const broken = (...extras: Extra[]) => withUnrecorded(base, ...extras);

  /** A new lot by one unrecorded event. */
  async function madeBy(
    extra: Omit<Extra, "lots">,
    number: string,
    issuer = maker,
  ): ReturnType<typeof withUnrecorded> {
    const lot = lotOf(issuer, number);
    const own = { [lot]: makerDetails(number) };
    return withUnrecorded(lot, { ...extra, lots: { [lot]: 10 }, facts: own });
  }

  const holdAlone = await broken({ ...inspect, action: "hold" });

  const key = await enrol(ledger, maker.address);
  const signedBefore = await withUnrecorded(base, { ...inspect, key });
  await act(world, maker, "inspect", { lots: { [third]: 100 }, key });
  const recordedBefore = bundleOfLot(third);
  await revoke(ledger, maker, key);
  const revokedAt = lastBlock();

  // Held from the beginning, with a wrong signature before.
  const held = await lotWith("R4");
  await act(world, maker, "inspect", { lots: { [held]: 100 } });
  await act(world, maker, "hold", { lots: { [held]: 100 } });
  const afterViolation = changed(bundleOfLot(held), ({ trail: { events } }) => {
    events[1]!.signature = events[0]!.signature;
  });

  // An ancestor whose later event does not follow.
  const parent = await lotWith("R5");
  const child = lotOf(maker, "R5/1");
  await act(world, maker, "split", {
    lots: { [parent]: 60, [child]: 40 },
    facts: { [child]: { lotNumber: "R5/1" } },
  });
  const aside = { party: maker, action: "inspect", lots: { [parent]: 60 } } as const;
  const ofChild = await withUnrecorded(child, aside);
  const brokenAside = await withUnrecorded(child, {
    ...aside,
    alter: (event) => (event.entries[0]!.previous = `0x${"77".repeat(32)}`),
  });

  return {
    "unknown-action": {
      about: "Rule 2: there is no action 13.",
      bundle: await broken({ ...inspect, alter: (event) => (event.action = 13) }),
    },
    "time-too-far-ahead": {
      about: "Rule 3: an event that is not recorded is later than the time now.",
      bundle: await broken({ ...inspect, alter: (event) => (event.time += 1_000_000) }),
    },
    "reader-clock-behind": {
      about:
        "The reader's clock is behind: an event that is not recorded is judged by the newest block's time, which is later.",
      bundle: await broken(inspect),
      behind: 1_000_000,
    },
    "party-not-admitted": {
      about: "Rule 8: the consignee has not been admitted.",
      bundle: await broken({ ...ship, consignee: stranger }),
    },
    "party-is-suspended": {
      about: "Rule 8: the consignee is suspended.",
      bundle: await broken({ ...ship, consignee: suspended.address }),
    },
    "states-after-a-party-rule": {
      about:
        "A rule about parties ends nothing: the lot's next event is judged by the states after it.",
      bundle: await broken({ ...ship, consignee: suspended.address }, inspect),
    },
    "role-missing": {
      about: "Rule 6: a distributor commissions.",
      bundle: await madeBy({ party: distributor, action: "commission" }, "R6", distributor),
    },
    "consignee-not-allowed": {
      about: "Rule 7: an inspection names a consignee.",
      bundle: await broken({ ...inspect, alter: (event) => (event.consignee = stranger) }),
    },
    "holder-mismatch": {
      about: "Rule 9: another holder than the actor.",
      bundle: await broken({ ...inspect, alter: (event) => (event.holder = distributor.address) }),
    },
    "entries-not-ascending": {
      about: "Rule 10: the entries are in another order.",
      bundle: await broken({
        ...inspect,
        lots: { ...ALL, [other]: 100 },
        alter: (event) => event.entries.reverse(),
      }),
    },
    "entries-before-the-action": {
      about: "Rules 10 and 26 are asked before the others: here rule 2 is broken as well.",
      bundle: await broken({
        ...inspect,
        lots: { ...ALL, [other]: 100 },
        alter: (event) => {
          event.entries.reverse();
          event.action = 13;
        },
      }),
    },
    "new-lot-not-allowed": {
      about: "Rule 11: an inspection makes a lot.",
      bundle: await madeBy({ party: maker, action: "inspect" }, "R7"),
    },
    "not-issuer": {
      about: "Rule 12: a distributor introduces a lot with the maker's id.",
      bundle: await madeBy({ party: distributor, action: "introduce" }, "R8"),
    },
    "lot-exists": {
      about: "Rule 13: a lot is made once more.",
      bundle: await broken({
        ...inspect,
        action: "commission",
        alter: (event) => (event.entries[0]!.previous = ZERO_HASH),
      }),
    },
    "quantity-not-allowed": {
      about: "Rule 25: an inspection leaves fewer pieces.",
      bundle: await broken({ ...inspect, lots: { [base]: 99 } }),
    },
    "existing-lot-not-allowed": {
      about: "Rule 15: a commission of a lot that exists.",
      bundle: await broken({ ...inspect, action: "commission" }),
    },
    "previous-mismatch": {
      about: "Rule 16: the event follows another word.",
      bundle: await broken({
        ...inspect,
        alter: (event) => (event.entries[0]!.previous = `0x${"77".repeat(32)}`),
      }),
    },
    "lot-closed-before": {
      about: "Rule 17: the lot has no pieces before.",
      bundle: await broken({ ...inspect, action: "scrap", lots: { [base]: 0 } }, inspect),
    },
    "not-consignee": {
      about: "Rule 18: nobody shipped the lot to the receiver.",
      bundle: await broken({ ...inspect, party: distributor, action: "receive" }),
    },
    "holder-mismatch-of-a-refusal": {
      about: "Rule 19: a refusal names another holder than before.",
      bundle: await broken(ship, {
        party: distributor,
        action: "refuse",
        lots: ALL,
        holder: distributor.address,
      }),
    },
    "not-holder": {
      about: "Rule 20: another party inspects.",
      bundle: await broken({ ...inspect, party: distributor }),
    },
    "lot-not-in-transit": {
      about: "Rule 21: nothing is in transit.",
      bundle: await broken({ ...inspect, action: "cancel" }),
    },
    "lot-in-transit": {
      about: "Rule 22: the lot is in transit.",
      bundle: await broken(ship, inspect),
    },
    "lot-held-before": {
      about: "Rule 23: the lot is on hold already.",
      bundle: await broken({ ...inspect, action: "hold" }, { ...inspect, action: "hold" }),
    },
    "lot-not-held": {
      about: "Rule 24: the lot is not on hold.",
      bundle: await broken({ ...inspect, action: "release" }),
    },
    "entry-kinds-not-allowed": {
      about: "Rule 26: a split makes no lot.",
      bundle: await broken({ ...inspect, action: "split", lots: { [base]: 90 } }),
    },
    "quantity-not-conserved": {
      about: "Rule 27: the parts of a split are more than the whole.",
      bundle: await broken({
        ...inspect,
        action: "split",
        lots: { [base]: 60, [made]: 41 },
        facts,
      }),
    },
    "first-rule-and-signature": {
      about:
        "Of rules 1 to 27 the first that is broken is reported, and of rules 28 to 30 besides.",
      bundle: await broken({
        ...inspect,
        party: distributor,
        key: maker.key,
        alter: (event) => (event.consignee = ZERO_ADDRESS),
      }),
    },
    "after-a-violation": {
      about:
        "After a broken rule nothing more is reported about the states of the lot: not even a hold.",
      bundle: changed(
        await broken({ ...inspect, lots: { [base]: 99 } }),
        ({ trail: { events } }) => {
          events.push(...holdAlone.trail.events.slice(1));
        },
      ),
    },
    "key-revoked-before-the-record": {
      about: "The key stood when the ledger recorded the event, and was revoked later.",
      bundle: recordedBefore,
    },
    "key-revoked": {
      about: "An event that is not recorded is judged by the keys as of the newest block.",
      bundle: signedBefore,
    },
    "key-revoked-not-final": {
      about: "It stays FAIL where the block of the revocation is not final.",
      bundle: signedBefore,
      open: revokedAt,
    },
    "hold-after-a-violation": {
      about: "A wrong signature ends nothing: the hold after it is reported as well.",
      bundle: afterViolation,
    },
    "time-before-predecessor": {
      about: "The event states an earlier time than the one that it follows.",
      bundle: await broken({ ...inspect, alter: (event) => (event.time -= 10_000) }),
    },
    "origin-missing": {
      about: "The first event of the lot is not compared with a word, for there is none before.",
      bundle: changed(recordedBefore, ({ trail: { events } }) => void events.shift()),
    },
    "event-left-out": {
      about: "The next event about the lot does not follow.",
      bundle: changed(bundleOfLot(held), ({ trail: { events } }) => void events.splice(1, 1)),
    },
    "event-of-an-ancestor-aside": {
      about:
        "An event of an ancestor that no other follows is no fault; the ledger has not recorded it.",
      bundle: ofChild,
    },
    "broken-event-of-an-ancestor-aside": {
      about:
        "An ancestor's event that does not follow is reported only where a later one makes something of it.",
      bundle: brokenAside,
    },
  };
}
