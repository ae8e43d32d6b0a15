#!/usr/bin/env node
// Starts the `reelproof` command: hands arguments, environment and streams to the program, and its exit code to the system.
import { run } from "./program.ts";

// The reader may stop early: `reelproof party list | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) =>
  process.exit(error.code === "EPIPE" ? 0 : 1),
);

process.exitCode = await run(
  process.argv.slice(2),
  process.env,
  process.stdout,
  process.stderr,
  process.stdin,
);
