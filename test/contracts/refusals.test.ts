// Every custom error of the ledger: when it is raised, and with which arguments.
import { expect } from "chai";
import { signDigest } from "../../protocol/crypto.ts";
import { ACTIONS, type ActionName, type CustodyEvent, eventDigest } from "../../protocol/event.ts";
import { keyEnrolmentDigest } from "../../protocol/key-enrolment.ts";
import { MAX_INTEGER } from "../../protocol/limits.ts";
import { type LotState, wordOf } from "../../protocol/lot.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../../protocol/notice.ts";
import { type Submission, signatureParts, submissionOf } from "../../protocol/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/values.ts";
import { CustodyLedger__factory, ICustodyLedger__factory } from "../../types/ethers-contracts/index.ts";
import { type Scene, createScene, freshLot, happens, lotInTransit, lotsOf, stateOf } from "./support/scene.ts";
import {
  type Key,
  type Party,
  type Refusal,
  enrol,
  latestTime,
  lotOf,
  newKey,
  refusalOf,
  reinstate,
  revoke,
  suspend,
} from "./support/world.ts";

/** An entry, with the state that is claimed for it where that is not the true one; null for a new lot. */
type Claim = { lot: string; quantity: number; state?: LotState | null };
type More = Partial<Pick<CustodyEvent, "holder" | "consignee" | "time">> & {
  key?: Key;
  action?: number;
  spoil?: (signature: string) => string;
};

const NOBODY = `0x${"9".repeat(40)}`;
const SOME_HASH = `0x${"7".repeat(64)}`;

async function submissionFor(scene: Scene, action: ActionName, actor: string, claims: Claim[], more: More = {}) {
  const { world, maker } = scene;
  const { key = maker.key, spoil = (same: string) => same, ...shared } = more;
  const before = claims.map(({ lot, state }) => (state === undefined ? (world.states.get(lot) ?? null) : state));
  const event: CustodyEvent = {
    action: ACTIONS[action],
    actor,
    holder: actor,
    consignee: ZERO_ADDRESS,
    time: await latestTime(world),
    details: ZERO_HASH,
    ...shared,
    entries: claims.map(({ lot, quantity }, i) => ({
      lot,
      quantity,
      previous: before[i] ? wordOf(before[i]) : ZERO_HASH,
    })),
  };
  const signature = spoil(signDigest(eventDigest(world.domain, event), key.privateKey));
  return submissionOf(event, before, signature);
}

/** Why an event is refused; signed by the maker's key where nothing else is said. */
async function refused(scene: Scene, action: ActionName, actor: Party, claims: Claim[], more: More = {}) {
  const submission = await submissionFor(scene, action, actor.address, claims, { key: actor.key, ...more });
  return refusalOf(scene.world, scene.world.outsider, "record", [submission]);
}

const ascending = (claims: Claim[]) => claims.sort((a, b) => (a.lot < b.lot ? -1 : 1));

/** A good event of two lots, one of them held so that there are two origins, then spoilt in its form. */
async function malformed(scene: Scene, spoil: (submission: Submission) => Partial<Submission>): Promise<Refusal> {
  const { maker, world } = scene;
  const [one, two] = await lotsOf(scene, maker, 1, 2);
  await happens(scene, "hold", maker, [{ lot: two!, quantity: 2 }]);
  const claims = ascending([
    { lot: one!, quantity: 1 },
    { lot: two!, quantity: 2 },
  ]);
  const submission = await submissionFor(scene, "inspect", maker.address, claims);
  await world.ledger.record.staticCall(submission);
  return refusalOf(world, world.outsider, "record", [{ ...submission, ...spoil(submission) }]);
}

async function noticeRefused(
  scene: Scene,
  issuer: Party,
  notice: Partial<Omit<Notice, "kind">> & { kind: number },
  key = issuer.key,
) {
  const { world, maker } = scene;
  const whole = {
    lot: lotOf(maker, "notices"),
    issuer: issuer.address,
    time: await latestTime(world),
    withdraws: ZERO_HASH,
    details: ZERO_HASH,
    ...notice,
  };
  const digest = noticeDigest(world.domain, whole as Notice);
  const signature = signatureParts(signDigest(digest, key.privateKey));
  return { digest, whole, signature, why: () => refusalOf(world, world.outsider, "notify", [whole, signature]) };
}

/** One way to meet an error: what is refused, and the arguments that it must have. */
type Case = (scene: Scene) => Promise<[found: Refusal, args: (string | number)[]]>;

const CASES: Record<string, Record<string, Case>> = {
  EntryCountOutOfRange: {
    "no entry": async (scene) => [await refused(scene, "inspect", scene.maker, []), [0]],
    "251 entries": async (scene) => {
      const claims = Array.from({ length: 251 }, () => ({ lot: freshLot(scene, scene.maker), quantity: 1 }));
      return [await refused(scene, "commission", scene.maker, ascending(claims)), [251]];
    },
  },
  UnknownAction: {
    "action 0": async (scene) => [
      await refused(scene, "inspect", scene.maker, [{ lot: freshLot(scene, scene.maker), quantity: 1 }], { action: 0 }),
      [0],
    ],
    "action 13": async (scene) => [
      await refused(scene, "inspect", scene.maker, [{ lot: freshLot(scene, scene.maker), quantity: 1 }], {
        action: 13,
      }),
      [13],
    ],
  },
  TimeTooFarAhead: {
    "an event more than 15 minutes ahead": async (scene) => {
      const now = await latestTime(scene.world);
      const claims = [{ lot: freshLot(scene, scene.maker), quantity: 1 }];
      return [await refused(scene, "commission", scene.maker, claims, { time: now + 901 }), [now + 901, now + 900]];
    },
    "a notice more than 15 minutes ahead": async (scene) => {
      const now = await latestTime(scene.world);
      const { why } = await noticeRefused(scene, scene.maker, { kind: NOTICE_KINDS.recall, time: now + 901 });
      return [await why(), [now + 901, now + 900]];
    },
  },
  PartyNotAdmitted: {
    "the actor": async (scene) => {
      const lot = freshLot(scene, scene.maker);
      const submission = await submissionFor(scene, "commission", NOBODY, [{ lot, quantity: 1 }]);
      return [await refusalOf(scene.world, scene.world.outsider, "record", [submission]), [NOBODY]];
    },
    "the consignee": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      return [await refused(scene, "ship", scene.maker, [{ lot: lot!, quantity: 1 }], { consignee: NOBODY }), [NOBODY]];
    },
    "a notice's issuer": async (scene) => {
      const { why } = await noticeRefused(scene, scene.maker, { kind: NOTICE_KINDS.suspicion, issuer: NOBODY });
      return [await why(), [NOBODY]];
    },
    "who enrols a key": async ({ world }) => {
      const args = [NOBODY, signatureParts(`0x${"1".repeat(128)}1b`)];
      return [await refusalOf(world, world.outsider, "enrol", args), [world.outsider.address.toLowerCase()]];
    },
    "who is to be suspended": async ({ world }) => [await refusalOf(world, world.owner, "suspend", [NOBODY]), [NOBODY]],
    "who is to be reinstated": async ({ world }) => [
      await refusalOf(world, world.owner, "reinstate", [NOBODY]),
      [NOBODY],
    ],
  },
  PartyIsSuspended: {
    "the actor": async (scene) => [
      await whileSuspended(scene, scene.ems, () =>
        refused(scene, "introduce", scene.ems, [{ lot: freshLot(scene, scene.ems), quantity: 1 }]),
      ),
      [scene.ems.address],
    ],
    "the consignee": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      const consignee = scene.ems.address;
      const ship = () => refused(scene, "ship", scene.maker, [{ lot: lot!, quantity: 1 }], { consignee });
      return [await whileSuspended(scene, scene.ems, ship), [consignee]];
    },
    "a notice's issuer": async (scene) => {
      const notice = () => noticeRefused(scene, scene.ems, { kind: NOTICE_KINDS.suspicion });
      const found = await whileSuspended(scene, scene.ems, async () => (await notice()).why());
      return [found, [scene.ems.address]];
    },
    "who enrols a key": async (scene) => {
      const { world, ems } = scene;
      const args = [NOBODY, signatureParts(`0x${"1".repeat(128)}1b`)];
      const enrolling = () => refusalOf(world, ems.account, "enrol", args);
      return [await whileSuspended(scene, ems, enrolling), [ems.address]];
    },
  },
  RoleMissing: {
    "a distributor commissions": async (scene) => roleMissing(scene, "commission", scene.distributor, 1),
    "an assembler commissions": async (scene) => roleMissing(scene, "commission", scene.ems, 1),
    "a laboratory introduces": async (scene) => roleMissing(scene, "introduce", scene.laboratory, 7),
    "a manufacturer assembles": async (scene) => roleMissing(scene, "assemble", scene.maker, 4),
  },
  ConsigneeNotAllowed: {
    "ship to nobody": async (scene) => [await shipTo(scene, ZERO_ADDRESS), [ZERO_ADDRESS]],
    "ship to oneself": async (scene) => [await shipTo(scene, scene.maker.address), [scene.maker.address]],
    "inspect with a consignee": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      const consignee = scene.ems.address;
      return [await refused(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 1 }], { consignee }), [consignee]];
    },
  },
  HolderMismatch: {
    "the holder after is not the actor": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      const holder = scene.ems.address;
      const found = await refused(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 1 }], { holder });
      return [found, [holder, scene.maker.address]];
    },
    "a refused lot goes to somebody else than its sender": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const holder = scene.distributor.address;
      const found = await refused(scene, "refuse", scene.ems, [{ lot, quantity: 100 }], { holder });
      return [found, [holder, scene.maker.address]];
    },
    "lots of two senders are refused in one event": async (scene) => {
      const first = await lotInTransit(scene, scene.maker, scene.ems);
      const second = await lotInTransit(scene, scene.distributor, scene.ems);
      const claims = ascending([
        { lot: first, quantity: 100 },
        { lot: second, quantity: 100 },
      ]);
      const [lower, higher] = claims.map(({ lot }) => stateOf(scene, lot).holder);
      return [await refused(scene, "refuse", scene.ems, claims, { holder: lower! }), [lower!, higher!]];
    },
  },
  EntriesNotAscending: {
    "a lower lot after a higher one": async (scene) => {
      const claims = [1, 2].map(() => ({ lot: freshLot(scene, scene.maker), quantity: 1 }));
      const [lower, higher] = ascending(claims);
      return [await refused(scene, "commission", scene.maker, [higher!, lower!]), [lower!.lot]];
    },
    "the same lot twice": async (scene) => {
      const claim = { lot: freshLot(scene, scene.maker), quantity: 1 };
      return [await refused(scene, "commission", scene.maker, [claim, claim]), [claim.lot]];
    },
  },
  NewLotNotAllowed: Object.fromEntries(
    (["ship", "receive", "refuse", "cancel", "inspect", "hold", "release", "scrap"] as const).map((action) => [
      action,
      async (scene: Scene) => {
        const lot = freshLot(scene, scene.maker);
        const consignee = action === "ship" ? scene.ems.address : ZERO_ADDRESS;
        return [await refused(scene, action, scene.maker, [{ lot, quantity: 1 }], { consignee }), [lot]];
      },
    ]),
  ),
  NotIssuer: {
    "a lot of another issuer": async (scene) => {
      const lot = freshLot(scene, scene.distributor);
      return [await refused(scene, "commission", scene.maker, [{ lot, quantity: 1 }]), [lot, scene.maker.address]];
    },
    "a child of another issuer": async (scene) => {
      const [parent] = await lotsOf(scene, scene.maker, 10);
      const lot = freshLot(scene, scene.distributor);
      const claims = ascending([
        { lot: parent!, quantity: 9 },
        { lot, quantity: 1 },
      ]);
      return [await refused(scene, "split", scene.maker, claims), [lot, scene.maker.address]];
    },
    "a recall of another's lot": async (scene) => {
      const { why, whole } = await noticeRefused(scene, scene.ems, { kind: NOTICE_KINDS.recall });
      return [await why(), [whole.lot, scene.ems.address]];
    },
  },
  LotExists: {
    "a lot made twice": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      return [await refused(scene, "commission", scene.maker, [{ lot: lot!, quantity: 1, state: null }]), [lot!]];
    },
    "a lot made again after it was closed": async (scene) => {
      const lot = await closedLot(scene);
      return [await refused(scene, "introduce", scene.maker, [{ lot, quantity: 1, state: null }]), [lot]];
    },
  },
  ExistingLotNotAllowed: {
    "commission of an existing lot": async (scene) => existingNotAllowed(scene, "commission"),
    "introduce of an existing lot": async (scene) => existingNotAllowed(scene, "introduce"),
  },
  PreviousMismatch: {
    "a state that is past": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 5);
      const past = stateOf(scene, lot!);
      await happens(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 5 }]);
      const found = await refused(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 5, state: past }]);
      return [found, [lot!, wordOf(stateOf(scene, lot!)), wordOf(past)]];
    },
    "more pieces than there are": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 5);
      const more = { ...stateOf(scene, lot!), quantity: 6 };
      const found = await refused(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 6, state: more }]);
      return [found, [lot!, wordOf(stateOf(scene, lot!)), wordOf(more)]];
    },
    "a lot that the ledger has never seen": async (scene) => {
      const lot = freshLot(scene, scene.maker);
      const made = { lastEvent: SOME_HASH, holder: scene.maker.address, consignee: ZERO_ADDRESS, held: false };
      const state = { ...made, quantity: 5 };
      const found = await refused(scene, "inspect", scene.maker, [{ lot, quantity: 5, state }]);
      return [found, [lot, ZERO_HASH, wordOf(state)]];
    },
  },
  LotClosed: {
    "a lot with no pieces": async (scene) => {
      const lot = await closedLot(scene);
      return [await refused(scene, "inspect", scene.maker, [{ lot, quantity: 0 }]), [lot]];
    },
  },
  NotHolder: {
    "another's lot": async (scene) => {
      const [lot] = await lotsOf(scene, scene.ems, 1);
      return [await refused(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 1 }]), [lot!, scene.ems.address]];
    },
    "another's shipment cancelled": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      return [await refused(scene, "cancel", scene.ems, [{ lot, quantity: 100 }]), [lot, scene.maker.address]];
    },
  },
  NotConsignee: {
    "receive what is for another": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const found = await refused(scene, "receive", scene.distributor, [{ lot, quantity: 100 }]);
      return [found, [lot, scene.ems.address]];
    },
    "receive one's own": async (scene) => {
      const [lot] = await lotsOf(scene, scene.ems, 1);
      return [await refused(scene, "receive", scene.ems, [{ lot: lot!, quantity: 1 }]), [lot!, ZERO_ADDRESS]];
    },
    "refuse what is for another": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const holder = scene.maker.address;
      const found = await refused(scene, "refuse", scene.distributor, [{ lot, quantity: 100 }], { holder });
      return [found, [lot, scene.ems.address]];
    },
  },
  LotInTransit: {
    "ship it twice": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const consignee = scene.distributor.address;
      return [await refused(scene, "ship", scene.maker, [{ lot, quantity: 100 }], { consignee }), [lot]];
    },
    "scrap it under way": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      return [await refused(scene, "scrap", scene.maker, [{ lot, quantity: 1 }]), [lot]];
    },
  },
  LotNotInTransit: {
    "cancel of what is not under way": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      return [await refused(scene, "cancel", scene.maker, [{ lot: lot!, quantity: 1 }]), [lot!]];
    },
  },
  LotHeld: {
    "hold it twice": async (scene) => {
      const lot = await heldLot(scene, scene.maker);
      return [await refused(scene, "hold", scene.maker, [{ lot, quantity: 10 }]), [lot]];
    },
    "assemble it": async (scene) => {
      const lot = await heldLot(scene, scene.ems);
      const claims = ascending([
        { lot, quantity: 5 },
        { lot: freshLot(scene, scene.ems), quantity: 1 },
      ]);
      return [await refused(scene, "assemble", scene.ems, claims), [lot]];
    },
  },
  LotNotHeld: {
    "release of what is not held": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      return [await refused(scene, "release", scene.maker, [{ lot: lot!, quantity: 1 }]), [lot!]];
    },
  },
  QuantityNotAllowed: {
    "a new lot of nothing": async (scene) => {
      const lot = freshLot(scene, scene.maker);
      return [await refused(scene, "commission", scene.maker, [{ lot, quantity: 0 }]), [lot, 0, 0]];
    },
    "a new lot of 2^53": async (scene) => {
      const lot = freshLot(scene, scene.maker);
      const found = await refused(scene, "introduce", scene.maker, [{ lot, quantity: MAX_INTEGER + 1 }]);
      return [found, [lot, 0, String(MAX_INTEGER + 1)]];
    },
    "receive more than was sent": async (scene) => received(scene, 101),
    "receive nothing": async (scene) => received(scene, 0),
    ...Object.fromEntries(
      (["ship", "inspect", "hold"] as const).flatMap((action) =>
        [9, 11].map((quantity) => [
          `${action} with ${quantity} of 10`,
          async (scene: Scene) => {
            const [lot] = await lotsOf(scene, scene.maker, 10);
            const consignee = action === "ship" ? scene.ems.address : ZERO_ADDRESS;
            const found = await refused(scene, action, scene.maker, [{ lot: lot!, quantity }], { consignee });
            return [found, [lot!, 10, quantity]];
          },
        ]),
      ),
    ),
    "cancel with fewer": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      return [await refused(scene, "cancel", scene.maker, [{ lot, quantity: 99 }]), [lot, 100, 99]];
    },
    "refuse with fewer": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const holder = scene.maker.address;
      return [await refused(scene, "refuse", scene.ems, [{ lot, quantity: 99 }], { holder }), [lot, 100, 99]];
    },
    "release with fewer": async (scene) => {
      const lot = await heldLot(scene, scene.maker);
      return [await refused(scene, "release", scene.maker, [{ lot, quantity: 9 }]), [lot, 10, 9]];
    },
    "scrap of nothing": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 10);
      return [await refused(scene, "scrap", scene.maker, [{ lot: lot!, quantity: 10 }]), [lot!, 10, 10]];
    },
    "a parent that keeps all": async (scene) => {
      const [parent] = await lotsOf(scene, scene.maker, 10);
      const claims = [
        { lot: parent!, quantity: 10 },
        { lot: freshLot(scene, scene.maker), quantity: 1 },
      ];
      return [await refused(scene, "split", scene.maker, ascending(claims)), [parent!, 10, 10]];
    },
    "an input that is not used": async (scene) => {
      const [input] = await lotsOf(scene, scene.ems, 10);
      const claims = [
        { lot: input!, quantity: 10 },
        { lot: freshLot(scene, scene.ems), quantity: 1 },
      ];
      return [await refused(scene, "assemble", scene.ems, ascending(claims)), [input!, 10, 10]];
    },
  },
  EntryKindsNotAllowed: {
    "split without a child": async (scene) => kindsNotAllowed(scene, "split", 1, 0),
    "split without a parent": async (scene) => kindsNotAllowed(scene, "split", 0, 1),
    "split with two parents": async (scene) => kindsNotAllowed(scene, "split", 2, 1),
    "assemble without a product": async (scene) => kindsNotAllowed(scene, "assemble", 2, 0),
    "assemble without an input": async (scene) => kindsNotAllowed(scene, "assemble", 0, 1),
  },
  QuantityNotConserved: {
    "a piece is lost": async (scene) => notConserved(scene, 60, 39, 99),
    "a piece is gained": async (scene) => notConserved(scene, 60, 41, 101),
    "more than 64 bits hold": async (scene) => {
      const [parent] = await lotsOf(scene, scene.maker, 100);
      const children = Array.from({ length: 249 }, () => ({
        lot: freshLot(scene, scene.maker),
        quantity: MAX_INTEGER,
      }));
      const claims = ascending([{ lot: parent!, quantity: 1 }, ...children]);
      const sum = String(249n * BigInt(MAX_INTEGER) + 1n);
      return [await refused(scene, "split", scene.maker, claims), [100, sum]];
    },
  },
  BadSignature: {
    "v is 0": async (scene) => badSignature(scene, (signature) => `${signature.slice(0, 130)}00`),
    "v is 29": async (scene) => badSignature(scene, (signature) => `${signature.slice(0, 130)}1d`),
    "s is high": async (scene) => badSignature(scene, withHighS),
    "r and s are zero": async (scene) => badSignature(scene, () => `0x${"0".repeat(128)}1b`),
    "an enrolment that the key did not sign": async ({ world, maker }) => {
      const [key, other] = [newKey(world), newKey(world)];
      const signature = signDigest(keyEnrolmentDigest(world.domain, maker.address, key.address), other.privateKey);
      return [await refusalOf(world, maker.account, "enrol", [key.address, signatureParts(signature)]), []];
    },
    "an enrolment for another party": async ({ world, maker, ems }) => {
      const key = newKey(world);
      const signature = signDigest(keyEnrolmentDigest(world.domain, ems.address, key.address), key.privateKey);
      return [await refusalOf(world, maker.account, "enrol", [key.address, signatureParts(signature)]), []];
    },
    "an enrolment of the zero key": async ({ world, maker }) => [
      await refusalOf(world, maker.account, "enrol", [ZERO_ADDRESS, signatureParts(`0x${"0".repeat(128)}1b`)]),
      [],
    ],
  },
  KeyNotOfParty: {
    "another party's key": async (scene) => keyNotOfParty(scene, scene.ems.key),
    "a key that nobody enrolled": async (scene) => keyNotOfParty(scene, newKey(scene.world)),
    "a notice signed by another's key": async (scene) => {
      const { why } = await noticeRefused(scene, scene.maker, { kind: NOTICE_KINDS.recall }, scene.ems.key);
      return [await why(), [scene.ems.key.address, scene.maker.address]];
    },
    "another party's key revoked": async ({ world, maker, ems }) => [
      await refusalOf(world, maker.account, "revoke", [ems.key.address]),
      [ems.key.address, maker.address],
    ],
  },
  KeyIsRevoked: {
    "an event": async (scene) => {
      const key = await revokedKey(scene);
      const claims = [{ lot: freshLot(scene, scene.maker), quantity: 1 }];
      return [await refused(scene, "commission", scene.maker, claims, { key }), [key.address]];
    },
    "a notice": async (scene) => {
      const key = await revokedKey(scene);
      const { why } = await noticeRefused(scene, scene.maker, { kind: NOTICE_KINDS.recall }, key);
      return [await why(), [key.address]];
    },
    "revoked twice": async (scene) => {
      const key = await revokedKey(scene);
      return [await refusalOf(scene.world, scene.maker.account, "revoke", [key.address]), [key.address]];
    },
  },

  MalformedSubmission: {
    "a lot without a line": async (scene) => [await malformed(scene, ({ lines }) => ({ lines: lines.slice(1) })), []],
    "a line without a lot": async (scene) => [await malformed(scene, ({ lots }) => ({ lots: lots.slice(1) })), []],
    "an origin that is not there": async (scene) => [
      await malformed(scene, ({ origins }) => ({ origins: origins.slice(0, 1) })),
      [],
    ],
    "an origin that no line names": async (scene) => [
      await malformed(scene, ({ origins }) => ({ origins: [...origins, origins[0]!] })),
      [],
    ],
    "origins in another order than the lines'": async (scene) => [
      await malformed(scene, ({ origins, lines }) => ({
        origins: [origins[1]!, origins[0]!],
        lines: [lines[0]! + (1n << 128n), lines[1]! - (1n << 128n)],
      })),
      [],
    ],
    "a bit that means nothing": async (scene) => [
      await malformed(scene, ({ lines }) => ({ lines: [lines[0]!, lines[1]! | (1n << 255n)] })),
      [],
    ],
    "a new lot with pieces before": async (scene) => {
      const { world, maker } = scene;
      const lot = freshLot(scene, maker);
      const submission = await submissionFor(scene, "commission", maker.address, [{ lot, quantity: 1 }]);
      const lines = [submission.lines[0]! | (1n << 64n)];
      return [await refusalOf(world, world.outsider, "record", [{ ...submission, lines }]), []];
    },
    "the digest of such a submission": async (scene) => {
      const { world, maker } = scene;
      const [lot] = await lotsOf(scene, maker, 1);
      const submission = await submissionFor(scene, "inspect", maker.address, [{ lot: lot!, quantity: 1 }]);
      for (const spoilt of [{ lines: [] }, { origins: [] }, { lines: [submission.lines[0]! & ((1n << 128n) - 1n)] }])
        expect((await refusalOf(world, world.outsider, "digestOf", [{ ...submission, ...spoilt }])).name).to.equal(
          "MalformedSubmission",
        );
      return [await refusalOf(world, world.outsider, "digestOf", [{ ...submission, lots: [] }]), []];
    },
  },
  PartyNotAllowed: {
    "zero admitted, whose keys would be everybody's": async ({ world }) => [
      await refusalOf(world, world.owner, "admit", [ZERO_ADDRESS, 1, "Zero", ZERO_HASH]),
      [ZERO_ADDRESS],
    ],
  },
  RolesNotAllowed: {
    "no role": async ({ world }) => [await refusalOf(world, world.owner, "admit", [NOBODY, 0, "None", ZERO_HASH]), [0]],
    "a role that is not there": async ({ world }) => [
      await refusalOf(world, world.owner, "admit", [NOBODY, 16, "More", ZERO_HASH]),
      [16],
    ],
  },
  KeyAlreadyEnrolled: {
    "by its own party": async (scene) => enrolAgain(scene, scene.maker, scene.maker.key),
    "by another party": async (scene) => enrolAgain(scene, scene.ems, scene.maker.key),
    "after it was revoked": async (scene) => enrolAgain(scene, scene.maker, await revokedKey(scene)),
  },
  NoticeKindNotAllowed: {
    "kind 0": async (scene) => [await (await noticeRefused(scene, scene.maker, { kind: 0 })).why(), [0]],
    "kind 4": async (scene) => [await (await noticeRefused(scene, scene.maker, { kind: 4 })).why(), [4]],
  },
  NoticeAlreadyTaken: {
    "the same notice again": async (scene) => {
      const { world, maker } = scene;
      const { whole, signature, digest, why } = await noticeRefused(scene, maker, { kind: NOTICE_KINDS.recall });
      await world.ledger.notify(whole, signature);
      return [await why(), [digest]];
    },
  },
  NothingToWithdraw: {
    "a withdrawal of nothing": async (scene) => withdrawn(scene, scene.maker, ZERO_HASH),
    "a withdrawal of what was never said": async (scene) => withdrawn(scene, scene.maker, SOME_HASH),
    "a withdrawal of another's notice": async (scene) =>
      withdrawn(scene, scene.maker, await suspicion(scene, scene.ems)),
    "a withdrawal about another lot": async (scene) =>
      withdrawn(scene, scene.ems, await suspicion(scene, scene.ems), { lot: lotOf(scene.maker, "another") }),
    "a second withdrawal": async (scene) => {
      const named = await suspicion(scene, scene.ems);
      await withdraw(scene, scene.ems, named);
      return withdrawn(scene, scene.ems, named, { details: SOME_HASH });
    },
    "a withdrawal of a withdrawal": async (scene) => {
      const withdrawal = await withdraw(scene, scene.ems, await suspicion(scene, scene.ems));
      return withdrawn(scene, scene.ems, withdrawal);
    },
    "a recall that names a notice": async (scene) => {
      const { why } = await noticeRefused(scene, scene.maker, { kind: NOTICE_KINDS.recall, withdraws: SOME_HASH });
      return [await why(), [SOME_HASH]];
    },
  },

  OwnableUnauthorizedAccount: Object.fromEntries(
    (
      [
        ["admit", [NOBODY, 1, "", ZERO_HASH]],
        ["suspend", [NOBODY]],
        ["reinstate", [NOBODY]],
        ["transferOwnership", [NOBODY]],
        ["renounceOwnership", []],
        ["acceptOwnership", []],
      ] as const
    ).map(([name, args]) => [
      name,
      async ({ world, maker }: Scene) => [await refusalOf(world, maker.account, name, args), [maker.address]],
    ]),
  ),
};

/** Raised by the parts that others wrote, in states that this contract cannot reach after its deployment. */
const AT_DEPLOYMENT = ["OwnableInvalidOwner", "InvalidShortString", "StringTooLong"];

describe("CustodyLedger: refusals", () => {
  let scene: Scene;

  before(async () => {
    scene = await createScene();
  });

  after(() => scene.world.connection.close());

  it("are all here: every error of the contract has its cases", () => {
    const errorsOf = (abi: typeof CustodyLedger__factory.abi | typeof ICustodyLedger__factory.abi) =>
      abi.flatMap((item) => (item.type === "error" ? [item.name] : []));
    expect(errorsOf(ICustodyLedger__factory.abi)).to.have.length.above(30);
    expect(Object.keys(CASES)).to.include.members(errorsOf(ICustodyLedger__factory.abi));
    expect([...Object.keys(CASES), ...AT_DEPLOYMENT]).to.have.members(errorsOf(CustodyLedger__factory.abi));
  });

  it("OwnableInvalidOwner: no owner at deployment", async () => {
    const { ethers } = scene.world.connection;
    const factory = await ethers.getContractFactory("CustodyLedger");
    const deployment = await factory.getDeployTransaction(ZERO_ADDRESS);
    const error = await ethers.provider.call(deployment).then(
      () => undefined,
      (reason: { data?: string }) => reason,
    );
    const refusal = factory.interface.parseError(error?.data ?? "0x");
    expect([refusal?.name, refusal?.args.toArray()]).to.deep.equal(["OwnableInvalidOwner", [ZERO_ADDRESS]]);
  });

  for (const [name, cases] of Object.entries(CASES))
    for (const [when, run] of Object.entries(cases))
      it(`${name}: ${when}`, async () => {
        const [found, args] = await run(scene);
        expect(found).to.deep.equal({ name, args });
      });
});

/* WHAT THE CASES SHARE */

async function whileSuspended<T>({ world }: Scene, party: Party, run: () => Promise<T>): Promise<T> {
  await suspend(world, party);
  try {
    return await run();
  } finally {
    await reinstate(world, party);
  }
}

async function roleMissing(scene: Scene, action: ActionName, actor: Party, anyOf: number): ReturnType<Case> {
  const found = await refused(scene, action, actor, [{ lot: freshLot(scene, actor), quantity: 1 }]);
  return [found, [actor.address, anyOf]];
}

async function shipTo(scene: Scene, consignee: string): Promise<Refusal> {
  const [lot] = await lotsOf(scene, scene.maker, 1);
  return refused(scene, "ship", scene.maker, [{ lot: lot!, quantity: 1 }], { consignee });
}

async function closedLot(scene: Scene): Promise<string> {
  const [lot] = await lotsOf(scene, scene.maker, 1);
  await happens(scene, "scrap", scene.maker, [{ lot: lot!, quantity: 0 }]);
  return lot!;
}

async function heldLot(scene: Scene, party: Party): Promise<string> {
  const [lot] = await lotsOf(scene, party, 10);
  await happens(scene, "hold", party, [{ lot: lot!, quantity: 10 }]);
  return lot!;
}

async function existingNotAllowed(scene: Scene, action: ActionName): ReturnType<Case> {
  const [lot] = await lotsOf(scene, scene.maker, 1);
  return [await refused(scene, action, scene.maker, [{ lot: lot!, quantity: 1 }]), [lot!]];
}

async function received(scene: Scene, quantity: number): ReturnType<Case> {
  const lot = await lotInTransit(scene, scene.maker, scene.ems);
  return [await refused(scene, "receive", scene.ems, [{ lot, quantity }]), [lot, 100, quantity]];
}

async function kindsNotAllowed(scene: Scene, action: ActionName, existing: number, created: number): ReturnType<Case> {
  const { ems } = scene;
  const old = existing === 0 ? [] : await lotsOf(scene, ems, ...Array.from({ length: existing }, () => 10));
  const claims = [
    ...old.map((lot) => ({ lot, quantity: 5 })),
    ...Array.from({ length: created }, () => ({ lot: freshLot(scene, ems), quantity: 5 })),
  ];
  return [await refused(scene, action, ems, ascending(claims)), [existing, created]];
}

async function notConserved(scene: Scene, kept: number, given: number, sum: number): ReturnType<Case> {
  const [parent] = await lotsOf(scene, scene.maker, 100);
  const claims = [
    { lot: parent!, quantity: kept },
    { lot: freshLot(scene, scene.maker), quantity: given },
  ];
  return [await refused(scene, "split", scene.maker, ascending(claims)), [100, sum]];
}

async function badSignature(scene: Scene, spoil: (signature: string) => string): ReturnType<Case> {
  return [
    await refused(scene, "commission", scene.maker, [{ lot: freshLot(scene, scene.maker), quantity: 1 }], { spoil }),
    [],
  ];
}

/** The other signature of the same key over the same digest, which ecrecover takes as well. */
function withHighS(signature: string): string {
  const order = BigInt("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  const s = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
  return `${signature.slice(0, 66)}${s}${signature.endsWith("1b") ? "1c" : "1b"}`;
}

async function keyNotOfParty(scene: Scene, key: Key): ReturnType<Case> {
  const claims = [{ lot: freshLot(scene, scene.maker), quantity: 1 }];
  return [await refused(scene, "commission", scene.maker, claims, { key }), [key.address, scene.maker.address]];
}

async function revokedKey({ world, maker }: Scene): Promise<Key> {
  const key = await enrol(world, maker);
  await revoke(world, maker, key);
  return key;
}

async function enrolAgain({ world }: Scene, party: Party, key: Key): ReturnType<Case> {
  const signature = signDigest(keyEnrolmentDigest(world.domain, party.address, key.address), key.privateKey);
  const args = [key.address, signatureParts(signature)];
  return [await refusalOf(world, party.account, "enrol", args), [key.address]];
}

/** A suspicion that was taken; a new one each time, by its time. */
async function suspicion(scene: Scene, issuer: Party): Promise<string> {
  const { whole, signature, digest } = await noticeRefused(scene, issuer, { kind: NOTICE_KINDS.suspicion });
  await scene.world.ledger.notify(whole, signature);
  return digest;
}

async function withdraw(scene: Scene, issuer: Party, withdraws: string): Promise<string> {
  const notice = { kind: NOTICE_KINDS.withdrawal, withdraws };
  const { whole, signature, digest } = await noticeRefused(scene, issuer, notice);
  await scene.world.ledger.notify(whole, signature);
  return digest;
}

async function withdrawn(scene: Scene, issuer: Party, withdraws: string, more: Partial<Notice> = {}): ReturnType<Case> {
  const { why } = await noticeRefused(scene, issuer, { kind: NOTICE_KINDS.withdrawal, withdraws, ...more });
  return [await why(), [withdraws]];
}
