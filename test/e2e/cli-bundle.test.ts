// Runs `reelproof verify BUNDLE` with a node and no service. Tests whom it trusts, what it asks
// the node, and its exit codes.
import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../cli/program.ts";
import type { BundleClaim } from "../../protocol/trail/bundle-claim.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import {
  type BundleWorld,
  type LogBundleWorld,
  openBundleWorld,
  openLogBundleWorld,
} from "../support/bundles.ts";
import { mine } from "../support/ledger.ts";
import { type PaperChain, answer } from "../support/paper-ledger.ts";
import { dataFolder } from "../support/process.ts";

type Question = { id: number; method: string; params: unknown[] };
type Output = Verdict & { bundle: BundleClaim; error?: { code: string; field?: string } };

/** How a node answers questions: `batches` is for several at once. */
interface Manner {
  batches: "answers" | "refuses" | "errs";
  answers: "all" | "nothing" | "junk";
}

describe("reelproof verify BUNDLE", () => {
  let made: BundleWorld;
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let file: string;
  let node: Server;
  let url: string;
  /** The chain that the node answers from. */
  let chain: PaperChain;
  let posts: number;
  let manner: Manner;

  before(async () => {
    made = await openBundleWorld();
    await mine(made.world.ledger, 12);
    folder = await dataFolder();
    file = join(folder.path, "bundle.json");
    await writeFile(file, JSON.stringify(made.bundle));
    node = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => (text += String(chunk)));
      request.on("end", () => {
        posts++;
        if (manner.answers === "nothing") return void request.socket.destroy();
        if (manner.answers === "junk") return void response.end("<html>");
        const asked = JSON.parse(text) as Question | Question[];
        const isMany = Array.isArray(asked);
        if (isMany && manner.batches === "refuses")
          return void response.writeHead(400).end("one at a time");
        if (isMany && manner.batches === "errs")
          return void response.end(
            JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32600, message: "no" } }),
          );
        const answers = [asked].flat().map(({ id, method, params }) => ({
          jsonrpc: "2.0",
          id,
          result: answer(chain, method, params),
        }));
        response.end(JSON.stringify(isMany ? answers.reverse() : answers[0]));
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => node.once("listening", resolve));
    url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
  });
  after(async () => {
    node.close();
    await folder.remove();
  });
  beforeEach(() => {
    posts = 0;
    chain = made.chain;
    manner = { batches: "answers", answers: "all" };
  });

  async function runJson(args: string[], input?: string): Promise<{ code: number; body: Output }> {
    let stdout = "";
    const stdin = Object.assign(
      (async function* () {
        yield* input === undefined ? [] : [input];
      })(),
      { isTTY: undefined },
    );
    const out = { write: (text: string) => (stdout += text) };
    const nowhere = { DATA_DIR: join(folder.path, "none"), REELPROOF_URL: "http://127.0.0.1:1" };
    const code = await run(
      ["verify", ...args, "--json"],
      nowhere,
      out,
      { write: () => undefined },
      stdin,
    );
    return { code, body: JSON.parse(stdout) as Output };
  }
  const codesOf = ({ findings }: Output) => findings.map(({ code }) => code);
  const trusting = () => [file, "--rpc", url, "--ledger", made.trust.ledger];
  const problem = ({ code, body }: { code: number; body: Output }) => [
    code,
    body.error?.code,
    body.error?.field,
  ];

  it("judges by the named node and ledger, and exits with the verdict's code", async () => {
    const { code, body } = await runJson(trusting());
    expect([code, body.verdict, codesOf(body)]).to.deep.equal([10, "WARN", ["SUSPECTED"]]);
    expect(body.trusted).to.include({
      ledger: made.trust.ledger,
      chainId: 31337,
      finality: 12,
      node: url,
    });
    expect(posts, "batches").to.be.below(12);
  });

  it("reads a bundle from stdin", async () => {
    const { code } = await runJson(["-", ...trusting().slice(1)], await readFile(file, "utf8"));
    expect(code).to.equal(10);
  });

  for (const batches of ["refuses", "errs"] as const)
    it(`asks one question at a time when the node ${batches} on a batch`, async () => {
      manner.batches = batches;
      const { code } = await runJson(trusting());
      expect(code).to.equal(10);
      expect(posts).to.be.above(12);
    });

  it("fails an altered bundle with exit code 12", async () => {
    const altered = join(folder.path, "altered.json");
    const bundle = structuredClone(made.bundle);
    bundle.trail.events[3]!.event.time += 1;
    await writeFile(altered, JSON.stringify(bundle));
    const { code, body } = await runJson([altered, ...trusting().slice(1)]);
    expect([code, body.verdict]).to.deep.equal([12, "FAIL"]);
  });

  it("is INCOMPLETE without a node, and when the node gives no answer or an invalid one", async () => {
    const alone = await runJson([file, "--ledger", made.trust.ledger]);
    expect([alone.code, codesOf(alone.body)]).to.deep.equal([11, ["NO_NODE", "SUSPECTED"]]);
    manner.answers = "nothing";
    const down = await runJson(trusting());
    expect([down.code, codesOf(down.body)[0]]).to.deep.equal([11, "NODE_UNREACHABLE"]);
    manner.answers = "junk";
    const junk = await runJson(trusting());
    expect([junk.code, codesOf(junk.body)[0]]).to.deep.equal([11, "NODE_INCONSISTENT"]);
    const dated = await runJson([...trusting(), "--at", "1"]);
    expect([dated.code, codesOf(dated.body)[0]]).to.deep.equal([11, "NODE_INCONSISTENT"]);
  });

  it("requires a trusted ledger, and never passes with --trust-bundle-ledger", async () => {
    expect(problem(await runJson([file, "--rpc", url]))).to.deep.equal([
      2,
      "LEDGER_NOT_SAID",
      "--ledger",
    ]);
    const { code, body } = await runJson([file, "--rpc", url, "--trust-bundle-ledger"]);
    expect([code, codesOf(body)]).to.deep.equal([10, ["SUSPECTED", "LEDGER_OF_BUNDLE"]]);
    const both = await runJson([...trusting(), "--trust-bundle-ledger"]);
    expect(problem(both)).to.deep.equal([2, "BAD_OPTION", "--ledger"]);
    const other = await runJson([file, "--rpc", url, "--ledger", `0x${"ab".repeat(20)}`]);
    expect([other.code, codesOf(other.body)]).to.deep.equal([12, ["OTHER_LEDGER"]]);
    const chain = await runJson([...trusting(), "--chain", "1"]);
    expect([chain.code, codesOf(chain.body)]).to.deep.equal([12, ["OTHER_LEDGER"]]);
  });

  it("judges as of a block by number, hash or time", async () => {
    const head = made.chain.blocks.at(-1)!;
    const early = made.chain.blocks[14]!;
    const moment = new Date(1000 * (Number(early.timestamp) + 11))
      .toISOString()
      .replace(/\.\d+Z/, "Z");
    for (const [at, block] of [
      [String(Number(head.number)), head],
      [String(Number(early.number)), early],
      [early.hash, early],
      [moment, early],
    ] as const) {
      const { code, body } = await runJson([...trusting(), "--finality", "0", "--at", at]);
      expect(body.block?.hash, at).to.equal(block.hash);
      expect(body.trusted.now, at).to.equal(Number(block.timestamp));
      expect([code, codesOf(body).includes("NOT_RECORDED")], at).to.deep.equal(
        block === head ? [10, false] : [11, true],
      );
    }
    for (const at of ["99999", `0x${"00".repeat(32)}`, "yesterday", "2001-01-01", "2026-13-45"])
      expect(problem(await runJson([...trusting(), "--at", at])), at).to.deep.equal([
        2,
        "BAD_OPTION",
        "--at",
      ]);
    expect(
      problem(await runJson([file, "--ledger", made.trust.ledger, "--at", "1"])),
    ).to.deep.equal([2, "BAD_OPTION", "--at"]);
  });

  describe("reelproof verify BUNDLE, on a log-only lot", () => {
    let logged: LogBundleWorld;
    let trusting: string[];
    let contract: string;

    before(async () => {
      logged = await openLogBundleWorld();
      await mine(logged.world.ledger, 12);
      contract = logged.log.contract;
      const path = join(folder.path, "log.json");
      await writeFile(path, JSON.stringify(logged.bundle));
      trusting = [path, "--rpc", url, "--ledger", logged.trust.ledger];
    });
    beforeEach(() => {
      chain = logged.chain;
    });
    const kindsOf = (body: Output) => [...new Set(codesOf(body))].toSorted();

    it("is INCOMPLETE when no checkpoint contract is named", async () => {
      const { code, body } = await runJson(trusting);
      expect([code, body.verdict, kindsOf(body)]).to.deep.equal([
        11,
        "INCOMPLETE",
        ["CHECKPOINTS_NOT_TRUSTED", "SUSPECTED"],
      ]);
      expect(codesOf(body).filter((each) => each === "CHECKPOINTS_NOT_TRUSTED")).to.have.length(
        logged.bundle.trail.events.length,
      );
      expect(body.trusted).not.to.have.property("checkpoints");
      expect(body.bundle.checkpoints).to.equal(contract);
    });

    it("uses the named checkpoint contract, and warns that the trail may not be the latest", async () => {
      for (const address of [contract, contract.toUpperCase().replace("0X", "0x")]) {
        const { code, body } = await runJson([...trusting, "--checkpoints", address]);
        expect([code, body.verdict, kindsOf(body)]).to.deep.equal([
          10,
          "WARN",
          ["LATEST_UNPROVEN", "SUSPECTED"],
        ]);
        expect(body.trusted.checkpoints).to.equal(contract);
        expect(new Set(body.events.map(({ guarantee }) => guarantee))).to.deep.equal(
          new Set(["log"]),
        );
      }
    });

    it("fails a bundle of another checkpoint contract", async () => {
      const { code, body } = await runJson([...trusting, "--checkpoints", `0x${"5e".repeat(20)}`]);
      expect([code, body.verdict]).to.deep.equal([12, "FAIL"]);
      expect(codesOf(body)).to.include.members(["OTHER_CHECKPOINTS", "CHECKPOINT_NOT_ANCHORED"]);
      const wrong = await runJson([...trusting, "--checkpoints", "0x12"]);
      expect(problem(wrong)).to.deep.equal([2, "BAD_OPTION", "--checkpoints"]);
    });

    it("uses the bundle's own contract with --trust-bundle-ledger, and warns of it", async () => {
      const [path, ...node] = trusting as [string, ...string[]];
      const { code, body } = await runJson([path, ...node.slice(0, 2), "--trust-bundle-ledger"]);
      expect([code, kindsOf(body)]).to.deep.equal([
        10,
        ["LATEST_UNPROVEN", "LEDGER_OF_BUNDLE", "SUSPECTED"],
      ]);
      expect(body.trusted.checkpoints).to.equal(contract);
    });
  });

  it("refuses each invalid option by its name", async () => {
    const bad: [string[], string, string][] = [
      [[join(folder.path, "none.json"), "--rpc", url], "BAD_FILE", "LOT"],
      [["R-1", "--rpc", url], "BAD_FILE", "LOT"],
      [[file, "--rpc", "nowhere", "--ledger", made.trust.ledger], "BAD_OPTION", "--rpc"],
      [[file, "--rpc", "ftp://127.0.0.1", "--ledger", made.trust.ledger], "BAD_OPTION", "--rpc"],
      [[file, "--ledger", "0x12"], "BAD_OPTION", "--ledger"],
      [[...trusting(), "--finality", "-1"], "BAD_OPTION", "--finality"],
      [[...trusting(), "--chain", "x"], "BAD_OPTION", "--chain"],
      [[...trusting(), "--policy", file], "BAD_FILE", "format"], // the first field that a policy does not have
    ];
    for (const [args, code, field] of bad)
      expect(problem(await runJson(args))).to.deep.equal([2, code, field]);
    await writeFile(join(folder.path, "junk.json"), "{");
    expect(
      problem(await runJson([join(folder.path, "junk.json"), ...trusting().slice(1)])),
    ).to.deep.equal([2, "BAD_FILE", "LOT"]);
  });
});
