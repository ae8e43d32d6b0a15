// Reads the text of a bundle from a file that a stranger made: JSON, or a zip that contains it. The verifier judges what it says.
import { MAX_BUNDLE_BYTES } from "../../../protocol/base/limits.ts";
import { BUNDLE_NAME, isZip, LIMITS, MAX_FILE_BYTES } from "../../verify/bundle-limits.ts";
import { readZipped } from "../../verify/zip.ts";

/** A bundle's text, and what it claims about itself. Null: it does not say. */
export interface Taken {
  text: string;
  events: number | null;
  by: string | null;
}

/** @throws an error in words where the file is too large, a damaged zip, or not JSON */
export async function bundleTextOf(file: File): Promise<Taken> {
  if (file.size > MAX_FILE_BYTES) throw new Error(`it has more than ${MAX_FILE_BYTES} bytes`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const json = isZip(bytes) ? readZipped(bytes, BUNDLE_NAME, LIMITS) : bytes;
  if (json.length > MAX_BUNDLE_BYTES) throw new Error(`it has more than ${MAX_BUNDLE_BYTES} bytes`);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(json);
  return { text, ...claimsIn(text) };
}

function claimsIn(text: string): Omit<Taken, "text"> {
  const bundle = Object(JSON.parse(text)) as { trail?: unknown; made?: unknown };
  const { events } = Object(bundle.trail) as { events?: unknown };
  const { by } = Object(bundle.made) as { by?: unknown };
  return {
    events: Array.isArray(events) ? events.length : null,
    by: typeof by === "string" ? by.slice(0, 256) : null,
  };
}
