// Tests the log's public routes: a client that knows only C2SP tlog-tiles can mirror the log and check all of it.
import { expect } from "chai";
import { concat, fromHex, toHex } from "../../../protocol/base/bytes.ts";
import {
  inclusionProofFrom,
  type ReadTiles,
  rootFrom,
  tilePath,
  widthOf,
} from "../../../protocol/log/tiles.ts";
import {
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "../../../protocol/base/merkle.ts";
import { openNote } from "../../../protocol/log/signed-note.ts";
import * as acts from "../../../server/custody/acts.ts";
import { appendOnce } from "../../../server/log/append.ts";
import type { LogEntry } from "../../../server/log/entries.ts";
import type { Consistency, Inclusion } from "../../../server/log/proofs.ts";
import { keepLog, newShipment } from "../../support/examples.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";

/** One full tile and some more leaves. */
const EVENTS = 256 + 9;
const FIRST_CHECKPOINT = 5;

describe("/v1/log", () => {
  let http: TestHttp;
  const events: string[] = [];
  let root: string;
  let key: string;

  before(async () => {
    http = await openTestHttp();
    for (let i = 0; i < EVENTS; i++) {
      const lots = [{ lotNumber: `TILE-${i}`, quantity: 1 }];
      events.push(
        (await acts.makeLots(http.ctx, http.parties.maker.address, "commission", { lots })).hash,
      );
      if (i + 1 === FIRST_CHECKPOINT) await keepLog(http);
    }
    await keepLog(http);
    root = toHex(rootOf(events.map((event) => leafHash(fromHex(event)))));
    ({ key } = await get<{ key: string }>("/v1/log/checkpoint?format=json"));
  });
  after(() => http.close());

  const get = <T>(path: string, as?: "maker" | "lab" | "operator") =>
    http.expecting<T>(200, "GET", path, as ? { key: as } : {});
  const bytes = async (path: string) => {
    const response = await fetch(`${http.url}/v1/log/${path}`);
    return {
      status: response.status,
      headers: response.headers,
      body: new Uint8Array(await response.arrayBuffer()),
    };
  };
  const read =
    (size: number): ReadTiles =>
    (ids) =>
      Promise.all(ids.map(async (id) => (await bytes(tilePath(id, widthOf(id, size)))).body));

  it("answers the newest checkpoint as a note signed with the log's key", async () => {
    const response = await fetch(`${http.url}/v1/log/checkpoint`);
    expect(response.headers.get("content-type")).to.match(/^text\/plain/);
    expect(response.headers.get("cache-control")).to.equal("public, max-age=5");
    const note = await response.text();
    expect(openNote(note, key)).to.include({ size: EVENTS, root });
    const { merkleLog, domain } = http.ctx;
    const json = await get<Record<string, unknown>>("/v1/log/checkpoint?format=json");
    const origin = `reelproof/${domain.chainId}/${domain.ledger}/${merkleLog.operator}`;
    expect(json["anchored"]).to.equal(null);
    expect(json).to.include({
      size: EVENTS,
      root,
      note,
      origin,
      key,
      operator: merkleLog.operator,
      contract: merkleLog.contract,
    });
  });

  it("answers tiles that lead to the root and may be cached permanently", async () => {
    expect(toHex(await rootFrom(EVENTS, read(EVENTS)))).to.equal(root);
    const full = await bytes("tile/0/000");
    expect(full.body).to.have.length(256 * 32);
    expect(full.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
    expect(full.headers.get("content-type")).to.equal("application/octet-stream");
    expect((await bytes("tile/0/001.p/9")).body).to.have.length(9 * 32);
    expect((await bytes("tile/0/001.p/4")).body).to.deep.equal(
      (await bytes("tile/0/001.p/9")).body.subarray(0, 128),
    );
    expect((await bytes("tile/1/000.p/1")).body).to.deep.equal(
      fromHex(toHex(rootOf(leavesIn(full.body)))),
    );
  });

  const leavesIn = (tile: Uint8Array) =>
    Array.from({ length: tile.length / 32 }, (_, i) => tile.subarray(32 * i, 32 * i + 32));

  it("answers entry tiles with the digests behind the leaves", async () => {
    const bundle = concat(
      ...events.slice(256).map((event) => concat(Uint8Array.of(0, 32), fromHex(event))),
    );
    expect(toHex((await bytes("tile/entries/001.p/9")).body)).to.equal(toHex(bundle));
    expect((await bytes("tile/entries/000")).body).to.have.length(256 * 34);
  });

  it("answers 404 for a tile beyond the newest checkpoint and 400 for a malformed tile path", async () => {
    for (const path of [
      "tile/0/001",
      "tile/0/001.p/10",
      "tile/0/002.p/1",
      "tile/1/000",
      "tile/1/000.p/2",
      "tile/59/000.p/1",
    ])
      expect((await bytes(path)).status, path).to.equal(404);
    for (const path of [
      "tile/0/0",
      "tile/0/0000",
      "tile/00/000",
      "tile/0/000.p/256",
      "tile/60/000",
      "tile/0/x000/000",
    ])
      expect((await bytes(path)).status, path).to.equal(400);
    const fresh = { lots: [{ lotNumber: "TILE-BEYOND", quantity: 1 }] };
    const { hash } = await acts.makeLots(http.ctx, http.parties.maker.address, "commission", fresh);
    const { merkleLog } = http.ctx;
    await appendOnce(http.ctx);
    expect(merkleLog.events).to.be.greaterThan(1);
    expect((await bytes("tile/0/001.p/10")).status, "appended, but in no checkpoint").to.equal(404);
    const { status, body } = await http.call("GET", `/v1/log/proof/inclusion?event=${hash}`);
    expect([status, body["code"]]).to.deep.equal([404, "NOT_IN_LOG"]);
    expect(
      (await get<{ items: LogEntry[] }>(`/v1/log/entries?from=${EVENTS - 1}`, "maker")).items,
    ).to.have.length(1);
  });

  it("proves that an event is in the log, by hash and by index, at the newest and at older sizes", async () => {
    for (const [index, size] of [
      [0, EVENTS],
      [EVENTS - 1, EVENTS],
      [3, FIRST_CHECKPOINT],
      [255, 256],
    ] as const) {
      const byHash = await get<Inclusion>(
        `/v1/log/proof/inclusion?event=${events[index]!}&size=${size}`,
      );
      const byIndex = await get<Inclusion>(`/v1/log/proof/inclusion?index=${index}&size=${size}`);
      expect(byHash).to.deep.equal(byIndex);
      expect(byHash).to.include({ index, size, event: events[index] });
      const leaf = leafHash(fromHex(events[index]!));
      expect(byHash.leaf).to.equal(toHex(leaf));
      expect(
        verifyInclusion(leaf, index, size, byHash.proof.map(fromHex), fromHex(byHash.root)),
      ).to.equal(true);
      expect(byHash.proof).to.deep.equal(
        (await inclusionProofFrom(index, size, read(size))).map(toHex),
      );
    }
    expect((await get<Inclusion>(`/v1/log/proof/inclusion?index=0`)).root).to.equal(root);
  });

  it("proves that an older size is a prefix of a newer one", async () => {
    for (const [from, to] of [
      [FIRST_CHECKPOINT, EVENTS],
      [1, 256],
      [EVENTS, EVENTS],
    ] as const) {
      const proof = await get<Consistency>(`/v1/log/proof/consistency?from=${from}&to=${to}`);
      const [older, newer] = [fromHex(proof.from.root), fromHex(proof.to.root)];
      expect(verifyConsistency(from, older, to, newer, proof.proof.map(fromHex))).to.equal(true);
      expect(toHex(older)).to.equal(
        toHex(rootOf(events.slice(0, from).map((event) => leafHash(fromHex(event))))),
      );
    }
  });

  it("refuses proofs of events and sizes that the log does not have", async () => {
    for (const [query, status, code] of [
      [`inclusion?event=0x${"00".repeat(32)}`, 404, "NOT_IN_LOG"],
      [`inclusion?index=4&size=4`, 404, "NOT_IN_LOG"],
      [`inclusion?index=0&size=${EVENTS + 1}`, 404, "BEYOND_CHECKPOINT"],
      [`inclusion`, 400, "BAD_FIELD"],
      [`inclusion?index=0&event=0x${"00".repeat(32)}`, 400, "BAD_FIELD"],
      [`inclusion?index=-1`, 400, "BAD_FIELD"],
      [`inclusion?index=0&size=0`, 400, "BAD_FIELD"],
      [`consistency?from=0`, 400, "BAD_FIELD"],
      [`consistency?from=5&to=4`, 400, "BAD_FIELD"],
      [`consistency?from=1&to=${EVENTS + 1}`, 404, "BEYOND_CHECKPOINT"],
      [`consistency?from=9007199254740992`, 400, "BAD_FIELD"],
    ] as const) {
      const reply = await http.call("GET", `/v1/log/proof/${query}`);
      expect([reply.status, reply.body["code"]], query).to.deep.equal([status, code]);
    }
  });

  it("answers an event to a party that may see all its lots, and only the digest to others", async () => {
    const { shipment } = await newShipment(http);
    await keepLog(http);
    const from = EVENTS - 1;
    const asked = async (as: "maker" | "lab" | "operator") =>
      (await get<{ items: LogEntry[] }>(`/v1/log/entries?from=${from}&to=${from + 100}`, as)).items;
    const [all, own, strange] = [await asked("operator"), await asked("maker"), await asked("lab")];
    expect(all.map(({ index }) => index)).to.deep.equal(all.map((_, i) => from + i));
    expect(all.at(-1)).to.include({ event: shipment });
    const { bytes: stored, signature } = await http.ctx.prisma.event.findUniqueOrThrow({
      where: { hash: shipment },
    });
    expect(all.at(-1)).to.include({ bytes: stored, signature });
    expect(own).to.deep.equal(all);
    expect(strange).to.deep.equal(all.map((entry) => ({ ...entry, bytes: null, signature: null })));
    expect(
      (await get<{ items: LogEntry[] }>("/v1/log/entries?from=0&to=1000", "maker")).items,
    ).to.have.length(256);
    expect(
      (await get<{ items: LogEntry[] }>("/v1/log/entries?from=9000", "maker")).items,
    ).to.deep.equal([]);
  });
});
