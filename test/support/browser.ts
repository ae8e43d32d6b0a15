// Opens a real browser for page tests: Debian's Chromium, which connects only to the pages' own
// addresses.
import { existsSync } from "node:fs";
import { env } from "node:process";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

/** The browser's path; undefined if it is missing. Throws instead if REQUIRE_CHROMIUM=1. */
export function chromiumHere(): string | undefined {
  if (existsSync(CHROMIUM)) return CHROMIUM;
  if (env["REQUIRE_CHROMIUM"] === "1")
    throw new Error(`there is no ${CHROMIUM}: install Debian's package chromium`);
  return undefined;
}

/** @param more further flags: a camera that shows a file */
export function openBrowser(
  executablePath: string,
  more: readonly string[] = [],
): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: 0,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-sync",
      "--disable-background-networking",
      "--disable-component-update",
      ...more,
    ],
  });
}
