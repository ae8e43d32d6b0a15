// Makes events, notices and enrolments that the ledger refuses, shared by several refusal cases.
import { signDigest } from "../../../protocol/base/crypto.ts";
import {
  ACTIONS,
  type ActionName,
  type CustodyEvent,
  eventDigest,
} from "../../../protocol/event/event.ts";
import { keyEnrolmentDigest } from "../../../protocol/event/key-enrolment.ts";
import { type LotState, wordOf } from "../../../protocol/event/lot.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../../../protocol/event/notice.ts";
import {
  type Submission,
  signatureParts,
  submissionOf,
} from "../../../protocol/event/submission.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { type Scene, freshLot, happens, lotInTransit, lotsOf } from "./scene.ts";
import {
  type Key,
  type Party,
  type Refusal,
  enrol,
  latestTime,
  lotOf,
  refusalOf,
  reinstate,
  revoke,
  suspend,
} from "./world.ts";

/** An entry with its claimed state, if that is not the true one; null for a new lot. */
export type Claim = { lot: string; quantity: number; state?: LotState | null };
export type More = Partial<Pick<CustodyEvent, "holder" | "consignee" | "time">> & {
  key?: Key;
  action?: number;
  spoil?: (signature: string) => string;
};

export const NOBODY = `0x${"9".repeat(40)}`;
export const SOME_HASH = `0x${"7".repeat(64)}`;

export async function submissionFor(
  scene: Scene,
  action: ActionName,
  actor: string,
  claims: Claim[],
  more: More = {},
) {
  const { world, maker } = scene;
  const { key = maker.key, spoil = (same: string) => same, ...shared } = more;
  const before = claims.map(({ lot, state }) =>
    state === undefined ? (world.states.get(lot) ?? null) : state,
  );
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

/** The reason why an event is refused, by default signed with the maker's key. */
export async function refused(
  scene: Scene,
  action: ActionName,
  actor: Party,
  claims: Claim[],
  more: More = {},
) {
  const submission = await submissionFor(scene, action, actor.address, claims, {
    key: actor.key,
    ...more,
  });
  return refusalOf(scene.world, scene.world.outsider, "record", [submission]);
}

export const ascending = (claims: Claim[]) => claims.sort((a, b) => (a.lot < b.lot ? -1 : 1));

/** A valid event of two lots whose form is then altered. One lot is held, so that there are two origins. */
export async function malformed(
  scene: Scene,
  spoil: (submission: Submission) => Partial<Submission>,
): Promise<Refusal> {
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

export async function noticeRefused(
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
  return {
    digest,
    whole,
    signature,
    why: () => refusalOf(world, world.outsider, "notify", [whole, signature]),
  };
}

/** One way to raise an error: the refusal, and the arguments that it must have. */
export type Case = (scene: Scene) => Promise<[found: Refusal, args: (string | number)[]]>;

export async function whileSuspended<T>(
  { world }: Scene,
  party: Party,
  run: () => Promise<T>,
): Promise<T> {
  await suspend(world, party);
  try {
    return await run();
  } finally {
    await reinstate(world, party);
  }
}

export async function roleMissing(
  scene: Scene,
  action: ActionName,
  actor: Party,
  anyOf: number,
): ReturnType<Case> {
  const found = await refused(scene, action, actor, [{ lot: freshLot(scene, actor), quantity: 1 }]);
  return [found, [actor.address, anyOf]];
}

export async function shipTo(scene: Scene, consignee: string): Promise<Refusal> {
  const [lot] = await lotsOf(scene, scene.maker, 1);
  return refused(scene, "ship", scene.maker, [{ lot: lot!, quantity: 1 }], { consignee });
}

export async function closedLot(scene: Scene): Promise<string> {
  const [lot] = await lotsOf(scene, scene.maker, 1);
  await happens(scene, "scrap", scene.maker, [{ lot: lot!, quantity: 0 }]);
  return lot!;
}

export async function heldLot(scene: Scene, party: Party): Promise<string> {
  const [lot] = await lotsOf(scene, party, 10);
  await happens(scene, "hold", party, [{ lot: lot!, quantity: 10 }]);
  return lot!;
}

export async function existingNotAllowed(scene: Scene, action: ActionName): ReturnType<Case> {
  const [lot] = await lotsOf(scene, scene.maker, 1);
  return [await refused(scene, action, scene.maker, [{ lot: lot!, quantity: 1 }]), [lot!]];
}

export async function received(scene: Scene, quantity: number): ReturnType<Case> {
  const lot = await lotInTransit(scene, scene.maker, scene.ems);
  return [await refused(scene, "receive", scene.ems, [{ lot, quantity }]), [lot, 100, quantity]];
}

export async function kindsNotAllowed(
  scene: Scene,
  action: ActionName,
  existing: number,
  created: number,
): ReturnType<Case> {
  const { ems } = scene;
  const old =
    existing === 0 ? [] : await lotsOf(scene, ems, ...Array.from({ length: existing }, () => 10));
  const claims = [
    ...old.map((lot) => ({ lot, quantity: 5 })),
    ...Array.from({ length: created }, () => ({ lot: freshLot(scene, ems), quantity: 5 })),
  ];
  return [await refused(scene, action, ems, ascending(claims)), [existing, created]];
}

export async function notConserved(
  scene: Scene,
  kept: number,
  given: number,
  sum: number,
): ReturnType<Case> {
  const [parent] = await lotsOf(scene, scene.maker, 100);
  const claims = [
    { lot: parent!, quantity: kept },
    { lot: freshLot(scene, scene.maker), quantity: given },
  ];
  return [await refused(scene, "split", scene.maker, ascending(claims)), [100, sum]];
}

export async function badSignature(
  scene: Scene,
  spoil: (signature: string) => string,
): ReturnType<Case> {
  return [
    await refused(
      scene,
      "commission",
      scene.maker,
      [{ lot: freshLot(scene, scene.maker), quantity: 1 }],
      { spoil },
    ),
    [],
  ];
}

/** The other signature of the same key over the same digest, which ecrecover accepts too. */
export function withHighS(signature: string): string {
  const order = BigInt("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  const s = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
  return `${signature.slice(0, 66)}${s}${signature.endsWith("1b") ? "1c" : "1b"}`;
}

export async function keyNotOfParty(scene: Scene, key: Key): ReturnType<Case> {
  const claims = [{ lot: freshLot(scene, scene.maker), quantity: 1 }];
  return [
    await refused(scene, "commission", scene.maker, claims, { key }),
    [key.address, scene.maker.address],
  ];
}

export async function revokedKey({ world, maker }: Scene): Promise<Key> {
  const key = await enrol(world, maker);
  await revoke(world, maker, key);
  return key;
}

export async function enrolAgain({ world }: Scene, party: Party, key: Key): ReturnType<Case> {
  const signature = signDigest(
    keyEnrolmentDigest(world.domain, party.address, key.address),
    key.privateKey,
  );
  const args = [key.address, signatureParts(signature)];
  return [await refusalOf(world, party.account, "enrol", args), [key.address]];
}

/** A recorded suspicion about a new lot: an issuer has one that stands about each. */
export async function suspicion(
  scene: Scene,
  issuer: Party,
): Promise<{ digest: string; lot: string }> {
  const lot = freshLot(scene, scene.maker);
  const { whole, signature, digest } = await noticeRefused(scene, issuer, {
    kind: NOTICE_KINDS.suspicion,
    lot,
  });
  await scene.world.ledger.notify(whole, signature);
  return { digest, lot };
}

/** A recorded withdrawal. */
export async function withdraw(
  scene: Scene,
  issuer: Party,
  named: { digest: string; lot: string },
): Promise<{ digest: string; lot: string }> {
  const { lot } = named;
  const notice = { kind: NOTICE_KINDS.withdrawal, withdraws: named.digest, lot };
  const { whole, signature, digest } = await noticeRefused(scene, issuer, notice);
  await scene.world.ledger.notify(whole, signature);
  return { digest, lot };
}

export async function withdrawn(
  scene: Scene,
  issuer: Party,
  { digest: withdraws, ...named }: { digest: string; lot?: string },
  more: Partial<Notice> = {},
): ReturnType<Case> {
  const { why } = await noticeRefused(scene, issuer, {
    kind: NOTICE_KINDS.withdrawal,
    withdraws,
    ...named,
    ...more,
  });
  return [await why(), [withdraws]];
}
