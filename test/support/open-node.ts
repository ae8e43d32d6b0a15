// Runs a node that any web page may ask, as public nodes are. It forwards to a node that allows
// no page, and records what it was asked.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface OpenNode {
  url: string;
  /** The methods that it was asked for, in order. */
  asked: string[];
  /**
   * How it treats a question: forwards it, does not answer, answers with junk or without an end, or redirects the caller.
   */
  mood: "well" | "silent" | "mad" | "endless" | "elsewhere";
  close(): Promise<void>;
}

const OPEN = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "content-type",
  "access-control-allow-private-network": "true",
};

/** @param behind the node that has the answers */
export async function openNode(behind: string): Promise<OpenNode> {
  const node: Pick<OpenNode, "asked" | "mood"> = { asked: [], mood: "well" };
  const server = createServer(async (req, res) => {
    if (req.method === "OPTIONS") return void res.writeHead(204, OPEN).end();
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    node.asked.push((JSON.parse(body) as { method: string }).method);
    if (node.mood === "silent") return;
    if (node.mood === "mad") return void res.writeHead(200, OPEN).end("<html>not a node</html>");
    if (node.mood === "elsewhere")
      return void res.writeHead(307, { ...OPEN, location: behind }).end();
    if (node.mood === "endless")
      return void pipeline(Readable.from(endless()), res.writeHead(200, OPEN)).catch(
        () => undefined,
      ); // it hangs up
    const answer = await fetch(behind, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    res
      .writeHead(answer.status, { ...OPEN, "content-type": "application/json" })
      .end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(node, {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function* endless(): Generator<Buffer> {
  for (const chunk = Buffer.alloc(1024 * 1024, " "); ;) yield chunk;
}
