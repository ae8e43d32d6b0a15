// Tests recalls, suspicions and withdrawals: who may give them, and the word that covers all of
// them.
import { expect } from "chai";
import { signDigest } from "../../protocol/base/crypto.ts";
import {
  type Notice,
  NOTICE_KINDS,
  noticeDigest,
  noticeWord,
} from "../../protocol/event/notice.ts";
import { signatureParts } from "../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { type Scene, createScene, freshLot, lotsOf, stateOf } from "./support/scene.ts";
import { type Party, decodeRefusal, latestTime, logsOf, lotsThatDiffer } from "./support/world.ts";

const DETAILS = `0x${"d".repeat(64)}`;

describe("CustodyLedger, on notices", () => {
  let scene: Scene;

  before(async () => {
    scene = await createScene();
  });

  after(() => scene.world.connection.close());

  /** Gives a notice, and checks its log. */
  async function give(
    issuer: Party,
    kind: keyof typeof NOTICE_KINDS,
    lot: string,
    withdraws = ZERO_HASH,
  ) {
    const { world } = scene;
    const notice: Notice = {
      lot,
      kind: NOTICE_KINDS[kind],
      issuer: issuer.address,
      time: await latestTime(world),
      withdraws,
      details: DETAILS,
    };
    const digest = noticeDigest(world.domain, notice);
    const signature = signatureParts(signDigest(digest, issuer.key.privateKey));
    expect(await world.ledger.notify.staticCall(notice, signature)).to.equal(digest);
    const logs = await logsOf(world, world.ledger.notify(notice, signature));
    expect(logs).to.deep.equal([{ name: "NoticeTaken", args: { digest, ...notice } }]);
    return digest;
  }

  it("records a recall by the lot's issuer, also of a lot that the ledger does not know", async () => {
    const { maker, world } = scene;
    const lot = freshLot(scene, maker);
    expect(await world.ledger.noticeWordOf(lot)).to.equal(ZERO_HASH);
    const digest = await give(maker, "recall", lot);
    expect(await world.ledger.noticeWordOf(lot)).to.equal(noticeWord(ZERO_HASH, digest));
    expect(await world.ledger.wordOf(lot)).to.equal(ZERO_HASH);
  });

  it("records corrections by the lot's issuer, any number, and their withdrawals", async () => {
    const { maker, world } = scene;
    const lot = freshLot(scene, maker);
    const first = await give(maker, "correction", lot);
    await world.connection.networkHelpers.mine();
    const second = await give(maker, "correction", lot);
    const third = await give(maker, "withdrawal", lot, first);
    const word = [first, second, third].reduce(noticeWord, ZERO_HASH);
    expect(await world.ledger.noticeWordOf(lot)).to.equal(word);
  });

  it("records suspicions by any party, and chains them into one word", async () => {
    const { maker, world } = scene;
    const [lot] = await lotsOf(scene, maker, 10);
    const before = stateOf(scene, lot!);
    let word = ZERO_HASH;
    for (const issuer of [scene.laboratory, scene.ems, scene.distributor, maker]) {
      word = noticeWord(word, await give(issuer, "suspicion", lot!));
      expect(await world.ledger.noticeWordOf(lot!)).to.equal(word);
    }
    expect(stateOf(scene, lot!)).to.equal(before);
    expect(await lotsThatDiffer(world, [lot!])).to.deep.equal([]);
  });

  it("records notices of a batch in order, skips what it refuses, and ignores what it has", async () => {
    const { maker, ems, world } = scene;
    const lot = freshLot(scene, maker);
    const time = await latestTime(world);
    const given = (issuer: Party, kind: keyof typeof NOTICE_KINDS, withdraws = ZERO_HASH) => {
      const notice: Notice = {
        lot,
        kind: NOTICE_KINDS[kind],
        issuer: issuer.address,
        time,
        withdraws,
        details: DETAILS,
      };
      const digest = noticeDigest(world.domain, notice);
      const signature = signatureParts(signDigest(digest, issuer.key.privateKey));
      return { digest, signed: { notice, signature } };
    };
    const suspicion = given(ems, "suspicion");
    const recall = given(ems, "recall");
    const withdrawal = given(ems, "withdrawal", suspicion.digest);
    const batch = [suspicion, recall, suspicion, withdrawal, withdrawal];
    const logs = await logsOf(world, world.ledger.notifyBatch(batch.map(({ signed }) => signed)));
    expect(logs.map(({ name, args }) => [name, args.digest])).to.deep.equal([
      ["NoticeTaken", suspicion.digest],
      ["NoticeSkipped", recall.digest],
      ["NoticeTaken", withdrawal.digest],
    ]);
    const reason = decodeRefusal(world, String(logs[1]!.args.reason));
    expect(reason).to.deep.equal({ name: "NotIssuer", args: [lot, ems.address] });
    const word = [suspicion, withdrawal].reduce(
      (before, { digest }) => noticeWord(before, digest),
      ZERO_HASH,
    );
    expect(await world.ledger.noticeWordOf(lot)).to.equal(word);
  });

  it("reverts a batch as a whole if the gas does not suffice, and never skips a notice for that", async () => {
    const { maker, ems, world } = scene;
    const time = await latestTime(world);
    const given = Array.from({ length: 3 }, () => {
      const notice: Notice = {
        lot: freshLot(scene, maker),
        kind: NOTICE_KINDS.suspicion,
        issuer: ems.address,
        time,
        withdraws: ZERO_HASH,
        details: DETAILS,
      };
      const digest = noticeDigest(world.domain, notice);
      return { notice, signature: signatureParts(signDigest(digest, ems.key.privateKey)) };
    });
    const enough = await world.ledger.notifyBatch.estimateGas(given);
    for (let gas = 40_000n; gas < enough; gas += 9_973n) {
      const outcome = await world.connection.provider
        .request({
          method: "eth_call",
          params: [
            {
              to: world.domain.ledger,
              gas: `0x${gas.toString(16)}`,
              data: world.ledger.interface.encodeFunctionData("notifyBatch", [given]),
            },
            "latest",
          ],
        })
        .then(
          () => "went through",
          () => "reverted",
        );
      expect(outcome, `with ${gas} gas`).to.equal("reverted");
    }
  });

  it("records a withdrawal by the notice's issuer, who can then give the notice again", async () => {
    const { maker, ems, world } = scene;
    const lot = freshLot(scene, maker);
    const recall = await give(maker, "recall", lot);
    const suspicion = await give(ems, "suspicion", lot);
    const first = await give(maker, "withdrawal", lot, recall);
    const second = await give(ems, "withdrawal", lot, suspicion);
    const again = await give(maker, "recall", lot);
    const word = [recall, suspicion, first, second, again].reduce(noticeWord, ZERO_HASH);
    expect(await world.ledger.noticeWordOf(lot)).to.equal(word);
    await give(maker, "withdrawal", lot, again);
  });
});
