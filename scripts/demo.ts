// `npm run demo`: shows a lot's life in the terminal, on a service of its own, or with --on-service on the one at REELPROOF_URL.
import { Problem } from "../cli/output/outcome.ts";
import { openTerminal } from "../cli/output/terminal.ts";
import { runDemo } from "./demo/demo.ts";

const stopped = Promise.withResolvers<never>();
const stop = () => stopped.reject(new Problem("STOPPED", "The demo was stopped."));
process.on("SIGINT", stop).on("SIGTERM", stop);
stopped.promise.catch(() => undefined); // handled once the service is open and can be closed

process.exit(
  await runDemo(
    openTerminal(process.stdout, process.stderr),
    { args: process.argv.slice(2), env: process.env },
    stopped.promise,
  ),
);
