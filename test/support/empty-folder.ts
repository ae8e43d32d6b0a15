// Gives tests a data folder whose embedded database is made and migrated, and has no rows. It is a
// copy of one made once, because making one takes seconds.
import { join } from "node:path";
import { openDatabase } from "../../server/storage/db.ts";
import { copyFolder, prepared } from "./prepared.ts";
import { type DataFolder, dataFolder } from "./process.ts";

const DATA = "data";

/** A folder in which a service finds its database, and nothing else. */
export async function emptyFolder(): Promise<DataFolder> {
  const kept = await prepared("empty-folder", async (folder) => {
    await (await openDatabase({ folder: join(folder, DATA, "database") })).close();
  });
  const folder = await dataFolder();
  copyFolder(join(kept, DATA), folder.path);
  return folder;
}
