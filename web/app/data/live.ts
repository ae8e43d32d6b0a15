// Follows the service live: when something is new that this caller may see, what the page has read of it is read again.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { LiveChange } from "../../../api/live.ts";
import { openStream, Refused, withQuery } from "./client.ts";
import { type Message, messagesIn } from "./server-sent.ts";

/** Whether the page follows live. `since` when it does not, Unix milliseconds. */
export type LiveState = { kind: "starting" } | { kind: "live" } | { kind: "off"; since: number };

/** Changes that come together are read once. */
const GATHER_MS = 200;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** What a new block can change: where things stand on their way to the ledger. */
const WITH_THE_CHAIN = new Set<unknown>(["first", "lot", "lots", "service"]);

/** Follows while the page is on the screen. @param session the session's id: another one begins anew */
export function useLive(session: string): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>({ kind: "starting" });
  useEffect(() => {
    const end = new AbortController();
    void follow(client, end.signal, setState);
    return () => end.abort();
  }, [client, session]);
  return state;
}

async function follow(
  client: QueryClient,
  signal: AbortSignal,
  say: (state: LiveState) => void,
): Promise<void> {
  let cursor: string | undefined;
  let wait = FIRST_WAIT_MS;
  const refresh = gatherer(client, signal);
  const onMessage = ({ id, event, data }: Message) => {
    cursor = id ?? cursor;
    wait = FIRST_WAIT_MS;
    if (event === "open") say({ kind: "live" });
    else refresh(JSON.parse(data) as LiveChange);
  };
  while (!signal.aborted) {
    await visible(signal);
    const connection = connectionWhileVisible(signal);
    try {
      const path = withQuery("/v1/live", { after: cursor });
      const body = await openStream(path, connection.signal);
      for await (const message of messagesIn(body)) onMessage(message);
    } catch (error) {
      // The session ended, in another tab or by an administrator: the first page says so.
      if (error instanceof Refused && error.status === 401) {
        await client.invalidateQueries({ queryKey: ["session"] });
        return;
      }
      // Of another service, after a restart on other data: begin anew.
      if (error instanceof Refused && error.status === 400) cursor = undefined;
    } finally {
      connection.close();
    }
    if (signal.aborted || document.visibilityState === "hidden") continue;
    // Without a connection nobody can be asked, and the question would wait.
    if (navigator.onLine && (await hasSessionEnded(client))) return;
    say({ kind: "off", since: Date.now() });
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** A stream ends with its session, or with the connection: the service knows which. */
async function hasSessionEnded(client: QueryClient): Promise<boolean> {
  await client.refetchQueries({ queryKey: ["session"] });
  const view = client.getQueryData<{ caller: unknown }>(["session"]);
  const query = client.getQueryState(["session"]);
  return query?.status === "success" && view?.caller === null;
}

/** Has what changed read again, a moment later. */
function gatherer(client: QueryClient, signal: AbortSignal): (change: LiveChange) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let all = false;
  signal.addEventListener("abort", () => clearTimeout(timer));
  const run = () => {
    const everything = all;
    timer = undefined;
    all = false;
    void client.invalidateQueries({
      predicate: ({ queryKey: [name] }) =>
        name !== "session" && (everything || WITH_THE_CHAIN.has(name)),
    });
  };
  return ({ kind }) => {
    all ||= kind !== "block";
    timer ??= setTimeout(run, GATHER_MS);
  };
}

/** Resolves when the page is on the screen. A browser opens few connections to a host, and tabs nobody sees would take them. */
function visible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === "visible") return Promise.resolve();
  return new Promise((resolve) => {
    const check = () => {
      if (document.visibilityState !== "visible" && !signal.aborted) return;
      document.removeEventListener("visibilitychange", check);
      resolve();
    };
    document.addEventListener("visibilitychange", check);
    signal.addEventListener("abort", check, { once: true });
  });
}

/** A connection that ends when the page leaves the screen, or the network. */
function connectionWhileVisible(signal: AbortSignal): { signal: AbortSignal; close: () => void } {
  const connection = new AbortController();
  const end = () => connection.abort();
  const onChange = () => {
    if (document.visibilityState === "hidden") end();
  };
  document.addEventListener("visibilitychange", onChange);
  window.addEventListener("offline", end); // a lost network does not end a stream: it only falls silent
  signal.addEventListener("abort", end, { once: true });
  return {
    signal: connection.signal,
    close() {
      end();
      document.removeEventListener("visibilitychange", onChange);
      window.removeEventListener("offline", end);
      signal.removeEventListener("abort", end);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const now = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", now, { once: true });
    window.addEventListener("online", now, { once: true });
  });
}
