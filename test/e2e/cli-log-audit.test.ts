// `reelproof log audit` against a service over HTTP and its chain: an honest log, and one whose operator lies on the way.
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AuditReport } from "../../cli/log-audit.ts";
import { run as runProgram } from "../../cli/program.ts";
import { signNote } from "../../protocol/log/signed-note.ts";
import * as acts from "../../server/acts.ts";
import { nameOfLog, noteOf } from "../../server/merkle-log/proofs.ts";
import { keepLog, newShipment } from "../support/examples.ts";
import { openTestHttp, type TestHttp } from "../support/http.ts";

class Written {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

type Lie = (path: string, body: Buffer) => Buffer | string;

describe("the command line: log audit", function () {
  this.timeout(120_000);
  let http: TestHttp;
  let folder: string;
  let liar: Server;
  let lie: Lie;
  let files = 0;

  before(async () => {
    http = await openTestHttp();
    folder = await mkdtemp(join(tmpdir(), "reelproof-audit-"));
    liar = createServer((request, response) => {
      void (async () => {
        const answer = await fetch(http.url + request.url!, { headers: request.headers as Record<string, string> });
        const body = lie(request.url!, Buffer.from(await answer.arrayBuffer()));
        response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(body);
      })();
    });
    await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
    await grow(3);
  });
  after(async () => {
    liar.close();
    await rm(folder, { recursive: true, force: true });
    await http.close();
  });

  const liarUrl = () => `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  const stateFile = () => join(folder, `state-${++files}`);
  async function grow(shipments: number): Promise<void> {
    for (let i = 0; i < shipments; i++) await newShipment(http);
    await keepLog(http);
    await http.settle();
  }

  async function audit(
    state: string,
    { url = http.url, key, more = [] }: { url?: string; key?: string | undefined; more?: string[] } = {},
  ): Promise<{ code: number; body: AuditReport & { error?: { code: string; field?: string } } }> {
    const { contract, operator } = http.ctx.merkleLog;
    const [stdout, stderr] = [new Written(), new Written()];
    const args = ["log", "audit", "--once", "--json", "--state", state, "--url", url, "--rpc", http.chain.url];
    const env = key === undefined ? {} : { REELPROOF_API_KEY: key };
    const given = [...args, "--log", contract!, "--operator", operator, ...more];
    const code = await runProgram(given, env, stdout, stderr);
    return { code, body: JSON.parse(stdout.text) as AuditReport };
  }
  const codes = ({ findings }: AuditReport) => findings.map(({ code }) => code);

  it("follows an honest log without an API key, and goes on where it was", async () => {
    const state = stateFile();
    const first = await audit(state);
    expect([first.code, first.body.findings]).to.deep.equal([0, []]);
    expect(first.body).to.include({ events: 0, withheld: 6, anchored: 6 });
    await grow(2);
    const second = await audit(state);
    expect(second.code).to.equal(0);
    expect(second.body).to.include({ withheld: 4, anchored: 10 });
    expect(second.body.followed).to.include({ size: 10 });
  });

  it("checks every event's form, signature and transition that its API key shows", async () => {
    const { code, body } = await audit(stateFile(), { key: http.keys.operator });
    expect([code, body.findings]).to.deep.equal([0, []]);
    expect(body).to.include({ events: 10, withheld: 0, unchecked: 0 });
  });

  it("names altered tiles, digests, events and signatures", async () => {
    const flip = (body: Buffer, at: number) => Buffer.from(body.map((byte, i) => (i === at ? byte ^ 1 : byte)));
    const lies: Record<string, Lie> = {
      LEAF_NOT_OF_EVENT: (path, body) => (path.startsWith("/v1/log/tile/0/") ? flip(body, 40) : body),
      EVENT_MALFORMED: (path, body) =>
        path.startsWith("/v1/log/entries") ? String(body).replaceAll('\\"quantity\\":100', '\\"quantity\\":101') : body,
      SIGNATURE_NOT_OF_PARTY: (path, body) =>
        path.startsWith("/v1/log/entries")
          ? String(body).replace(/"signature":"0x.{20}/, '"signature":"0x12121212121212121212')
          : body,
      NOTE_NOT_OF_LOG: (path, body) => (path.endsWith("format=note") ? String(body).replace("\n10\n", "\n11\n") : body),
    };
    for (const [wanted, each] of Object.entries(lies)) {
      lie = each;
      const { code, body } = await audit(stateFile(), { url: liarUrl(), key: http.keys.operator });
      expect([code, [...new Set(codes(body))]], wanted).to.deep.equal([12, [wanted]]);
    }
  });

  it("names a fork, remembers it, and does not take the fork for the log", async () => {
    const state = stateFile();
    expect((await audit(state)).code).to.equal(0);
    await grow(1);
    const forged = { ...nameOfLog(http.ctx), size: 12, root: `0x${"12".repeat(32)}` };
    lie = (path, body) => (path.endsWith("format=note") ? signNote(forged, http.ctx.merkleLog.seed) : body);
    const forked = await audit(state, { url: liarUrl() });
    expect([forked.code, codes(forked.body)]).to.deep.equal([12, ["CHECKPOINTS_DO_NOT_FIT"]]);
    expect(forked.body.followed.size).to.equal(10);
    const again = await audit(state);
    expect([again.code, again.body.followed.size]).to.deep.equal([12, 12]);
    expect(again.body.findings).to.deep.equal(forked.body.findings);
  });

  it("holds a note that somebody else was shown against the log", async () => {
    const honest = join(folder, "honest.note");
    const forged = join(folder, "forged.note");
    await writeFile(honest, noteOf(http.ctx, (await rootsOfLog())[0]!));
    await writeFile(forged, noteOf(http.ctx, { size: 5, root: `0x${"12".repeat(32)}` }));
    expect((await audit(stateFile(), { more: ["--note", honest] })).code).to.equal(0);
    const { code, body } = await audit(stateFile(), { more: ["--note", honest, "--note", forged] });
    expect([code, codes(body)]).to.deep.equal([12, ["CHECKPOINTS_DO_NOT_FIT"]]);
  });

  const rootsOfLog = async () =>
    (await http.ctx.prisma.checkpoint.findMany({ orderBy: { size: "asc" } })).map(({ size, root }) => ({
      ...{ size: Number(size), root },
    }));

  it("says that a log keeps back what it anchored", async () => {
    const [older] = await rootsOfLog();
    lie = (path, body) => (path.endsWith("format=note") ? noteOf(http.ctx, older!) : body);
    const { code, body } = await audit(stateFile(), { url: liarUrl() });
    expect([code, codes(body)[0]]).to.deep.equal([12, "ANCHORED_NOT_SHOWN"]);
  });

  it("refuses another log, another ledger, another key, and a state that is none", async () => {
    const other = `0x${"77".repeat(20)}`;
    const state = stateFile();
    await audit(state);
    for (const [more, field] of [
      [["--operator", other], "--operator"],
      [["--ledger", other], "--ledger"],
      [["--key", "x+00000000+AA=="], "--key"],
      [["--log", other], "--log"],
    ] as const) {
      const { code, body } = await audit(state, { more: [...more] });
      expect([code, body.error?.code, body.error?.field]).to.deep.equal([1, "ANOTHER_LOG", field]);
    }
    const none = stateFile();
    await writeFile(none, "no database at all, but a text of some length".repeat(100));
    const { code, body } = await audit(none);
    expect([code, body.error?.code]).to.deep.equal([2, "STATE_UNUSABLE"]);
    for (const [more, field] of [
      [["--operator", "0x12"], "--operator"],
      [["--every", "0"], "--every"],
      [["--rpc", "nowhere"], "--rpc"],
    ] as const) {
      const refused = await audit(stateFile(), { more: [...more] });
      expect([refused.code, refused.body.error?.code, refused.body.error?.field]).to.deep.equal([
        2,
        "BAD_FIELD",
        field,
      ]);
    }
  });

  it("says so where the service or the node does not answer, and has lost nothing", async () => {
    const state = stateFile();
    expect((await audit(state)).code).to.equal(0);
    const gone = await audit(state, { url: "http://127.0.0.1:1" });
    expect([gone.code, gone.body.error?.code]).to.deep.equal([3, "SERVICE_UNREACHABLE"]);
    const noNode = await audit(state, { more: ["--rpc", "http://127.0.0.1:1"] });
    expect([noNode.code, noNode.body.error?.code]).to.deep.equal([3, "CHAIN_UNREACHABLE"]);
    expect((await audit(state)).code).to.equal(0);
  });

  it("runs on, sees the log grow, and has its place when it was killed", async () => {
    const state = stateFile();
    const { contract, operator } = http.ctx.merkleLog;
    const args = ["log", "audit", "--state", state, "--url", http.url, "--rpc", http.chain.url, "--every", "1"];
    const child = spawn(process.execPath, [MAIN, ...args, "--log", contract!, "--operator", operator]);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    const said = async (text: string) => {
      while (!output.includes(text)) await once(child.stdout, "data");
    };
    const { size } = (await rootsOfLog()).at(-1)!;
    await said(`followed to ${size} events`);
    expect((await audit(state)).body.error?.code, "one process at a time").to.equal("STATE_UNUSABLE");
    await grow(1);
    await said(`followed to ${size + 2} events`);
    child.kill("SIGKILL");
    await once(child, "exit");
    const after = await audit(state);
    expect([after.code, after.body.withheld, after.body.followed.size]).to.deep.equal([0, 0, size + 2]);
  });

  it("finds two events that spend one word, when both have entered the log", async () => {
    const { ctx, parties } = http;
    const made = await acts.makeLots(ctx, parties.maker.address, "commission", {
      lots: [{ lotNumber: "TWICE", quantity: 5 }],
    });
    const shipped = await acts.ship(ctx, parties.maker.address, {
      ...{ consignee: parties.distributor.address, lots: [{ lot: made.lots[0]! }] },
    });
    // The first becomes void, as if a rival had been settled elsewhere, and the rival is given to this service too.
    await ctx.prisma.settlement.update({ where: { id: shipped.hash }, data: { state: "void" } });
    await ctx.prisma.entry.updateMany({ where: { event: shipped.hash }, data: { live: false } });
    await ctx.prisma.lot.update({
      where: { id: made.lots[0]! },
      data: { lastEvent: made.hash, consignee: `0x${"00".repeat(20)}` },
    });
    await acts.remark(ctx, parties.maker.address, "hold", { lots: [{ lot: made.lots[0]! }] });
    await keepLog(http);
    const { code, body } = await audit(stateFile(), { key: http.keys.operator });
    expect([code, codes(body)]).to.deep.equal([12, ["WORD_SPENT_TWICE"]]);
    expect(body.findings[0]).to.include({ lot: made.lots[0], other: shipped.hash });
  });
});
