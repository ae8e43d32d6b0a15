// Runs the service as a user does: started on an empty folder (where the sample's folder was
// made), stopped, started again, and killed under load, at moments between acceptance and
// anchoring.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ledgerReader } from "../../protocol/chain/reader.ts";
import { openNote } from "../../protocol/log/signed-note.ts";
import { connectNode } from "../../server/chain/node.ts";
import {
  callApi,
  dataFolder,
  type RunningService,
  sampleKeys,
  startService,
} from "../support/process.ts";
import { type SampleFolder, sampleFolder } from "../support/sample-folder.ts";

interface Listing {
  items: { lot: string; lotNumber: string; mpn: string | null }[];
  next: string | null;
}
interface Made {
  hash: string;
  lots: string[];
}

interface LogCheckpoint {
  size: number;
  root: string;
  key: string;
  operator: string;
  contract: string;
  anchored: { size: number; root: string } | null;
}

/** The modes of a folder and everything in it, by path. Temporary files may go meanwhile. */
function modesIn(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(
    ["", ...paths].flatMap((path) => {
      const stats = lstatSync(join(folder, path), { throwIfNoEntry: false });
      return stats ? [[path, (stats.mode & 0o777).toString(8)] as const] : [];
    }),
  );
}

/** How many events the service accepts in each round before it is killed. */
const ACCEPTED_BEFORE_KILL = [1, 10, 40];

/** With one event per checkpoint, each kill meets the log at another place. */
const ENV = { LOG_CHECKPOINT_EVENTS: "1", LOG_CHECKPOINT_SECONDS: "1" };

describe("the service on embedded defaults", () => {
  let data: SampleFolder;
  let service: RunningService;
  let keyOf: Awaited<ReturnType<typeof sampleKeys>>;

  before(async () => {
    data = await sampleFolder();
    service = await startService(data.path, ENV);
    keyOf = await sampleKeys(data.path);
  });
  after(async () => {
    await service.end("SIGTERM");
    await data.remove();
  });

  async function allLots(key: string): Promise<Listing["items"]> {
    const items: Listing["items"] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const { body }: { body: Listing } = await callApi(
        service.url,
        key,
        `/v1/lots?limit=50${cursor && `&cursor=${cursor}`}`,
      );
      items.push(...body.items);
      cursor = body.next;
    }
    return items;
  }

  it("prints its address at each start, and the keys of the parties at the first one only", () => {
    expect(data.firstStart).to.match(/sample +409 steps played/);
    expect(service.output()).to.contain(service.url).and.not.contain("steps played");
    for (const output of [data.firstStart, service.output()])
      expect(output).to.match(/is up at http:\/\/127\.0\.0\.1:\d+ /);
    for (const name of ["Operator", "Halden", "Ostermark", "Dravatronik", "Aldervik"])
      expect(data.firstStart).to.contain(keyOf(name).key);
    expect(service.output()).to.contain(join(data.path, "api-keys.json"));
    expect(service.output()).not.to.match(/\brp_/);
  });

  it("announces its log, with operator and contract", async () => {
    const { operator, contract } = await newestCheckpoint();
    expect(service.output()).to.contain(`of operator ${operator}, anchored in ${contract}`);
  });

  it("closes its folder and every file in it, whatever the umask of its start", () => {
    // The first start ran with umask 000; the second one runs, and has found what the copy's umask left.
    for (const folder of [data.kept, data.path]) {
      const modes = modesIn(folder);
      expect(modes.size).to.be.greaterThan(500);
      const open = [...modes].filter(([, mode]) => !["700", "600"].includes(mode));
      expect(open, folder).to.deep.equal([]);
    }
  });

  it("has the sample's lots with verdicts of every kind", async () => {
    const lots = await allLots(keyOf("Operator").key);
    expect(lots.length).to.be.at.least(60);
    const key = keyOf("Operator").key;
    const verdicts: string[] = [];
    // One after the other: a busy machine need not answer for all lots at once.
    for (const { lot } of lots) {
      const ask = () => callApi<{ verdict: string }>(service.url, key, `/v1/lots/${lot}/verdict`);
      let reply = await ask();
      // The newest events are INCOMPLETE until the loops have settled and anchored them.
      for (; reply.body.verdict === "INCOMPLETE"; reply = await ask()) await wait(200);
      expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
      verdicts.push(reply.body.verdict);
    }
    const tally = Object.groupBy(verdicts, (verdict) => verdict);
    expect(Object.keys(tally).sort()).to.deep.equal(["FAIL", "HOLD", "PASS", "WARN"]);
    expect(tally["PASS"]!.length).to.be.greaterThan(lots.length / 2);
  });

  it("stops with its chain on SIGINT, and has the same lots and verdict when started again", async () => {
    const before = await allLots(keyOf("Operator").key);
    const lot = before[0]!.lot;
    const verdict = (await callApi(service.url, keyOf("Operator").key, `/v1/lots/${lot}/verdict`))
      .body;
    expect(await service.end("SIGINT")).to.equal(0);
    await connectNode(service.chainUrl)("eth_chainId").then(
      () => expect.fail("the chain still runs"),
      () => undefined,
    );
    service = await startService(data.path, ENV);
    expect(await allLots(keyOf("Operator").key)).to.deep.equal(before);
    const again = (await callApi(service.url, keyOf("Operator").key, `/v1/lots/${lot}/verdict`))
      .body;
    expect(again["events"]).to.deep.equal(verdict["events"]);
    expect(again["verdict"]).to.equal(verdict["verdict"]);
  });

  it("refuses to start twice on one folder", async () => {
    const thrown = await startService(data.path, ENV).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(thrown).to.contain("in use by another process");
    expect((await callApi(service.url, keyOf("Halden").key, "/v1/lots?limit=1")).status).to.equal(
      200,
    );
  });

  it("runs beside a copy of its folder, and neither stops the other", async () => {
    const copy = await dataFolder();
    const copied = spawnSync("cp", ["-a", `${data.path}/.`, copy.path]); // as a user tries a backup
    expect(copied.status, String(copied.stderr)).to.equal(0);
    const beside = await startService(copy.path, ENV);
    const { key } = keyOf("Dravatronik");
    for (const { url } of [service, beside]) {
      const { body } = await callApi<Listing>(url, key, "/v1/lots?limit=1");
      const path = `/v1/lots/${body.items[0]!.lot}/verdict`;
      const { status, body: view } = await callApi(url, key, path);
      expect(status, JSON.stringify(view)).to.equal(200);
      expect(view["verdict"]).to.be.oneOf(["PASS", "WARN"]);
    }
    expect(beside.chainUrl).not.to.equal(service.chainUrl);
    expect(await beside.end("SIGTERM")).to.equal(0);
    await connectNode(service.chainUrl)("eth_chainId");
    await copy.remove();
  });

  /** Every event that was accepted before a kill, and the checkpoints that the log stated then. */
  const acceptedEver: string[] = [];
  const notes: string[] = [];

  for (let round = 1; round <= ACCEPTED_BEFORE_KILL.length; round++) {
    it(`keeps every accepted event after kill -9 under load, and settles it once (round ${round})`, async () => {
      const key = keyOf("Halden").key;
      const accepted: Made[] = [];
      const enough = Promise.withResolvers<undefined>();
      let killed = false;
      const load = async (worker: number) => {
        for (let i = 0; !killed; i++) {
          const lots = [{ lotNumber: `KILL-${round}-${worker}-${i}`, quantity: 100 }];
          const made = await callApi<Made>(service.url, key, "/v1/lots", { lots }).catch(
            () => undefined,
          );
          if (made?.status !== 201) continue;
          accepted.push(made.body);
          const note = await statedCheckpoint();
          if (note !== undefined) notes.push(note);
          if (accepted.length >= ACCEPTED_BEFORE_KILL[round - 1]!) enough.resolve(undefined);
        }
      };
      const workers = [load(0), load(1), load(2), load(3)];
      await enough.promise;
      await service.end("SIGKILL");
      killed = true;
      await Promise.all(workers);
      service = await startService(data.path, ENV);
      acceptedEver.push(...accepted.map(({ hash }) => hash));
      for (const { hash } of accepted) await settled(key, hash);
      const { trusted } = (
        await callApi<{ trusted: { ledger: string; chainId: number } }>(
          service.url,
          key,
          `/v1/lots/${accepted[0]!.lots[0]}/verdict`,
        )
      ).body;
      const { ledger, chainId } = trusted;
      const reader = ledgerReader({ request: connectNode(service.chainUrl), ledger, chainId });
      const records = await reader.events(
        accepted.map(({ hash }) => hash),
        (await reader.head()).number,
      );
      expect(records.map(({ digest }) => digest).sort()).to.deep.equal(
        accepted.map(({ hash }) => hash).sort(),
      );
    });
  }

  it("has every event accepted before a kill once in its log, which extends every checkpoint it stated", async () => {
    const { size, root, anchored, key: verifier } = await logAtRest();
    expect(anchored).to.include({ size, root });
    const { body: report } = await callApi<{ faults: unknown[]; checked: Record<string, number> }>(
      service.url,
      keyOf("Operator").key,
      "/v1/fsck",
      {},
    );
    expect(report.faults).to.deep.equal([]);
    expect(report.checked["leaves"]).to.equal(size);
    const count = ACCEPTED_BEFORE_KILL.reduce((sum, one) => sum + one, 0);
    expect(acceptedEver.length).to.be.at.least(count);
    expect(notes.length).to.be.at.least(ACCEPTED_BEFORE_KILL.length);
    for (const stated of new Map(notes.map((note) => [note, openNote(note, verifier)])).values()) {
      if (stated.size === 0) continue;
      const { from } = await asOperator<{ from: { root: string } }>(
        `/v1/log/proof/consistency?from=${stated.size}`,
      );
      expect(from.root).to.equal(stated.root);
    }
  });

  /** The log's newest checkpoint as it states it; undefined if the kill came first. */
  const statedCheckpoint = () =>
    fetch(`${service.url}/v1/log/checkpoint`)
      .then((response) => response.text())
      .catch(() => undefined);
  const asOperator = async <T>(path: string) =>
    (await callApi<T>(service.url, keyOf("Operator").key, path)).body;
  const newestCheckpoint = () => asOperator<LogCheckpoint>("/v1/log/checkpoint?format=json");

  /** Waits until every accepted event is in the log and anchored. */
  async function logAtRest(): Promise<LogCheckpoint> {
    for (const event of acceptedEver) {
      const path = `/v1/log/proof/inclusion?event=${event}`;
      while ((await callApi(service.url, keyOf("Operator").key, path)).status !== 200)
        await wait(50);
    }
    for (;;) {
      const now = await newestCheckpoint();
      if (now.anchored?.size === now.size) return now;
      await wait(50);
    }
  }

  async function settled(key: string, hash: string): Promise<void> {
    for (;;) {
      const { status, body } = await callApi(service.url, key, `/v1/events/${hash}`);
      expect(status, hash).to.equal(200);
      if (JSON.stringify(body).includes('"final"')) return;
      await wait(50);
    }
  }
});
