// Opens a real browser for page tests: Debian's Chromium, which connects only to the pages' own
// addresses.
import { existsSync } from "node:fs";
import { env } from "node:process";
import { type Browser, chromium } from "playwright-core";

/** Debian's browsers. The one without a window is a third faster: it draws no toolbar of its own. */
const PLACES = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** The browser's path; undefined if it is missing. Throws instead if REQUIRE_CHROMIUM=1. */
export function chromiumHere(): string | undefined {
  const place = PLACES.find((path) => existsSync(path));
  if (place !== undefined) return place;
  if (env["REQUIRE_CHROMIUM"] === "1")
    throw new Error(`there is no ${PLACES.join(" or ")}: install Debian's package chromium`);
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
