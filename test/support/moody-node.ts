// Runs a node in its own thread, so that it answers while the test's thread is busy. A
// question's first parameter says how it is answered.
import { Worker } from "node:worker_threads";

export interface MoodyNode {
  url: string;
  close(): Promise<unknown>;
}

/** How a question is answered; `n` is the second parameter, `ms` the third. */
export type Mood =
  /** At once. */
  | "well"
  /** Never. */
  | "silent"
  /** In n pieces, one every so many milliseconds. */
  | "trickle"
  /** With more than n bytes. */
  | "large"
  /** The connection breaks n times, then as "well". */
  | "broken"
  /** After so many milliseconds, with the most questions that were under way at once. */
  | "counted"
  /** With the text of HTTP status n. */
  | "status"
  /** With the number of connections that were opened. */
  | "connections";

function serve(): void {
  const { createServer } = process.getBuiltinModule("node:http");
  const { parentPort } = process.getBuiltinModule("node:worker_threads");
  let [broken, underWay, most, connections] = [0, 0, 0, 0];
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const server = createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req) body += String(chunk);
    const { id, params } = JSON.parse(body) as { id: number; params: [string, number, number] };
    const [mood, n = 0, ms = 0] = params;
    const answer = (result: unknown) => JSON.stringify({ jsonrpc: "2.0", id, result });
    if (mood === "silent") return;
    if (mood === "broken" && broken++ < n) return void req.socket.destroy();
    if (mood === "status") return void res.writeHead(n).end("no");
    if (mood === "connections") return void res.end(answer(connections));
    if (mood === "large") return void res.end(answer("x".repeat(n)));
    if (mood === "trickle") {
      const text = answer("slow");
      for (let i = 0; i < n && !res.destroyed; i++) {
        res.write(i === 0 ? text.slice(0, -1) : " ");
        await wait(ms);
      }
      return void res.end("}");
    }
    if (mood === "counted") {
      most = Math.max(most, ++underWay);
      await wait(ms);
      underWay--;
      return void res.end(answer(most));
    }
    res.end(answer("well"));
  });
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1", () => parentPort!.postMessage(server.address()));
}

export async function moodyNode(): Promise<MoodyNode> {
  const worker = new Worker(`(${serve.toString()})()`, { eval: true });
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  return { url: `http://127.0.0.1:${port}`, close: () => worker.terminate() };
}
