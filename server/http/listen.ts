// Runs the HTTP server: limits time and headers, and lets answers finish when it closes.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CannotOpen } from "../storage/cannot-open.ts";
import { answerClientErrors } from "./client-errors.ts";

/** Limits on time. A client that exceeds one of the first two is cut off (408). */
export interface Limits {
  /** For a request's headers. */
  headersTimeoutMs: number;
  /** For a whole request. */
  requestTimeoutMs: number;
  /** How often these two are checked. */
  checkEveryMs: number;
  /** For requests under way when the server closes. */
  closeTimeoutMs: number;
}

const LIMITS: Limits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  checkEveryMs: 5_000,
  closeTimeoutMs: 5_000,
};
/** Longer than a proxy's usual limit, so that the proxy closes idle connections, and no request meets a closed one. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_HEADERS = 100;
const IDLE_CHECK_MS = 20;

export interface Listening {
  server: Server;
  address: AddressInfo;
  /** Accepts no more requests. Resolves when those under way are answered, or cut off after the limit. */
  close(): Promise<void>;
}

/** Serves an application. @param port 0 picks any free port */
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
  // Without a listener Node would tell every client to go on, before anyone has looked at its key.
  server.on("checkContinue", app);
  answerClientErrors(server);
  await bind(server, port, host);
  return {
    server,
    address: server.address() as AddressInfo,
    close: () => closeServer(server, limits.closeTimeoutMs),
  };
}

/** Checks that a port is free, without keeping it. @throws CannotOpen */
export async function checkPort(port: number, host: string, setting = "PORT"): Promise<void> {
  const server = createServer();
  await bind(server, port, host, setting);
  await new Promise((resolve) => server.close(resolve));
}

function bind(server: Server, port: number, host: string, setting = "PORT"): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(bindFailure(error, port, host, setting)));
    server.listen(port, host, resolve);
  });
}

/** Words why a server cannot listen. */
function bindFailure(
  error: NodeJS.ErrnoException,
  port: number,
  host: string,
  setting: string,
): Error {
  if (error.code === "EADDRINUSE")
    return new CannotOpen(
      "PORT_IN_USE",
      setting,
      `Port ${port} of ${host} is in use by another process. Stop that process, or set another ${setting}.`,
      error,
    );
  if (error.code === "EACCES")
    return new CannotOpen(
      "PORT_NOT_ALLOWED",
      setting,
      `This user may not listen on port ${port}. Set ${setting} to 1024 or more, with a proxy in front.`,
      error,
    );
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
    return new CannotOpen(
      "ADDRESS_NOT_HERE",
      setting === "PORT" ? "HOST" : setting,
      `This machine does not have the address ${host}. Set one that it has, or 0.0.0.0 for all of them.`,
      error,
    );
  return error;
}

function closeServer(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const slow = setTimeout(() => server.closeAllConnections(), timeoutMs);
    // A connection that finishes an answer becomes idle and stays open.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    server.close(() => {
      clearTimeout(slow);
      clearInterval(idle);
      resolve();
    });
  });
}
