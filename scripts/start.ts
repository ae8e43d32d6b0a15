// `npm start` and the service unit. Builds what is not built yet, then runs the service in this process.
import { buildOrExit } from "./build/or-exit.ts";

await buildOrExit();
await import("../server/main.ts");
