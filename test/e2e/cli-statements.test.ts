// Runs `reelproof authorise`, `alert` and `statement` against a service over HTTP.
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run as runProgram } from "../../cli/program.ts";
import { lotId } from "../../protocol/event/lot.ts";
import * as acts from "../../server/custody/acts.ts";
import { openTestHttp, type TestHttp } from "../support/http.ts";

class Written {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}
interface Listed {
  statements: {
    statement: string;
    kind: string;
    withdrawn: boolean;
    content: Record<string, unknown>;
  }[];
}

describe("reelproof authorise, alert and statement", () => {
  let http: TestHttp;
  let folder: string;

  before(async () => {
    http = await openTestHttp();
    folder = await mkdtemp(join(tmpdir(), "reelproof-cli-"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await http.close();
  });

  async function run(key: "maker" | "distributor", ...args: string[]) {
    const [stdout, stderr] = [new Written(), new Written()];
    const env = { REELPROOF_URL: http.url, REELPROOF_API_KEY: http.keys[key] };
    const code = await runProgram(args, env, stdout, stderr);
    return { code, stdout: stdout.text, stderr: stderr.text };
  }
  async function json<T>(
    code: number,
    key: "maker" | "distributor",
    ...args: string[]
  ): Promise<T> {
    const ended = await run(key, ...args, "--json");
    expect(ended.code, ended.stdout + ended.stderr).to.equal(code);
    return JSON.parse(ended.stdout) as T;
  }
  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  it("authorise a party once, and withdraw it only for its issuer", async () => {
    const { address } = http.parties.distributor;
    const args = [
      "authorise",
      address,
      "--brand",
      "Northgate",
      "--from",
      "2026-01-01",
      "--to",
      "2026-12-31",
    ];
    const { statement } = await json<{ statement: string }>(0, "maker", ...args);
    const again = await json<{ statement: string; known: boolean }>(0, "maker", ...args);
    expect(again).to.include({ statement, known: true });
    const { statements } = await json<Listed>(
      0,
      "distributor",
      "statement",
      "list",
      "--kind",
      "authorisation",
    );
    expect(
      statements.map((each) => [each.statement, each.withdrawn, each.content["party"]]),
    ).to.deep.equal([[statement, false, address]]);
    expect((await run("distributor", "statement", "withdraw", statement)).stderr).to.match(
      /NOT_FOUND/,
    );
    const withdrawal = await json<{ known: boolean }>(
      0,
      "maker",
      "statement",
      "withdraw",
      statement,
    );
    expect(withdrawal.known).to.equal(false);
    const after = await json<Listed>(0, "distributor", "statement", "list");
    expect(after.statements.map(({ kind, withdrawn }) => [kind, withdrawn])).to.deep.equal([
      ["authorisation", true],
      ["withdrawal", false],
    ]);
    const listing = await run("maker", "statement", "list");
    expect(listing.stdout).to.match(/authorised for Northgate, 2026-01-01 to 2026-12-31/);
  });

  it("say how many lots that its issuer made an authorisation covers, and who holds them", async () => {
    const { ctx, parties } = http;
    const brands = ["Rigel", "rigel ", undefined, "Deneb"];
    const lots = brands.map((brand, i) => ({
      lotNumber: `REACH-${i}`,
      quantity: 5,
      details: { mpn: "R1", ...(brand !== undefined && { brand: brand.trim() }) },
    }));
    const maker = parties.maker.address;
    const details = { manufacturer: "Rigel" };
    await acts.makeLots(ctx, maker, "commission", { lots, details });
    const [first, last] = [lotId(maker, "REACH-0"), lotId(maker, "REACH-3")];
    // What is split off counts with the lot that it comes from.
    const children = [{ lotNumber: "REACH-0a", quantity: 2 }];
    await acts.split(ctx, maker, { lot: first, children });
    const { hash } = await acts.ship(ctx, maker, {
      consignee: parties.distributor.address,
      lots: [{ lot: first }, { lot: last }],
    });
    await acts.receive(ctx, parties.distributor.address, { shipment: hash });
    const rows = ["Rigel", "Deneb", "Riegel"].map(
      (brand) => `${parties.distributor.address},${brand},authorised,2026-01-01,`,
    );
    const csv = await file("reach.csv", ["party,brand,grade,from,to", ...rows].join("\n"));
    const { stdout } = await run("maker", "statement", "import", csv);
    expect(stdout.split("\n").slice(1, 4)).to.deep.equal([
      "row 2: covers 3 lots you made, of which the party holds 1",
      "row 3: covers 1 lot you made, of which the party holds 1",
      "row 4: you made no lot of that brand",
    ]);
    const one = ["authorise", "Test dist", "--from", "2026-01-01", "--brand"];
    expect((await run("maker", ...one, "RIGEL")).stdout).to.match(/^ +covers 3 lots you made/m);
    const other = await run("distributor", ...one, "Rigel");
    expect(other.stdout).to.match(/^ +you made no lot of that brand/m);
  });

  it("import authorisations and alerts from files, and report repeated ones as known", async () => {
    const { address } = http.parties.distributor;
    const csv = await file(
      "authorised.csv",
      `party,brand,grade,from,to\n${address},Vega,aftermarket,2026-01-01,\n`,
    );
    expect((await run("maker", "statement", "import", csv)).stdout).to.match(
      /^1 authorisation stated/,
    );
    const list =
      '[{"reference":"A-1","kind":"recall","mpn":"X"},{"reference":"A-2","kind":"change","mpn":"X"}]';
    const alerts = await file("alerts.json", list);
    expect((await run("maker", "alert", "import", alerts, "--source", "ITX")).stdout).to.match(
      /^2 alerts stated/,
    );
    const again = await run("maker", "alert", "import", alerts, "--source", "ITX");
    expect(again.stdout).to.match(/^0 alerts stated, 2 already known/);
    const seen = async () => {
      const args = ["statement", "list", "--kind", "alert"];
      return (await json<Listed>(0, "distributor", ...args)).statements.length;
    };
    const share = async (...to: string[]) => {
      const args = ["alert", "import", alerts, "--source", "ITX", "--share", ...to];
      await json(0, "maker", ...args);
      return seen();
    };
    expect(await seen()).to.equal(0);
    expect(await share("Test dist", http.parties.ems.address)).to.equal(2);
    expect(await share("none")).to.equal(0);
    expect(await share("all")).to.equal(2);
    expect(await share("none")).to.equal(0);
    const { statements } = await json<Listed>(
      0,
      "distributor",
      "statement",
      "list",
      "--kind",
      "alert",
    );
    expect(statements).to.deep.equal([]);
  });

  it("tell which lots alerts are about, and ask about doubtful cells", async () => {
    const lots = ["S-1", "S-2"].map((lotNumber) => ({
      lotNumber,
      quantity: 5,
      details: { manufacturer: "Vellore Pvt. Ltd.", mpn: "VSM-9", makerLot: "L7101" },
    }));
    const body = { action: "introduce", lots };
    await http.expecting(201, "post", "/v1/lots", { key: "distributor", body });
    const csv = await file(
      "told.csv",
      "source,reference,kind,mpn,manufacturer,makerLots\nITX,T-1,recall,VSM-9,,L7101\n" +
        "ITX,T-2,recall,VSM-9,Vellore,L7101\nITX,T-3,recall,VSM-9,,L7109\n",
    );
    const { stdout } = await run("distributor", "alert", "import", csv);
    expect(stdout)
      .to.match(/^row 2: fires on 2 lots you can see$/m)
      .and.match(/^row 3: fires on 0 lots you can see, may fire on 2 more$/m)
      .and.match(/^1 row: on no lot you can see$/m);
    const doubtful = await file(
      "doubtful.csv",
      "source,reference,kind,mpn,makerLots\nITX,T-4,recall,VSM-9,L7100-L7110\n",
    );
    const args = ["alert", "import", doubtful];
    expect((await run("distributor", ...args)).stdout).to.match(/row 2, makerLots: RANGE/);
    expect((await run("distributor", ...args, "--accept-doubts")).code).to.equal(0);
  });

  it("name every faulty row, and import none", async () => {
    const csv = await file(
      "bad.csv",
      "source,reference,kind,mpn\nITX,A-7,recall,X\nITX,A-8,rumour,\n",
    );
    type Refused = { error: { code: string; rows: { row: number; column: string }[] } };
    const { error } = await json<Refused>(1, "maker", "alert", "import", csv);
    expect(error.code).to.equal("BAD_LIST");
    expect(error.rows.map(({ row, column }) => [row, column])).to.deep.equal([
      [3, "kind"],
      [3, "mpn"],
    ]);
    const text = await run("maker", "alert", "import", csv);
    expect(text.stdout).to.match(/row 3, kind: BAD_FIELD/);
    const { statements } = await json<Listed>(0, "maker", "statement", "list", "--kind", "alert");
    expect(statements.some(({ content }) => content["reference"] === "A-7")).to.equal(false);
  });

  it("refuse invalid arguments", async () => {
    expect((await run("maker", "statement", "withdraw", "x")).code).to.equal(2);
    expect((await run("maker", "alert", "import", join(folder, "none.csv"))).code).to.equal(2);
    expect(
      (await run("maker", "authorise", "nobody", "--brand", "B", "--from", "2026-01-01")).code,
    ).to.not.equal(0);
    const bad = await run(
      "maker",
      "authorise",
      http.parties.lab.address,
      "--brand",
      "B",
      "--from",
      "yesterday",
    );
    expect([bad.code, bad.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 1 && /BAD_LIST/.test(text),
    );
  });
});
