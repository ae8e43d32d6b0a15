#!/usr/bin/env node
// Starts the `reelproof` command: hands arguments, environment and streams to the program, and its exit code to the system.
import { run } from "./program.ts";

// The reader may stop early: `reelproof verify LOT | head -1`. The command goes on without a reader, and exits as it would.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.exit(1);
});
process.stderr.on("error", () => undefined);

process.exitCode = await run(
  process.argv.slice(2),
  process.env,
  process.stdout,
  process.stderr,
  process.stdin,
);
