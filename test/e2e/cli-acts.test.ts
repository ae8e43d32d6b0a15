// Runs the commands that act on lots, and those that search them, against one service over HTTP.
import { expect } from "chai";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run as runProgram } from "../../cli/program.ts";
import * as acts from "../../server/custody/acts.ts";
import { openTestHttp, type PartyName, type TestHttp } from "../support/http.ts";

class Written {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each command has its own form
  body?: any;
}

describe("commands on lots", () => {
  let http: TestHttp;
  let folder: string;

  before(async () => {
    http = await openTestHttp();
    folder = await mkdtemp(join(tmpdir(), "reelproof-acts-"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await http.close();
  });

  /** Runs a command line, split at blanks. @param answer of a person at a terminal */
  async function run(key: PartyName, line: string | string[], answer?: string): Promise<Ended> {
    const [stdout, stderr] = [new Written(), new Written()];
    const env = { REELPROOF_URL: http.url, REELPROOF_API_KEY: http.keys[key] };
    const args = Array.isArray(line) ? line : line.split(" ");
    const stdin = (async function* () {
      if (answer !== undefined) yield `${answer}\n`;
    })();
    const input = Object.assign(stdin, { isTTY: answer !== undefined });
    const code = await runProgram(args, env, stdout, stderr, input);
    const body = args.includes("--json") ? (JSON.parse(stdout.text) as unknown) : undefined;
    return { code, stdout: stdout.text, stderr: stderr.text, body };
  }
  async function done(key: PartyName, line: string | string[], answer?: string): Promise<Ended> {
    const ended = await run(key, line, answer);
    expect(ended.code, ended.stderr).to.equal(0);
    return ended;
  }
  async function make(party: "maker" | "ems" | "distributor", ...numbers: string[]) {
    const action = party === "maker" ? "commission" : "introduce";
    const lots = numbers.map((lotNumber) => ({
      lotNumber,
      quantity: 1_000,
      details: { mpn: "TM-1", manufacturer: "Test maker", makerLot: "ML" },
    }));
    return acts.makeLots(http.ctx, http.parties[party].address, action, { lots });
  }
  const lotOf = (key: PartyName, number: string) =>
    http.expecting<{ quantity: number; held: boolean; inTransit: boolean }>(
      200,
      "GET",
      `/v1/lots/${number}`,
      { key },
    );

  describe("hold, release, inspect and scrap", () => {
    it("act on several lots in one event, and show them by number", async () => {
      await make("maker", "H-1", "H-2");
      const held = await done("maker", ["hold", "H-1", "H-2", "--reason", "wet carton"]);
      expect(held.stdout)
        .to.match(/^held +2 lots on hold: wet carton$/m)
        .and.match(/^ {2}H-1 +TM-1 +1,000$/m)
        .and.match(/^event +0x[0-9a-f]{64}$/m);
      expect((await lotOf("maker", "H-2")).held).to.equal(true);
      const { body } = await done("maker", [
        ..."release H-1 H-2 --result accepted --json --reason".split(" "),
        "dry again",
      ]);
      expect(body.lots.map((lot: { lotNumber: string }) => lot.lotNumber)).to.deep.equal([
        "H-1",
        "H-2",
      ]);
      expect((await lotOf("maker", "H-1")).held).to.equal(false);
    });

    it("record an inspection with facts and a photo", async () => {
      await make("maker", "I-1");
      const photo = join(folder, "photo.png");
      await writeFile(photo, Buffer.from("89504e470d0a1a0a0000", "hex"));
      const { body } = await done("maker", [
        ..."inspect I-1 sampleSize=20 markingMatches=no --result rejected --test fail --json".split(
          " ",
        ),
        ...["--remarks", "blacktopping found", "--photo", photo],
      ]);
      expect(body.details).to.deep.include({
        inspectionResult: "rejected",
        testResult: "fail",
        sampleSize: 20,
        markingMatches: false,
        remarks: "blacktopping found",
      });
      const event = await http.expecting<{ details: object }>(
        200,
        "GET",
        `/v1/events/${body.event}`,
        { key: "maker" },
      );
      expect(event.details).to.include({ photoHash: body.details.photoHash });
      const wrong = await run("maker", "inspect I-1 color=red --result accepted");
      expect([wrong.code, wrong.stderr]).to.satisfy(
        ([code, text]: [number, string]) => code === 2 && text.includes("sampleSize"),
      );
    });

    it("scrap pieces, and say what is left", async () => {
      await make("maker", "S-1", "S-2");
      const { stdout } = await done("maker", "scrap S-1=10 S-2=1000 --reason test");
      expect(stdout)
        .to.match(/^scrapped +1,010 pieces: test. Left:$/m)
        .and.match(/^ {2}S-1 +TM-1 +990$/m)
        .and.match(/^ {2}S-2 +TM-1 +0$/m);
      expect((await lotOf("maker", "S-2")).quantity).to.equal(0);
      const more = await run("maker", "scrap S-1=991 --reason test");
      expect(more.stderr).to.contain("S-1 has 990 pieces; 991 cannot be taken from it.");
    });
  });

  describe("ship and receive", () => {
    it("ask a person before they sign, and sign nothing without a yes", async () => {
      await make("maker", "Q-1", "Q-2");
      const no = await run("maker", "ship Q-1 Q-2 --to Test", "n");
      expect(no.stderr).to.contain("AMBIGUOUS_PARTY");
      const line = ["ship", "Q-1", "Q-2", "--to", "Test distributor"];
      const asked = await run("maker", line, "n");
      expect(asked.code).to.equal(2);
      expect(asked.stderr)
        .to.match(/^2 lots to Test distributor \(0x/m)
        .and.match(/^ {2}Q-1 +TM-1 +1,000$/m)
        .and.contain("Nothing was signed.");
      expect((await lotOf("maker", "Q-1")).inTransit).to.equal(false);
      await done("maker", line, "y");

      const one = await run("distributor", "receive Q-1");
      expect(one.code).to.equal(2);
      expect(one.stderr).to.contain("You did not name Q-2");
      expect((await run("distributor", "receive Q-1", "no")).stderr)
        .to.match(/The shipment from Test maker has 2 lots in transit:/)
        .and.contain("Receive all 2 lots? [y/N]");
      expect((await lotOf("distributor", "Q-1")).inTransit).to.equal(true);
      const { stdout } = await done("distributor", "receive Q-1", "yes");
      expect(stdout).to.match(/^received +2 lots from Test maker$/m);
    });

    it("need no question where all lots are named", async () => {
      await make("maker", "R-1", "R-2", "R-3");
      const to = ["--to", "Test distributor"];
      await done("maker", ["ship", "R-1", "R-2", ...to, "--yes"], "n");
      await done("distributor", "receive R-1 --short R-2=999");
      const certificate = join(folder, "coc.pdf");
      await writeFile(certificate, "%PDF-1.7 certificate");
      const { body } = await done("maker", [
        ...["ship", "R-3", ...to, "--certificate", certificate, "--json"],
      ]);
      const { details } = await http.expecting<{ details: object }>(
        200,
        "GET",
        `/v1/shipments/${body.shipment}`,
        { key: "distributor" },
      );
      expect(details)
        .to.have.property("cocHash")
        .that.matches(/^0x[0-9a-f]{64}$/);
      await done("distributor", "receive R-3");
    });

    it("say what to do with a missing lot and with a surplus", async () => {
      await make("maker", "C-1");
      await done("maker", ["ship", "C-1", "--to", "Test distributor"]);
      const missing = await run("distributor", "receive C-1 --short C-1=0");
      expect(missing.stderr).to.contain(
        "C-1 was shipped with 1,000 pieces; enter 1 to 1,000. If it is missing, leave it in transit and tell the shipper.",
      );
      const surplus = await run("distributor", "receive C-1 --short C-1=1001");
      expect(surplus.stderr).to.match(/Receive 1,000, and register the surplus .*foundFrom/);
    });

    it("name lots and parties where a lot is held by another", async () => {
      await make("maker", "N-1");
      await done("maker", ["ship", "N-1", "--to", "Test distributor"]);
      await done("distributor", "receive N-1");
      const ended = await run("maker", "hold N-1 --reason late");
      expect(ended.stderr).to.contain(
        "NOT_HOLDER: Lot N-1 is held by Test distributor, not by Test maker: only its holder can do this.",
      );
    });
  });

  describe("refuse, cancel and return", () => {
    it("send back the lots that are named, or all of a shipment", async () => {
      await make("maker", "B-1", "B-2", "B-3");
      const to = ["--to", "Test distributor"];
      const { body } = await done("maker", ["ship", "B-1", "B-2", "B-3", ...to, "--json"]);
      const refused = await done("distributor", ["refuse", "B-1", "--reason", "crushed"]);
      expect(refused.stdout).to.match(/^refused +1 lot from Test maker$/m);
      expect((await lotOf("maker", "B-2")).inTransit).to.equal(true);
      const cancelled = await done("maker", `cancel ${String(body.shipment).slice(0, 14)}`);
      expect(cancelled.stdout).to.match(/^cancelled +2 lots to Test distributor$/m);
      expect((await lotOf("maker", "B-3")).inTransit).to.equal(false);
      const again = await run("maker", "cancel B-3");
      expect([again.code, again.stderr]).to.satisfy(
        ([code, text]: [number, string]) => code === 1 && text.includes("not in transit"),
      );
    });

    it("return lots to the party that they came from, which is named before anything is signed", async () => {
      await make("maker", "RT-1", "RT-2");
      await done("maker", ["ship", "RT-1", "RT-2", "--to", "Test distributor"]);
      await done("distributor", "receive RT-1 --all");
      await done("distributor", "split RT-2 RT-2-A=5");
      const returned = await done("distributor", "return RT-1 RT-2-A --reason surplus");
      expect(returned.stderr).to.match(/^Returning to Test maker, who shipped what you received /m);
      expect(returned.stdout).to.match(/^shipped +2 lots to Test maker,/m);
      await make("distributor", "RT-3");
      const refused = await run("distributor", "return RT-3 --reason surplus");
      expect(refused.code).to.equal(2);
      expect(refused.stderr).to.match(/NO_SUPPLIER \(--to\): Lot RT-3/);
      await make("ems", "RT-4");
      await done("ems", ["ship", "RT-4", "--to", "Test distributor"]);
      await done("distributor", "receive RT-4");
      const both = await run("distributor", "return RT-2 RT-4 --reason surplus");
      expect(both.code).to.equal(1);
      expect(both.stderr).to.match(/RT-2 came from Test maker, and lot RT-4 from Test ems/);
    });

    it("return lots with the reason that verdicts look for", async () => {
      await make("maker", "T-1");
      await done("maker", ["ship", "T-1", "--to", "Test distributor"]);
      await done("distributor", "receive T-1");
      const { body } = await done("distributor", [
        ..."return T-1 --rma RMA-7 --json --to".split(" "),
        ...["Test maker", "--reason", "not ordered"],
      ]);
      const shipment = await http.expecting<{ details: object }>(
        200,
        "GET",
        `/v1/shipments/${body.shipment}`,
        { key: "maker" },
      );
      expect(shipment.details).to.deep.equal({
        reason: "return",
        remarks: "not ordered",
        returnAuthorisation: "RMA-7",
      });
    });
  });

  describe("assemble and trail", () => {
    it("show what was used of each lot, up and down", async () => {
      await make("ems", "P-1", "P-2");
      const made = await done(
        "ems",
        "assemble BOARD-1=10 --from P-1=483 --from P-2=20 --mpn CTRL-1 --json",
      );
      expect(made.body.lots[0]).to.include({ lotNumber: "BOARD-1", quantity: 10 });
      expect((await lotOf("ems", "BOARD-1")).quantity).to.equal(10);
      const down = await done("ems", "trail P-1 --down");
      expect(down.stdout)
        .to.match(/^P-1: 517 pieces are left$/m)
        .and.match(/^BOARD-1 +CTRL-1 +10 +Test ems +483 of P-1$/m);
      const up = await done("ems", "trail BOARD-1");
      expect(up.stdout)
        .to.match(/^.* introduce +Test ems +P-1 +\+1,000 +1,000/m)
        .and.match(/assemble +Test ems/)
        .and.match(/ P-1 +-483 +517/)
        .and.match(/ P-2 +-20 +980/);
    });
  });

  describe("recall, suspect and withdraw", () => {
    it("give notices about lots by number, and take them back", async () => {
      await make("maker", "E-1");
      const recalled = await done("maker", [
        ..."recall E-1 --reference QN-1 --reason".split(" "),
        "data retention below specification",
      ]);
      expect(recalled.stdout).to.match(/^recalled +E-1: data retention below specification$/m);
      expect((await run("maker", "verify E-1")).code).to.equal(13);
      const { stdout } = await done("maker", "withdraw E-1 --reason mistaken");
      expect(stdout).to.match(/^withdrawn +the recall of E-1$/m);
      const nothing = await run("maker", "withdraw E-1");
      expect([nothing.code, nothing.stderr.includes("no notice about E-1")]).to.deep.equal([
        1,
        true,
      ]);
      const { body } = await done("maker", "suspect E-1 --reason rumour --json");
      await done("maker", `withdraw ${body.notice}`);
    });
  });

  describe("lots, shipments, label, grant and settlements", () => {
    it("search with each filter", async () => {
      await make("maker", "F-1", "F-2");
      await done("maker", "hold F-1 --reason test");
      await done("maker", ["ship", "F-2", "--to", "Test distributor"]);
      const numbers = async (key: PartyName, ...filters: string[]) => {
        const { body } = await done(key, ["lots", "--json", ...filters]);
        return body.items
          .map(({ lotNumber }: { lotNumber: string }) => lotNumber)
          .filter((number: string) => number.startsWith("F-"));
      };
      expect(await numbers("maker", "--maker-lot", "ML")).to.deep.equal(["F-1", "F-2"]);
      expect(await numbers("maker", "--manufacturer", "Test maker")).to.have.length(2);
      expect(await numbers("maker", "--held")).to.deep.equal(["F-1"]);
      expect(await numbers("maker", "--in-transit", "--consignee", "Test dist")).to.deep.equal([
        "F-2",
      ]);
      expect(await numbers("maker", "--holder", "Test maker", "--q", "f-")).to.have.length(2);
      expect(await numbers("maker", "--since", "2020-01-01", "--q", "f-1")).to.deep.equal(["F-1"]);
      expect(await numbers("maker", "--since", "2999-01-01")).to.deep.equal([]);
      const { stdout } = await done("maker", "lots --number F-2");
      expect(stdout).to.match(/^F-2 +TM-1 +ML +1,000 +Test maker, in transit to Test distributor/m);
      expect((await run("maker", "lots --since yesterday")).code).to.equal(2);
    });

    it("list shipments, whose start names them", async () => {
      const { stdout } = await done("distributor", "shipments --incoming --open");
      const [start] = /^0x[0-9a-f]{12}(?= .*Test maker)/m.exec(stdout)!;
      await done("distributor", ["refuse", start, "--reason", "not ordered"]);
      expect((await run("maker", "shipments --incoming --outgoing")).code).to.equal(2);
    });

    it("write symbols into files of their own", async () => {
      await make("maker", "L/1", "L-2");
      const out = join(folder, "label-{lot}.svg");
      await done("maker", ["label", "L/1", "L-2", "--symbol", "qr", "--out", out]);
      expect(await readFile(join(folder, "label-L_1.svg"), "utf8")).to.contain("<svg");
      expect(existsSync(join(folder, "label-L-2.svg"))).to.equal(true);
      const one = await run("maker", ["label", "L/1", "L-2", "--out", join(folder, "x.svg")]);
      expect(one.code).to.equal(2);
    });

    it("print labels of many lots into one file, in the order given", async () => {
      await make("maker", "ROLL-1", "ROLL-2");
      const [zpl, pdf] = [join(folder, "roll.zpl"), join(folder, "roll.pdf")];
      await done("maker", [
        "label",
        "ROLL-2",
        "ROLL-1",
        "--out",
        zpl,
        "--copies",
        "2",
        "--no-link",
      ]);
      const numbers = (await readFile(zpl, "utf8")).match(/ROLL-[12](?=\^FS)/g);
      expect(numbers).to.deep.equal(["ROLL-2", "ROLL-1"]);
      expect((await readFile(zpl, "utf8")).match(/\^PQ2\n\^XZ/g)).to.have.length(2);
      await done("maker", ["label", "ROLL-1", "--sheet", "a4-2x4", "--start", "3", "--out", pdf]);
      expect((await readFile(pdf, "latin1")).slice(0, 5)).to.equal("%PDF-");
    });

    it("list settlements without a further word", async () => {
      const { body } = await done("maker", "settlements --state queued --json");
      expect(body.settlements).not.to.be.empty;
    });

    it("verify several lots with a tally, and exit with the worst", async () => {
      await make("maker", "V-1", "V-2");
      await done("maker", "hold V-2 --reason test");
      const { code, stdout } = await run("maker", "verify V-1 V-2 V-3");
      expect(code).to.equal(13);
      expect(stdout)
        .to.match(/^V-1 +INCOMPLETE /m)
        .and.match(/^V-2 +HOLD /m)
        .and.match(/^V-3 +NOT_FOUND: There is no lot V-3/m)
        .and.match(/^3 lots: 1 HOLD, 1 without a verdict, 1 INCOMPLETE$/m);
      const { body } = await run("maker", "verify V-1 V-3 --json");
      expect(body.results[0].verdict.identity.lotNumber).to.equal("V-1");
      expect(body.results[1].error.field).to.equal("lots.1");
    });

    it("list the lots that a name can mean, where it means several", async () => {
      await make("maker", "D-1");
      await make("ems", "D-1");
      await done("maker", ["ship", "D-1", "--to", "Test ems"]);
      const ended = await run("ems", "hold D-1 --reason test");
      expect(ended.code).to.equal(1);
      expect(ended.stdout)
        .to.match(/^id +lot +mpn +quantity +issued by +held by$/m)
        .and.match(/^0x[0-9a-f]{64} +D-1 +TM-1 +1,000 +Test ems/m);
      expect(ended.stderr).to.match(/AMBIGUOUS_LOT \(lot\): 2 lots that you see are called D-1/);
    });
  });
});
