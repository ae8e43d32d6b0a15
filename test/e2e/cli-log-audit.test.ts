// Runs `reelproof log audit` against a service over HTTP and its chain. The log is honest, or a
// proxy on the way plays a lying operator.
import { expect } from "chai";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseSync } from "node:sqlite";
import type { AuditReport } from "../../cli/commands/checks/log-audit.ts";
import { openAuditState } from "../../cli/offline/audit-state.ts";
import { run as runProgram } from "../../cli/program.ts";
import type { EquivocationReport } from "../../protocol/audit/equivocation.ts";
import { signNote } from "../../protocol/log/signed-note.ts";
import * as acts from "../../server/custody/acts.ts";
import { nameOfLog, noteOf } from "../../server/log/proofs.ts";
import { keepLog, newShipment } from "../support/examples.ts";
import { openTestHttp, type TestHttp } from "../support/http.ts";
import { anchorLog } from "../support/log-only.ts";

class Written {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

type Lie = (path: string, body: Buffer) => Buffer | string;

describe("reelproof log audit", () => {
  let http: TestHttp;
  let folder: string;
  let liar: Server;
  let lie: Lie;
  let files = 0;

  before(async () => {
    http = await openTestHttp();
    folder = await mkdtemp(join(tmpdir(), "reelproof-audit-"));
    liar = createServer((request, response) => {
      const fails = () => response.destroy();
      void (async () => {
        const answer = await fetch(http.url + request.url!, {
          headers: request.headers as Record<string, string>,
        });
        const body = lie(request.url!, Buffer.from(await answer.arrayBuffer()));
        response
          .writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" })
          .end(body);
      })().catch(fails);
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
    {
      url = http.url,
      key,
      more = [],
    }: { url?: string; key?: string | undefined; more?: string[] } = {},
  ): Promise<{ code: number; body: AuditReport & { error?: { code: string; field?: string } } }> {
    const { contract, operator } = http.ctx.merkleLog;
    const [stdout, stderr] = [new Written(), new Written()];
    const args = [
      "log",
      "audit",
      "--once",
      "--json",
      "--state",
      state,
      "--url",
      url,
      "--rpc",
      http.chain.url,
    ];
    const env = key === undefined ? {} : { REELPROOF_API_KEY: key };
    const allArgs = [...args, "--log", contract!, "--operator", operator, ...more];
    const code = await runProgram(allArgs, env, stdout, stderr);
    return { code, body: JSON.parse(stdout.text) as AuditReport };
  }
  const codes = ({ findings }: AuditReport) => findings.map(({ code }) => code);
  /** Runs any command with --json. */
  async function runJson<T>(args: string[]): Promise<{ code: number; body: T }> {
    const stdout = new Written();
    const code = await runProgram([...args, "--json"], {}, stdout, new Written());
    return { code, body: JSON.parse(stdout.text) as T };
  }
  /** Runs the audit once, with output for a person. */
  async function runText(
    state: string,
    { url = http.url, more = [] }: { url?: string; more?: string[] } = {},
  ) {
    const { contract, operator } = http.ctx.merkleLog;
    const stdout = new Written();
    const args = [
      "log",
      "audit",
      "--once",
      "--state",
      state,
      "--url",
      url,
      "--rpc",
      http.chain.url,
      ...more,
    ];
    const env = { REELPROOF_API_KEY: http.keys.operator };
    const code = await runProgram(
      [...args, "--log", contract!, "--operator", operator],
      env,
      stdout,
      new Written(),
    );
    return { code, text: stdout.text };
  }

  it("follows an honest log without an API key, and continues in the next run", async () => {
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

  it("checks form, signature and transition of every event that its API key shows", async () => {
    const { code, body } = await audit(stateFile(), { key: http.keys.operator });
    expect([code, body.findings]).to.deep.equal([0, []]);
    expect(body).to.include({ events: 10, withheld: 0, unchecked: 0 });
  });

  it("reports altered tiles, events, signatures and notes", async () => {
    const flip = (body: Buffer, at: number) =>
      Buffer.from(body.map((byte, i) => (i === at ? byte ^ 1 : byte)));
    const lies: Record<string, Lie> = {
      LEAF_NOT_OF_EVENT: (path, body) =>
        path.startsWith("/v1/log/tile/0/") ? flip(body, 40) : body,
      EVENT_MALFORMED: (path, body) =>
        path.startsWith("/v1/log/entries")
          ? String(body).replaceAll('\\"quantity\\":100', '\\"quantity\\":101')
          : body,
      SIGNATURE_NOT_OF_PARTY: (path, body) =>
        path.startsWith("/v1/log/entries")
          ? String(body).replace(/"signature":"0x.{20}/, '"signature":"0x12121212121212121212')
          : body,
      NOTE_NOT_OF_LOG: (path, body) =>
        path.endsWith("format=note") ? String(body).replace("\n10\n", "\n11\n") : body,
    };
    for (const [wanted, each] of Object.entries(lies)) {
      lie = each;
      const { code, body } = await audit(stateFile(), { url: liarUrl(), key: http.keys.operator });
      expect([code, [...new Set(codes(body))]], wanted).to.deep.equal([12, [wanted]]);
    }
  });

  it("reports a fork in every later run, and keeps following the log", async () => {
    const state = stateFile();
    expect((await audit(state)).code).to.equal(0);
    await grow(1);
    const forged = { ...nameOfLog(http.ctx), size: 12, root: `0x${"12".repeat(32)}` };
    lie = (path, body) =>
      path.endsWith("format=note") ? signNote(forged, http.ctx.merkleLog.seed) : body;
    const forked = await audit(state, { url: liarUrl() });
    expect([forked.code, codes(forked.body)]).to.deep.equal([12, ["CHECKPOINTS_DO_NOT_FIT"]]);
    expect(forked.body.followed.size).to.equal(10);
    const again = await audit(state);
    expect([again.code, again.body.followed.size]).to.deep.equal([12, 12]);
    expect(again.body.findings).to.deep.equal(forked.body.findings);
  });

  it("compares notes from other readers with the log", async () => {
    const honest = join(folder, "honest.note");
    const forged = join(folder, "forged.note");
    await writeFile(honest, noteOf(http.ctx, (await rootsOfLog())[0]!));
    await writeFile(forged, noteOf(http.ctx, { size: 5, root: `0x${"12".repeat(32)}` }));
    expect((await audit(stateFile(), { more: ["--note", honest] })).code).to.equal(0);
    const { code, body } = await audit(stateFile(), { more: ["--note", honest, "--note", forged] });
    expect([code, codes(body)]).to.deep.equal([12, ["CHECKPOINTS_DO_NOT_FIT"]]);
  });

  const rootsOfLog = async () =>
    (await http.ctx.prisma.checkpoint.findMany({ orderBy: { size: "asc" } })).map(
      ({ size, root }) => ({
        size: Number(size),
        root,
      }),
    );

  it("reports a log that hides what it anchored", async () => {
    const [older] = await rootsOfLog();
    lie = (path, body) => (path.endsWith("format=note") ? noteOf(http.ctx, older!) : body);
    const { code, body } = await audit(stateFile(), { url: liarUrl() });
    expect([code, codes(body)[0]]).to.deep.equal([12, "ANCHORED_NOT_SHOWN"]);
  });

  it("refuses the state of another log, an unusable state and invalid options", async () => {
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
        "BAD_OPTION",
        field,
      ]);
    }
  });

  it("exits with 3 when the service or the node does not answer, and keeps its state", async () => {
    const state = stateFile();
    expect((await audit(state)).code).to.equal(0);
    const unreachable = await audit(state, { url: "http://127.0.0.1:1" });
    expect([unreachable.code, unreachable.body.error?.code]).to.deep.equal([
      3,
      "SERVICE_UNREACHABLE",
    ]);
    const noNode = await audit(state, { more: ["--rpc", "http://127.0.0.1:1"] });
    expect([noNode.code, noNode.body.error?.code]).to.deep.equal([3, "CHAIN_UNREACHABLE"]);
    expect((await audit(state)).code).to.equal(0);
  });

  it("follows a growing log, locks its state, and keeps its position when it is killed", async () => {
    const state = stateFile();
    const { contract, operator } = http.ctx.merkleLog;
    const args = [
      "log",
      "audit",
      "--state",
      state,
      "--url",
      http.url,
      "--rpc",
      http.chain.url,
      "--every",
      "1",
    ];
    const child = spawn(process.execPath, [
      MAIN,
      ...args,
      "--log",
      contract!,
      "--operator",
      operator,
    ]);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    const printed = async (text: string) => {
      while (!output.includes(text)) await once(child.stdout, "data");
    };
    const { size } = (await rootsOfLog()).at(-1)!;
    await printed(`followed to ${size} events`);
    expect((await audit(state)).body.error?.code, "one process at a time").to.equal(
      "STATE_UNUSABLE",
    );
    await grow(1);
    await printed(`followed to ${size + 2} events`);
    child.kill("SIGKILL");
    await once(child, "exit");
    const after = await audit(state);
    expect([after.code, after.body.withheld, after.body.followed.size]).to.deep.equal([
      0,
      0,
      size + 2,
    ]);
  });

  it("finds two events that spend one word, and writes the evidence once", async () => {
    const { ctx, parties } = http;
    const made = await acts.makeLots(ctx, parties.maker.address, "commission", {
      lots: [{ lotNumber: "TWICE", quantity: 5 }],
    });
    const shipped = await acts.ship(ctx, parties.maker.address, {
      consignee: parties.distributor.address,
      lots: [{ lot: made.lots[0]! }],
    });
    // The first becomes void, as if a rival had been settled elsewhere. Then this service accepts the rival, too.
    await ctx.prisma.settlement.update({ where: { id: shipped.hash }, data: { state: "void" } });
    await ctx.prisma.entry.updateMany({ where: { event: shipped.hash }, data: { live: false } });
    await ctx.prisma.lot.update({
      where: { id: made.lots[0]! },
      data: { lastEvent: made.hash, consignee: `0x${"00".repeat(20)}` },
    });
    await acts.remark(ctx, parties.maker.address, "hold", { lots: [{ lot: made.lots[0]! }] });
    await keepLog(http);
    const [state, evidence] = [stateFile(), join(folder, "evidence")];
    const more = ["--evidence", evidence];
    const { code, body } = await audit(state, { key: http.keys.operator, more });
    expect([code, codes(body)]).to.deep.equal([12, ["WORD_SPENT_TWICE"]]);
    expect(body.findings[0]).to.include({ lot: made.lots[0], other: shipped.hash });

    const files = await readdir(evidence);
    expect(files).to.have.length(1);
    expect(files[0]).to.match(/^equivocation(-[0-9a-f]{16}){3}\.json$/);
    const file = join(evidence, files[0]!);
    const { ledger } = ctx.domain;
    const proven = await runJson<EquivocationReport>([
      "equivocation",
      file,
      "--rpc",
      http.chain.url,
      "--ledger",
      ledger,
    ]);
    expect([proven.code, proven.body.standing, proven.body.findings]).to.deep.equal([
      0,
      "PROVEN",
      [],
    ]);
    expect(proven.body.about).to.include({ party: parties.maker.address, lot: made.lots[0] });
    const text = await readFile(file, "utf8");
    await writeFile(file, "kept as it is");
    await audit(state, { key: http.keys.operator, more });
    expect(await readFile(file, "utf8"), "an existing file stays").to.equal("kept as it is");
    await rm(evidence, { recursive: true });
    await audit(state, { key: http.keys.operator, more });
    expect(await readFile(file, "utf8"), "written again from the state").to.equal(text);
  });

  it("reports each finding once, also after an interrupted run, and all of them with --all", async () => {
    const state = stateFile();
    lie = (path, body) => {
      if (path.startsWith("/v1/log/tile/0/")) throw new Error("no answer");
      return path.startsWith("/v1/log/entries")
        ? String(body).replaceAll(/"signature":"0x.{20}/g, '"signature":"0x12121212121212121212')
        : body;
    };
    const dying = await runText(state, { url: liarUrl() });
    expect(dying.code).to.equal(3);
    expect(dying.text).to.contain("SIGNATURE_NOT_OF_PARTY");
    const count = dying.text.split("SIGNATURE_NOT_OF_PARTY").length;
    lie = (_path, body) => body;
    const next = await runText(state, { url: liarUrl() });
    expect([next.code, next.text.includes("SIGNATURE_NOT_OF_PARTY")]).to.deep.equal([12, false]);
    const all = await runText(state, { more: ["--all"] });
    expect(all.text.split("SIGNATURE_NOT_OF_PARTY").length).to.equal(count);
  });

  it("writes one line per run with --json: new findings, or the error", async () => {
    const state = stateFile();
    const { contract, operator } = http.ctx.merkleLog;
    let isDown = false;
    lie = (path, body) => {
      if (isDown) throw new Error("no answer");
      return path.startsWith("/v1/log/entries")
        ? String(body).replace(/"bytes":"{/, '"bytes":"[')
        : body;
    };
    const args = [
      "log",
      "audit",
      "--json",
      "--state",
      state,
      "--url",
      liarUrl(),
      "--rpc",
      http.chain.url,
      "--every",
      "1",
    ];
    const env = { ...process.env, REELPROOF_API_KEY: http.keys.operator };
    const child = spawn(
      process.execPath,
      [MAIN, ...args, "--log", contract!, "--operator", operator],
      { env },
    );
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    const lines = () =>
      output
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as AuditReport & { error?: { code: string } });
    const until = async (holds: () => boolean) => {
      while (!holds()) await once(child.stdout, "data");
    };
    try {
      await until(() => lines().length >= 2);
      const [first, second] = lines() as [AuditReport, AuditReport];
      expect(codes(first)).to.include("EVENT_MALFORMED");
      expect([codes(second), second.known]).to.deep.equal([[], first.findings.length]);
      expect([second.events, second.inAll]).to.deep.equal([0, first.inAll]);
      isDown = true;
      await until(() => lines().at(-1)!.error !== undefined);
      expect(lines().at(-1)!.error!.code).to.match(/^(LOG_UNREADABLE|SERVICE_UNREACHABLE)$/);
      isDown = false;
      await until(() => lines().at(-1)!.error === undefined);
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });

  it("refuses a state of another version", async () => {
    const state = stateFile();
    await audit(state);
    const db = new DatabaseSync(state);
    db.exec("PRAGMA user_version = 1");
    db.close();
    expect((await audit(state)).body.error?.code).to.equal("STATE_UNUSABLE");
  });

  it("confirms to verify --followed that a log-only trail is the latest, also while it runs", async () => {
    const { ctx, parties, keys } = http;
    const details = { manufacturer: "Test maker", mpn: "TM-1", makerLot: "L1", dateCode: "2601" };
    const made = await http.expecting<{ lots: string[] }>(201, "POST", "/v1/lots", {
      key: "maker",
      body: { lots: [{ lotNumber: "FOLLOWED-1", quantity: 100, details }], settlement: "log" },
    });
    const [lot] = made.lots as [string];
    await anchorLog(http);
    const bundle = async () =>
      http.expecting<object>(200, "GET", `/v1/lots/${lot}/bundle`, { key: "maker" });
    const file = join(folder, "followed.json");
    await writeFile(file, JSON.stringify(await bundle()));
    const state = stateFile();
    const verdictOf = (more: string[] = []) => {
      const trusted = [
        "--ledger",
        ctx.domain.ledger,
        "--checkpoints",
        ctx.merkleLog.contract!,
        "--finality",
        "0",
      ];
      return runJson<{ findings: { code: string }[]; error?: { code: string; field?: string } }>([
        "verify",
        file,
        "--rpc",
        http.chain.url,
        ...trusted,
        ...more,
      ]);
    };
    const codesOfVerdict = async (more?: string[]) =>
      (await verdictOf(more)).body.findings.map(({ code }) => code);
    const missing = await verdictOf(["--followed", state]);
    expect(missing.code).to.equal(2);
    expect(missing.body.error).to.include({ code: "STATE_UNUSABLE", field: "--followed" });

    expect(await codesOfVerdict()).to.include("LATEST_UNPROVEN");
    await audit(state);
    expect(await codesOfVerdict(["--followed", state]), "with digests only").to.include(
      "LATEST_UNPROVEN",
    );
    const seeing = stateFile();
    await audit(seeing, { key: keys.operator });
    const whole = await codesOfVerdict(["--followed", seeing]);
    expect(whole).not.to.include("LATEST_UNPROVEN");
    expect(whole).to.include("LATEST_BY_LOGS");

    await http.expecting(201, "POST", "/v1/shipments", {
      key: "maker",
      body: { consignee: parties.distributor.address, lots: [{ lot }] },
    });
    await anchorLog(http);
    expect(await codesOfVerdict(["--followed", seeing]), "the log has grown").to.include(
      "LATEST_UNPROVEN",
    );
    await audit(seeing, { key: keys.operator });
    expect(await codesOfVerdict(["--followed", seeing])).to.include("LATER_EVENT_LOGGED");
    await writeFile(file, JSON.stringify(await bundle()));
    const running = openAuditState(seeing);
    try {
      expect(await codesOfVerdict(["--followed", seeing])).to.include("LATEST_BY_LOGS");
    } finally {
      running.close();
    }
  });
});
