// Tests the custody rules (V01, V02, V03, V05, V06, V08) over HTTP on the sample: each on a sound lot, on an altered row,
// on a lot worth a warning, and with a node that does not answer.
import { expect } from "chai";
import type { LedgerReader } from "../../protocol/chain/reader.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { ACTIONS, type CustodyEvent } from "../../protocol/event/event.ts";
import type { PolicyDocument } from "../../protocol/verdict/policy.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { RULE_EXAMPLES } from "../../scripts/vectors/rule-examples.ts";
import { openSampleService, type SampleService } from "../support/sample-service.ts";

const IN_ORDER = "halden/HS26-431420";
const BOUGHT = "halden/HS26-112706";

describe("custody rules on the sample", () => {
  let sample: SampleService;

  before(async () => {
    sample = await openSampleService();
  });
  after(() => sample.close());

  async function ask(ref: string, policy?: PolicyDocument) {
    const path = `/v1/lots/${sample.lot(ref)}/verdict`;
    const verdict = policy
      ? await sample.expecting<Verdict>(200, "post", path, { key: "operator", body: { policy } })
      : await sample.expecting<Verdict>(200, "get", path, { key: "operator" });
    return {
      verdict,
      result: (id: string) => verdict.rules.find(({ rule }) => rule === id)!.result,
      of: (id: string) => verdict.findings.filter(({ rule }) => rule === id),
    };
  }

  /** Asks about a lot while one of its events is altered in the database. */
  async function askAltered(
    ref: string,
    action: keyof typeof ACTIONS,
    alter: (event: CustodyEvent) => void,
  ) {
    const { prisma } = sample.service.ctx;
    const lot = sample.lot(ref);
    const row = await prisma.event.findFirstOrThrow({
      where: { action: ACTIONS[action], entries: { some: { lot } } },
      orderBy: { sequence: "asc" },
    });
    const event = JSON.parse(row.bytes) as CustodyEvent;
    alter(event);
    await prisma.event.update({
      where: { hash: row.hash },
      data: { bytes: JSON.stringify(event) },
    });
    try {
      return { hash: row.hash, ...(await ask(ref)) };
    } finally {
      await prisma.event.update({ where: { hash: row.hash }, data: { bytes: row.bytes } });
    }
  }

  async function askWithSilentNode(ref: string) {
    const { ctx } = sample.service;
    const { reader } = ctx;
    const silent = () =>
      Promise.reject(new ProtocolError("CHAIN_UNREACHABLE", "the node does not answer"));
    ctx.reader = new Proxy(reader, { get: () => silent }) as LedgerReader;
    try {
      return await ask(ref);
    } finally {
      ctx.reader = reader;
    }
  }

  it("pass a lot that its maker commissioned", async () => {
    const { verdict, result } = await ask(IN_ORDER);
    for (const rule of ["V01", "V02", "V03", "V05", "V06", "V08"])
      expect(result(rule), rule).to.equal("pass");
    expect(verdict.findings.filter(({ rule }) => rule <= "V08")).to.deep.equal([]);
  });

  it("are not evaluable when the node does not answer", async () => {
    const { verdict, result } = await askWithSilentNode(IN_ORDER);
    expect(verdict.verdict).to.equal("INCOMPLETE");
    for (const rule of ["V01", "V02", "V03", "V05"])
      expect(result(rule), rule).to.equal("not evaluable");
    for (const { result: each, reason } of verdict.rules)
      expect(reason === null).to.equal(each !== "not evaluable");
  });

  it("V01 names the altered row and field", async () => {
    const { verdict, of, hash } = await askAltered(BOUGHT, "ship", (event) => (event.time += 1));
    expect(verdict.verdict).to.equal("FAIL");
    expect(of("V01")).to.deep.include({
      ...of("V01").find(({ code }) => code === "ROW_ALTERED")!,
      event: hash,
    });
    const [differs] = of("V01").filter(({ code }) => code === "RECORD_DIFFERS");
    expect(differs).to.include({ field: "time", fixedBy: "service" });
  });

  it("V02 warns of a lot that a broker introduced, and fails when the origin's actor was altered", async () => {
    const { verdict, result, of } = await ask(RULE_EXAMPLES.V02!.lot);
    expect([verdict.verdict, result("V02")]).to.deep.equal(["WARN", "warn"]);
    expect(of("V02").map(({ code }) => code)).to.include("ORIGIN_INTRODUCED");
    const broken = await askAltered(IN_ORDER, "commission", (event) => {
      event.actor = event.holder = sample.party("pellworth");
    });
    expect(broken.result("V02")).to.equal("fail");
  });

  it("V03 warns of a closed lot, and fails when the receiver is not the consignee", async () => {
    const { result, of } = await ask(RULE_EXAMPLES.V03!.lot);
    expect([result("V03"), of("V03").map(({ code }) => code)]).to.deep.equal([
      "warn",
      ["LOT_IS_CLOSED"],
    ]);
    const broken = await askAltered(BOUGHT, "receive", (event) => {
      event.actor = event.holder = sample.party("pellworth");
    });
    expect(broken.result("V03")).to.equal("fail");
    expect(broken.of("V03").map(({ code }) => code)).to.include("NotConsignee");
  });

  it("V05 warns of late settlement if the policy allows only a minute", async () => {
    const { lot } = RULE_EXAMPLES.V05!;
    const { result, of } = await ask(lot, { lateAfterSeconds: 60 });
    expect(result("V05")).to.equal("warn");
    for (const { code, field, expected, found } of of("V05")) {
      expect([code, field]).to.deep.equal(["SETTLED_LATE", "time"]);
      expect(Number(expected) - Number(found)).to.be.above(60);
    }
    expect((await ask(lot)).result("V05")).to.equal("pass");
  });

  it("V06 warns of a shortfall, and fails when pieces appear from nowhere", async () => {
    const { result, of } = await ask(RULE_EXAMPLES.V06!.lot);
    expect(result("V06")).to.equal("warn");
    expect(of("V06")[0]).to.include({ code: "RECEIVED_SHORT", expected: 3000, found: 2946 });
    const broken = await askAltered(BOUGHT, "ship", (event) =>
      event.entries.forEach((entry) => (entry.quantity += 1)),
    );
    expect(broken.result("V06")).to.equal("fail");
  });

  it("V08 passes when a split adds up, and fails when it does not", async () => {
    const { lot } = RULE_EXAMPLES.V08!;
    expect((await ask(lot)).result("V08")).to.equal("pass");
    const broken = await askAltered(lot, "split", (event) => (event.entries.at(-1)!.quantity -= 1));
    expect(broken.of("V08").map(({ code }) => code)).to.include("QuantityNotConserved");
  });

  it("use the policy that the party set, and name it in the verdict", async () => {
    const body: PolicyDocument = { name: "no brokers", severities: { ORIGIN_INTRODUCED: "FAIL" } };
    await sample.expecting(200, "post", "/v1/policy", { key: "dravatronik", body });
    const path = `/v1/lots/${sample.lot(RULE_EXAMPLES.V02!.lot)}/verdict`;
    const own = await sample.expecting<Verdict>(200, "get", path, { key: "dravatronik" });
    const others = await sample.expecting<Verdict>(200, "get", path, { key: "operator" });
    expect([own.verdict, own.policy.name, others.verdict, others.policy.name]).to.deep.equal([
      "FAIL",
      "no brokers",
      "WARN",
      "default",
    ]);
    const kept = await sample.expecting<{ document: PolicyDocument }>(200, "get", "/v1/policy", {
      key: "dravatronik",
    });
    expect(kept.document).to.deep.equal(body);
    await sample.expecting(200, "post", "/v1/policy", { key: "dravatronik", body: {} });
    expect(
      (await sample.expecting<Verdict>(200, "get", path, { key: "dravatronik" })).verdict,
    ).to.equal("WARN");
  });

  it("refuse a policy that lowers the severity of a fact of custody", async () => {
    const path = "/v1/policy";
    for (const [code, status] of [
      ["RECORD_DIFFERS", 400],
      ["QuantityNotConserved", 400],
      ["HINT_WRONG", 400],
      ["AUTHORISED", 400],
    ] as const) {
      const body = { severities: { [code]: "INFO" } };
      const problem = await sample.expecting(status, "post", path, { key: "halden", body });
      expect(problem["field"], code).to.match(/^severities/);
    }
    await sample.expecting(200, "post", path, {
      key: "halden",
      body: { severities: { RECEIVED_SHORT: "FAIL" } },
    });
  });
});
