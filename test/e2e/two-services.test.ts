// Runs two companies' services on one chain, each with its own process and database. Bundles
// carry a trail in both directions, and neither company learns what is private to the other.
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { run } from "../../cli/program.ts";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import type { BundleJson } from "../../protocol/trail/bundle.ts";
import { makeApiKey, makeKey } from "../../server/access/admin.ts";
import { type Database, openDatabase } from "../../server/storage/db.ts";
import { openKeys } from "../../server/chain/keys.ts";
import { Keystore } from "../../server/chain/keystore.ts";
import { emptyFolder } from "../support/empty-folder.ts";
import { callApi, dataFolder, type RunningService, startService } from "../support/process.ts";
import { openTestService, type TestService } from "../support/service.ts";

type PartyName = keyof TestService["parties"];

/** One company: its service, and API keys of its own parties, of its operator and of its partners. */
interface Company {
  service: RunningService;
  keys: Record<string, string>;
  database(): Promise<Database>;
  remove(): Promise<void>;
}

/** Fields that only the parties of an event may see. Each value is in one event only. */
const PRIVATE = {
  makerAlone: "CPN-OF-THE-MAKER",
  makerToDistributor: "PO-MAKER-TO-DISTRIBUTOR",
  distributorAlone: "INSPECTOR-AT-THE-DISTRIBUTOR",
  distributorToEms: "PO-DISTRIBUTOR-TO-EMS",
  emsAlone: "INSPECTOR-AT-THE-EMS",
  emsToDistributor: "PO-EMS-TO-DISTRIBUTOR",
};
const NARROWED = "REMARK-NARROWED-BY-THE-MAKER";

describe("two services on one chain", () => {
  let world: TestService;
  let a: Company;
  let b: Company;
  let lot: string;
  let child: string;
  let shipment: string;
  let bundle: BundleJson;
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let file: string;

  before(async () => {
    folder = await dataFolder();
    file = join(folder.path, "lot.json");
    world = await openTestService();
    [a, b] = await Promise.all([
      openCompany(["maker", "distributor"], ["ems"]),
      openCompany(["ems"], ["distributor"]),
    ]);
  });
  after(async () => {
    await Promise.all([a?.remove(), b?.remove(), folder.remove()]);
    await world.close();
  });

  /** A service on the chain that keeps the keys of its own parties, and lets its partners read. */
  async function openCompany(own: PartyName[], partners: PartyName[]): Promise<Company> {
    const data = await emptyFolder();
    const secret = randomBytes(32);
    const database = () => openDatabase({ folder: join(data.path, "database") });
    const opened = await database();
    const { request, domain } = world.ctx;
    const parts = {
      prisma: opened.prisma,
      keystore: new Keystore((await openKeys(opened.prisma, secret))("keystore")),
      random: randomBytes,
      request,
      domain,
    };
    const keys: Record<string, string> = {};
    for (const name of own) await makeKey(parts, world.parties[name].accountKey);
    for (const name of [...own, ...partners]) {
      const scope = own.includes(name) ? "write" : "read";
      keys[name] = (await makeApiKey(parts, { party: world.parties[name].address, scope })).text;
    }
    keys["operator"] = (await makeApiKey(parts, { party: null, scope: "admin" })).text;
    await opened.close();
    const relayer = toHex(randomBytes(32));
    await request("anvil_setBalance", [
      addressOfPrivateKey(fromHex(relayer)),
      "0x56bc75e2d63100000",
    ]);
    const { deployedBlock } = await world.ctx.prisma.ledger.findUniqueOrThrow({ where: { id: 1 } });
    const service = await startService(data.path, {
      CHAIN_RPC_URL: world.chain.url,
      LEDGER_ADDRESS: domain.ledger,
      LEDGER_FROM_BLOCK: String(deployedBlock),
      RELAYER_KEY: relayer,
      KEYSTORE_SECRET: secret.toString("hex"),
      FINALITY: "0",
    });
    // It has followed the ledger far enough to know every party.
    for (const { address } of Object.values(world.parties)) {
      while (
        (await callApi(service.url, keys["operator"], `/v1/parties/${address}`)).status !== 200
      )
        await wait(50);
      while (!(await hasKey(service.url, keys["operator"], own))) await wait(50);
    }
    return {
      service,
      keys,
      database,
      remove: () => service.end("SIGTERM").then(() => data.remove()),
    };
  }

  async function hasKey(url: string, key: string, own: readonly PartyName[]): Promise<boolean> {
    const seen = await Promise.all(
      own.map((name) =>
        callApi<{ keys: unknown[] }>(url, key, `/v1/parties/${world.parties[name].address}`),
      ),
    );
    return seen.every(({ status, body }) => status === 200 && body.keys.length > 1);
  }

  const call = async <T = Record<string, unknown>>(
    { service, keys }: Company,
    party: string,
    status: number,
    path: string,
    body?: unknown,
  ): Promise<T> => {
    const reply = await callApi<T>(service.url, keys[party]!, path, body);
    expect(reply.status, `${path}: ${JSON.stringify(reply.body).slice(0, 1_000)}`).to.equal(status);
    return reply.body;
  };
  interface Acted {
    hash: string;
    lots: string[];
  }
  const act = async (company: Company, party: string, path: string, body: unknown) => {
    const acted = await call<Acted>(company, party, 201, path, body);
    await until(
      company,
      party,
      `/v1/events/${acted.hash}`,
      ({ settlement }) => settlement === "final",
    );
    return acted;
  };
  const until = async (
    { service, keys }: Company,
    party: string,
    path: string,
    holds: (body: Record<string, unknown>) => boolean,
  ) => {
    for (;;) {
      const { status, body } = await callApi(service.url, keys[party]!, path);
      if (status === 200 && holds(body)) return;
      await wait(100);
    }
  };
  const trailOf = async (company: Company, id: string) => {
    const { items } = await call<{ items: { hash: string }[] }>(
      company,
      "operator",
      200,
      `/v1/lots/${id}/trail?proofs=false`,
    );
    return items.map(({ hash }) => hash);
  };
  const codesOf = ({ verdict }: Record<string, unknown>) =>
    (verdict as { findings: { code: string; verdict: string }[] }).findings
      .filter(({ verdict: grave }) => grave === "FAIL")
      .map(({ code }) => code);

  it("let the first company's parties make, ship and receive a lot", async () => {
    const { distributor, ems } = world.parties;
    const details = { manufacturer: "Test maker", remarks: NARROWED };
    const made = await act(a, "maker", "/v1/lots", {
      details,
      restricted: { remarks: "private" },
      lots: [
        {
          lotNumber: "REEL-1",
          quantity: 1000,
          details: {
            mpn: "TM-1",
            makerLot: "L1",
            dateCode: "2601",
            customerPartNumber: PRIVATE.makerAlone,
          },
        },
        {
          lotNumber: "REEL-2",
          quantity: 10,
          details: { mpn: "TM-2", makerLot: "L2", dateCode: "2601" },
        },
      ],
    });
    const reels = await call<{ items: { lot: string }[] }>(
      a,
      "maker",
      200,
      "/v1/lots?lotNumber=REEL-1",
    );
    lot = reels.items[0]!.lot;
    const first = await act(a, "maker", "/v1/shipments", {
      consignee: distributor.address,
      lots: made.lots.map((each) => ({ lot: each })),
      details: { purchaseOrder: PRIVATE.makerToDistributor },
    });
    const inspector = { inspector: PRIVATE.distributorAlone };
    await act(a, "distributor", `/v1/shipments/${first.hash}/receipt`, { details: inspector });
    const sent = {
      consignee: ems.address,
      lots: [{ lot }],
      details: { purchaseOrder: PRIVATE.distributorToEms },
    };
    shipment = (await act(a, "distributor", "/v1/shipments", sent)).hash;
  });

  it("give the consignee a bundle of only what it may see", async () => {
    // It was in transit to the distributor before. Only the EMS sees that it is now on its way to the EMS.
    await until(b, "ems", `/v1/lots/${lot}`, ({ inTransit }) => inTransit === true);
    expect(await call(b, "ems", 200, `/v1/lots/${lot}`)).to.include({ mpn: null, lotNumber: null });
    bundle = await call<BundleJson>(a, "ems", 200, `/v1/lots/${lot}/bundle`);
    const raw = JSON.stringify(bundle);
    expect(raw).to.contain(PRIVATE.distributorToEms).and.to.contain("TM-1");
    for (const hidden of [
      PRIVATE.makerAlone,
      PRIVATE.makerToDistributor,
      PRIVATE.distributorAlone,
      NARROWED,
      "TM-2",
    ])
      expect(raw).not.to.contain(hidden);
  });

  it("refuse a bundle with a withheld or altered event, and store nothing of it", async () => {
    const altered = (change: (events: BundleJson["trail"]["events"]) => void) => {
      const copy = structuredClone(bundle);
      change(copy.trail.events);
      return copy;
    };
    const cases: Record<string, [string, BundleJson]> = {
      "the last event": ["LATER_EVENT_MISSING", altered((events) => void events.pop())],
      "an event between": ["PreviousMismatch", altered((events) => void events.splice(2, 1))],
      "a quantity": [
        "PreviousMismatch",
        altered(([first]) => Object.assign(entryOf(first!), { quantity: 2000 })),
      ],
    };
    for (const [what, [code, tampered]] of Object.entries(cases)) {
      const refused = await call(b, "ems", 422, "/v1/bundles", tampered);
      expect(refused["code"], what).to.equal("BUNDLE_REFUSED");
      expect(codesOf(refused), what).to.include(code);
    }
    expect(await call(b, "ems", 200, `/v1/lots/${lot}`)).to.include({ mpn: null, lotNumber: null });
  });

  const entryOf = ({ event }: BundleJson["trail"]["events"][number]) =>
    event.entries.find((entry) => typeof entry === "object")!;

  it("import the bundle at the second company once, and judge the lot there", async () => {
    const imported = await call(b, "ems", 200, "/v1/bundles", bundle);
    expect(imported).to.include({ lot, events: 4 });
    expect(await call(b, "ems", 200, "/v1/bundles", bundle)).to.include({ events: 0, notices: 0 });
    expect(await call(b, "ems", 200, `/v1/lots/${lot}`)).to.include({
      mpn: "TM-1",
      lotNumber: "REEL-1",
    });
    expect((await call(b, "ems", 200, `/v1/lots/${lot}/verdict`))["verdict"]).to.be.oneOf([
      "PASS",
      "WARN",
    ]);
  });

  it("let the second company receive, split and return a part", async () => {
    const { distributor } = world.parties;
    await act(b, "ems", `/v1/shipments/${shipment}/receipt`, {
      details: { inspector: PRIVATE.emsAlone },
    });
    const children = [{ lotNumber: "CUT-1", quantity: 300 }];
    const { lots } = await act(b, "ems", `/v1/lots/${lot}/split`, { children });
    child = lots.find((id) => id !== lot)!;
    expect(await call(b, "ems", 200, `/v1/lots/${child}`)).to.include({
      mpn: "TM-1",
      quantity: 300,
    });
    const details = { purchaseOrder: PRIVATE.emsToDistributor, reason: "return" };
    const sent = { consignee: distributor.address, lots: [{ lot: child }], details };
    shipment = (await act(b, "ems", "/v1/shipments", sent)).hash;
    // A bundle imported before the lot moved on here is still accepted.
    expect(await call(b, "ems", 200, "/v1/bundles", bundle)).to.include({ events: 0 });
  });

  it("import the second company's events at the first, which receives the part", async () => {
    const back = await call<BundleJson>(b, "distributor", 200, `/v1/lots/${child}/bundle`);
    const raw = JSON.stringify(back);
    expect(raw).to.contain(PRIVATE.emsToDistributor).and.not.to.contain(PRIVATE.emsAlone);
    // The first company takes what the ledger has recorded once it has followed the ledger that far.
    await until(a, "distributor", `/v1/lots/${child}`, ({ inTransit }) => inTransit === true);
    await call(a, "distributor", 200, "/v1/bundles", back);
    expect(await call(a, "distributor", 200, `/v1/lots/${child}`)).to.include({
      lotNumber: "CUT-1",
      mpn: "TM-1",
    });
    await act(a, "distributor", `/v1/shipments/${shipment}/receipt`, {});
    const judged = await call(a, "distributor", 200, `/v1/lots/${child}/verdict`);
    expect(judged["verdict"]).to.be.oneOf(["PASS", "WARN"]);
  });

  it("follow what the other company settled", async () => {
    const trail = await trailOf(a, child);
    expect(trail).to.have.length(8);
    await until(b, "operator", `/v1/lots/${child}`, ({ inTransit }) => inTransit === false);
    expect(await trailOf(b, child)).to.deep.equal(trail);
    expect(await trailOf(b, lot)).to.deep.equal(await trailOf(a, lot));
  });

  it("name every party of a trail, also to who never met it", async () => {
    const { items } = await call<{ items: { actor: object }[] }>(
      b,
      "ems",
      200,
      `/v1/lots/${lot}/trail?proofs=false`,
    );
    const actors = items.map(({ actor }) => actor);
    expect(actors[0]).to.deep.include({
      address: world.parties.maker.address,
      name: "Test maker",
      roles: ["manufacturer"],
    });
    expect(actors[3]).to.include({
      address: world.parties.distributor.address,
      name: "Test distributor",
    });
  });

  type CommandOutput = Record<string, unknown> & { error?: { code: string; field?: string } };
  const runCommand = async (args: string[], company?: Company, party = "") => {
    let text = "";
    const env = company
      ? { REELPROOF_URL: company.service.url, REELPROOF_API_KEY: company.keys[party]! }
      : { REELPROOF_URL: "http://127.0.0.1:1", DATA_DIR: join(folder.path, "none") };
    const stdout = { write: (part: string) => (text += part) };
    const code = await run([...args, "--json"], env, stdout, { write: () => undefined });
    return { code, body: JSON.parse(text) as CommandOutput };
  };
  const judged = (named: string, ledger = world.ctx.domain.ledger) =>
    runCommand(["verify", named, "--rpc", world.chain.url, "--ledger", ledger, "--finality", "0"]);

  it("write a bundle to a new file with reelproof bundle, and never overwrite one", async () => {
    const fetched = await runCommand(["bundle", "CUT-1", "--out", file], b, "distributor");
    expect([fetched.code, fetched.body["lot"]]).to.deep.equal([0, child]);
    const written = await readFile(file, "utf8");
    expect(JSON.parse(written)).to.have.nested.property("trail.lot", child);
    const again = await runCommand(["bundle", "CUT-1", "--out", file], b, "distributor");
    expect([again.code, again.body.error?.code, again.body.error?.field]).to.deep.equal([
      2,
      "CANNOT_WRITE",
      "--out",
    ]);
    expect(await readFile(file, "utf8")).to.equal(written);
    const strange = join(folder.path, "strange.json");
    const none = await runCommand(
      ["bundle", `0x${"ab".repeat(32)}`, "--out", strange],
      b,
      "distributor",
    );
    expect([none.code, none.body.error?.code]).to.deep.equal([1, "NOT_FOUND"]);
    expect(await readFile(strange).catch(() => null)).to.equal(null);
  });

  it("verify that file with a node and no service, and fail its altered copy", async () => {
    const { code, body } = await judged(file);
    expect([code, body["verdict"]], JSON.stringify(body["findings"])).to.deep.equal([0, "PASS"]);
    expect(body["lot"]).to.equal(child);
    const findings = body["findings"] as { verdict: string }[];
    expect(findings.filter(({ verdict }) => verdict === "FAIL")).to.deep.equal([]);
    expect(body["custody"]).to.be.an("array").that.has.lengthOf.above(2);
    const altered = join(folder.path, "altered.json");
    const copy = JSON.parse(await readFile(file, "utf8")) as BundleJson;
    copy.trail.events[0]!.event.time -= 1;
    await writeFile(altered, JSON.stringify(copy));
    expect((await judged(altered)).code).to.equal(12);
    expect((await judged(file, `0x${"ab".repeat(20)}`)).code).to.equal(12);
  });

  it("import that file with reelproof import once, and refuse its altered copy", async () => {
    const first = await runCommand(["import", file], a, "distributor");
    expect([first.code, first.body["lot"]]).to.deep.equal([0, child]);
    const second = await runCommand(["import", file], a, "distributor");
    expect(second.body).to.deep.include({ events: 0, notices: 0 });
    const refused = await runCommand(
      ["import", join(folder.path, "altered.json")],
      a,
      "distributor",
    );
    expect([refused.code, refused.body.error?.code]).to.deep.equal([1, "BUNDLE_REFUSED"]);
    await writeFile(join(folder.path, "junk.json"), "{");
    const junk = await runCommand(["import", join(folder.path, "junk.json")], a, "distributor");
    expect([junk.code, junk.body.error?.code, junk.body.error?.field]).to.deep.equal([
      2,
      "BAD_FILE",
      "FILE",
    ]);
    const none = await runCommand(["import", join(folder.path, "none.json")], a, "distributor");
    expect([none.code, none.body.error?.code]).to.deep.equal([2, "CANNOT_READ"]);
  });

  it("end with sound databases, and neither stores what is private to the other", async () => {
    for (const company of [a, b])
      expect(await call(company, "operator", 200, "/v1/fsck", {})).to.deep.include({ faults: [] });
    const rowsOf = async ({ service, database }: Company) => {
      await service.end("SIGTERM");
      const opened = await database();
      const rows = JSON.stringify(
        await Promise.all([opened.prisma.event.findMany(), opened.prisma.lot.findMany()]),
        text,
      );
      await opened.close();
      return rows;
    };
    const [ofA, ofB] = [await rowsOf(a), await rowsOf(b)];
    for (const own of [
      PRIVATE.makerAlone,
      PRIVATE.makerToDistributor,
      PRIVATE.distributorAlone,
      NARROWED,
    ]) {
      expect(ofA).to.contain(own);
      expect(ofB).not.to.contain(own);
    }
    expect(ofB).to.contain(PRIVATE.emsAlone);
    expect(ofA).not.to.contain(PRIVATE.emsAlone);
    for (const both of [PRIVATE.distributorToEms, PRIVATE.emsToDistributor]) {
      expect(ofA).to.contain(both);
      expect(ofB).to.contain(both);
    }
  });

  const text = (_key: string, value: unknown) =>
    typeof value === "bigint" ? String(value) : value;
});
