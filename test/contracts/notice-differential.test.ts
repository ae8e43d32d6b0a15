// Sends random notices, valid and invalid, to the contract and to protocol/event/notice-rules.ts: alone and in batches. Both
// take the same ones, and refuse the others for the same reason.
import { expect } from "chai";
import { recoverSigner, signDigest } from "../../protocol/base/crypto.ts";
import {
  type Notice,
  NOTICE_KINDS,
  noticeDigest,
  noticeWord,
} from "../../protocol/event/notice.ts";
import {
  type NoticeContext,
  type NoticeViolation,
  noticeViolation,
} from "../../protocol/event/notice-rules.ts";
import { signatureParts } from "../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { Random, SEED, runsOf } from "../support/random.ts";
import { createScene } from "./support/scene.ts";
import {
  type Key,
  type Party,
  type World,
  contextAt,
  decodeRefusal,
  enrol,
  latestTime,
  logsOf,
  lotOf,
  reinstate,
  revoke,
  suspend,
} from "./support/world.ts";

const BATCHES = runsOf(2_000);
const KINDS = Object.values(NOTICE_KINDS);
/** Every outcome must occur. */
const OUTCOMES = [
  "taken",
  "ignored",
  "TimeTooFarAhead",
  "PartyIsSuspended",
  "NotIssuer",
  "NothingToWithdraw",
  "SuspicionStands",
  "KeyNotOfParty",
  "KeyIsRevoked",
  "NoticeAlreadyTaken",
] as const;

interface Given {
  notice: Notice;
  signature: string;
}

/** The notices that the ledger has taken, as protocol/ says. */
class Taken {
  readonly digests = new Map<string, Notice>();
  readonly standing = new Map<string, Notice>();
  readonly words = new Map<string, string>();

  context(world: World, now: number): NoticeContext {
    const isSuspicion = ([, { kind }]: [string, Notice]) => kind === NOTICE_KINDS.suspicion;
    return {
      ...contextAt(world, now),
      standing: (digest) => this.standing.get(digest),
      suspicion: (lot, issuer) =>
        [...this.standing].find(
          (one) => isSuspicion(one) && one[1].lot === lot && one[1].issuer === issuer,
        )?.[0],
      isTaken: (digest) => this.digests.has(digest),
    };
  }

  take(digest: string, notice: Notice): void {
    this.digests.set(digest, notice);
    if (notice.kind === NOTICE_KINDS.withdrawal) this.standing.delete(notice.withdraws);
    else this.standing.set(digest, notice);
    this.words.set(notice.lot, noticeWord(this.words.get(notice.lot) ?? ZERO_HASH, digest));
  }
}

describe("CustodyLedger and protocol/event/notice-rules, on random notices", function () {
  this.timeout(600_000);

  it(`take and refuse the same in each of ${BATCHES} batches`, async () => {
    const random = new Random(SEED);
    const scene = await createScene();
    const { world, maker, distributor, ems } = scene;
    const revoked = await enrol(world, ems);
    await revoke(world, ems, revoked);
    const parties = [maker, distributor, ems];
    const lots = [1, 2, 3].map((number) => lotOf(maker, number));
    const taken = new Taken();
    const given: Given[] = [];
    const counts = new Map<string, number>();
    const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

    const draw = (now: number): Given => {
      if (given.length > 0 && random.chance(0.2)) return random.pick(given);
      const issuer: Party = random.pick(parties);
      const kind = random.pick(KINDS);
      const named = [...taken.standing].filter(
        ([, notice]) => random.chance(0.1) || notice.issuer === issuer.address,
      );
      const [withdraws, about] = named.length > 0 ? random.pick(named) : [ZERO_HASH, undefined];
      const isWithdrawal = kind === NOTICE_KINDS.withdrawal || random.chance(0.02);
      const notice: Notice = {
        lot: isWithdrawal && about && random.chance(0.9) ? about.lot : random.pick(lots),
        kind,
        issuer: issuer.address,
        time: random.chance(0.03) ? now + 10_000 : now - random.int(0, 999),
        withdraws: isWithdrawal ? withdraws : ZERO_HASH,
        details: ZERO_HASH,
      };
      const other = issuer === ems && random.chance(0.7) ? revoked : random.pick(parties).key;
      const key: Key = random.chance(0.15) ? other : issuer.key;
      const signature = signDigest(noticeDigest(world.domain, notice), key.privateKey);
      given.push({ notice, signature });
      return { notice, signature };
    };

    for (let batch = 0; batch < BATCHES; batch++) {
      if (random.chance(0.3)) await suspend(world, distributor);
      if (random.chance(0.6)) await reinstate(world, distributor);
      const before = await latestTime(world);
      const some = Array.from({ length: 1 + random.int(0, 3) }, () => draw(before));
      const calls = some.map(({ notice, signature }) => ({
        notice,
        signature: signatureParts(signature),
      }));
      const isAlone = some.length === 1;
      const logs = isAlone
        ? await alone(world, calls[0]!)
        : (await logsOf(world, world.ledger.notifyBatch(calls))).map(({ name, args }) =>
            name === "NoticeTaken"
              ? { digest: String(args.digest) }
              : {
                  digest: String(args.digest),
                  violation: decodeRefusal(world, String(args.reason)),
                },
          );
      const now = isAlone ? before : await latestTime(world);
      const expected: { digest: string; violation?: NoticeViolation }[] = [];
      for (const { notice, signature } of some) {
        const digest = noticeDigest(world.domain, notice);
        const signer = recoverSigner(digest, signature);
        const violation = noticeViolation(taken.context(world, now), { notice, digest, signer });
        const isIgnored = !isAlone && taken.digests.has(digest);
        count(isIgnored ? "ignored" : (violation?.name ?? "taken"));
        if (!isIgnored) expected.push({ digest, ...(violation && { violation }) });
        if (!violation) taken.take(digest, notice);
      }
      expect(logs, `batch ${batch}, SEED=${SEED}`).to.deep.equal(expected);
    }
    for (const lot of lots)
      expect(await world.ledger.noticeWordOf(lot)).to.equal(taken.words.get(lot) ?? ZERO_HASH);
    expect([...counts.keys()]).to.have.members([...OUTCOMES]);
    await world.connection.close();
  });
});

/** Gives one notice alone: the outcome in the form of a batch's. */
async function alone(
  world: World,
  { notice, signature }: { notice: Notice; signature: ReturnType<typeof signatureParts> },
) {
  const digest = noticeDigest(world.domain, notice);
  const data = world.ledger.interface.encodeFunctionData("notify", [notice, signature]);
  try {
    await world.connection.provider.request({
      method: "eth_call",
      params: [{ to: world.domain.ledger, data }, "latest"],
    });
  } catch (error) {
    const reason = (error as { data?: string }).data;
    return [{ digest, violation: decodeRefusal(world, String(reason)) }];
  }
  await (await world.ledger.notify(notice, signature)).wait();
  return [{ digest }];
}
