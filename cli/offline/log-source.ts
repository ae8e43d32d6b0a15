// Reads an operator's log from its service over HTTP.
import { setTimeout as wait } from "node:timers/promises";
import type { z } from "zod";
import { CheckpointView, ConsistencyProof, LogEntries } from "../../api/log.ts";
import { AnswerTooLarge, readBytes } from "../../protocol/base/bounded.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";
import type { LogSource } from "../../protocol/audit/audit.ts";
import { readEntries } from "../../protocol/log/entries.ts";
import { indexPath, TILE_WIDTH, tilePath } from "../../protocol/log/tiles.ts";
import type { AuditedLog } from "./audit-state.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { abortAfter } from "../service/time-limit.ts";

const TIMEOUT_MS = 60_000;
/** How often a request waits when the operator limits requests. */
const MAX_WAITS = 60;
/**
 * Bytes of a tile, a note, a checkpoint or a proof. A whole tile has 8,192. A note with the signatures of 16 witnesses, each of
 * 5,000 bytes, has 108,000, and a checkpoint has it once more in JSON.
 */
const SHORT_BYTES = 512 * 1024;
/** Bytes of the events that are asked for at once: of 250 lots each has some 60,000. */
const ENTRIES_BYTES = 32 * 1024 * 1024;

export interface LogService {
  source: LogSource;
  /** What the log claims to be. */
  identity(): Promise<Pick<AuditedLog, "origin" | "key">>;
}

const Identity = CheckpointView.pick({ origin: true, key: true }).strip();
const Proof = ConsistencyProof.pick({ proof: true }).strip();

/** Connects to a log. Without an API key reads only public data; with one, also the events that its party may see. */
export function logServiceAt(base: URL, apiKey: string | undefined): LogService {
  const unreadable = (path: string, why: string, more: { status?: number; cause?: unknown } = {}) =>
    new Problem("LOG_UNREADABLE", `${path} ${why}`, { exit: EXIT.unreachable, ...more });
  const bytes = async (path: string, most = SHORT_BYTES, key?: string): Promise<Uint8Array> => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    for (let waits = 0; ; waits++) {
      const response = await fetch(new URL(path, base), {
        headers,
        redirect: "error",
        signal: abortAfter(TIMEOUT_MS),
      }).catch((cause: unknown) => {
        throw new Problem("SERVICE_UNREACHABLE", `The service at ${base.origin} does not answer.`, {
          exit: EXIT.unreachable,
          cause,
        });
      });
      const { status } = response;
      if (!response.ok) await response.body?.cancel();
      if (status === 429 && waits < MAX_WAITS) {
        await wait(1000 * Math.min(60, Number(response.headers.get("retry-after") ?? 1) || 1));
        continue;
      }
      if (!response.ok) throw unreadable(path, `answered with HTTP status ${status}.`, { status });
      return await readBytes(response.body, most).catch((cause: unknown) => {
        throw cause instanceof AnswerTooLarge
          ? new Problem(
              "ANSWER_TOO_LARGE",
              `The answer of ${path} is too long: ${cause.message}.`,
              {
                exit: EXIT.unreachable,
                cause,
              },
            )
          : unreadable(path, "broke off its answer.", { cause });
      });
    }
  };
  const text = async (path: string) => new TextDecoder().decode(await bytes(path));
  const json = async <S extends z.ZodType>(
    path: string,
    form: S,
    most?: number,
    key?: string,
  ): Promise<z.infer<S>> => {
    const answer = new TextDecoder().decode(await bytes(path, most, key));
    const parsed = parsedBy(form, answer);
    if (parsed === undefined) throw unreadable(path, "gave an answer that is not as expected.");
    return parsed;
  };
  return {
    identity: () => json("/v1/log/checkpoint?format=json", Identity),
    source: {
      note: () => text("/v1/log/checkpoint?format=note"),
      tile: (id, width) => bytes(`/v1/log/${tilePath(id, width)}`),
      async digests(index, width) {
        const partial = width === TILE_WIDTH ? "" : `.p/${width}`;
        const entries = await bytes(`/v1/log/tile/entries/${indexPath(index)}${partial}`);
        return readEntries(entries) ?? []; // what is not of this form matches nothing
      },
      async events(from, to) {
        if (apiKey === undefined) return undefined;
        const path = `/v1/log/entries?from=${from}&to=${to}`;
        return (await json(path, LogEntries, ENTRIES_BYTES, apiKey)).items;
      },
      consistency: async (from, to) =>
        (await json(`/v1/log/proof/consistency?from=${from}&to=${to}`, Proof)).proof,
    },
  };
}
