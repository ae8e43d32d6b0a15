// Answers that never end: the command line and the node's client leave them at a bound, with a code.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { z } from "zod";
import { logServiceAt } from "../../cli/offline/log-source.ts";
import { Problem } from "../../cli/output/outcome.ts";
import { connectApi } from "../../cli/service/api.ts";
import { AnswerTooLarge } from "../../protocol/base/bounded.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { connectNode as connectOffline } from "../../cli/offline/node.ts";
import { logsOfRange } from "../../protocol/chain/node.ts";
import { connectNode } from "../../server/chain/node.ts";

const CHUNK = Buffer.alloc(256 * 1024, "0,");
const MIB = 1024 * 1024;

describe("an answer without an end", () => {
  let server: Server;
  let url: string;
  let status = 200;
  let sent = 0;

  before(async () => {
    server = createServer((_request, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      const more = () => {
        let isFree = true;
        while (isFree && !response.destroyed) {
          sent += CHUNK.length;
          isFree = response.write(CHUNK);
        }
      };
      response.on("drain", more).on("error", () => undefined);
      more();
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    [status, sent] = [200, 0];
  });

  const codeOf = (ask: Promise<unknown>) =>
    ask.then(
      () => "read",
      (error: unknown) => {
        if (error instanceof Problem) return error.code;
        const cause = error instanceof ProtocolError ? error.cause : undefined;
        if (cause instanceof AnswerTooLarge) return `${(error as ProtocolError).code}, too large`;
        throw error;
      },
    );

  it("ends log audit's reading of each part of the log", async () => {
    const { identity, source } = logServiceAt(new URL(url), "key");
    const asked = [
      () => identity(),
      () => source.note(),
      () => source.tile({ level: 0, index: 0 }, 256),
      () => source.digests(0, 256),
      () => source.consistency(1, 2),
    ];
    for (const ask of asked) expect(await codeOf(ask())).to.equal("ANSWER_TOO_LARGE");
    expect(sent).to.be.below(64 * MIB);
    expect(await codeOf(source.events(0, 256))).to.equal("ANSWER_TOO_LARGE");
  });

  it("is not read at all where its status says that it is none", async () => {
    status = 500;
    expect(await codeOf(logServiceAt(new URL(url), undefined).source.note())).to.equal(
      "LOG_UNREADABLE",
    );
    expect(sent).to.be.below(16 * MIB);
  });

  it("ends the reading of a service's answers, good or bad", async () => {
    const limits = { maxJsonBytes: MIB, maxFileBytes: 2 * MIB };
    const api = connectApi(url, "key", undefined, limits);
    expect(await codeOf(api.get("/v1/lots", z.unknown()))).to.equal("ANSWER_TOO_LARGE");
    status = 422;
    expect(await codeOf(api.post("/v1/events", z.unknown(), {}))).to.equal("ANSWER_TOO_LARGE");
    status = 200;
    expect(await codeOf(api.download("/v1/documents/x/content"))).to.equal("ANSWER_TOO_LARGE");
    expect(sent).to.be.below(64 * MIB);
  });

  it("ends the reading of a node's answers, for the service and the command line", async () => {
    for (const ask of [connectNode(url, { maxBytes: MIB }), connectOffline(new URL(url))])
      expect(await codeOf(ask("eth_blockNumber", []))).to.equal("CHAIN_UNREACHABLE, too large");
    expect(sent).to.be.below(128 * MIB);
  });
});

describe("a long note", () => {
  let server: Server;
  let url: string;
  const line = `— witness.example/ml-dsa ${Buffer.alloc(5_004).toString("base64")}\n`;
  const note = `a log\n1\nroot\n\n${line.repeat(16)}`;

  before(async () => {
    server = createServer((_request, response) => void response.end(note));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());

  it("is read with 16 signatures of 5,000 bytes", async () => {
    expect(await logServiceAt(new URL(url), undefined).source.note()).to.equal(note);
  });
});

describe("a list without an end", () => {
  it("ends the reading of its pages, also of empty ones", async () => {
    const server = createServer((_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end('{"items":[],"next":"more"}');
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const api = connectApi(`http://127.0.0.1:${port}`, "key", undefined, { maxItems: 20 });
    const error = await api.all("/v1/lots", z.unknown()).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    server.close();
    expect((error as Problem).code).to.equal("ANSWER_TOO_LARGE");
  });
});

describe("logsOfRange", () => {
  it("halves a range whose answer is too long to be read, down to one block", async () => {
    const asked: string[] = [];
    const request = (_method: string, [filter]: readonly unknown[]) => {
      const { fromBlock, toBlock } = filter as { fromBlock: string; toBlock: string };
      asked.push(`${Number(fromBlock)}-${Number(toBlock)}`);
      return Number(toBlock) - Number(fromBlock) < 2
        ? Promise.resolve([])
        : Promise.reject(
            new ProtocolError("CHAIN_UNREACHABLE", "no answer", {
              cause: new AnswerTooLarge("9 bytes"),
            }),
          );
    };
    const filter = { address: `0x${"00".repeat(20)}`, topics: [] };
    expect(await logsOfRange(request, { from: 1, to: 5 }, filter)).to.deep.equal([]);
    expect(asked).to.deep.equal(["1-5", "1-3", "1-2", "3-4", "5-5"]);
    const always = () =>
      Promise.reject(
        new ProtocolError("CHAIN_UNREACHABLE", "no answer", {
          cause: new AnswerTooLarge("9 bytes"),
        }),
      );
    const error = await logsOfRange(always, { from: 1, to: 2 }, filter).catch(
      (reason: unknown) => reason,
    );
    expect((error as ProtocolError).code).to.equal("CHAIN_UNREACHABLE");
  });
});
