// Runs the command line against a service on embedded defaults. Some commands run as processes
// of their own, as a user runs them. The others run in this process, which is faster.
import { expect } from "chai";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { run as runProgram } from "../../cli/program.ts";
import { toHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { lotId } from "../../protocol/event/lot.ts";
import { Verdict } from "../../protocol/verdict/verdict.ts";
import { sample } from "../../sample/play.ts";
import { readConfig } from "../../server/config.ts";
import type { KeptKey } from "../../server/access/key-file.ts";
import { fsck } from "../../server/fsck/fsck.ts";
import { openService, type Service } from "../../server/service.ts";
import { callApi, type DataFolder } from "../support/process.ts";
import { sampleFolder } from "../support/sample-folder.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NEW_STOCK = join(ROOT, "sample/packing-list-new-stock.csv");
const HEADER = "manufacturer,mpn,lot_code,date_code,quantity,country_of_origin,msl,package_id";

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
}

describe("the command line", () => {
  let data: DataFolder;
  let service: Service;
  const settings = () => readConfig({ DATA_DIR: data.path, PORT: "0", LOG_LEVEL: "silent" });

  before(async () => {
    data = await sampleFolder();
    const { config, secrets } = settings();
    service = await openService(config, secrets, { sample });
  });
  after(async () => {
    await service.close();
    await data.remove();
  });

  const environment = (more: Record<string, string>) => ({
    DATA_DIR: data.path,
    REELPROOF_URL: service.url,
    ...more,
  });

  /** Runs the command as a process with the sample's keys. It inherits only the PATH of this process's environment. */
  function spawned(...args: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const env = environment({ PATH: process.env["PATH"]! });
      execFile(
        process.execPath,
        ["cli/main.ts", ...args],
        { cwd: ROOT, env },
        (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
        },
      );
    });
  }
  /** Runs the same program in this process. */
  async function run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
    const [stdout, stderr] = [new Written(), new Written()];
    const code = await runProgram(args, environment(env), stdout, stderr);
    return { code, stdout: stdout.text, stderr: stderr.text };
  }
  const inProcess = (...args: string[]) => run(args);
  /** Runs it with --json, and parses what it wrote. */
  async function json<T = Record<string, unknown>>(
    args: string[],
    env?: Record<string, string>,
  ): Promise<Ended & { body: T }> {
    const ended = await run([...args, "--json"], env);
    return { ...ended, body: JSON.parse(ended.stdout) as T };
  }
  /** How a command fails: its exit code, and the error's code and field. */
  async function failure(args: string[], env?: Record<string, string>) {
    const { code, body, stderr } = await json<{ error: { code: string; field?: string } }>(
      args,
      env,
    );
    const lines = stderr.trim().split("\n");
    if (lines.length === 2) expect(lines.shift()).to.match(/^Acting as the operator/);
    expect(lines, "one line").to.have.length(1);
    expect(lines[0]).to.contain(body.error.code).and.not.contain("    at ");
    return [code, body.error.code, body.error.field];
  }

  const keyOf = (name: string): KeptKey =>
    service.keptKeys!.keys.find((key) => key.name.startsWith(name))!;
  const ask = <T>(name: string, path: string, body?: unknown) =>
    callApi<T>(service.url, keyOf(name).key, path, body).then((answer) => answer.body);
  async function file(name: string, lines: string[]): Promise<string> {
    const path = join(data.path, name);
    await writeFile(path, `${lines.join("\n")}\n`);
    return path;
  }
  const row = (lotNumber: string, quantity = 100) =>
    `Elstow,ELT67C,H1003,2637,${quantity},MY,2a,${lotNumber}`;
  async function settled(): Promise<void> {
    const open = { where: { state: { notIn: ["final" as const, "logged" as const] } } };
    while (await service.ctx.prisma.settlement.count(open)) await wait(20);
  }

  describe("in general", () => {
    it("lists its commands and exit codes in --help", async () => {
      const { code, stdout } = await spawned("--help");
      expect(code).to.equal(0);
      for (const name of [
        "register",
        "ship",
        "receive",
        "split",
        "correct",
        "document",
        "verify",
        "scan",
        "policy",
        "fsck",
        "party",
        "key",
        "api-key",
      ]) {
        expect(stdout).to.match(new RegExp(`^  ${name}`, "m"));
      }
      expect(stdout).to.match(/0 PASS, 10 WARN, 11 INCOMPLETE, 12 FAIL, 13 HOLD/);
    });
    it("writes no colours when the output is not a terminal", async () => {
      for (const args of [["verify", "LK-42474"], ["party", "list"], ["--help"]]) {
        const { stdout, stderr } = await spawned(...args);
        expect(stdout + stderr).not.to.contain("\x1b");
      }
    });
    it("exits with 2 for wrong usage", async () => {
      expect((await run([])).code).to.equal(2);
      expect((await spawned("verfy")).code).to.equal(2);
      for (const args of [
        ["verfy"],
        ["verify"],
        ["ship", "X"],
        ["register", "x.csv", "--action", "make"],
        ["split", "X"],
      ]) {
        const { code, body, stderr } = await json<{ error: { code: string } }>(args);
        expect([code, body.error.code], args.join(" ")).to.deep.equal([2, "USAGE"]);
        expect(stderr.trim().split("\n")).to.have.length(1);
      }
    });
    it("exits with 3 when no service answers", async () => {
      const nobody = { REELPROOF_URL: "http://127.0.0.1:9" };
      expect(await failure(["party", "list"], nobody)).to.deep.equal([
        3,
        "SERVICE_UNREACHABLE",
        "--url",
      ]);
      expect(await failure(["party", "list"], { REELPROOF_URL: "not a url" })).to.deep.equal([
        2,
        "BAD_URL",
        "--url",
      ]);
      const page = createServer((_, res) => res.end("<html>"));
      const url = await listening(page);
      expect(await failure(["party", "list", "--url", url])).to.deep.equal([
        3,
        "NOT_A_SERVICE",
        "--url",
      ]);
      page.close();
    });
    it("waits and repeats when the service limits its rate", async () => {
      let asked = 0;
      const limited = createServer((_, res) => {
        if (++asked > 1) return void res.end('{"items":[],"next":null}');
        res.writeHead(429, { "retry-after": "1" }).end();
      });
      const { code, body, stderr } = await json([
        "party",
        "list",
        "--url",
        await listening(limited),
      ]);
      limited.close();
      expect([code, body, asked]).to.deep.equal([0, { items: [] }, 2]);
      expect(stderr).to.contain("1 s");
    });
    it("acts for the party that --as names, and refuses an unknown one", async () => {
      expect(await failure(["party", "list", "--as", "nobody"])).to.deep.equal([
        1,
        "UNKNOWN_PARTY",
        "--as",
      ]);
      expect(await failure(["party", "list", "--as", ""])).to.deep.equal([
        1,
        "UNKNOWN_PARTY",
        "--as",
      ]);
      const address = keyOf("Pellworth").party!;
      for (const as of [
        "pell",
        "PELLWORTH COMPONENTS INC.",
        address,
        address.slice(0, 12).toUpperCase().replace("0X", "0x"),
      ]) {
        const { body } = await json<{ items: { party: string }[] }>([
          "api-key",
          "list",
          "--as",
          as,
        ]);
        expect(new Set(body.items.map(({ party }) => party)), as).to.deep.equal(new Set([address]));
      }
    });
    it("takes an API key from standard input, and none as an argument, which it does not repeat", async () => {
      const { key } = keyOf("Halden");
      const [stdout, stderr] = [new Written(), new Written()];
      const input = [`${key}\n`].values();
      const stdin = {
        [Symbol.asyncIterator]: async function* () {
          yield* input;
        },
      } as never;
      const env = environment({ DATA_DIR: join(data.path, "nothing") });
      const args = ["party", "list", "--api-key-file", "-"];
      expect(await runProgram(args, env, stdout, stderr, stdin)).to.equal(0);
      for (const option of [`--api-key=${key}`, `--api-kye=${key}`]) {
        const ended = await run(["party", "list", option, "--json"]);
        expect(ended.code).to.equal(2);
        expect(ended.stdout + ended.stderr)
          .to.contain("USAGE")
          .and.not.contain(key);
      }
    });

    it("requires exactly one valid API key", async () => {
      const elsewhere = { DATA_DIR: join(data.path, "nothing") };
      expect(await failure(["party", "list"], elsewhere)).to.deep.equal([
        2,
        "NO_API_KEY",
        "--api-key-file",
      ]);
      expect(await failure(["party", "list"], { REELPROOF_API_KEY: "rp_x" })).to.deep.equal([
        1,
        "UNAUTHENTICATED",
        undefined,
      ]);
      const keyFile = await file("key.txt", [keyOf("Halden").key]);
      expect(
        await failure(["party", "list", "--api-key-file", keyFile, "--as", "Halden"]),
      ).to.deep.equal([2, "KEY_GIVEN_TWICE", "--as"]);
      const withFile = await run(["party", "list", "--api-key-file", keyFile], elsewhere);
      expect(withFile.code).to.equal(0);
      const noKey = await file("no-key.txt", ["rp_one", "rp_two"]);
      expect(await failure(["party", "list", "--api-key-file", noKey])).to.deep.equal([
        2,
        "NO_API_KEY",
        "--api-key-file",
      ]);
      const { code } = await run(["party", "list"], {
        ...elsewhere,
        REELPROOF_API_KEY: keyOf("Halden").key,
      });
      expect(code).to.equal(0);
    });
  });

  describe("register", () => {
    interface Registered {
      action: string;
      rows: number;
      registered: number;
      known: number;
      events: string[];
      lots: { line: number; lotNumber: string; lot: string; status: string }[];
    }
    const register = (path: string, ...more: string[]) =>
      json<Registered>(["register", path, ...more]);

    it("registers nothing with --dry-run, and every lot without it", async () => {
      const dry = await register(NEW_STOCK, "--as", "Pellworth", "--dry-run");
      expect(dry.code).to.equal(0);
      expect(dry.body).to.include({ action: "introduce", rows: 12, registered: 0, known: 0 });
      expect(dry.body.lots.map(({ status }) => status)).to.deep.equal(Array(12).fill("new"));
      expect(await failure(["verify", dry.body.lots[0]!.lot])).to.deep.equal([
        1,
        "NOT_FOUND",
        "lot",
      ]);

      const { code, body } = await register(NEW_STOCK, "--as", "Pellworth");
      expect(code).to.equal(0);
      expect(body).to.include({ rows: 12, registered: 12, known: 0 });
      expect(body.events).to.have.length(1);
      const lot = await ask<Record<string, unknown>>("Pellworth", `/v1/lots/${body.lots[0]!.lot}`);
      expect(lot).to.deep.include({
        lotNumber: "PWD1A1253755",
        quantity: 3200,
        makerLot: "0007190418",
      });
      expect(lot["details"]).to.include({
        customerPartNumber: "PW215868",
        eccn: "EAR99",
        hts: "8541.10.0080",
        msl: "1",
      });
    });

    it("registers nothing twice", async () => {
      const before = await service.ctx.prisma.event.count();
      const { code, body } = await register(NEW_STOCK, "--as", "Pellworth");
      expect(code).to.equal(0);
      expect(body).to.include({ registered: 0, known: 12 });
      expect(body.events).to.deep.equal([]);
      expect(await service.ctx.prisma.event.count()).to.equal(before);
      const { stdout } = await inProcess("register", NEW_STOCK, "--as", "Pellworth");
      expect(stdout)
        .to.match(/^registered +0 lots/m)
        .and.match(/^known +12 lots/m);
    });

    it("reports lots as known when their event has more details", async () => {
      const path = join(ROOT, "sample/packing-list-pellworth.csv");
      expect((await register(path, "--as", "Pellworth")).body).to.include({
        registered: 0,
        known: 4,
      });
    });

    it("commissions a maker's own lots, and refuses to introduce them", async () => {
      const path = await file("own.csv", [HEADER, row("HS-OWN-1"), row("HS-OWN-2")]);
      const { body } = await register(path, "--as", "Halden");
      expect(body).to.include({ action: "commission", registered: 2 });
      expect(await ask("Halden", `/v1/events/${body.events[0]}`)).to.include({
        action: "commission",
      });
      const other = await json<{ faults: Record<string, unknown>[] }>([
        "register",
        path,
        "--as",
        "Halden",
        "--action",
        "introduce",
      ]);
      expect(
        other.body.faults.map(({ line, column, field, code }) => [line, column, field, code]),
      ).to.deep.equal([
        [2, undefined, "--action", "LOT_DIFFERS"],
        [3, undefined, "--action", "LOT_DIFFERS"],
      ]);
    });

    it("shows in a dry run what would be kept of each row, and how cells were read", async () => {
      const path = await file("several.csv", [
        HEADER,
        row("SEV-1").replace("H1003,2637", '"H1003, H1004",MIXED'),
        row("SEV-2").replace("H1003,2637", "H1005/H1006,MIXED"),
      ]);
      const { code, stdout } = await run(["register", path, "--as", "Pellworth", "--dry-run"]);
      expect(code).to.equal(0);
      expect(stdout)
        .to.match(
          /^line 2 +SEV-1: 100 pieces, .*mpn ELT67C, makerLot H1003; H1004, dateCode MIXED/m,
        )
        .and.match(/^ +column 3, lot_code: Read as 2 lots: H1003; H1004\.$/m)
        .and.match(/^ +column 3, lot_code: Kept as one lot code/m)
        .and.match(/^dry run +2 lots would be registered \(introduced\); nothing was saved/m);
      expect(await ask("Pellworth", "/v1/lots?lotNumber=SEV-1")).to.deep.include({ items: [] });
    });

    it("asks about doubtful cells, and keeps them when the caller accepts", async () => {
      const path = await file("doubt.csv", [HEADER, row("DBT-1"), row("dbt-1")]);
      const args = ["register", path, "--as", "Pellworth"];
      const { code, body } = await json<{ error: object; faults: Record<string, unknown>[] }>(args);
      expect(code).to.equal(1);
      expect(body.error).to.include({ code: "DOUBTFUL_ROWS", field: "FILE" });
      expect(body.faults.map(({ line, code: why }) => [line, why])).to.deep.equal([
        [3, "CASE_TWIN"],
      ]);
      expect((await run(args)).stderr).to.match(/--accept-doubts/);
      const accepted = await json<Registered & { doubts: object[] }>([...args, "--accept-doubts"]);
      expect(accepted.body).to.include({ registered: 2 });
      expect(accepted.body.doubts).to.have.length(1);
    });

    it("asks about packages that its party has registered under almost the same number", async () => {
      await register(await file("twin-1.csv", [HEADER, row("TWN-1")]), "--as", "Pellworth");
      const path = await file("twin-2.csv", [HEADER, row("TWN-2"), row("Twn -1")]);
      const args = ["register", path, "--as", "Pellworth"];
      for (const more of [[], ["--dry-run"]]) {
        const asked = await json<{ faults: { line: number; code: string; message: string }[] }>([
          ...args,
          ...more,
        ]);
        expect(asked.code).to.equal(1);
        expect(asked.body.faults.map(({ line, code }) => [line, code])).to.deep.equal([
          [3, "CASE_TWIN"],
        ]);
        expect(asked.body.faults[0]!.message).to.match(/^The package TWN-1 is registered/);
      }
      expect(await ask("Pellworth", "/v1/lots?lotNumber=TWN-2")).to.deep.include({ items: [] });
      const accepted = await json<Registered & { doubts: object[] }>([...args, "--accept-doubts"]);
      expect([accepted.body.registered, accepted.body.doubts.length]).to.deep.equal([2, 1]);
      // Once both stand they are known, and nobody is asked again. Another party's numbers are its own.
      expect((await run(args)).code).to.equal(0);
      expect((await run(["register", path, "--as", "Larkhill"])).code).to.equal(0);
    });

    it("verifies a lot whose number looks like a path", async () => {
      const path = await file("slash.csv", [HEADER, row("FAC3/L2/SN-9854"), row("R\\1")]);
      await register(path, "--as", "Pellworth");
      for (const name of ["FAC3/L2/SN-9854", "R\\1"]) {
        const { body } = await json<{ lot: string }>(["verify", name, "--as", "Pellworth"]);
        expect(body.lot, name).to.match(/^0x/);
      }
      const none = await run(["verify", "FAC3/L2/none", "--as", "Pellworth"]);
      expect([none.code, none.stderr]).to.satisfy(
        ([code, text]: [number, string]) =>
          code === 1 && /no file FAC3\/L2\/none.*There is no lot FAC3\/L2\/none/.test(text),
      );
      const near = await run(["verify", "fac3/l2/sn-9854", "--as", "Pellworth"]);
      expect(near.stderr).to.match(/You see FAC3\/L2\/SN-9854: capitals and blanks count/);
    });

    it("refuses lots registered with other facts, and registers nothing else of the file", async () => {
      const path = await file("other.csv", [HEADER, row("OTHER-1"), row("OTHER-2")]);
      await register(path, "--as", "Pellworth");
      await file("other.csv", [
        HEADER,
        row("OTHER-3"),
        row("OTHER-2", 99).replace("MY", "CN"),
        row("OTHER-1"),
      ]);
      const { code, body } = await json<{ faults: Record<string, unknown>[] }>([
        "register",
        path,
        "--as",
        "Pellworth",
      ]);
      expect(code).to.equal(1);
      expect(
        body.faults.map((fault) => [fault["line"], fault["column"], fault["code"], fault["value"]]),
      ).to.deep.equal([
        [3, 5, "LOT_DIFFERS", "99"],
        [3, 6, "LOT_DIFFERS", "CN"],
      ]);
      expect(await ask("Pellworth", "/v1/lots?lotNumber=OTHER-3")).to.deep.include({ items: [] });
    });

    it("registers a number that another party already uses", async () => {
      const path = await file("twin.csv", [HEADER, row("TWIN-1")]);
      for (const as of ["Pellworth", "Larkhill"]) {
        expect((await register(path, "--as", as)).body).to.include({ registered: 1, known: 0 });
      }
      expect(await failure(["verify", "TWIN-1"])).to.deep.equal([1, "AMBIGUOUS_LOT", "lot"]);
      const { stdout } = await run(["verify", "TWIN-1"]);
      for (const party of ["Pellworth", "Larkhill"]) expect(stdout).to.contain(keyOf(party).party!);
      // Two parties have registered one package of one maker's lot. Neither is told of the other's, the operator is.
      const found = async (name: string, ...as: string[]) => {
        const { code, body } = await json<Pick<Verdict, "findings">>(["verify", name, ...as]);
        return [code, body.findings.some((finding) => finding.code === "PACKAGE_ID_TWICE")];
      };
      expect(await found("TWIN-1", "--as", "Larkhill")).to.deep.equal([10, false]);
      expect(await found(lotId(keyOf("Larkhill").party!, "TWIN-1"))).to.deep.equal([12, true]);
    });

    it("refuses a party without the role", async () => {
      expect(await failure(["register", NEW_STOCK])).to.deep.equal([1, "FORBIDDEN", "--as"]);
      expect(await failure(["register", NEW_STOCK, "--as", "Aldervik"])).to.deep.equal([
        1,
        "ROLE_MISSING",
        "--action",
      ]);
      expect(
        await failure(["register", NEW_STOCK, "--as", "Aldervik", "--action", "introduce"]),
      ).to.deep.equal([1, "ROLE_MISSING", undefined]);
      expect(await failure(["register", "no such file", "--as", "Halden"])).to.deep.equal([
        2,
        "CANNOT_READ",
        "FILE",
      ]);
    });

    it("registers for the party of a write key, and requires --action when two are possible", async () => {
      const { body } = await json<{ key: string }>([
        "api-key",
        "make",
        "--as",
        "Larkhill",
        "--scope",
        "write",
      ]);
      const env = { REELPROOF_API_KEY: body.key };
      const path = await file("whose.csv", [HEADER, row("WHOSE-1")]);
      expect((await json(["register", path], env)).body).to.include({ registered: 1 });

      const both = toHex(randomBytes(20));
      await run([
        "party",
        "admit",
        both,
        "Maker and trader",
        "--role",
        "manufacturer",
        "--role",
        "distributor",
      ]);
      await waitFor(
        () => run(["key", "list", "--party", both]),
        ({ code }) => code === 0,
      );
      const made = await json<{ key: string }>([
        "api-key",
        "make",
        "--party",
        both,
        "--scope",
        "admin",
      ]);
      expect(await failure(["register", path], { REELPROOF_API_KEY: made.body.key })).to.deep.equal(
        [1, "ACTION_NEEDED", "--action"],
      );
    });

    it("continues after an interruption, and registers each lot once", async () => {
      const rows = Array.from({ length: 600 }, (_, i) => row(`LONG-${i}`));
      const path = await file("long.csv", [HEADER, ...rows]);
      const counted = () =>
        service.ctx.prisma.lot.count({ where: { lotNumber: { startsWith: "LONG-" } } });
      const through = async (breaks: Breaks) => {
        const proxy = await breakingProxy(service.url, breaks);
        const ended = await json<{ error: { code: string } }>([
          "register",
          path,
          "--as",
          "Pellworth",
          "--url",
          proxy.url,
        ]);
        proxy.close();
        return [ended.code, ended.body.error.code];
      };
      expect(await through({ post: 2, answered: false })).to.deep.equal([3, "SERVICE_UNREACHABLE"]);
      expect(await counted(), "the first event's lots").to.equal(250);
      expect(await through({ post: 1, answered: true })).to.deep.equal([3, "SERVICE_UNREACHABLE"]);
      expect(await counted(), "the second event's, whose answer was cut off").to.equal(500);
      expect((await register(path, "--as", "Pellworth")).body).to.include({
        registered: 100,
        known: 500,
      });
      expect((await register(path, "--as", "Pellworth")).body).to.include({
        registered: 0,
        known: 600,
      });
      expect(await counted()).to.equal(600);
    });
  });

  describe("ship, receive, split", () => {
    it("transfer a shipment with a shortfall, and split it", async () => {
      const path = await file("kit.csv", [
        HEADER,
        row("KIT-1", 1000),
        row("KIT-2", 500),
        row("KIT=3", 50),
      ]);
      await run(["register", path, "--as", "Pellworth"]);
      const shipped = await json<{ shipment: string; lots: string[] }>([
        "ship",
        "--as",
        "Pellworth",
        "--to",
        "Dravatronik",
        "--file",
        path,
        "--carrier",
        "Norlane",
        "--asn",
        "ASN-9",
      ]);
      expect(shipped.code).to.equal(0);
      expect(shipped.body.lots).to.have.length(3);
      const { shipment } = shipped.body;
      const shipmentView = await ask<{ details: object; items: object[] }>(
        "Dravatronik",
        `/v1/shipments/${shipment}`,
      );
      expect(shipmentView.details).to.deep.equal({ carrier: "Norlane", asnNumber: "ASN-9" });

      const received = await json<{ event: string; lots: object[] }>([
        "receive",
        shipment.slice(0, 16),
        "--as",
        "Dravatronik",
        "--only",
        "KIT-1",
        "--only",
        "KIT=3",
        "--short",
        "KIT-1=990",
        "--short",
        "KIT=3=49",
        "--reason",
        "counted twice",
      ]);
      expect(received.code).to.equal(0);
      const event = await ask<{ action: string; details: object; entries: { quantity: number }[] }>(
        "Dravatronik",
        `/v1/events/${received.body.event}`,
      );
      expect(event).to.deep.include({
        action: "receive",
        details: { shortfallReason: "counted twice" },
      });
      expect(event.entries.map(({ quantity }) => quantity).sort()).to.deep.equal([49, 990]);
      const rest = await inProcess("receive", shipment, "--as", "Dravatronik");
      expect(rest.code).to.equal(0);
      expect(rest.stdout).to.match(/^received +1 lot from Pellworth/m);

      const split = await json<{ lot: string; left: number }>([
        "split",
        "KIT-1",
        "SMALL-1=100",
        "SMALL=2=50",
        "--as",
        "Dravatronik",
      ]);
      expect(split.body).to.include({ left: 840 });
      expect(
        (await inProcess("split", "KIT-1", "SMALL-3=40", "--as", "Dravatronik")).stdout,
      ).to.match(/^split +KIT-1: 800 pieces[^]*^ +SMALL-3 +40$/m);
      const { items } = await ask<{ items: { quantity: number }[] }>(
        "Dravatronik",
        "/v1/lots?lotNumber=SMALL%3D2",
      );
      expect(items.map(({ quantity }) => quantity)).to.deep.equal([50]);
    });

    it("accept lots by number, by id and from a plain file", async () => {
      const path = await file("ways.csv", [HEADER, row("WAY-1"), row("WAY-2"), row("WAY-3")]);
      const { body } = await json<{ lots: { lot: string }[] }>([
        "register",
        path,
        "--as",
        "Pellworth",
      ]);
      const plain = await file("ways.txt", ["WAY-3", ""]);
      const { code, stdout } = await inProcess(
        "ship",
        "--as",
        "Pellworth",
        "--to",
        keyOf("Monclara").party!,
        "WAY-1",
        body.lots[1]!.lot,
        "--file",
        plain,
      );
      expect(code).to.equal(0);
      expect(stdout).to.match(/^shipped +3 lots to Monclara/m);
      const shipment = /^shipment +(0x[0-9a-f]{64})$/m.exec(stdout)![1]!;
      expect((await run(["receive", shipment, "--as", "Monclara"])).code).to.equal(0);
    });

    it("name the fault of each refused call", async () => {
      const as = ["--as", "Pellworth"];
      const path = await file("not.csv", [HEADER, row("NOT-1")]);
      await run(["register", path, ...as]);
      expect(await failure(["ship", ...as, "--to", "Monclara"])).to.deep.equal([
        2,
        "BAD_ARGUMENT",
        "LOT",
      ]);
      expect(await failure(["ship", ...as, "--to", "Monclara", "NOT-9"])).to.deep.equal([
        1,
        "NOT_FOUND",
        "lot",
      ]);
      expect(await failure(["ship", ...as, "--to", "Monclara", "NOT-1", "NOT-1"])).to.deep.equal([
        1,
        "BAD_ARGUMENT",
        "LOT",
      ]);
      expect(await failure(["ship", ...as, "--to", "M", "NOT-1"])).to.deep.equal([
        1,
        "AMBIGUOUS_PARTY",
        "--to",
      ]);
      expect(await failure(["ship", ...as, "--to", "Pellworth", "NOT-1"])).to.deep.equal([
        1,
        "CONSIGNEE_NOT_ALLOWED",
        "consignee",
      ]);
      expect(await failure(["split", ...as, "NOT-1", "A=60", "B=60"])).to.deep.equal([
        1,
        "QUANTITY_NOT_ALLOWED",
        "children",
      ]);
      for (const child of ["A", "A=", "=5", "A=x", "A=-1", "A=1.5", "A=99999999999999999"]) {
        expect(await failure(["split", ...as, "NOT-1", child])).to.deep.equal([
          2,
          "BAD_ARGUMENT",
          "LOTNUMBER=PIECES",
        ]);
      }
      const { body } = await json<{ shipment: string }>([
        "ship",
        ...as,
        "--to",
        "Monclara",
        "NOT-1",
      ]);
      expect(await failure(["ship", ...as, "--to", "Monclara", "NOT-1"])).to.deep.equal([
        1,
        "LOT_IN_TRANSIT",
        undefined,
      ]);
      const receive = (...more: string[]) =>
        failure(["receive", body.shipment, "--as", "Monclara", ...more]);
      expect(await receive("--short", "NOT-2=5")).to.deep.equal([1, "NOT_FOUND", "--short"]);
      expect(await receive("--short", "NOT-1=101")).to.deep.equal([
        1,
        "QUANTITY_NOT_ALLOWED",
        "lots.0.quantity",
      ]);
      expect(await receive("--short", "NOT-1")).to.deep.equal([2, "BAD_ARGUMENT", "--short"]);
      expect(await failure(["receive", "0x1234", "--as", "Monclara"])).to.deep.equal([
        2,
        "BAD_ARGUMENT",
        "SHIPMENT",
      ]);
      expect(await failure(["receive", "0x12345678", "--as", "Monclara"])).to.deep.equal([
        1,
        "NOT_FOUND",
        "SHIPMENT",
      ]);
      expect(await failure(["receive", body.shipment, "--as", "Larkhill"])).to.deep.equal([
        1,
        "NOT_FOUND",
        "event",
      ]);
      expect((await run(["receive", body.shipment, "--as", "Monclara"])).code).to.equal(0);
      expect(await receive()).to.deep.equal([1, "CONFLICT", "shipment"]);
    });
  });

  describe("correct", () => {
    const correct = (...args: string[]) => ["correct", "TYPO-1", ...args, "--as", "Pellworth"];

    it("corrects a fact, and verify shows both values and the reason", async () => {
      const path = await file("typo.csv", [HEADER, row("TYPO-1", 1000)]);
      await run(["register", path, "--as", "Pellworth"]);
      const reason = "wrong line of the packing list";
      const facts = ["dateCode=2638", "countryOfOrigin=PH", "--reason", reason];
      const changes = [
        { name: "dateCode", before: "2637", after: "2638" },
        { name: "countryOfOrigin", before: "MY", after: "PH" },
      ];
      const dry = await json(correct(...facts, "--dry-run"));
      expect([dry.code, dry.body["hash"], dry.body["changes"]]).to.deep.equal([0, null, changes]);
      const { code, stdout } = await run(correct(...facts));
      expect(code).to.equal(0);
      expect(stdout).to.match(/date code +2637 +2638/);
      await settled();
      const verdict = await run(["verify", "TYPO-1", "--as", "Pellworth"]);
      expect(verdict.stdout).to.match(/date code 2638/);
      expect(verdict.stdout).to.match(/corrected +date code: 2637 → 2638/);
      expect(verdict.stdout).to.contain(`UTC: ${reason}`).and.contain("FACT_CORRECTED");
    });

    it("refuses what is no fact, and what changes nothing, naming the argument", async () => {
      expect(await failure(correct("carrier=Post", "--reason", "x"))).to.deep.equal([
        2,
        "BAD_ARGUMENT",
        "FACTS",
      ]);
      expect(await failure(correct("mpn", "--reason", "x"))).to.deep.equal([
        2,
        "BAD_ARGUMENT",
        "FACTS",
      ]);
      expect(await failure(correct("dateCode=2638", "--reason", "x"))).to.deep.equal([
        1,
        "NOTHING_TO_CORRECT",
        "details",
      ]);
      expect((await run(correct("dateCode=2639"))).code).to.equal(2);
    });

    it("refuses what a packing list may not state: damage by spreadsheets, and no value", async () => {
      for (const [fact, expected] of [
        ["mpn=1E+11", "SPREADSHEET_NUMBER"],
        ["manufacturer=#N/A", "SPREADSHEET_ERROR"],
        ["makerLot=N/A", "PLACEHOLDER"],
      ] as const)
        expect(await failure(correct(fact, "--reason", "x"))).to.deep.equal([2, expected, "FACTS"]);
    });
  });

  describe("policy", () => {
    const file = () => join(data.path, "policy.json");
    const as = ["--as", "Monclara"];

    it("shows the default, sets a file, and returns to the default", async () => {
      expect((await json(["policy", "show", ...as])).body).to.deep.include({ document: {} });
      await writeFile(
        file(),
        JSON.stringify({ name: "line 3", severities: { ORIGIN_INTRODUCED: "FAIL" } }),
      );
      expect((await json(["policy", "set", file(), ...as])).code).to.equal(0);
      const listing = await run(["policy", "show", ...as]);
      expect(listing.stdout).to.match(/^severities +\{"ORIGIN_INTRODUCED":"FAIL"\}$/m);
      await writeFile(file(), "{}");
      await run(["policy", "set", file(), ...as]);
      expect((await json(["policy", "show", ...as])).body).to.deep.include({ document: {} });
    });

    it("names the fault of a file", async () => {
      for (const [text, field] of [
        ["{", "FILE"],
        ['{"maxSealAgeDays":-1}', "maxSealAgeDays"],
        ['{"severities":{"NotHolder":"INFO"}}', "severities.NotHolder"],
      ] as const) {
        await writeFile(file(), text);
        expect(await failure(["policy", "set", file(), ...as]), text).to.deep.equal([
          2,
          "BAD_FILE",
          field,
        ]);
      }
      expect(await failure(["policy", "set", join(data.path, "none.json"), ...as])).to.deep.equal([
        2,
        "CANNOT_READ",
        "FILE",
      ]);
    });
  });

  describe("verify", () => {
    const FRESH = "HS26-431420";

    it("exits with the verdict's code, and prints the verdict with its reasons", async () => {
      const held = "SBT26K479038";
      for (const [lot, verdict, code] of [
        [FRESH, "PASS", 0],
        ["LK-42474", "WARN", 10],
        [held, "HOLD", 13],
      ] as const) {
        const ended = await json(["verify", lot]);
        expect([ended.code, ended.body["verdict"]], lot).to.deep.equal([code, verdict]);
        expect(Verdict.safeParse(ended.body).success).to.be.true;
        const text = await inProcess("verify", lot);
        expect([text.code, text.stdout.split(/\W/)[0]], lot).to.deep.equal([code, verdict]);
        expect(text.stdout).to.match(new RegExp(`^lot +${lot}$`, "m"));
      }
      const { stdout } = await run(["verify", held]);
      expect(stdout)
        .to.match(/HOLD +LOT_IS_HELD .*holder/)
        .and.contain("not prove that the parts are genuine");
      expect(stdout)
        .to.contain(`ledger ${service.ctx.domain.ledger}`)
        .and.match(/block \d+ 0x/);
    });

    it("lists what happened to the lot, through splits back to its maker", async () => {
      const { body } = await json<Pick<Verdict, "custody" | "parties">>([
        "verify",
        "DRV-UID-9332203",
      ]);
      const nameOf = (address: string) =>
        body.parties.find(({ party }) => party === address)?.name?.split(" ")[0];
      expect(
        body.custody.map(({ action, actor, quantity }) => [action, nameOf(actor), quantity]),
      ).to.deep.equal([
        ["introduce", "Larkhill", 850],
        ["ship", "Larkhill", 850],
        ["receive", "Dravatronik", 850],
        ["hold", "Dravatronik", 850],
        ["split", "Dravatronik", 20],
        ["ship", "Dravatronik", 20],
        ["receive", "Aldervik", 20],
        ["inspect", "Aldervik", 20],
        ["scrap", "Aldervik", 8],
      ]);
      const { stdout } = await run(["verify", "DRV-UID-9332203"]);
      expect(stdout).to.match(/^custody +\d{4}-\d\d-\d\d \d\d:\d\d +introduce +Larkhill/m);
      expect(stdout).to.match(/ hold +Dravatronik .* independent source: test before use$/m);
    });

    it("names an altered lot by its number, and repairs it", async () => {
      const { prisma } = service.ctx;
      const { id, quantity } = await prisma.lot.findFirstOrThrow({ where: { lotNumber: FRESH } });
      await prisma.lot.update({ where: { id }, data: { quantity: 1_000_000 } });
      const checked = await run(["fsck"]);
      expect(checked.code).to.equal(12);
      expect(checked.stdout).to.include(`LOT_DIFFERS  lot ${FRESH}\n  lot ${id}  quantity\n`);
      const planned = await run(["repair", "--dry-run", FRESH]);
      expect(planned.stdout).to.include(`would rebuild  1\n  lot ${FRESH}  lot ${id}  quantity\n`);
      expect((await prisma.lot.findUniqueOrThrow({ where: { id } })).quantity).to.equal(1_000_000n);
      const repaired = await run(["repair", FRESH]);
      expect([repaired.code, repaired.stdout]).to.deep.equal([
        0,
        `rebuilt  1\n  lot ${FRESH}  lot ${id}  quantity\nnothing else is at fault\n`,
      ]);
      expect((await prisma.lot.findUniqueOrThrow({ where: { id } })).quantity).to.equal(quantity);
      expect(await failure(["repair", "NO-SUCH"])).to.deep.equal([1, "NOT_FOUND", "lots"]);
    });

    it("is INCOMPLETE when the chain does not answer, and fsck exits with 3", async () => {
      const { reader } = service.ctx;
      const away = () => Promise.reject(new ProtocolError("CHAIN_UNREACHABLE", "no answer"));
      service.ctx.reader = { ...reader, head: away } as typeof reader;
      const ended = await json<{ verdict: string; findings: { code: string }[] }>([
        "verify",
        FRESH,
      ]);
      const checked = await run(["fsck"]);
      service.ctx.reader = reader;
      expect([ended.code, ended.body.verdict]).to.deep.equal([11, "INCOMPLETE"]);
      expect(ended.body.findings.map(({ code }) => code)).to.include("NODE_UNREACHABLE");
      expect(checked.code).to.equal(3);
    });
  });

  describe("administration", () => {
    it("admits, suspends and reinstates a party", async () => {
      const address = toHex(randomBytes(20));
      const standing = async () => {
        await settled();
        const { body } = await json<{
          items: { address: string; suspended: boolean; roles: string[] }[];
        }>(["party", "list"]);
        return body.items.find((party) => party.address === address);
      };
      const admitted = await inProcess(
        "party",
        "admit",
        address,
        "Newcomer Ltd",
        "--role",
        "distributor",
      );
      expect(admitted.code).to.equal(0);
      await waitFor(standing, (party) => party !== undefined);
      expect(await standing()).to.include({ suspended: false });
      expect((await run(["party", "suspend", "newcomer"])).code).to.equal(0);
      await waitFor(standing, (party) => party?.suspended === true);
      expect((await inProcess("party", "list")).stdout).to.match(
        /^Newcomer Ltd +distributor +suspended +0x/m,
      );
      expect((await run(["party", "reinstate", address])).code).to.equal(0);
      await waitFor(standing, (party) => party?.suspended === false);
    });

    it("makes, lists and revokes signing keys", async () => {
      const { body } = await json<{ key: string; party: string }>([
        "key",
        "make",
        "--party",
        "Monclara",
      ]);
      expect(body.party).to.equal(keyOf("Monclara").party);
      const listed = async () => {
        const list = await json<{ items: { key: string; revokedAt: number | null }[] }>([
          "key",
          "list",
          "--party",
          "Monc",
        ]);
        return list.body.items.find(({ key }) => key === body.key);
      };
      await waitFor(listed, (key) => key?.revokedAt === null);
      expect((await inProcess("key", "revoke", body.key, "--as", "Monclara")).code).to.equal(0);
      await waitFor(listed, (key) => typeof key?.revokedAt === "number");
      expect(await failure(["key", "revoke", body.key.slice(0, 12)])).to.deep.equal([
        2,
        "BAD_ARGUMENT",
        "KEY",
      ]);
      expect(await failure(["key", "enrol"])).to.deep.equal([2, "BAD_SETTING", "ACCOUNT_KEY"]);
    });

    it("makes, lists and revokes API keys", async () => {
      const made = await json<{ id: string; key: string; party: string }>([
        "api-key",
        "make",
        "--party",
        "Corvane",
        "--scope",
        "read",
        "--label",
        "goods in",
      ]);
      expect(made.body.party).to.equal(keyOf("Corvane").party);
      const env = { REELPROOF_API_KEY: made.body.key };
      expect((await run(["party", "list"], env)).code).to.equal(0);
      expect(await failure(["api-key", "list"], env)).to.deep.equal([1, "FORBIDDEN", undefined]);
      const { stdout } = await inProcess("api-key", "list", "--as", "Corvane");
      expect(stdout).to.match(new RegExp(`^${made.body.id} .*read .*valid +goods in$`, "m"));
      expect(stdout).not.to.contain(made.body.key.slice(-20));
      const byKey = await run(["api-key", "revoke", made.body.key]);
      expect([byKey.code, byKey.stderr.includes(made.body.key)]).to.deep.equal([2, false]);
      expect((await run(["api-key", "revoke", made.body.id])).code).to.equal(0);
      expect(await failure(["party", "list"], env)).to.deep.equal([
        1,
        "UNAUTHENTICATED",
        undefined,
      ]);
      expect(await failure(["api-key", "revoke", made.body.id])).to.deep.equal([
        1,
        "NOT_FOUND",
        undefined,
      ]);
    });

    it("names the fault of an argument", async () => {
      const address = toHex(randomBytes(20));
      expect(await failure(["party", "admit", "0x12", "X", "--role", "laboratory"])).to.deep.equal([
        2,
        "BAD_ARGUMENT",
        "ADDRESS",
      ]);
      expect(await failure(["party", "admit", address, "X", "--role", "bank"])).to.deep.equal([
        2,
        "BAD_ARGUMENT",
        "--role",
      ]);
      expect(
        await failure(["party", "admit", address, " X", "--role", "laboratory"]),
      ).to.deep.equal([1, "BAD_TEXT", "name"]);
      expect(await failure(["party", "suspend", "Nobody"])).to.deep.equal([
        1,
        "UNKNOWN_PARTY",
        "PARTY",
      ]);
      expect(await failure(["party", "suspend", "Halden", "--as", "Halden"])).to.deep.equal([
        1,
        "FORBIDDEN",
        undefined,
      ]);
      expect(await failure(["api-key", "make", "--scope", "all"])).to.deep.equal([
        2,
        "BAD_ARGUMENT",
        "--scope",
      ]);
      expect(
        await failure(["api-key", "make", "--scope", "read", "--operator", "--party", "Halden"]),
      ).to.deep.equal([2, "BAD_ARGUMENT", "--operator"]);
    });
  });

  describe("while the service is stopped", () => {
    const account = toHex(randomBytes(32));
    const own = toHex(randomBytes(32));
    const party = addressOfPrivateKey(Buffer.from(account.slice(2), "hex"));
    const here = { REELPROOF_URL: "" };

    it("leaves a clean database behind", async () => {
      await run(["party", "admit", party, "Own account", "--role", "assembler"]);
      await service.ctx.request("hardhat_setBalance", [party, "0xde0b6b3a7640000"]);
      await settled();
      expect((await fsck(service.ctx)).faults).to.deep.equal([]);
      await service.close();
    });
    it("exits with 3 for commands that ask the service", async () => {
      expect(await failure(["verify", "HS26-431420"])).to.deep.equal([
        3,
        "SERVICE_UNREACHABLE",
        "--url",
      ]);
      expect(await failure(["fsck"])).to.deep.equal([3, "SERVICE_UNREACHABLE", "--url"]);
    });
    it("checks the database with fsck itself", async () => {
      const { code, body } = await json<{ checked: { events: number } }>(["fsck"], here);
      expect(code).to.equal(0);
      expect(body.checked.events).to.be.greaterThan(90);
    });
    it("makes and enrols signing keys with the party's account", async () => {
      const kept = await json<{ key: string; party: string }>(["key", "make"], {
        ACCOUNT_KEY: account,
      });
      const enrolled = await json<{ key: string }>(["key", "enrol"], {
        ACCOUNT_KEY: account,
        PARTY_KEY: own,
      });
      expect([kept.code, kept.body.party, enrolled.code]).to.deep.equal([0, party, 0]);
      expect(enrolled.body.key).to.equal(addressOfPrivateKey(Buffer.from(own.slice(2), "hex")));
      expect(
        await failure(["key", "enrol"], { ACCOUNT_KEY: account, PARTY_KEY: own }),
      ).to.deep.equal([1, "KEY_ALREADY_ENROLLED", undefined]);
      const stranger = toHex(randomBytes(32));
      expect((await failure(["party", "suspend", party], { OWNER_KEY: stranger }))[0]).to.equal(1);
      expect(await failure(["key", "make"], { ACCOUNT_KEY: "secret" })).to.deep.equal([
        2,
        "BAD_SETTING",
        "ACCOUNT_KEY",
      ]);

      const { config, secrets } = settings();
      service = await openService(config, secrets, { sample });
      const keys = async () => {
        const { body } = await json<{ items: { key: string }[] }>([
          "key",
          "list",
          "--party",
          party,
        ]);
        return body.items.map(({ key }) => key).sort();
      };
      await waitFor(keys, (list) => list.length === 2);
      expect(await keys()).to.deep.equal([kept.body.key, enrolled.body.key].sort());
      expect((await fsck(service.ctx)).faults).to.deep.equal([]);
    });
    it("refuses to open the database beside a running service", async () => {
      expect(await failure(["key", "make"], { ACCOUNT_KEY: account })).to.deep.equal([
        3,
        "SERVICE_RUNS",
        "DATA_DIR",
      ]);
    });
  });
});

/** Asks until the answer is as wanted, because the service follows the chain with a delay. */
async function waitFor<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<void> {
  while (!isWanted(await ask())) await wait(20);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The POST of lots that breaks, counted from 1, and whether the service answers it before the break. */
interface Breaks {
  post: number;
  answered: boolean;
}

/** Forwards everything to a service, and cuts the connection at one POST of lots. */
async function breakingProxy(
  target: string,
  { post, answered }: Breaks,
): Promise<{ url: string; close(): void }> {
  let posts = 0;
  const server = createServer((req: IncomingMessage, res) => {
    const isBroken = req.method === "POST" && req.url === "/v1/lots" && ++posts === post;
    if (isBroken && !answered) return void req.socket.destroy();
    const onward = request(
      target + req.url!,
      { method: req.method, headers: req.headers },
      (answer) => {
        if (isBroken) return void req.socket.destroy();
        res.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(res);
      },
    );
    req.pipe(onward);
  });
  return {
    url: await listening(server),
    close: () => server.closeAllConnections() ?? server.close(),
  };
}
