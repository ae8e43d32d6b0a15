// Tests that nothing is told before it may be seen: what belongs to others is answered like what is not there, byte for byte and
// with the same statements to the database, by every route, on the ledger and log-only, with and without a valid signature.
import { expect } from "chai";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { lotId, wordOf } from "../../../protocol/event/lot.ts";
import { makeApiKey } from "../../../server/access/admin.ts";
import { beginSession } from "../../../server/access/sessions.ts";
import { makeGrant } from "../../../server/access/grants.ts";
import { bundleFor } from "../../../server/bundles/bundles.ts";
import { openSigner } from "../../../server/chain/keystore.ts";
import * as acts from "../../../server/custody/acts.ts";
import { addDocument } from "../../../server/documents/documents.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { state } from "../../../server/statements/statements.ts";
import { hashOf } from "../../../server/storage/blobs.ts";
import { nameOf } from "../../support/examples.ts";
import { type Client, openTestHttp, type PartyName, type TestHttp } from "../../support/http.ts";
import { anchorLog } from "../../support/log-only.ts";
import {
  type Asked,
  type Asker,
  type Named,
  type Place,
  PLACES,
  type Subject,
} from "../../support/places.ts";
import { recordQueries } from "../../support/queries.ts";

const MODES = ["ledger", "log"] as const;
type Mode = (typeof MODES)[number];

/** A lot of others. Its name says how the asker stands to it. */
interface Hidden extends Named {
  isOnLedger: boolean;
}

describe("what a caller does not see", () => {
  let http: TestHttp;
  let client: Client;
  let asker: Asker;
  let queries: () => string[];
  /** Lots of the asker's own, one for each request that changes it. */
  const own: Record<Mode, string[]> = { ledger: [], log: [] };
  /** What belongs to others, by what it is and how the asker stands to it. */
  const hidden = {} as Record<Subject, Record<string, Hidden>>;
  /** A link of a grant on a lot that is none of these. */
  let link: string;
  /** The answers of lists before and after the others acted. */
  const lists: Record<string, [Answer, Answer]> = {};

  const party = (name: PartyName) => http.parties[name].address;
  const placesOf = (name: string): readonly Place[] => [PLACES[name] ?? []].flat();

  interface Answer {
    status: number;
    type: string | null;
    text: string;
    queries: string[];
  }
  /** The answer as it is, without what names the request, and what it cost. */
  async function answer(method: string, { path, body }: Asked, key: string): Promise<Answer> {
    queries();
    const response = await fetch(client.url + path, {
      method: method.toUpperCase(),
      headers: {
        authorization: `Bearer ${http.keys[key as PartyName] ?? key}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const requestId = response.headers.get("x-request-id")!;
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      text: text.replaceAll(requestId, "REQUEST"),
      queries: queries(),
    };
  }

  const make = async (maker: "maker" | "ems", prefix: string, count: number, mode: Mode) => {
    const lots = Array.from({ length: count }, (_, i) => ({
      lotNumber: `${prefix}-${mode}-${i}`,
      quantity: 100,
      details: { mpn: "UNSEEN", manufacturer: "M", makerLot: prefix, dateCode: "2601" },
    }));
    const action = maker === "maker" ? "commission" : "introduce";
    return acts.makeLots(http.ctx, party(maker), action, { lots, settlement: mode });
  };
  const ship = (from: PartyName, to: PartyName, lot: string) =>
    acts.ship(http.ctx, party(from), { consignee: party(to), lots: [{ lot }] });
  const wordNow = async (id: string) => {
    const lot = await http.ctx.prisma.lot.findUniqueOrThrow({ where: { id } });
    return wordOf({ ...lot, quantity: Number(lot.quantity) });
  };

  before(async () => {
    http = await openTestHttp();
    queries = recordQueries(http.database);
    const { ctx } = http;
    const now = ctx.clock() + 600; // later than all that is prepared, and it stands still
    client = await http.beside({}, { clock: () => now });
    const sign = await openSigner(ctx.prisma, ctx.keystore, party("ems"));
    asker = { http, party: party("ems"), other: party("maker"), sign, now };

    // What the asker has to do with: lots of its own, a lot granted to it, and shipments to it that came to nothing.
    for (const mode of MODES) own[mode].push(...(await make("ems", "OWN", 40, mode)).lots);
    const before = { ledger: await make("maker", "WAS", 4, "ledger") };
    const ended = { ...before, log: await make("maker", "WAS", 4, "log") };
    const grant = (grantee: string | null, lot: string) =>
      makeGrant(ctx, party("maker"), {
        grantee,
        label: "an audit",
        lots: [lot],
        upTo: "trail",
        fields: [],
        from: now - 600,
        until: now + 3_600,
      });
    await grant(party("ems"), ended.ledger.lots[3]!);
    link = (await grant(null, ended.log.lots[3]!)).token!;
    for (const mode of MODES) {
      const [refused, cancelled] = ended[mode].lots as [string, string];
      const first = await ship("maker", "ems", refused);
      await acts.sendBack(ctx, party("ems"), "refuse", { shipment: first.hash });
      const second = await ship("maker", "ems", cancelled);
      await acts.sendBack(ctx, party("maker"), "cancel", { shipment: second.hash });
    }
    // The first requests take a process's shares of budgets. That costs the same, whatever they ask for.
    const stored = { action: "introduce", lots: [{ lotNumber: "OWN-FIRST", quantity: 1 }] };
    await answer("post", { path: "/v1/lots", body: stored }, "ems");
    await answer("get", { path: "/v1/lots?limit=1" }, link);
    await anchorLog(http);
    const listed = ROUTES.flatMap((route) =>
      placesOf(nameOf(route)).flatMap((place) => ("paths" in place ? place.paths : [])),
    );
    const first = new Map<string, Answer>();
    for (const path of listed) first.set(path, await answer("get", { path }, "ems"));

    // What the others do without it.
    const lots: Record<string, string> = {};
    const events: Record<string, string> = {};
    for (const mode of MODES) {
      const { lots: made } = await make("maker", "UNSEEN", 2, mode);
      const [refused, cancelled] = ended[mode].lots as [string, string];
      Object.assign(lots, {
        [`${mode}, at rest`]: made[0]!,
        [`${mode}, in transit`]: made[1]!,
        [`${mode}, refused by the asker`]: refused,
        [`${mode}, cancelled before it reached the asker`]: cancelled,
      });
      for (const lot of [made[1]!, refused, cancelled])
        events[`${mode}, of ${lot}`] = (await ship("maker", "distributor", lot)).hash;
      await acts.receive(ctx, party("distributor"), {
        shipment: events[`${mode}, of ${refused}`]!,
      });
      const hold = { lots: [{ lot: refused }] };
      events[`${mode}, a hold`] = (await acts.remark(ctx, party("distributor"), "hold", hold)).hash;
    }
    const suspicion = { lot: lots["ledger, at rest"]!, kind: "suspicion" } as const;
    const notice = await acts.giveNotice(ctx, party("distributor"), suspicion);
    const [alert] = await state(ctx, party("maker"), "alert", [
      { source: "GIDEP", reference: "UNSEEN", kind: "suspect", mpn: "UNSEEN" },
    ]);
    const bytes = Buffer.from("unseen");
    const document = hashOf(bytes);
    const upload = { hash: document, bytes, mediaType: "text/plain" } as const;
    await addDocument(ctx, party("maker"), upload, { kind: "coc", claims: {} });
    await acts.remark(ctx, party("maker"), "inspect", {
      lots: [{ lot: lots["ledger, at rest"]! }],
      details: { testReportHash: document },
    });
    const { grant: given } = await grant(null, lots["log, at rest"]!);
    const key = await ctx.prisma.key.findFirstOrThrow({ where: { party: party("maker") } });
    const apiKey = await makeApiKey(ctx, { party: party("maker"), scope: "read" });
    const session = await beginSession(ctx, { apiKey: apiKey.id, fromStart: false });
    await anchorLog(http);
    // One lot waits for the ledger.
    lots["ledger, queued"] = (await make("maker", "LATE", 1, "ledger")).lots[0]!;

    const only = (id: string) => ({ others: { id, word: "", bundle: null, isOnLedger: false } });
    Object.assign(hidden, {
      lot: {},
      event: {},
      document: only(document),
      grant: only(given.id),
      statement: only(alert!.statement),
      notice: only(notice.hash),
      key: only(key.address),
      apiKey: only(apiKey.id),
      session: only(session.id),
    });
    for (const [name, id] of Object.entries(lots)) {
      // Who has a bundle that names it in an event of the lot may import it.
      const isNamed = name.includes("asker");
      const bundle = isNamed ? null : await bundleFor(ctx, { party: party("maker") }, id);
      const isOnLedger = name.startsWith("ledger") && !name.endsWith("queued");
      hidden.lot[name] = { id, word: await wordNow(id), bundle, isOnLedger };
    }
    for (const [name, id] of Object.entries(events))
      hidden.event[name] = { id, word: "", bundle: null, isOnLedger: false };
    for (const path of listed)
      lists[path] = [first.get(path)!, await answer("get", { path }, "ems")];
  });
  after(() => http.close());

  /** The same request about what is not there. */
  function unknownFor(subject: Subject, name: string, named: Named): Named {
    const { id, word, bundle } = named;
    const hex = id.replace(/^0x/, "");
    const other =
      subject === "lot"
        ? lotId(party("maker"), `NEVER MADE ${name}`)
        : `${id.startsWith("0x") ? "0x" : ""}${"e".repeat(hex.length)}`;
    return { id: other, word, bundle: JSON.parse(JSON.stringify(bundle).replaceAll(id, other)) };
  }

  const bare = ({ text, ...rest }: Answer, id: string, { digest }: Asked) => ({
    ...rest,
    text: text
      .replaceAll(id, "ID")
      .replace(digest ? /"hash":"0x[0-9a-f]{64}"/ : "ID", digest ? "DIGEST" : "ID"),
  });

  it("has a place for every route and no other", () => {
    expect(Object.keys(PLACES)).to.have.members(ROUTES.map(nameOf));
  });

  for (const route of ROUTES) {
    for (const place of [PLACES[nameOf(route)] ?? []].flat()) {
      if (!("subject" in place)) continue;
      const { subject, ask } = place;
      it(`is answered like what is not there by ${nameOf(route)} (${subject})`, async () => {
        expect(Object.keys(hidden[subject])).not.to.be.empty;
        const keys = route.access?.links ? ["ems", link] : ["ems"];
        for (const [name, named] of Object.entries(hidden[subject])) {
          const unknown = unknownFor(subject, name, named);
          const asks = ask(asker, named);
          const same = ask(asker, unknown);
          for (const [i, one] of asks.entries()) {
            if (one.onLedger && named.isOnLedger) continue;
            for (const key of keys) {
              const foreign = await answer(route.method, one, key);
              const missing = await answer(route.method, same[i]!, key);
              const what = `${name}, ${one.path}, ${JSON.stringify(one.body)?.slice(0, 300)}`;
              expect(bare(foreign, named.id, one), what).to.deep.equal(
                bare(missing, unknown.id, one),
              );
            }
          }
        }
      });
    }
  }

  for (const [name, places] of Object.entries(PLACES)) {
    for (const place of [places].flat()) {
      if (!("subject" in place) || place.subject !== "lot" || name.endsWith("/bundles")) continue;
      for (const mode of MODES) {
        it(`is told of a ${mode} lot of the caller's own by ${name}`, async () => {
          const [method] = name.split(" ") as [string];
          const asksOf = (id: string, word: string) => place.ask(asker, { id, word, bundle: null });
          for (const [i, { own: expected }] of asksOf(own[mode][0]!, ZERO_HASH).entries()) {
            if (expected === undefined) continue;
            const id = own[mode].pop()!;
            const one = asksOf(id, await wordNow(id))[i]!;
            const { status, text } = await answer(method, one, "ems");
            expect(status, text).to.equal(expected);
          }
        });
      }
    }
  }

  it("changes no list", () => {
    expect(Object.keys(lists)).not.to.be.empty;
    for (const [path, [before, after]] of Object.entries(lists)) {
      expect(before.status, path).to.equal(200);
      expect(after, path).to.deep.equal(before);
    }
  });
});
