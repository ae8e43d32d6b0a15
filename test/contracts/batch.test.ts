// Sends many events in one transaction. The ledger records each event, skips it with its reason,
// or ignores it because it is already recorded.
import { expect } from "chai";
import { ACTIONS } from "../../protocol/event/event.ts";
import { type Submission } from "../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { type Scene, createScene, freshLot, happens, lotsOf } from "./support/scene.ts";
import {
  type Party,
  type Plan,
  applyToStates,
  decodeRefusal,
  eventOf,
  latestTime,
  logsOf,
  lotsThatDiffer,
  prepare,
} from "./support/world.ts";

describe("CustodyLedger.recordBatch", () => {
  let scene: Scene;

  before(async () => {
    scene = await createScene();
  });

  after(() => scene.world.connection.close());

  /** An event on the present states. `moves` says whether it is applied to them. */
  async function prepared(
    action: keyof typeof ACTIONS,
    actor: Party,
    entries: Plan["entries"],
    moves = true,
  ) {
    const { world } = scene;
    const time = await latestTime(world);
    const event = eventOf(world, { action: ACTIONS[action], actor: actor.address, entries, time });
    const { digest, submission } = prepare(world, event, actor.key);
    if (moves)
      expect(applyToStates(world, event, actor.key.address, time).violation).to.equal(undefined);
    return { digest, submission };
  }

  /** Records a batch, and returns its logs: recorded digests, and skipped ones with their reasons. */
  async function send(submissions: Submission[]) {
    const logs = await logsOf(scene.world, scene.world.ledger.recordBatch(submissions));
    return logs.map(({ name, args }) => {
      if (name === "EventRecorded") return { recorded: args.digest };
      return { skipped: args.digest, reason: decodeRefusal(scene.world, String(args.reason)) };
    });
  }

  it("records events in order, each on the state that the one before left", async () => {
    const { maker, ems, world } = scene;
    const lot = freshLot(scene, maker);
    const made = await prepared("commission", maker, [{ lot, quantity: 10 }]);
    const held = await prepared("hold", maker, [{ lot, quantity: 10 }]);
    const other = await prepared("introduce", ems, [{ lot: freshLot(scene, ems), quantity: 3 }]);
    expect(await send([made, held, other].map(({ submission }) => submission))).to.deep.equal([
      { recorded: made.digest },
      { recorded: held.digest },
      { recorded: other.digest },
    ]);
    expect(await lotsThatDiffer(world)).to.deep.equal([]);
  });

  it("skips an event that breaks a rule, logs the reason and continues", async () => {
    const { maker, ems, world } = scene;
    const [lot, others] = [freshLot(scene, maker), await lotsOf(scene, ems, 5)];
    const notHolder = await prepared("inspect", maker, [{ lot: others[0]!, quantity: 5 }], false);
    const made = await prepared("commission", maker, [{ lot, quantity: 10 }]);
    const twice = { ...made.submission, details: `0x${"1".repeat(64)}` };
    const twiceDigest = await world.ledger.digestOf(twice);
    const [first, second, third] = await send([notHolder.submission, made.submission, twice]);
    expect([first, second]).to.deep.equal([
      { skipped: notHolder.digest, reason: { name: "NotHolder", args: [others[0], ems.address] } },
      { recorded: made.digest },
    ]);
    expect(third).to.deep.equal({
      skipped: twiceDigest,
      reason: { name: "LotExists", args: [lot] },
    });
    expect(await lotsThatDiffer(world)).to.deep.equal([]);
  });

  it("ignores an event that is already recorded, alone or twice in a batch", async () => {
    const { maker, world } = scene;
    const made = await prepared("commission", maker, [
      { lot: freshLot(scene, maker), quantity: 10 },
    ]);
    expect(await send([made.submission, made.submission])).to.deep.equal([
      { recorded: made.digest },
    ]);
    expect(await send([made.submission])).to.deep.equal([]);

    const [lot] = await lotsOf(scene, maker, 10);
    const held = await prepared("hold", maker, [{ lot: lot!, quantity: 10 }]);
    expect(await send([held.submission, held.submission])).to.deep.equal([
      { recorded: held.digest },
    ]);
    expect(await lotsThatDiffer(world)).to.deep.equal([]);
  });

  it("ignores a recorded event while one of its lots is unchanged, and skips it once all have changed", async () => {
    const { maker, world } = scene;
    const lots = [1, 2].map(() => freshLot(scene, maker)).sort();
    const made = await prepared(
      "commission",
      maker,
      lots.map((lot) => ({ lot, quantity: 10 })),
    );
    await send([made.submission]);
    await happens(scene, "inspect", maker, [{ lot: lots[0]!, quantity: 10 }]);
    expect(await send([made.submission])).to.deep.equal([]);
    await happens(scene, "inspect", maker, [{ lot: lots[1]!, quantity: 10 }]);
    expect(await send([made.submission])).to.deep.equal([
      { skipped: made.digest, reason: { name: "LotExists", args: [lots[0]] } },
    ]);
    expect(await lotsThatDiffer(world)).to.deep.equal([]);
  });

  it("skips a malformed event with a zero digest", async () => {
    const { maker } = scene;
    const { submission } = await prepared(
      "commission",
      maker,
      [{ lot: freshLot(scene, maker), quantity: 10 }],
      false,
    );
    const reason = { name: "MalformedSubmission", args: [] };
    const noLines = { ...submission, lines: [] };
    const noOrigin = { ...submission, lines: [submission.lines[0]! | (1n << 128n)] };
    expect(await send([noLines, noOrigin])).to.deep.equal([
      { skipped: ZERO_HASH, reason },
      { skipped: ZERO_HASH, reason },
    ]);
  });

  it("skips an event without entries with its digest", async () => {
    const { maker } = scene;
    const { submission, digest } = await prepared("inspect", maker, [], false);
    expect(await send([submission])).to.deep.equal([
      { skipped: digest, reason: { name: "EntryCountOutOfRange", args: [0] } },
    ]);
  });

  it("reverts as a whole when an event runs out of gas, and skips none", async () => {
    const { maker, world } = scene;
    const before = await prepared(
      "commission",
      maker,
      [{ lot: freshLot(scene, maker), quantity: 10 }],
      false,
    );
    const entries = Array.from({ length: 50 }, () => ({
      lot: freshLot(scene, maker),
      quantity: 10,
    }));
    const { submission } = await prepared("commission", maker, entries, false);
    const submissions = [before.submission, submission];
    const enough = await world.ledger.recordBatch.estimateGas(submissions);
    for (const percent of [20n, 40n, 60n, 80n, 95n, 99n]) {
      const sent = world.ledger.recordBatch(submissions, { gasLimit: (enough * percent) / 100n });
      const end = await sent.then(
        () => "went through",
        () => "reverted",
      );
      expect(end, `${percent} % of the gas`).to.equal("reverted");
    }
    expect(await lotsThatDiffer(world, [before.submission.lots[0]!])).to.deep.equal([]);

    const logs = await logsOf(world, world.ledger.recordBatch(submissions, { gasLimit: enough }));
    expect(logs.map(({ name }) => name)).to.deep.equal(["EventRecorded", "EventRecorded"]);
  });
});
