// Lists the custody rules: how an event breaks each, and the arguments of the error.
import { signDigest } from "../../../protocol/base/crypto.ts";
import { keyEnrolmentDigest } from "../../../protocol/event/key-enrolment.ts";
import { MAX_INTEGER } from "../../../protocol/base/limits.ts";
import { wordOf } from "../../../protocol/event/lot.ts";
import { NOTICE_KINDS } from "../../../protocol/event/notice.ts";
import { signatureParts } from "../../../protocol/event/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { type Scene, freshLot, happens, lotInTransit, lotsOf, stateOf } from "./scene.ts";
import { latestTime, newKey, refusalOf } from "./world.ts";
import {
  type Case,
  NOBODY,
  SOME_HASH,
  ascending,
  badSignature,
  closedLot,
  existingNotAllowed,
  heldLot,
  keyNotOfParty,
  kindsNotAllowed,
  notConserved,
  noticeRefused,
  received,
  refused,
  revokedKey,
  roleMissing,
  shipTo,
  submissionFor,
  whileSuspended,
  withHighS,
} from "./refusing.ts";

export const RULE_CASES: Record<string, Record<string, Case>> = {
  EntryCountOutOfRange: {
    "an event without entries": async (scene) => [
      await refused(scene, "inspect", scene.maker, []),
      [0],
    ],
    "251 entries": async (scene) => {
      const claims = Array.from({ length: 251 }, () => ({
        lot: freshLot(scene, scene.maker),
        quantity: 1,
      }));
      return [await refused(scene, "commission", scene.maker, ascending(claims)), [251]];
    },
  },
  UnknownAction: {
    "action 0": async (scene) => [
      await refused(
        scene,
        "inspect",
        scene.maker,
        [{ lot: freshLot(scene, scene.maker), quantity: 1 }],
        { action: 0 },
      ),
      [0],
    ],
    "action 13": async (scene) => [
      await refused(
        scene,
        "inspect",
        scene.maker,
        [{ lot: freshLot(scene, scene.maker), quantity: 1 }],
        {
          action: 13,
        },
      ),
      [13],
    ],
  },
  TimeTooFarAhead: {
    "an event more than 15 minutes ahead": async (scene) => {
      const now = await latestTime(scene.world);
      const claims = [{ lot: freshLot(scene, scene.maker), quantity: 1 }];
      return [
        await refused(scene, "commission", scene.maker, claims, { time: now + 901 }),
        [now + 901, now + 900],
      ];
    },
    "a notice more than 15 minutes ahead": async (scene) => {
      const now = await latestTime(scene.world);
      const { why } = await noticeRefused(scene, scene.maker, {
        kind: NOTICE_KINDS.recall,
        time: now + 901,
      });
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
      return [
        await refused(scene, "ship", scene.maker, [{ lot: lot!, quantity: 1 }], {
          consignee: NOBODY,
        }),
        [NOBODY],
      ];
    },
    "a notice's issuer": async (scene) => {
      const { why } = await noticeRefused(scene, scene.maker, {
        kind: NOTICE_KINDS.suspicion,
        issuer: NOBODY,
      });
      return [await why(), [NOBODY]];
    },
    "the account that enrols a key": async ({ world }) => {
      const args = [NOBODY, signatureParts(`0x${"1".repeat(128)}1b`)];
      return [
        await refusalOf(world, world.outsider, "enrol", args),
        [world.outsider.address.toLowerCase()],
      ];
    },
    "a party to suspend": async ({ world }) => [
      await refusalOf(world, world.owner, "suspend", [NOBODY]),
      [NOBODY],
    ],
    "a party to reinstate": async ({ world }) => [
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
      const ship = () =>
        refused(scene, "ship", scene.maker, [{ lot: lot!, quantity: 1 }], { consignee });
      return [await whileSuspended(scene, scene.ems, ship), [consignee]];
    },
    "a notice's issuer": async (scene) => {
      const notice = () => noticeRefused(scene, scene.ems, { kind: NOTICE_KINDS.suspicion });
      const found = await whileSuspended(scene, scene.ems, async () => (await notice()).why());
      return [found, [scene.ems.address]];
    },
    "the account that enrols a key": async (scene) => {
      const { world, ems } = scene;
      const args = [NOBODY, signatureParts(`0x${"1".repeat(128)}1b`)];
      const enrolling = () => refusalOf(world, ems.account, "enrol", args);
      return [await whileSuspended(scene, ems, enrolling), [ems.address]];
    },
  },
  RoleMissing: {
    "a distributor commissions": async (scene) =>
      roleMissing(scene, "commission", scene.distributor, 1),
    "an assembler commissions": async (scene) => roleMissing(scene, "commission", scene.ems, 1),
    "a laboratory introduces": async (scene) =>
      roleMissing(scene, "introduce", scene.laboratory, 7),
    "a manufacturer assembles": async (scene) => roleMissing(scene, "assemble", scene.maker, 4),
  },
  ConsigneeNotAllowed: {
    "a shipment without a consignee": async (scene) => [
      await shipTo(scene, ZERO_ADDRESS),
      [ZERO_ADDRESS],
    ],
    "a shipment to the holder": async (scene) => [
      await shipTo(scene, scene.maker.address),
      [scene.maker.address],
    ],
    "an inspection with a consignee": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      const consignee = scene.ems.address;
      return [
        await refused(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 1 }], { consignee }),
        [consignee],
      ];
    },
  },
  HolderMismatch: {
    "a holder after the event who is not the actor": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      const holder = scene.ems.address;
      const found = await refused(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 1 }], {
        holder,
      });
      return [found, [holder, scene.maker.address]];
    },
    "a refused lot that goes to another party than its sender": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const holder = scene.distributor.address;
      const found = await refused(scene, "refuse", scene.ems, [{ lot, quantity: 100 }], { holder });
      return [found, [holder, scene.maker.address]];
    },
    "lots of two senders refused in one event": async (scene) => {
      const first = await lotInTransit(scene, scene.maker, scene.ems);
      const second = await lotInTransit(scene, scene.distributor, scene.ems);
      const claims = ascending([
        { lot: first, quantity: 100 },
        { lot: second, quantity: 100 },
      ]);
      const [lower, higher] = claims.map(({ lot }) => stateOf(scene, lot).holder);
      return [
        await refused(scene, "refuse", scene.ems, claims, { holder: lower! }),
        [lower!, higher!],
      ];
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
    (["ship", "receive", "refuse", "cancel", "inspect", "hold", "release", "scrap"] as const).map(
      (action) => [
        action,
        async (scene: Scene) => {
          const lot = freshLot(scene, scene.maker);
          const consignee = action === "ship" ? scene.ems.address : ZERO_ADDRESS;
          return [
            await refused(scene, action, scene.maker, [{ lot, quantity: 1 }], { consignee }),
            [lot],
          ];
        },
      ],
    ),
  ),
  NotIssuer: {
    "a lot of another issuer": async (scene) => {
      const lot = freshLot(scene, scene.distributor);
      return [
        await refused(scene, "commission", scene.maker, [{ lot, quantity: 1 }]),
        [lot, scene.maker.address],
      ];
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
    "a correction of another's lot": async (scene) => {
      const kind = NOTICE_KINDS.correction;
      const { why, whole } = await noticeRefused(scene, scene.ems, { kind });
      return [await why(), [whole.lot, scene.ems.address]];
    },
  },
  LotExists: {
    "a lot made twice": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      return [
        await refused(scene, "commission", scene.maker, [{ lot: lot!, quantity: 1, state: null }]),
        [lot!],
      ];
    },
    "a lot made again after it was closed": async (scene) => {
      const lot = await closedLot(scene);
      return [
        await refused(scene, "introduce", scene.maker, [{ lot, quantity: 1, state: null }]),
        [lot],
      ];
    },
  },
  ExistingLotNotAllowed: {
    "an existing lot in commission": async (scene) => existingNotAllowed(scene, "commission"),
    "an existing lot in introduce": async (scene) => existingNotAllowed(scene, "introduce"),
  },
  PreviousMismatch: {
    "an earlier state of the lot": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 5);
      const past = stateOf(scene, lot!);
      await happens(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 5 }]);
      const found = await refused(scene, "inspect", scene.maker, [
        { lot: lot!, quantity: 5, state: past },
      ]);
      return [found, [lot!, wordOf(stateOf(scene, lot!)), wordOf(past)]];
    },
    "a state with more pieces than the lot has": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 5);
      const more = { ...stateOf(scene, lot!), quantity: 6 };
      const found = await refused(scene, "inspect", scene.maker, [
        { lot: lot!, quantity: 6, state: more },
      ]);
      return [found, [lot!, wordOf(stateOf(scene, lot!)), wordOf(more)]];
    },
    "a lot that the ledger does not know": async (scene) => {
      const lot = freshLot(scene, scene.maker);
      const made = {
        lastEvent: SOME_HASH,
        holder: scene.maker.address,
        consignee: ZERO_ADDRESS,
        held: false,
      };
      const state = { ...made, quantity: 5 };
      const found = await refused(scene, "inspect", scene.maker, [{ lot, quantity: 5, state }]);
      return [found, [lot, ZERO_HASH, wordOf(state)]];
    },
  },
  LotClosed: {
    "a lot without pieces": async (scene) => {
      const lot = await closedLot(scene);
      return [await refused(scene, "inspect", scene.maker, [{ lot, quantity: 0 }]), [lot]];
    },
  },
  NotHolder: {
    "a lot that another party holds": async (scene) => {
      const [lot] = await lotsOf(scene, scene.ems, 1);
      return [
        await refused(scene, "inspect", scene.maker, [{ lot: lot!, quantity: 1 }]),
        [lot!, scene.ems.address],
      ];
    },
    "a cancelled shipment of another party": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      return [
        await refused(scene, "cancel", scene.ems, [{ lot, quantity: 100 }]),
        [lot, scene.maker.address],
      ];
    },
  },
  NotConsignee: {
    "a receipt of another party's shipment": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const found = await refused(scene, "receive", scene.distributor, [{ lot, quantity: 100 }]);
      return [found, [lot, scene.ems.address]];
    },
    "a receipt of the party's own shipment": async (scene) => {
      const [lot] = await lotsOf(scene, scene.ems, 1);
      return [
        await refused(scene, "receive", scene.ems, [{ lot: lot!, quantity: 1 }]),
        [lot!, ZERO_ADDRESS],
      ];
    },
    "a refusal of another party's shipment": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const holder = scene.maker.address;
      const found = await refused(scene, "refuse", scene.distributor, [{ lot, quantity: 100 }], {
        holder,
      });
      return [found, [lot, scene.ems.address]];
    },
  },
  LotInTransit: {
    "a second shipment": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const consignee = scene.distributor.address;
      return [
        await refused(scene, "ship", scene.maker, [{ lot, quantity: 100 }], { consignee }),
        [lot],
      ];
    },
    "scrapping in transit": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      return [await refused(scene, "scrap", scene.maker, [{ lot, quantity: 1 }]), [lot]];
    },
  },
  LotNotInTransit: {
    "a cancellation of a lot that is not in transit": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      return [await refused(scene, "cancel", scene.maker, [{ lot: lot!, quantity: 1 }]), [lot!]];
    },
  },
  LotHeld: {
    "a second hold": async (scene) => {
      const lot = await heldLot(scene, scene.maker);
      return [await refused(scene, "hold", scene.maker, [{ lot, quantity: 10 }]), [lot]];
    },
    "assembly from a held lot": async (scene) => {
      const lot = await heldLot(scene, scene.ems);
      const claims = ascending([
        { lot, quantity: 5 },
        { lot: freshLot(scene, scene.ems), quantity: 1 },
      ]);
      return [await refused(scene, "assemble", scene.ems, claims), [lot]];
    },
  },
  LotNotHeld: {
    "a release of a lot that is not held": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 1);
      return [await refused(scene, "release", scene.maker, [{ lot: lot!, quantity: 1 }]), [lot!]];
    },
  },
  QuantityNotAllowed: {
    "a new lot without pieces": async (scene) => {
      const lot = freshLot(scene, scene.maker);
      return [await refused(scene, "commission", scene.maker, [{ lot, quantity: 0 }]), [lot, 0, 0]];
    },
    "a new lot of 2^53 pieces": async (scene) => {
      const lot = freshLot(scene, scene.maker);
      const found = await refused(scene, "introduce", scene.maker, [
        { lot, quantity: MAX_INTEGER + 1 },
      ]);
      return [found, [lot, 0, String(MAX_INTEGER + 1)]];
    },
    "a receipt of more pieces than shipped": async (scene) => received(scene, 101),
    "a receipt of no pieces": async (scene) => received(scene, 0),
    ...Object.fromEntries(
      (["ship", "inspect", "hold"] as const).flatMap((action) =>
        [9, 11].map((quantity) => [
          `${action} with ${quantity} of 10`,
          async (scene: Scene) => {
            const [lot] = await lotsOf(scene, scene.maker, 10);
            const consignee = action === "ship" ? scene.ems.address : ZERO_ADDRESS;
            const found = await refused(scene, action, scene.maker, [{ lot: lot!, quantity }], {
              consignee,
            });
            return [found, [lot!, 10, quantity]];
          },
        ]),
      ),
    ),
    "a cancellation with fewer pieces": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      return [await refused(scene, "cancel", scene.maker, [{ lot, quantity: 99 }]), [lot, 100, 99]];
    },
    "a refusal with fewer pieces": async (scene) => {
      const lot = await lotInTransit(scene, scene.maker, scene.ems);
      const holder = scene.maker.address;
      return [
        await refused(scene, "refuse", scene.ems, [{ lot, quantity: 99 }], { holder }),
        [lot, 100, 99],
      ];
    },
    "a release with fewer pieces": async (scene) => {
      const lot = await heldLot(scene, scene.maker);
      return [await refused(scene, "release", scene.maker, [{ lot, quantity: 9 }]), [lot, 10, 9]];
    },
    "scrapping no pieces": async (scene) => {
      const [lot] = await lotsOf(scene, scene.maker, 10);
      return [
        await refused(scene, "scrap", scene.maker, [{ lot: lot!, quantity: 10 }]),
        [lot!, 10, 10],
      ];
    },
    "a split whose parent keeps all pieces": async (scene) => {
      const [parent] = await lotsOf(scene, scene.maker, 10);
      const claims = [
        { lot: parent!, quantity: 10 },
        { lot: freshLot(scene, scene.maker), quantity: 1 },
      ];
      return [await refused(scene, "split", scene.maker, ascending(claims)), [parent!, 10, 10]];
    },
    "an assembly input that keeps all pieces": async (scene) => {
      const [input] = await lotsOf(scene, scene.ems, 10);
      const claims = [
        { lot: input!, quantity: 10 },
        { lot: freshLot(scene, scene.ems), quantity: 1 },
      ];
      return [await refused(scene, "assemble", scene.ems, ascending(claims)), [input!, 10, 10]];
    },
  },
  EntryKindsNotAllowed: {
    "a split without a child": async (scene) => kindsNotAllowed(scene, "split", 1, 0),
    "a split without a parent": async (scene) => kindsNotAllowed(scene, "split", 0, 1),
    "a split with two parents": async (scene) => kindsNotAllowed(scene, "split", 2, 1),
    "an assembly without a product": async (scene) => kindsNotAllowed(scene, "assemble", 2, 0),
    "an assembly without an input": async (scene) => kindsNotAllowed(scene, "assemble", 0, 1),
  },
  QuantityNotConserved: {
    "a split that loses a piece": async (scene) => notConserved(scene, 60, 39, 99),
    "a split that gains a piece": async (scene) => notConserved(scene, 60, 41, 101),
    "a sum beyond 64 bits": async (scene) => {
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
      const signature = signDigest(
        keyEnrolmentDigest(world.domain, maker.address, key.address),
        other.privateKey,
      );
      return [
        await refusalOf(world, maker.account, "enrol", [key.address, signatureParts(signature)]),
        [],
      ];
    },
    "an enrolment for another party": async ({ world, maker, ems }) => {
      const key = newKey(world);
      const signature = signDigest(
        keyEnrolmentDigest(world.domain, ems.address, key.address),
        key.privateKey,
      );
      return [
        await refusalOf(world, maker.account, "enrol", [key.address, signatureParts(signature)]),
        [],
      ];
    },
    "an enrolment of the zero key": async ({ world, maker }) => [
      await refusalOf(world, maker.account, "enrol", [
        ZERO_ADDRESS,
        signatureParts(`0x${"0".repeat(128)}1b`),
      ]),
      [],
    ],
  },
  KeyNotOfParty: {
    "another party's key": async (scene) => keyNotOfParty(scene, scene.ems.key),
    "a key that was never enrolled": async (scene) => keyNotOfParty(scene, newKey(scene.world)),
    "a notice signed with another party's key": async (scene) => {
      const { why } = await noticeRefused(
        scene,
        scene.maker,
        { kind: NOTICE_KINDS.recall },
        scene.ems.key,
      );
      return [await why(), [scene.ems.key.address, scene.maker.address]];
    },
    "a revocation of another party's key": async ({ world, maker, ems }) => [
      await refusalOf(world, maker.account, "revoke", [ems.key.address]),
      [ems.key.address, maker.address],
    ],
  },
  KeyIsRevoked: {
    "an event signed with a revoked key": async (scene) => {
      const key = await revokedKey(scene);
      const claims = [{ lot: freshLot(scene, scene.maker), quantity: 1 }];
      return [await refused(scene, "commission", scene.maker, claims, { key }), [key.address]];
    },
    "a notice signed with a revoked key": async (scene) => {
      const key = await revokedKey(scene);
      const { why } = await noticeRefused(scene, scene.maker, { kind: NOTICE_KINDS.recall }, key);
      return [await why(), [key.address]];
    },
    "a second revocation": async (scene) => {
      const key = await revokedKey(scene);
      return [
        await refusalOf(scene.world, scene.maker.account, "revoke", [key.address]),
        [key.address],
      ];
    },
  },
};
