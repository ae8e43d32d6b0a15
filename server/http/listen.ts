// Runs the HTTP server: limits on time and headers, and a close that lets answers finish.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Limits {
  /** A client that takes longer for its headers, or for its whole request, is cut off (408). */
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  /** How often that is looked at. */
  checkEveryMs: number;
  /** How long requests under way may take when the server closes. */
  closeTimeoutMs: number;
}

const LIMITS: Limits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  checkEveryMs: 5_000,
  closeTimeoutMs: 5_000,
};
/** Longer than the usual proxy's, which then is the one to close. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_HEADERS = 100;
const IDLE_CHECK_MS = 20;

export interface Listening {
  server: Server;
  address: AddressInfo;
  /** Takes no more requests, and resolves when those under way are answered, or cut off after some seconds. */
  close(): Promise<void>;
}

/** Serves an application. @param port 0: any free one */
export async function listen(
  app: RequestListener,
  port: number,
  host: string,
  limits = LIMITS,
): Promise<Listening> {
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    },
    app,
  );
  server.maxHeadersCount = MAX_HEADERS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    server,
    address: server.address() as AddressInfo,
    close: () => closeServer(server, limits.closeTimeoutMs),
  };
}

function closeServer(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const slow = setTimeout(() => server.closeAllConnections(), timeoutMs);
    // A connection that was answering goes idle, not away.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    server.close(() => {
      clearTimeout(slow);
      clearInterval(idle);
      resolve();
    });
  });
}
