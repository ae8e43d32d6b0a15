// A node over HTTP: its silence is limited and our own work is not, broken connections are survived, and much is bounded.
import { expect } from "chai";
import { setTimeout as wait } from "node:timers/promises";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { connectNode } from "../../../server/chain/node.ts";
import { moodyNode, type Mood, type MoodyNode } from "../../support/moody-node.ts";

/** Where the node never ends its answer: short. */
const SHORT_MS = 200;
/** Where it answers: far more than it needs. The busy work is three times as long. */
const LIMIT_MS = 1_000;

/** Keeps this thread busy, as hashing does. */
function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

describe("connectNode", () => {
  let node: MoodyNode;
  before(async () => {
    node = await moodyNode();
  });
  after(() => node.close());

  const ask = (
    mood: Mood,
    [n, ms]: [n?: number, ms?: number] = [],
    {
      method = "eth_call",
      ...options
    }: { method?: string } & Parameters<typeof connectNode>[1] = {},
  ) => connectNode(node.url, { silenceMs: 10_000, ...options })(method, [mood, n, ms]);
  const failure = (question: Promise<unknown>): Promise<unknown> =>
    question.then(
      (answer) => answer,
      (error: unknown) => (error instanceof ProtocolError ? [error.code, error.message] : error),
    );

  it("reads an answer that came while this thread was busy for three times the limit", async () => {
    const before = ask("counted", [0, 500], { silenceMs: LIMIT_MS });
    await wait(100); // the question goes out, and its answer comes during the work
    work(3 * LIMIT_MS);
    expect(await before).to.equal(1);
  });

  it("reads an answer though this thread is busy again and again", async () => {
    let isDone = false;
    const answer = ask("well", [], { silenceMs: LIMIT_MS }).finally(() => {
      isDone = true;
    });
    const keepBusy = () => {
      work(LIMIT_MS);
      if (!isDone) setTimeout(keepBusy);
    };
    keepBusy();
    expect(await answer).to.equal("well");
  });

  it("calls a node unreachable that says nothing until the limit", async () => {
    expect(await failure(ask("silent", [], { silenceMs: SHORT_MS }))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: it was silent for 0.2 seconds",
    ]);
  });

  it("waits for an answer that comes in pieces for longer than the limit", async () => {
    const began = performance.now();
    expect(await ask("trickle", [25, 100], { silenceMs: 2 * LIMIT_MS })).to.equal("slow");
    expect(performance.now() - began).to.be.greaterThan(2 * LIMIT_MS);
  });

  it("ends an answer that comes in drops without an end", async () => {
    expect(await failure(ask("trickle", [100_000, 10], { silenceMs: SHORT_MS }))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: its answer took more than 1.6 seconds",
    ]);
  });

  it("stops reading an answer that is too large", async () => {
    expect(await failure(ask("large", [2_000_000], { maxBytes: 1_000_000 }))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: it has more than 1000000 bytes",
    ]);
  });

  it("asks again where the connection broke, and gives up after three attempts", async () => {
    expect(await ask("broken", [1])).to.equal("well");
    expect(await failure(ask("broken", [1_000]))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: it cannot be reached",
    ]);
    expect(await ask("broken", [5]), "five were seen before").to.equal("well");
  });

  it("asks once only where asking twice would do something twice", async () => {
    const fresh = await moodyNode();
    try {
      const request = connectNode(fresh.url);
      expect(await failure(request("anvil_mine", ["broken", 1]))).to.include("CHAIN_UNREACHABLE");
      expect(await request("eth_call", ["broken", 1])).to.equal("well");
    } finally {
      await fresh.close();
    }
  });

  it("has only so many questions under way, keeps their connections, and answers all", async () => {
    const fresh = await moodyNode();
    try {
      const request = connectNode(fresh.url, { atOnce: 4 });
      const questions = Array.from({ length: 40 }, () => request("eth_call", ["counted", 0, 5]));
      const most = Math.max(...((await Promise.all(questions)) as number[]));
      expect(most).to.be.within(1, 4);
      expect(await request("eth_call", ["connections"])).to.be.lessThan(40);
    } finally {
      await fresh.close();
    }
  });

  it("names the HTTP status where the answer has no JSON", async () => {
    expect(await failure(ask("status", [503]))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: HTTP status 503",
    ]);
  });
});
