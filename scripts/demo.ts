// `npm run demo`: shows a lot's life in the terminal, on a running service (REELPROOF_URL) or one of its own.
import { Problem } from "../cli/output/outcome.ts";
import { openTerminal } from "../cli/output/terminal.ts";
import { runDemo } from "./demo/demo.ts";

const stopped = Promise.withResolvers<never>();
const stop = () => stopped.reject(new Problem("STOPPED", "The demo was stopped."));
process.on("SIGINT", stop).on("SIGTERM", stop);
stopped.promise.catch(() => undefined); // handled once the service is open and can be closed

process.exit(
  await runDemo(openTerminal(process.stdout, process.stderr), process.env, stopped.promise),
);
