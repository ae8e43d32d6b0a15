// Sends hostile requests of every kind, made by chance from valid ones: none makes the service fail. LONG=1 sends two thousand
// of each kind.
import { expect } from "chai";
import { ROUTES } from "../../../server/http/routes/table.ts";
import { EXAMPLES, type Example, exampleOf, nameOf } from "../../support/examples.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";
import { Random, runsOf, SEED } from "../../support/random.ts";
import { sendRaw } from "../../support/raw-http.ts";

const RUNS = runsOf(2_000);

/** What is put into a text: structure, numbers, escapes, and what one parser or another takes for an end. */
const PIECES = [
  "",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "\\u0000",
  "\\ud800",
  "\u0000",
  "\n",
  "\r\n",
  "\r\n\r\n",
  " ",
  ";",
  "=",
  "&",
  "%",
  "%00",
  "%ff",
  "+",
  "|",
  "null",
  "true",
  "-0",
  "1e999",
  "9007199254740993",
  "__proto__",
  "constructor",
  '"a":{"a":',
  "[[[[",
  "0,0,0,0",
  "\ufeff",
  "\u202e",
  "😀",
  "é",
  "0x",
  `0x${"0".repeat(64)}`,
  "x".repeat(600),
  "--",
  "'",
  "1",
  "-1",
] as const;

/** Changes a text at some places: cuts, repeats, or inserts pieces. */
function garble(random: Random, text: string): string {
  let out = text;
  for (let changes = random.int(1, 4); changes > 0; changes--) {
    const at = random.int(0, out.length);
    const length = random.int(0, Math.min(40, out.length - at));
    const part = out.slice(at, at + length);
    const instead = random.pick([
      () => "",
      () => part + part,
      () => random.pick(PIECES),
      () => random.pick(PIECES).repeat(random.int(1, 30)) + part,
      () => part.split("").reverse().join(""),
    ])();
    out = out.slice(0, at) + instead + out.slice(at + length);
  }
  return out;
}

/** They wait for the chain, or say with 503 that something else is slow: on a busy machine that is no failure. */
const DEPENDS_ON_OTHERS = /^\/(readyz|v1\/(fsck|keys|parties)\b)/;

describe("hostile requests", () => {
  let http: TestHttp;
  const examples = new Map<string, Example>();

  before(async () => {
    http = await openTestHttp();
    for (const route of ROUTES)
      if (nameOf(route) in EXAMPLES) examples.set(nameOf(route), await exampleOf(http, route));
  });
  after(() => http.close());

  const routesWith = (isWanted: (example: Example) => boolean) =>
    ROUTES.filter((route) => {
      const example = examples.get(nameOf(route));
      const isAlone = !DEPENDS_ON_OTHERS.test(route.path);
      return example !== undefined && isAlone && isWanted(example);
    }).map((route) => ({ route, example: examples.get(nameOf(route))! }));

  /** Sends one request after the other, and the last one again where it failed. */
  async function sendAll(kind: string, send: (random: Random) => Promise<[number, string]>) {
    const random = new Random(SEED + kind.length);
    for (let i = 0; i < RUNS; i++) {
      const [status, what] = await send(random);
      expect(status, `${kind} ${i} of SEED=${SEED}: ${what.slice(0, 2_000)}`).to.be.below(500);
    }
    await http.expecting(200, "GET", "/v1/lots?limit=1", { key: "maker" });
  }

  it("in JSON are answered below 500", async () => {
    const routes = routesWith(({ body }) => body !== undefined);
    await sendAll("JSON", async (random) => {
      const { route, example } = random.pick(routes);
      const raw = garble(random, JSON.stringify(example.body));
      const { status } = await http.call(route.method.toUpperCase(), example.path, {
        key: example.owner,
        raw,
      });
      return [status, `${nameOf(route)} ${raw}`];
    });
  });

  it("in paths and queries are answered below 500", async () => {
    const routes = routesWith(() => true);
    await sendAll("query", async (random) => {
      const { route, example } = random.pick(routes);
      const question = example.path.includes("?") ? "&" : "?";
      const asked = garble(random, `${example.path}${question}limit=1&cursor=x&q=a%20b&lot=0x`);
      const path = asked
        .toWellFormed()
        .replaceAll(/[^!-~]/gu, encodeURIComponent)
        .replaceAll("#", "%23");
      const { status } = await sendRaw(
        http.url,
        `${route.method.toUpperCase()} /${path.replace(/^\/+/, "")} HTTP/1.1\r\nHost: x\r\n` +
          `Authorization: Bearer ${http.keys[example.owner]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      return [status, `${nameOf(route)} ${path}`];
    });
  });

  it("in headers are answered below 500", async () => {
    const head = () =>
      `Host: x\r\nAuthorization: Bearer ${http.keys.maker}\r\nContent-Type: application/json\r\n` +
      "X-Forwarded-For: 10.0.0.1\r\nAccept: */*\r\nExpect: 100-continue\r\nContent-Length: 13";
    await sendAll("headers", async (random) => {
      const headers = garble(random, head());
      const { status } = await sendRaw(
        http.url,
        `POST /v1/scan HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n{"label":"x"}\r\n\r\n`,
      );
      return [status, headers];
    });
  });

  it("in framing are answered below 500", async () => {
    const chunked = 'd\r\n{"label":"x"}\r\n0\r\n\r\n';
    const paths = ["/v1/notices", "/v1/documents?kind=coc", "/v1/lots", "/healthz"];
    // Whatever a chunk claims to have, so much comes that the service need not wait for the rest.
    const rest = "x".repeat(400 * 1024);
    await sendAll("framing", async (random) => {
      const body = garble(random, chunked);
      const path = random.pick(paths);
      const type = path.includes("documents") ? "text/plain" : "application/json";
      const answer = await sendRaw(
        http.url,
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${http.keys.maker}\r\nContent-Type: ${type}\r\n` +
          `Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body}\r\n${rest}`,
      ).catch(() => ({ status: 0 })); // refused so early that the rest met a closed connection
      return [answer.status, `${path} ${body}`];
    });
  });

  it("in uploads and lists are answered below 500", async () => {
    const uploads = routesWith(({ upload }) => upload !== undefined);
    await sendAll("uploads", async (random) => {
      const { route, example } = random.pick(uploads);
      const { raw, headers } = example.upload!;
      const text = garble(random, Buffer.from(raw).toString("latin1"));
      const types = [headers["content-type"], "text/csv", "application/json", "text/plain"];
      const { status } = await http.call(route.method.toUpperCase(), example.path, {
        key: example.owner,
        raw: Uint8Array.from(Buffer.from(text, "latin1")),
        headers: { "content-type": random.pick(types) },
      });
      return [status, `${nameOf(route)} ${text}`];
    });
  });
});
