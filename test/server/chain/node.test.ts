// Tests requests to a node over HTTP: limits on its silence but not on our own work, broken connections, bounds on size.
import { expect } from "chai";
import { setTimeout as wait } from "node:timers/promises";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { connectNode } from "../../../server/chain/node.ts";
import { moodyNode, type Mood, type MoodyNode } from "../../support/moody-node.ts";

/** The limit when the node never ends its answer: short, so that the test is fast. */
const SHORT_MS = 200;
/** The limit when the node answers: far more than it needs. The busy work takes three times as long. */
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

  it("reads an answer that arrived while this thread was busy for three times the limit", async () => {
    const before = ask("counted", [0, 500], { silenceMs: LIMIT_MS });
    await wait(100); // the request goes out, and its answer arrives during the work
    work(3 * LIMIT_MS);
    expect(await before).to.equal(1);
  });

  it("reads an answer while this thread is busy again and again", async () => {
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

  it("throws CHAIN_UNREACHABLE when the node is silent until the limit", async () => {
    expect(await failure(ask("silent", [], { silenceMs: SHORT_MS }))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: it was silent for 0.2 seconds",
    ]);
  });

  it("waits longer than the limit for an answer that arrives in pieces", async () => {
    const began = performance.now();
    expect(await ask("trickle", [25, 100], { silenceMs: 2 * LIMIT_MS })).to.equal("slow");
    expect(performance.now() - began).to.be.greaterThan(2 * LIMIT_MS);
  });

  it("throws CHAIN_UNREACHABLE at an answer that trickles without end", async () => {
    expect(await failure(ask("trickle", [100_000, 10], { silenceMs: SHORT_MS }))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: its answer took more than 1.6 seconds",
    ]);
  });

  it("throws CHAIN_UNREACHABLE at an answer that is too large", async () => {
    expect(await failure(ask("large", [2_000_000], { maxBytes: 1_000_000 }))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: it has more than 1000000 bytes",
    ]);
  });

  it("retries after a broken connection and gives up after three attempts", async () => {
    expect(await ask("broken", [1])).to.equal("well");
    expect(await failure(ask("broken", [1_000]))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: it cannot be reached",
    ]);
    expect(await ask("broken", [5]), "the node counted five earlier requests").to.equal("well");
  });

  it("does not retry a method that changes the chain", async () => {
    const fresh = await moodyNode();
    try {
      const request = connectNode(fresh.url);
      expect(await failure(request("anvil_mine", ["broken", 1]))).to.include("CHAIN_UNREACHABLE");
      expect(await request("eth_call", ["broken", 1])).to.equal("well");
    } finally {
      await fresh.close();
    }
  });

  it("limits concurrent requests, reuses connections and answers all requests", async () => {
    const fresh = await moodyNode();
    try {
      const request = connectNode(fresh.url, { atOnce: 4 });
      const requests = Array.from({ length: 40 }, () => request("eth_call", ["counted", 0, 5]));
      const most = Math.max(...((await Promise.all(requests)) as number[]));
      expect(most).to.be.within(1, 4);
      expect(await request("eth_call", ["connections"])).to.be.lessThan(40);
    } finally {
      await fresh.close();
    }
  });

  it("names the HTTP status when the answer is not JSON", async () => {
    expect(await failure(ask("status", [503]))).to.deep.equal([
      "CHAIN_UNREACHABLE",
      "the node gave no answer to eth_call: HTTP status 503",
    ]);
  });
});
