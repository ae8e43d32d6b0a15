// Kills the service at moments between acceptance and anchoring, and starts it again. The log
// has every accepted event exactly once, and no two checkpoints contradict each other.
import { expect } from "chai";
import { openNote } from "../../protocol/log/signed-note.ts";
import {
  callApi,
  type DataFolder,
  type RunningService,
  sampleKeys,
  startService,
} from "../support/process.ts";
import { sampleFolder } from "../support/sample-folder.ts";

interface LogCheckpoint {
  size: number;
  root: string;
  key: string;
  anchored: { size: number; root: string } | null;
}

/** How many acceptances are answered before each kill. With one event per checkpoint, each kill is at another place. */
const KILLS_AFTER = [1, 4, 9];
const REQUESTS = 12;
const ENV = { LOG_CHECKPOINT_EVENTS: "1", LOG_CHECKPOINT_SECONDS: "1" };

describe("the log of a killed service", () => {
  let folder: DataFolder;
  let service: RunningService;
  let key: string;
  let operator: string;

  before(async () => {
    folder = await sampleFolder();
    service = await startService(folder.path, ENV);
    const keys = await sampleKeys(folder.path);
    key = keys("Halden").key;
    operator = keys("Operator").key;
  });
  after(async () => {
    await service.end("SIGTERM");
    await folder.remove();
  });

  const get = async <T>(path: string) => (await callApi<T>(service.url, operator, path)).body;
  const newestCheckpoint = () => get<LogCheckpoint>("/v1/log/checkpoint?format=json");

  /** Waits until every accepted event is in the log and anchored. */
  async function atRest(events: readonly string[]): Promise<LogCheckpoint> {
    for (;;) {
      const found = await Promise.all(
        events.map(
          async (event) =>
            (await callApi(service.url, operator, `/v1/log/proof/inclusion?event=${event}`)).status,
        ),
      );
      const now = await newestCheckpoint();
      if (found.every((status) => status === 200) && now.anchored?.size === now.size) return now;
    }
  }

  it("is announced at the start, with operator and contract", async () => {
    const { operator: account, contract } = await get<Record<string, string>>(
      "/v1/log/checkpoint?format=json",
    );
    expect(service.output()).to.contain(`of operator ${account}, anchored in ${contract}`);
  });

  it("has every accepted event once, and extends every checkpoint that it stated", async () => {
    const accepted: string[] = [];
    const notes: string[] = [];
    for (const [round, killAfter] of KILLS_AFTER.entries()) {
      let answered = 0;
      const enough = Promise.withResolvers<undefined>();
      const requests = Array.from({ length: REQUESTS }, async (_, i) => {
        const lots = [{ lotNumber: `CRASH-${round}-${i}`, quantity: 1 }];
        const { status, body } = await callApi<{ hash: string }>(service.url, key, "/v1/lots", {
          action: "commission",
          lots,
        });
        expect(status, JSON.stringify(body)).to.equal(201);
        accepted.push(body.hash);
        notes.push(await (await fetch(`${service.url}/v1/log/checkpoint`)).text());
        if (++answered === killAfter) enough.resolve(undefined);
      });
      const ended = Promise.allSettled(requests); // those that the kill cuts off fail: their events may be accepted or not
      await Promise.race([enough.promise, ended]);
      await service.end("SIGKILL");
      await ended;
      service = await startService(folder.path, ENV);
    }
    const { size, root, anchored, key: verifier } = await atRest(accepted);
    expect(anchored).to.include({ size, root });
    const { body: report } = await callApi<{ faults: unknown[]; checked: Record<string, number> }>(
      service.url,
      operator,
      "/v1/fsck",
      {},
    );
    expect(report.faults).to.deep.equal([]);
    expect(report.checked["leaves"]).to.equal(size);
    expect(accepted.length).to.be.at.least(KILLS_AFTER.reduce((sum, count) => sum + count, 0));
    for (const note of notes) {
      const stated = openNote(note, verifier);
      if (stated.size === 0) continue;
      const { from } = await get<{ from: { root: string } }>(
        `/v1/log/proof/consistency?from=${stated.size}`,
      );
      expect(from.root).to.equal(stated.root);
    }
  });
});
