// Lists the errors that are not custody rules: how to raise each, and its arguments.
import { NOTICE_KINDS } from "../../../protocol/event/notice.ts";
import type { Submission } from "../../../protocol/event/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { type Scene, freshLot, lotsOf } from "./scene.ts";
import { lotOf, refusalOf } from "./world.ts";
import {
  type Case,
  NOBODY,
  SOME_HASH,
  enrolAgain,
  malformed,
  noticeRefused,
  revokedKey,
  submissionFor,
  suspicion,
  withdraw,
  withdrawn,
} from "./refusing.ts";

export const OTHER_CASES: Record<string, Record<string, Case>> = {
  MalformedSubmission: {
    "a lot without a line": async (scene) => [
      await malformed(scene, ({ lines }) => ({ lines: lines.slice(1) })),
      [],
    ],
    "a line without a lot": async (scene) => [
      await malformed(scene, ({ lots }) => ({ lots: lots.slice(1) })),
      [],
    ],
    "a line with an unknown origin": async (scene) => [
      await malformed(scene, ({ origins }) => ({ origins: origins.slice(0, 1) })),
      [],
    ],
    "an origin that no line uses": async (scene) => [
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
    "a line with an unknown bit": async (scene) => [
      await malformed(scene, ({ lines }) => ({ lines: [lines[0]!, lines[1]! | (1n << 255n)] })),
      [],
    ],
    "a new lot with pieces before": async (scene) => {
      const { world, maker } = scene;
      const lot = freshLot(scene, maker);
      const submission = await submissionFor(scene, "commission", maker.address, [
        { lot, quantity: 1 },
      ]);
      const lines = [submission.lines[0]! | (1n << 64n)];
      return [await refusalOf(world, world.outsider, "record", [{ ...submission, lines }]), []];
    },
    ...Object.fromEntries(
      Object.entries<(lines: bigint[]) => Partial<Submission>>({
        "no lots": () => ({ lots: [] }),
        "no lines": () => ({ lines: [] }),
        "no origins": () => ({ origins: [] }),
        "a new lot with pieces before": ([line]) => ({ lines: [BigInt.asUintN(128, line!)] }),
      }).map(([what, spoil]): [string, Case] => [
        `the digest of a submission with ${what}`,
        async (scene) => {
          const { world, maker } = scene;
          const [lot] = await lotsOf(scene, maker, 1);
          const submission = await submissionFor(scene, "inspect", maker.address, [
            { lot: lot!, quantity: 1 },
          ]);
          const spoilt = { ...submission, ...spoil(submission.lines) };
          return [await refusalOf(world, world.outsider, "digestOf", [spoilt]), []];
        },
      ]),
    ),
  },
  PartyNotAllowed: {
    "the zero address, whose keys would be everyone's": async ({ world }) => [
      await refusalOf(world, world.owner, "admit", [ZERO_ADDRESS, 1, "Zero", ZERO_HASH]),
      [ZERO_ADDRESS],
    ],
  },
  RolesNotAllowed: {
    "a party without a role": async ({ world }) => [
      await refusalOf(world, world.owner, "admit", [NOBODY, 0, "None", ZERO_HASH]),
      [0],
    ],
    "an unknown role": async ({ world }) => [
      await refusalOf(world, world.owner, "admit", [NOBODY, 16, "More", ZERO_HASH]),
      [16],
    ],
  },
  KeyAlreadyEnrolled: {
    "a second enrolment by the same party": async (scene) =>
      enrolAgain(scene, scene.maker, scene.maker.key),
    "an enrolment by another party": async (scene) => enrolAgain(scene, scene.ems, scene.maker.key),
    "an enrolment of a revoked key": async (scene) =>
      enrolAgain(scene, scene.maker, await revokedKey(scene)),
  },
  NoticeKindNotAllowed: {
    "kind 0": async (scene) => [
      await (await noticeRefused(scene, scene.maker, { kind: 0 })).why(),
      [0],
    ],
    "kind 5": async (scene) => [
      await (await noticeRefused(scene, scene.maker, { kind: 5 })).why(),
      [5],
    ],
  },
  NoticeAlreadyTaken: {
    "the same notice again": async (scene) => {
      const { world, maker } = scene;
      const { whole, signature, digest, why } = await noticeRefused(scene, maker, {
        kind: NOTICE_KINDS.recall,
      });
      await world.ledger.notify(whole, signature);
      return [await why(), [digest]];
    },
    "the same suspicion again": async (scene) => {
      const { world, maker } = scene;
      const lot = freshLot(scene, maker);
      const { whole, signature, digest, why } = await noticeRefused(scene, maker, {
        kind: NOTICE_KINDS.suspicion,
        lot,
      });
      await world.ledger.notify(whole, signature);
      return [await why(), [digest]];
    },
    "a suspicion that was withdrawn": async (scene) => {
      const { world, ems, maker } = scene;
      const lot = freshLot(scene, maker);
      const { whole, signature, digest, why } = await noticeRefused(scene, ems, {
        kind: NOTICE_KINDS.suspicion,
        lot,
      });
      await world.ledger.notify(whole, signature);
      await withdraw(scene, ems, { digest, lot });
      return [await why(), [digest]];
    },
  },
  SuspicionStands: {
    "a second suspicion of an issuer about a lot": async (scene) => {
      const { digest, lot } = await suspicion(scene, scene.ems);
      const second = { kind: NOTICE_KINDS.suspicion, lot, details: SOME_HASH };
      return [await (await noticeRefused(scene, scene.ems, second)).why(), [digest]];
    },
    "a third one, after the first was withdrawn": async (scene) => {
      const first = await suspicion(scene, scene.ems);
      await withdraw(scene, scene.ems, first);
      const { lot } = first;
      const about = { kind: NOTICE_KINDS.suspicion, lot };
      const { whole, signature, digest } = await noticeRefused(scene, scene.ems, {
        ...about,
        details: SOME_HASH,
      });
      await scene.world.ledger.notify(whole, signature);
      return [await (await noticeRefused(scene, scene.ems, about)).why(), [digest]];
    },
  },
  NothingToWithdraw: {
    "a withdrawal of nothing": async (scene) =>
      withdrawn(scene, scene.maker, { digest: ZERO_HASH }),
    "a withdrawal of an unknown notice": async (scene) =>
      withdrawn(scene, scene.maker, { digest: SOME_HASH }),
    "a withdrawal of another party's notice": async (scene) =>
      withdrawn(scene, scene.maker, await suspicion(scene, scene.ems)),
    "a withdrawal about another lot": async (scene) =>
      withdrawn(scene, scene.ems, await suspicion(scene, scene.ems), {
        lot: lotOf(scene.maker, "another"),
      }),
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
      const { why } = await noticeRefused(scene, scene.maker, {
        kind: NOTICE_KINDS.recall,
        withdraws: SOME_HASH,
      });
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
      async ({ world, maker }: Scene) => [
        await refusalOf(world, maker.account, name, args),
        [maker.address],
      ],
    ]),
  ),
};
