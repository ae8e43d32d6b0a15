// Divides the rows of a packing list into requests: each becomes one event, and is accepted whole or not at all.
import { MAX_ENTRIES } from "../protocol/base/limits.ts";
import type { PackingRow } from "./list.ts";

/** Bytes of the lots in one request: the service accepts 256 KiB. */
const MAX_BODY_BYTES = 200_000;

/** A row as the service takes it. */
export const lotBody = ({ lotNumber, quantity, details }: PackingRow) => ({
  lotNumber,
  quantity,
  details,
});

/** Rows for one event each: as many as fit into an event and into the body of one request. */
export function* batches<R extends PackingRow>(rows: readonly R[]): Generator<R[]> {
  const encoder = new TextEncoder();
  let batch: R[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = encoder.encode(JSON.stringify(lotBody(row))).length;
    if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes + size > MAX_BODY_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(row);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
