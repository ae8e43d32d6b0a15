// An operator's log as its service shows it over HTTP.
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { toHex } from "../../protocol/base/bytes.ts";
import type { LogSource } from "../../protocol/audit/audit.ts";
import { indexPath, TILE_WIDTH, tilePath } from "../../protocol/log/tiles.ts";
import { Hash } from "../../protocol/base/values.ts";
import type { AuditedLog } from "./audit-state.ts";
import { EXIT, Problem } from "../output/outcome.ts";

const TIMEOUT_MS = 60_000;

export interface Service {
  source: LogSource;
  /** What the log says that it is. */
  told(): Promise<Pick<AuditedLog, "origin" | "key">>;
}

const Told = z.object({ origin: z.string(), key: z.string() });
const Consistency = z.object({ proof: z.array(z.string()) });
const Entries = z.object({
  items: z.array(
    z.object({ event: Hash, bytes: z.string().nullable(), signature: z.string().nullable() }),
  ),
});

/** What is public needs no API key; with one, events are read as far as its bearer may see them. */
export function serviceAt(base: URL, apiKey: string | undefined): Service {
  const bytes = async (path: string, key?: string): Promise<Uint8Array> => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    for (;;) {
      const response = await fetch(new URL(path, base), {
        ...{ headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) },
      }).catch((cause: unknown) => {
        throw new Problem("SERVICE_UNREACHABLE", `nobody answers at ${base.origin}`, {
          exit: EXIT.unreachable,
          cause,
        });
      });
      if (response.status === 429) {
        await wait(1000 * Math.min(60, Number(response.headers.get("retry-after") ?? 1) || 1));
        continue;
      }
      if (!response.ok) {
        const why = `${path} answered ${response.status}`;
        throw new Problem("LOG_UNREADABLE", why, {
          status: response.status,
          exit: EXIT.unreachable,
        });
      }
      return new Uint8Array(await response.arrayBuffer());
    }
  };
  const text = async (path: string) => new TextDecoder().decode(await bytes(path));
  const json = async <S extends z.ZodType>(
    path: string,
    form: S,
    key?: string,
  ): Promise<z.infer<S>> => {
    const parsed = form.safeParse(JSON.parse(new TextDecoder().decode(await bytes(path, key))));
    if (parsed.success) return parsed.data;
    throw new Problem("LOG_UNREADABLE", `${path} answered something else`, {
      exit: EXIT.unreachable,
      cause: parsed.error,
    });
  };
  return {
    told: () => json("/v1/log/checkpoint?format=json", Told),
    source: {
      note: () => text("/v1/log/checkpoint?format=note"),
      tile: (id, width) => bytes(`/v1/log/${tilePath(id, width)}`),
      async digests(index, width) {
        const partial = width === TILE_WIDTH ? "" : `.p/${width}`;
        return digestsIn(await bytes(`/v1/log/tile/entries/${indexPath(index)}${partial}`));
      },
      async events(from, to) {
        if (apiKey === undefined) return undefined;
        return (await json(`/v1/log/entries?from=${from}&to=${to}`, Entries, apiKey)).items;
      },
      consistency: async (from, to) =>
        (await json(`/v1/log/proof/consistency?from=${from}&to=${to}`, Consistency)).proof,
    },
  };
}

/** The entries of a bundle, each with its length before it; what is none of 32 bytes is left as it is, and fits nothing. */
function digestsIn(bundle: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < bundle.length;) {
    const length = bundle[at]! * 256 + (bundle[at + 1] ?? 0);
    found.push(toHex(bundle.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return found;
}
