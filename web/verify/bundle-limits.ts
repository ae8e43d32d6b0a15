// Limits what is read of a bundle's file, and tells its two forms apart.
import { MAX_BUNDLE_BYTES } from "../../protocol/base/limits.ts";
import type { ZipLimits } from "./zip.ts";

/** The bundle's name inside a zip. */
export const BUNDLE_NAME = "bundle.json";
/** A zip may hold documents beside the bundle. */
export const MAX_FILE_BYTES = 8 * MAX_BUNDLE_BYTES;
export const LIMITS: ZipLimits = { maxBytes: MAX_BUNDLE_BYTES, maxRatio: 200 };

/** Recognises a zip by its first bytes. JSON never begins like this. */
export const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;
