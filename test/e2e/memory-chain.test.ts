// Runs the service on a platform without a chain binary. The chain is in memory, the start says
// so, and each start settles again what the database holds.
import { expect } from "chai";
import { HISTORY_PARTIES } from "../../sample/history.ts";
import { loadStory, sampleOf } from "../../sample/play.ts";
import { readConfig } from "../../server/config.ts";
import { openService, type Service } from "../../server/service.ts";
import { emptyFolder } from "../support/empty-folder.ts";
import { callApi, type DataFolder } from "../support/process.ts";

/** How many of the sample's steps are enough here: the whole story takes half a minute. */
const STEPS = 12;

/** The beginning of the sample's story on the ledger. */
const beginning = sampleOf(async () => {
  const { parties, steps } = await loadStory();
  const inHistory = new Set(HISTORY_PARTIES.map(({ alias }) => alias));
  return { parties, steps: steps.filter(({ by }) => !inHistory.has(by)).slice(0, STEPS) };
});

/** The log, and how far it is anchored. */
interface LogTold {
  size: number;
  anchored: { size: number } | null;
}

describe("the service without a chain binary", () => {
  let data: DataFolder;
  let service: Service;

  const start = async () => {
    const { config, secrets } = readConfig({ DATA_DIR: data.path, PORT: "0", LOG_LEVEL: "silent" });
    service = await openService(config, secrets, { sample: beginning, anvil: null });
  };
  const settled = async () => {
    const { prisma } = service.ctx;
    while ((await prisma.settlement.count({ where: { state: { not: "final" } } })) > 0) {
      const held = await prisma.settlement.findFirst({
        where: { state: { in: ["held", "void"] } },
      });
      expect(held, JSON.stringify(held)).to.equal(null);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const anchored = async () => {
    const newestCheckpoint = async () =>
      (
        await callApi<LogTold>(
          service.url,
          service.keptKeys!.keys[0]!.key,
          "/v1/log/checkpoint?format=json",
        )
      ).body;
    for (
      let log = await newestCheckpoint();
      log.size === 0 || log.anchored?.size !== log.size;
      log = await newestCheckpoint()
    )
      await new Promise((resolve) => setTimeout(resolve, 100));
  };

  before(async () => {
    data = await emptyFolder();
    await start();
  });
  after(async () => {
    await service.close();
    await data.remove();
  });

  it("reports that its chain is in memory", () => {
    expect(service.standsOn.lasting).to.equal(false);
  });

  it("settles every event again after a restart, with the stored signatures", async () => {
    await settled();
    await anchored();
    const { prisma, domain } = service.ctx;
    const before = await prisma.settlement.findMany({ orderBy: { sequence: "asc" } });
    const hashes = before.map(({ id }) => id);
    await service.close();

    await start();
    await settled();
    const after = await service.ctx.prisma.settlement.findMany({ orderBy: { sequence: "asc" } });
    expect(service.ctx.domain).to.deep.equal(domain);
    expect(after.map(({ id }) => id)).to.deep.equal(hashes);
    const lot = await service.ctx.prisma.lot.findFirstOrThrow({
      where: { held: false, quantity: { gt: 0 } },
    });
    await anchored();
    const { key } = service.keptKeys!.keys.find(({ party }) => party === null)!;
    const { body } = await callApi<{ verdict: string }>(
      service.url,
      key,
      `/v1/lots/${lot.id}/verdict`,
    );
    expect(["PASS", "WARN"]).to.include(body.verdict);
  });
});
