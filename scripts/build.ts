// `npm run build`. Builds what the sources have changed since the last build: contracts, database client, page.
import { buildOrExit } from "./build/or-exit.ts";

await buildOrExit();
