// Opens the service as a user's second start does: embedded database and chain, the sample's
// story played, and an API key for each party. Its clock stands still soon after the story's
// end, so that ages stay the same.
import { lotId } from "../../protocol/event/lot.ts";
import { readConfig } from "../../server/config.ts";
import { openService, type Service } from "../../server/service.ts";
import { loadStory, sample } from "../../sample/play.ts";
import { splitLotRef } from "../../sample/story.ts";
import { type Client, clientOf } from "./http.ts";
import { sampleFolder } from "./sample-folder.ts";

/** The sample service's time: the day after the story's last steps. */
export const SAMPLE_NOW = Date.UTC(2026, 10, 24, 12) / 1000;

export interface SampleService extends Client {
  service: Service;
  /** The API key of a party by the story's alias, or of the `operator`. */
  key(name: string): string;
  /** The address of a party by the story's alias: `halden`. */
  party(alias: string): string;
  /** The id of a lot by the story's reference: `halden/HS26-431420`. */
  lot(ref: string): string;
  close(): Promise<void>;
}

/** Opens one. API keys are found by alias, and by `operator`. */
export async function openSampleService(): Promise<SampleService> {
  const folder = await sampleFolder();
  try {
    const { config, secrets } = readConfig({
      PORT: "0",
      DATA_DIR: folder.path,
      LOG_LEVEL: "silent",
      RATE_LIMIT: "1000000",
    });
    const service = await openService(config, secrets, { sample });
    service.ctx.clock = () => SAMPLE_NOW;
    const { parties } = await loadStory();
    const byName = new Map(service.keptKeys!.keys.map((key) => [key.name, key]));
    const keys = Object.fromEntries(
      parties.map(({ alias, name }) => [alias, byName.get(name)!.key]),
    );
    const operator = service.keptKeys!.keys.find(({ party }) => party === null)!.key;
    const party = (alias: string) =>
      byName.get(parties.find((each) => each.alias === alias)!.name)!.party!;
    const byAlias: Record<string, string> = { ...keys, operator };
    return {
      ...clientOf(service.url, byAlias),
      service,
      key: (name) => byAlias[name]!,
      party,
      lot(ref) {
        const { issuer, lotNumber } = splitLotRef(ref);
        return lotId(party(issuer), lotNumber);
      },
      async close() {
        await service.close();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
