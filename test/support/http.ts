// Serves the application over real HTTP on a free port, with API keys for every party. Its
// client checks every answer against the route table.
import { expect } from "chai";
import { z } from "zod";
import type { Scope } from "../../prisma/generated/client.ts";
import { makeApiKey } from "../../server/access/admin.ts";
import { type StartLinks, startLinks } from "../../server/access/start-link.ts";
import { type AppOptions, createApp } from "../../server/http/app.ts";
import type { Context } from "../../server/context.ts";
import { listen, type Listening } from "../../server/http/listen.ts";
import { Problem } from "../../api/problem.ts";
import { REFUSALS } from "../../api/refusals.ts";
import type { Route } from "../../server/http/routes/route.ts";
import { ROUTES } from "../../server/http/routes/table.ts";
import { openTestService, type ServiceOptions, type TestService } from "./service.ts";
import { openTestWatch } from "./watch.ts";

/** The limit of a document's bytes in tests: small, so that both sides of it are quick to test. */
export const TEST_DOCUMENT_MAX_BYTES = 64 * 1024;

export type PartyName = keyof TestService["parties"];
export type KeyName = PartyName | "operator";

export interface Reply<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  /** The parsed JSON; the text if it is not JSON; undefined without a body. */
  body: T;
}

export interface CallOptions {
  /** The name of an API key's party, or an API key. By default the request has none. */
  key?: KeyName | (string & {}) | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Sends requests to an application, and checks what it answers. */
export interface Client {
  url: string;
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<Reply<T>>;
  /** The same, and expects this status. */
  expecting<T = Record<string, unknown>>(
    status: number,
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<T>;
}

export interface TestHttp extends TestService, Client {
  /** An admin API key of each party, and of the operator. */
  keys: Record<KeyName, string>;
  apiKey(party: KeyName, scope: Scope): Promise<string>;
  /** The way in by a start's link, to the operator and the maker. */
  start: StartLinks;
  /** How often the application woke the loops. */
  nudges: () => number;
  /** Another application on the same parts, except for those passed here. It ends with this one. */
  beside(options: Partial<AppOptions>, parts?: Partial<Context>): Promise<Client>;
}

export async function openTestHttp(overrides: ServiceOptions = {}): Promise<TestHttp> {
  const service = await openTestService(overrides);
  const { ctx, parties, ownerKey } = service;
  const listenings: Listening[] = [];
  let nudges = 0;

  const apiKey = async (name: KeyName, scope: Scope) => {
    const party = name === "operator" ? null : parties[name].address;
    return (await makeApiKey(ctx, { party, scope })).text;
  };
  const names = [...Object.keys(parties), "operator"] as KeyName[];
  const made = await Promise.all(
    names.map(async (name) => [name, await apiKey(name, "admin")] as const),
  );
  const keys = Object.fromEntries(made) as TestHttp["keys"];

  const idOf = (key: string) => key.split("_")[1]!;
  const person = { title: "Somebody", says: "Try this.", path: "/lots" };
  const start = startLinks(ctx, [
    { ...person, id: "operator", apiKey: idOf(keys.operator) },
    { ...person, id: "maker", apiKey: idOf(keys.maker) },
  ]);
  const serve = async (options: Partial<AppOptions>, parts: Partial<Context> = {}) => {
    const all = {
      documentMaxBytes: TEST_DOCUMENT_MAX_BYTES,
      nudge: () => nudges++,
      ownerKey,
      watch: openTestWatch({ ...ctx, ...parts }),
      // A provider that does not answer.
      oidc: { issuer: "http://127.0.0.1:1", clientId: "r", secret: "s", claim: undefined },
      start,
      ...options,
    };
    const listening = await listen(createApp({ ...ctx, ...parts }, all), 0, "127.0.0.1");
    listenings.push(listening);
    return clientOf(`http://127.0.0.1:${listening.address.port}`, keys);
  };

  return {
    ...service,
    ...(await serve({})),
    keys,
    start,
    apiKey,
    nudges: () => nudges,
    beside: serve,
    async close() {
      await Promise.all(listenings.map((listening) => listening.close()));
      await service.close();
    },
  };
}

/** A client of the service at a URL. @param keys API keys by the names that requests give */
export function clientOf(url: string, keys: Readonly<Record<string, string>>): Client {
  const call = async <T>(
    method: string,
    path: string,
    { key, body, raw, headers }: CallOptions = {},
  ) => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${keys[key] ?? key}` }),
        ...((body !== undefined || raw !== undefined) && { "content-type": "application/json" }),
        ...headers,
      },
      ...((raw !== undefined || body !== undefined) && { body: raw ?? JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const answer = isJson ? (JSON.parse(text) as unknown) : text || undefined;
    checkAnswer(method, path, response, answer);
    return { status: response.status, headers: response.headers, body: answer as T };
  };
  return {
    url,
    call,
    async expecting(status, method, path, options) {
      const reply = await call(method, path, options);
      expect(reply.status, `${method} ${path}: ${JSON.stringify(reply.body)}`).to.equal(status);
      return reply.body as never;
    },
  };
}

/** The route that a request goes to. */
function routeOf(method: string, path: string): Route | undefined {
  const [plain] = path.split("?", 1);
  return ROUTES.find(
    (route) =>
      route.method === method.toLowerCase() &&
      new RegExp(`^${route.path.replace(/:\w+/g, "[^/]+").replace(/\*\w+/g, ".+")}/?$`).test(
        plain!,
      ),
  );
}

/** Every answer is one of those that its route declares, to the last field, or a problem. */
function checkAnswer(method: string, path: string, response: Response, body: unknown): void {
  const { status } = response;
  const where = `${method} ${path} answered ${status}: ${JSON.stringify(body)?.slice(0, 2_000)}`;
  const form = routeOf(method, path)?.answers[status];
  if (form === undefined && path.startsWith("/docs")) return;
  if (form === undefined) {
    expect(response.headers.get("content-type"), where).to.match(/^application\/problem\+json/);
    const problem = Problem.safeParse(body);
    expect(problem.error, where).to.equal(undefined);
    expect(REFUSALS[problem.data!.code], where).to.include(status);
    expect(problem.data).to.include({ status, requestId: response.headers.get("x-request-id") });
  } else if (form === null) expect(body, where).to.equal(undefined);
  else if (form instanceof z.ZodType) expect(form.safeParse(body).error, where).to.equal(undefined);
  else expect([form].flat(), where).to.include(response.headers.get("content-type")?.split(";")[0]);
}
