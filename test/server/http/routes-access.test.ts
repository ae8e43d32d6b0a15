// Tests who may call which route: every route of the table with every kind of caller.
import { expect } from "chai";
import { revokeApiKey } from "../../../server/access/admin.ts";
import { type Route } from "../../../server/http/routes/route.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import {
  type Example,
  exampleOf,
  EXAMPLES,
  nameOf,
  newLot,
  newShipment,
  STRANGER,
} from "../../support/examples.ts";
import { openTestHttp, type Reply, type TestHttp } from "../../support/http.ts";

describe("route access", () => {
  let http: TestHttp;
  let revoked: string;
  let readers: Record<string, string>;
  let writers: Record<string, string>;

  before(async () => {
    http = await openTestHttp();
    revoked = await http.apiKey("operator", "admin");
    await revokeApiKey(http.ctx, revoked.split("_")[1]!);
    const names = [...Object.keys(http.parties), "operator"] as (keyof TestHttp["keys"])[];
    const withScope = async (scope: "read" | "write") =>
      Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await http.apiKey(name, scope)])),
      );
    readers = (await withScope("read")) as typeof readers;
    writers = (await withScope("write")) as typeof writers;
  });
  after(() => http.close());

  const send = (route: Route, { path, body, upload }: Example, key?: string) =>
    http.call(route.method.toUpperCase(), path, {
      key,
      ...upload,
      ...(body !== undefined && { body }),
    });
  const code = ({ body }: Reply) => body["code"];

  it("has an example for every route and no other", () => {
    expect(Object.keys(EXAMPLES)).to.have.members(ROUTES.map(nameOf));
  });

  for (const route of ROUTES) {
    const { access } = route;
    describe(nameOf(route), () => {
      /** What refused calls are tried on: they leave it as it is, so they share it. */
      let untouched: Promise<Example> | undefined;
      const forRefusals = () => (untouched ??= exampleOf(http, route));

      it("accepts its intended caller", async () => {
        const example = await exampleOf(http, route);
        const reply = await send(route, example, example.owner);
        expect(reply.status, JSON.stringify(reply.body)).to.equal(example.status);
      });

      if (access === null) {
        it("needs no key", async () => {
          const example = await exampleOf(http, route);
          expect((await send(route, example)).status).to.equal(example.status);
        });
        return;
      }

      it("answers the same 401 to a missing, malformed, wrong, unknown and revoked key", async () => {
        const example = await forRefusals();
        const real = http.keys[example.owner];
        const altered = real.slice(0, -1) + (real.endsWith("A") ? "B" : "A");
        const strange = `rp_${"0".repeat(12)}_${"A".repeat(43)}`;
        const bodies = [];
        for (const key of [undefined, "x", altered, strange, revoked]) {
          const reply = await send(route, example, key);
          expect(reply.status).to.equal(401);
          expect(reply.headers.get("www-authenticate")).to.match(/^Bearer/);
          bodies.push({ ...reply.body, requestId: "" });
        }
        expect(code({ body: bodies[0] } as never)).to.equal("UNAUTHENTICATED");
        for (const body of bodies) expect(body).to.deep.equal(bodies[0]);
      });

      it("answers 403 to a key with a smaller scope", async () => {
        const example = await forRefusals();
        const smaller = { read: [], write: [readers], admin: [readers, writers] }[access.scope];
        for (const keys of smaller) {
          const reply = await send(route, example, keys[example.owner]);
          expect([reply.status, code(reply)]).to.deep.equal([403, "FORBIDDEN"]);
        }
        const enough = { read: readers, write: writers, admin: http.keys }[access.scope];
        const fresh = await exampleOf(http, route);
        expect((await send(route, fresh, enough[fresh.owner])).status).to.equal(fresh.status);
      });

      it("answers another party with the status in the example", async () => {
        const example = await exampleOf(http, route);
        const reply = await send(route, example, STRANGER);
        expect(reply.status, JSON.stringify(reply.body)).to.equal(example.stranger);
        if (reply.status === 403) expect(code(reply)).to.equal("FORBIDDEN");
        if (reply.status === 404) expect(code(reply)).to.equal("NOT_FOUND");
        if (access.who === "operator") expect(reply.status).to.equal(403);
      });

      it(
        access.who === "party" ? "answers 403 to the operator" : "accepts the operator",
        async () => {
          const isParty = access.who === "party";
          const example = await (isParty ? forRefusals() : exampleOf(http, route));
          const reply = await send(route, example, "operator");
          const expected = isParty ? 403 : example.status;
          expect(reply.status, JSON.stringify(reply.body)).to.equal(expected);
        },
      );

      if (/:(lot|event|hash|key|id)\b/.test(route.path)) {
        it("answers the same for a hidden object as for a missing one", async () => {
          const example = await forRefusals();
          const [, id] = /^\/v1\/[a-z-]+\/([^/?]+)/.exec(example.path)!;
          const other = id!.replace(/[0-9a-f](?=[0-9a-f]{3}$)/, (digit) =>
            digit === "0" ? "1" : "0",
          );
          const [foreign, missing] = await Promise.all(
            [example.path, example.path.replace(id!, other)].map((path) =>
              send(route, { ...example, path }, STRANGER),
            ),
          );
          const bare = ({ status, body }: Reply) => [
            status,
            JSON.stringify({ ...body, requestId: "" })
              .replaceAll(id!, "ID")
              .replaceAll(other, "ID"),
          ];
          expect(bare(foreign!)).to.deep.equal(bare(missing!));
        });
      }
    });
  }

  it("lists only the lots and shipments that a party may see", async () => {
    const mine = await newLot(http, "maker");
    const theirs = await newLot(http, "ems");
    const sent = await newShipment(http);
    type Items = { items: { lot: string; shipment: string }[] };
    const lots = async (key: string) => {
      const { items } = await http.expecting<Items>(200, "GET", "/v1/lots?limit=200", { key });
      return items.map(({ lot }) => lot);
    };
    expect(await lots("maker"))
      .to.include.members([mine.lot, sent.lot])
      .and.not.include(theirs.lot);
    expect(await lots("ems"))
      .to.include(theirs.lot)
      .and.not.include.members([mine.lot, sent.lot]);
    expect(await lots("distributor"))
      .to.include(sent.lot)
      .and.not.include(mine.lot);
    expect(await lots("lab")).to.deep.equal([]);
    expect(await lots("operator")).to.include.members([mine.lot, theirs.lot, sent.lot]);
    const shipments = async (key: string, query = "") => {
      const { items } = await http.expecting<Items>(200, "GET", `/v1/shipments?limit=200${query}`, {
        key,
      });
      return items.map(({ shipment }) => shipment);
    };
    for (const key of ["maker", "distributor", "operator"])
      expect(await shipments(key)).to.include(sent.shipment);
    expect(await shipments("maker", "&direction=incoming")).not.to.include(sent.shipment);
    expect(await shipments("lab")).to.deep.equal([]);
  });

  it("lists, makes and revokes a party's own API keys", async () => {
    const { items } = await http.expecting<{ items: { party: string }[] }>(
      200,
      "GET",
      "/v1/api-keys?limit=200",
      {
        key: "maker",
      },
    );
    expect(new Set(items.map(({ party }) => party))).to.deep.equal(
      new Set([http.parties.maker.address]),
    );
    const made = await http.expecting(201, "POST", "/v1/api-keys", {
      key: "maker",
      body: { scope: "write" },
    });
    expect(made).to.include({ party: http.parties.maker.address, scope: "write" });
    await http.expecting(200, "GET", "/v1/lots", { key: String(made["key"]) });
    await http.expecting(204, "DELETE", `/v1/api-keys/${String(made["id"])}`, { key: "maker" });
    await http.expecting(401, "GET", "/v1/lots", { key: String(made["key"]) });
  });

  it("answers 409 NO_KEY when the service lacks the account that must sign", async () => {
    const without = await http.beside({ ownerKey: undefined });
    const { path, body } = await exampleOf(
      http,
      ROUTES.find((route) => nameOf(route) === "post /v1/parties")!,
    );
    const admission = await without.expecting(409, "POST", path, { key: "operator", body });
    expect(admission["code"]).to.equal("NO_KEY");
    await http.ctx.prisma.storedKey.deleteMany({
      where: { purpose: "account", party: http.parties.lab.address },
    });
    const keys = await http.expecting(409, "POST", "/v1/keys", { key: "lab", body: {} });
    expect(keys["code"]).to.equal("NO_KEY");
  });
});
