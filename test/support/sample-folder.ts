// Gives tests the data folder that a first start leaves, with the sample played. It is a copy of
// one made once, so the service starts on it as at a user's second start.
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { sample } from "../../sample/play.ts";
import { readConfig } from "../../server/config.ts";
import { openService } from "../../server/service.ts";
import { prepared } from "./prepared.ts";
import { type DataFolder, dataFolder } from "./process.ts";

const DATA = "data";

/** A folder of a service that was started once and stopped. */
export async function sampleFolder(): Promise<DataFolder> {
  const kept = await prepared("sample", async (folder) => {
    const settings = { PORT: "0", DATA_DIR: join(folder, DATA), LOG_LEVEL: "silent" };
    const { config, secrets } = readConfig(settings);
    await (await openService(config, secrets, { sample })).close();
  });
  const folder = await dataFolder();
  await cp(join(kept, DATA), folder.path, { recursive: true });
  return folder;
}
