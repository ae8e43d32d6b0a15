// Reads positions in PostgreSQL's write-ahead log (WAL): how far a primary has written, and how far a replica has replayed it.

/** Bytes of one page of the WAL. Its header comes before the records, and the first page of a segment has a longer one. */
const PAGE_BYTES = 8_192n;
const HEADERS: ReadonlySet<bigint> = new Set([24n, 40n]);

/** Reads a position such as `0/2B027BB8`. @returns bytes since the beginning of the log */
export function readPosition(text: string): bigint {
  const [high, low] = text.split("/") as [string, string];
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/**
 * The end of what a primary has written, from where it would write next. Where a record has filled a page, the primary counts the
 * next page's header already, and a replica does not until a record follows.
 */
export function endOfWritten(next: bigint): bigint {
  const inPage = next % PAGE_BYTES;
  return HEADERS.has(inPage) ? next - inPage : next;
}

/** Samples that are kept. Where there are more, every second one is dropped, and those to come are as far apart. */
const MOST_SAMPLES = 600;

/** Measures how long a replica is behind, by the primary's positions and this process's clock alone. */
export interface LagMeter {
  /** @param written by the primary at this moment @param now in milliseconds */
  sample(written: bigint, now: number): void;
  /** Seconds since the primary wrote the first that the replica lacks, as exact as samples are frequent. */
  seconds(replayed: bigint, now: number): number;
}

/**
 * Opens a meter. The replica's own measure, the time of the last commit that it replayed, grows while nobody writes, and compares
 * two clocks.
 */
export function openLagMeter(): LagMeter {
  let samples: { written: bigint; at: number }[] = [];
  let apart = 0;
  return {
    sample(written, now) {
      const last = samples.at(-1);
      if (!last) apart = 0;
      else if (last.written === written || now - last.at < apart) return;
      samples.push({ written, at: now });
      if (samples.length <= MOST_SAMPLES) return;
      samples = samples.filter((_, i) => i % 2 === 0);
      apart = 2 * (apart || (now - samples[0]!.at) / MOST_SAMPLES);
    },
    seconds(replayed, now) {
      while (samples[0] && samples[0].written <= replayed) samples.shift();
      return samples[0] ? (now - samples[0].at) / 1_000 : 0;
    },
  };
}
