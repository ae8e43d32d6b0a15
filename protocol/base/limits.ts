// Lists every limit of the protocol.

/** Entries in one event. */
export const MAX_ENTRIES = 250;
/** How far an event's time may be ahead of the block that records it, in seconds. */
export const MAX_TIME_AHEAD_SECONDS = 15 * 60;
/** Pieces in a lot, and the largest time: every JSON reader keeps integers up to this exactly. */
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
/** Unicode code points in a lot number. */
export const MAX_LOT_NUMBER_LENGTH = 64;
/** Unicode code points in a text of the details. */
export const MAX_TEXT_LENGTH = 512;
/** Fields in one event's details. */
export const MAX_DETAIL_FIELDS = 20_000;
/** Bytes of JSON. Longer input is not parsed. */
export const MAX_JSON_BYTES = 8 * 1024 * 1024;
/** JSON may have one value per so many bytes of its bound on bytes, and in any case so many. */
export const BYTES_PER_JSON_VALUE = 32;
export const MIN_JSON_VALUES = 20_000;
/** Levels of arrays and objects in JSON. */
export const MAX_JSON_DEPTH = 16;
/** Bytes of a bundle, which holds many events. */
export const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;
/** Documents that a bundle lists. */
export const MAX_BUNDLE_DOCUMENTS = 10_000;
