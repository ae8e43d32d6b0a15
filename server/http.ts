// The HTTP server around an application: limits on time and headers, and an end that lets answers out.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A client that sends its headers or its body slower than this is cut off (408). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000; // longer than the usual proxy's, which then is the one to close
const MAX_HEADERS = 100;
/** How long requests under way may take when the server closes. */
const CLOSE_TIMEOUT_MS = 5_000;

export interface Listening {
  server: Server;
  address: AddressInfo;
  /** Takes no more requests, and resolves when those under way are answered, or cut off after some seconds. */
  close(): Promise<void>;
}

/** Serves an application. @param port 0: any free one */
export async function listen(app: RequestListener, port: number, host: string): Promise<Listening> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS },
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
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const slow = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(slow);
      resolve();
    });
    server.closeIdleConnections();
  });
}
