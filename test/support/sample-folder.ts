// Gives tests the data folder that a first start leaves, with the sample played. It is a copy of
// one made once, by the service as a process, so a service starts on it as at a user's second start.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyFolder, prepared } from "./prepared.ts";
import { type DataFolder, dataFolder, startService } from "./process.ts";

const DATA = "data";
const OUTPUT = "output.txt";

export interface SampleFolder extends DataFolder {
  /** The folder that the first start left, under a umask that closes nothing. Only to be looked at. */
  kept: string;
  /** What the first start printed, until the service was up. */
  firstStart: string;
}

/** A folder of a service that was started once, as `npm start` does, and stopped. */
export async function sampleFolder(): Promise<SampleFolder> {
  const kept = await prepared("sample", async (folder) => {
    const service = await startService(join(folder, DATA), {}, "000");
    await writeFile(join(folder, OUTPUT), service.output());
    const code = await service.end("SIGTERM");
    if (code !== 0) throw new Error(`the first start ended with ${code}:\n${service.output()}`);
  });
  const folder = await dataFolder();
  copyFolder(join(kept, DATA), folder.path);
  return {
    ...folder,
    kept: join(kept, DATA),
    firstStart: await readFile(join(kept, OUTPUT), "utf8"),
  };
}
