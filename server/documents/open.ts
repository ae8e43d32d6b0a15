// The document store that the configuration names.
import { join } from "node:path";
import type { Config, Secrets } from "../config.ts";
import { directoryStore, removeLeftBehind } from "../storage/blobs-directory.ts";
import { s3Store } from "../storage/blobs-s3.ts";
import type { DocumentStore } from "../storage/blobs.ts";

const folderIn = ({ dataDir }: Config) => join(dataDir, "documents");

/** A bucket where one is configured, else the folder `documents` in DATA_DIR. */
export function openDocuments(config: Config, { documentsS3 }: Secrets): DocumentStore {
  if (config.documentsS3 && documentsS3) return s3Store(config.documentsS3, documentsS3);
  return directoryStore(folderIn(config));
}

/** At the start of a service: removes what crashes left half written. @returns how many files there were */
export function tidyDocuments(config: Config): Promise<number> {
  return removeLeftBehind(folderIn(config), Date.now());
}
