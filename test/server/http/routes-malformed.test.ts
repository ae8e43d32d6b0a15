// Tests malformed requests to every route: each is answered with a problem and its code, none makes the service fail.
import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { type Route } from "../../../server/http/routes/route.ts";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { type Example, exampleOf, nameOf, signedEvent } from "../../support/examples.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";
import { IS_LONG } from "../../support/seed.ts";

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const bytes = (...values: number[]) => Uint8Array.from(values);

/** Bodies that every route refuses: the fault, the body, and the problem's code. */
const BODIES: Record<string, [body: string | Uint8Array<ArrayBuffer>, code: string]> = {
  "half an object": ["{", "BAD_JSON"],
  "not JSON": ["undefined", "BAD_JSON"],
  "two values": ["{}{}", "BAD_JSON"],
  "a trailing comma": ['{"a":1,}', "BAD_JSON"],
  NaN: ['{"quantity":NaN}', "BAD_JSON"],
  "a byte order mark": ["\ufeff{}", "BAD_JSON"],
  "bytes that are not UTF-8": [bytes(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), "BAD_JSON"],
  "an overlong encoding": [bytes(0x22, 0xc0, 0xaf, 0x22), "BAD_JSON"],
  "UTF-16": [bytes(0xff, 0xfe, 0x7b, 0, 0x7d, 0), "BAD_JSON"],
  "5,000 levels": [deep(5_000), "TOO_LARGE"],
  "5,000 levels of objects": ['{"a":'.repeat(5_000) + "1" + "}".repeat(5_000), "TOO_LARGE"],
  "a member __proto__": ['{"__proto__":{"scope":"admin"}}', "BAD_FIELD"],
  "a nested __proto__": ['{"details":{"__proto__":{}}}', "BAD_FIELD"],
  "a key given twice": ['{"time":1,"time":1}', "BAD_FIELD"],
  "an integer beyond 2^53 - 1": ['{"time":9007199254740993}', "BAD_FIELD"],
  "a lone surrogate": ['{"details":{"remarks":"\\ud800"}}', "BAD_TEXT"],
  "a lone surrogate in a key": ['{"\\udfff":1}', "BAD_TEXT"],
  null: ["null", "BAD_FIELD"],
  "a number": ["1", "BAD_FIELD"],
  "a text": ['"x"', "BAD_FIELD"],
  "an unknown field": ['{"partyId":"0x00"}', "BAD_FIELD"],
  "a member constructor": ['{"constructor":{"prototype":{"x":1}}}', "BAD_FIELD"],
};

/** Values that replace, one after the other, every value of a valid body. */
const VALUES: unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53 - 1,
  1e300,
  "",
  "x",
  " x",
  "x\u0000y",
  "e\u0301",
  "\u202ex",
  "'; DROP TABLE lot; --",
  "<img src=x onerror=1>",
  `0x${"0".repeat(40)}`,
  `0x${"0".repeat(64)}`,
  "0x" + "F".repeat(64),
  "x".repeat(10_000),
  [],
  {},
  [null],
  [[]],
  { x: 1 },
  ["x", "x"],
  Array.from({ length: 300 }, () => ({})),
];

/** Without LONG=1, every place of a body gets a third of the values, and three neighbours get all. */
const valuesOf = (place: number) =>
  IS_LONG ? VALUES : VALUES.filter((_, i) => i % 3 === place % 3);

const PARAMETERS = [
  "x",
  "%00",
  "%2e%2e",
  "..%2f..%2fetc%2fpasswd",
  "0x",
  `0x${"0".repeat(64)}`,
  `0x${"A".repeat(64)}`,
  "%F0%9F%92%A9",
  "x".repeat(4_000),
  "%7B%7D",
  "__proto__",
  "constructor",
  `0x${"f".repeat(40)}`,
  "' OR 1=1 --",
  "0".repeat(12),
];

const QUERIES = [
  "limit=0",
  "limit=201",
  "limit=-1",
  "limit=1e2",
  "limit=",
  "limit=1&limit=2",
  "limit[]=1",
  "limit[a]=1",
  "cursor=",
  "cursor=x",
  "cursor=bnVsbA",
  "cursor=WyItMSIsIngiXQ",
  "cursor=W3t9XQ",
  "q=",
  "q=%00",
  "q=a&q=b",
  "lot=",
  "lot=%00",
  "lot=1&lot=2",
  "holder=x",
  "mpn=%0A",
  "direction=sideways",
  "state=",
  "proofs=1",
  "__proto__=1",
  "constructor=1",
  "__proto__[x]=1",
  "unknown=1",
  "=",
  "%=1",
];

const BROKEN_PERCENT = ["%", "%E0%A4%A", "%FF", "%zz"];

describe("malformed requests", () => {
  let http: TestHttp;

  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());
  afterEach(() => {
    expect(
      ({} as Record<string, unknown>)["x"] ?? ({} as Record<string, unknown>)["scope"],
    ).to.equal(undefined);
  });

  const method = (route: Route) => route.method.toUpperCase();

  for (const route of ROUTES.filter(({ body }) => body)) {
    describe(nameOf(route), () => {
      let example: Example;
      before(async () => {
        example = await exampleOf(http, route);
      });
      const send = (options: Parameters<TestHttp["call"]>[2]) =>
        http.call(method(route), example.path, { key: example.owner, ...options });

      it("refuses malformed bodies with the code of the fault", async () => {
        for (const [what, [raw, code]] of Object.entries(BODIES)) {
          const { status, body } = await send({ raw });
          expect([what, body["code"]]).to.deep.equal([what, code]);
          expect(status, what).to.equal(code === "TOO_LARGE" ? 413 : 400);
        }
      });

      it("refuses other media types, compressed bodies and bodies that are too large", async () => {
        const raw = JSON.stringify(example.body);
        for (const type of [
          "text/plain",
          "application/x-www-form-urlencoded",
          "application/json; charset=utf-16",
          "",
        ]) {
          const { status, body } = await send({ raw, headers: { "content-type": type } });
          expect([status, body["code"]], type).to.deep.equal([415, "UNSUPPORTED_MEDIA_TYPE"]);
        }
        const zipped = Uint8Array.from(gzipSync(raw));
        const encoded = await send({ raw: zipped, headers: { "content-encoding": "gzip" } });
        expect([encoded.status, encoded.body["code"]]).to.deep.equal([
          415,
          "UNSUPPORTED_MEDIA_TYPE",
        ]);
        const large = await send({ raw: `{"x":"${"x".repeat(route.bodyBytes ?? 256 * 1024)}"}` });
        expect([large.status, large.body["code"]]).to.deep.equal([413, "BODY_TOO_LARGE"]);
      });

      it("never answers 5xx when any value of the body is replaced", async () => {
        for (const [i, path] of distinctPaths(example.body).entries()) {
          for (const value of valuesOf(i)) {
            const { status } = await send({ body: replaced(example.body, path, value) });
            expect(
              status,
              `${path.join(".")} = ${JSON.stringify(value)?.slice(0, 100)}`,
            ).to.be.below(500);
          }
        }
      });
    });
  }

  for (const route of ROUTES.filter(({ path }) => path.includes(":"))) {
    it(`${nameOf(route)} answers 4xx to malformed path parameters`, async () => {
      const { body, owner } = await exampleOf(http, route);
      for (const parameter of [...PARAMETERS, ...BROKEN_PERCENT]) {
        const path = route.path.replace(/:\w+/g, parameter);
        const { status } = await http.call(method(route), path, {
          key: owner,
          ...(body !== undefined && { body }),
        });
        expect(status, parameter).to.be.within(400, 499);
        if (BROKEN_PERCENT.includes(parameter)) expect(status, parameter).to.equal(400);
      }
    });
  }

  for (const route of ROUTES.filter((one) => one.method === "get" && one.access)) {
    it(`${nameOf(route)} answers 400 to unknown or malformed query parameters`, async () => {
      const { path, owner } = await exampleOf(http, route);
      for (const query of [...QUERIES, ...BROKEN_PERCENT.map((broken) => `q=${broken}`)]) {
        const { status, body } = await http.call("GET", `${path.split("?")[0]!}?${query}`, {
          key: owner,
        });
        expect([status, typeof body["code"]], query).to.deep.equal([400, "string"]);
      }
    });
  }

  it("answers 404 to an unknown path, and 405 with the allowed methods to another method", async () => {
    const nowhere = await http.call("GET", "/v1/nowhere", { key: "operator" });
    expect([nowhere.status, nowhere.body["code"]]).to.deep.equal([404, "NOT_FOUND"]);
    for (const route of ROUTES) {
      const path = route.path.replace(/:\w+/g, "x");
      const { status, body, headers } = await http.call("PUT", path, { key: "operator" });
      expect([status, body["code"]], path).to.deep.equal([405, "METHOD_NOT_ALLOWED"]);
      expect(headers.get("allow")?.split(", "), path).to.include(method(route));
    }
  });

  it("answers each of several submitted events by itself, in order", async () => {
    const [first, second] = [await signedEvent(http), await signedEvent(http)];
    const foreign = await signedEvent(http, "ems");
    const altered = { ...second, event: { ...second.event, time: second.event.time - 1 } };
    const many = [
      first,
      null,
      { ...second, secret: undefined },
      altered,
      foreign,
      first,
      { event: 1 },
      second,
    ];
    const { results } = await http.expecting<{
      results: { hash?: string; error?: { code: string; field: string } }[];
    }>(200, "POST", "/v1/events", { key: "maker", body: many });
    expect(results.map(({ hash, error }) => error?.code ?? typeof hash)).to.deep.equal([
      "string",
      "BAD_FIELD",
      "BAD_FIELD",
      "KEY_NOT_OF_PARTY",
      "FORBIDDEN",
      "string",
      "BAD_FIELD",
      "string",
    ]);
    expect(results[5]).to.deep.equal(results[0]);
    for (const body of [[], Array.from({ length: 1001 }, () => ({}))]) {
      const { status } = await http.call("POST", "/v1/events", { key: "maker", body });
      expect(status).to.equal(body.length === 0 ? 400 : 413);
    }
  });
});

/** One path for each place of the body's form: what holds for an item of a list holds for its neighbours. */
function distinctPaths(body: unknown): (string | number)[][] {
  const formOf = (path: (string | number)[]) =>
    path.map((name) => (typeof name === "number" ? "*" : name)).join(".");
  return [...new Map(pathsIn(body).map((path) => [formOf(path), path])).values()];
}

/** The path of every value in a body, without the body itself. */
function pathsIn(value: unknown): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const name = Array.isArray(value) ? Number(key) : key;
    return [[name], ...pathsIn(member).map((path) => [name, ...path])];
  });
}

function replaced(value: unknown, [name, ...rest]: (string | number)[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string, unknown>;
  copy[name] = replaced(copy[name], rest, by);
  return copy;
}
