// Builds what is not current, or ends the process with one sentence that says what to do.
import { exit } from "node:process";
import { EXIT } from "../../server/exit-codes.ts";
import { build, CannotBuild } from "./build.ts";

const EXITS = {
  NOT_BUILT: EXIT.unavailable,
  NOT_READABLE: EXIT.noPermission,
  NOT_WRITABLE: EXIT.noPermission,
  BUILD_FAILED: EXIT.software,
} as const satisfies Record<CannotBuild["code"], number>;

export async function buildOrExit(): Promise<void> {
  try {
    await build(() => {
      console.error(
        "Building what the sources have changed. This is done once, and can take a minute.",
      );
    });
  } catch (error) {
    if (!(error instanceof CannotBuild)) throw error;
    console.error(`reelproof: ${error.code}: ${error.message}`);
    exit(EXITS[error.code]);
  }
}
