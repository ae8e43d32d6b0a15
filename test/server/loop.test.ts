// Tests how long a loop waits between its steps, with the clock and the timers of the test.
import { expect } from "chai";
import { mock } from "node:test";
import { pino } from "pino";
import { type Loop, type Outcome, startLoop } from "../../server/loop.ts";

const PAUSES = { pauseMs: 100, idleMs: 1_000 };

describe("a loop", () => {
  let loop: Loop | undefined;
  let steps: number;
  let step: () => Promise<Outcome>;

  /** Lets everything run that does not wait for a timer. */
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  /** The pauses before each of the next steps, in milliseconds. */
  const pauses = async (count: number): Promise<number[]> => {
    const waited: number[] = [];
    for (let i = 0; i < count; i++) {
      const before = steps;
      let ms = 0;
      for (; steps === before && ms < 5_000; ms += 50) {
        mock.timers.tick(50);
        await settle();
      }
      waited.push(ms);
    }
    return waited;
  };
  const start = async (outcome: Outcome) => {
    steps = 0;
    step = () => Promise.resolve(outcome);
    loop = startLoop(
      "testing",
      () => {
        steps++;
        return step();
      },
      {
        ...PAUSES,
        log: pino({ level: "silent" }),
        isFatal: () => false,
        onFatal: () => undefined,
      },
    );
    await settle();
  };

  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(async () => {
    await loop?.stop();
    mock.timers.reset();
  });

  it("waits longer and longer while there is nothing to do, up to the longest pause", async () => {
    await start("nothing");
    expect(await pauses(7)).to.deep.equal(Array<number>(7).fill(100));
    expect(await pauses(6)).to.deep.equal([100, 200, 400, 800, 1_000, 1_000]);
  });

  it("keeps the short pause while something is under way", async () => {
    await start("soon");
    expect(await pauses(30)).to.deep.equal(Array<number>(30).fill(100));
  });

  it("begins again at once when it is nudged, and then waits briefly", async () => {
    await start("nothing");
    await pauses(13);
    const before = steps;
    loop!.nudge();
    await settle();
    expect(steps).to.equal(before + 1);
    expect(await pauses(3)).to.deep.equal([100, 100, 100]);
  });

  it("runs once more when it is nudged during a step", async () => {
    await start("nothing");
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    step = () => promise;
    await pauses(1);
    const before = steps;
    loop!.nudge();
    step = () => Promise.resolve("nothing");
    resolve("nothing");
    await settle();
    expect(steps).to.equal(before + 1);
  });
});
