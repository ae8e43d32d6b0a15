// Stands between a browser and the service, so that a test can cut the connection as a pulled cable does, or let some requests get
// lost. A browser's own interception lets go what it holds back when a page closes; this does not.
import { createServer, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

export interface Way {
  /** What a browser opens instead of the service. */
  url: string;
  /** Requests for such paths get lost before the service has them. */
  loses: RegExp | undefined;
  /** Ends all connections, and takes no new one. */
  cut(): void;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a way to a service. */
export async function openWay(service: string): Promise<Way> {
  const to = new URL(service);
  const server = createServer((asked, answer) => {
    if (way.loses?.test(asked.url!)) {
      asked.socket.destroy();
      return;
    }
    const { method, headers, url: path } = asked;
    const onward = request(
      { host: to.hostname, port: to.port, method, headers, path },
      (answered) => {
        answer.writeHead(answered.statusCode!, answered.rawHeaders);
        answered.pipe(answer);
      },
    );
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const way: Way = {
    url: `http://127.0.0.1:${port}`,
    loses: undefined,
    cut() {
      server.close();
      server.closeAllConnections();
    },
    mend: () => listen(port),
    async close() {
      if (!server.listening) return;
      way.cut();
      await once(server, "close");
    },
  };
  return way;
}
