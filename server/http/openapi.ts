// Builds the OpenAPI 3.1 document from the table of routes and their schemas.
import { STATUS_CODES } from "node:http";
import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from "zod-openapi";
import { Details } from "../../protocol/event/details.ts";
import { CustodyEvent } from "../../protocol/event/event.ts";
import { Notice } from "../../protocol/event/notice.ts";
import { Problem } from "../../api/problem.ts";
import { REFUSALS } from "../../api/refusals.ts";
import { exampleText, REQUEST_EXAMPLES, type RequestExample } from "./examples.ts";
import { isRepeatable } from "./once.ts";
import type { AnswerForm, Route } from "./routes/route.ts";

const ABOUT =
  "Provenance for lots of electronic components: who held a lot, what was claimed about it, and whether the claims match " +
  "the ledger on the chain. It cannot see whether a chip is genuine.\n\n" +
  "Send an API key with each request: `Authorization: Bearer rp_…`. A key has the scope read, write or admin, and each " +
  "scope includes the one before. A key belongs to a party or to the service's operator. Anything that the caller may not " +
  "see is answered as if it did not exist (404).\n\n" +
  "Addresses and hashes are lower-case hex. Quantities are pieces and times are Unix seconds, both integers up to 2^53 - 1. " +
  "Where a request names a lot, it takes the lot's id, its number, its package id, or the text of its label.\n\n" +
  "A refusal has a problem body (RFC 9457). Its `code` is never renamed.\n\n" +
  "The examples work when they are pasted, once each, on a service that has played the sample (`npm start`).";

/** Describes the routes as an OpenAPI document. */
export function describe(routes: readonly Route[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = route.path.replace(/[:*](\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "Reelproof",
      version: "1",
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    paths,
    components: {
      schemas: { Problem, Details, CustodyEvent, CustodyNotice: Notice },
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", bearerFormat: "rp_<id>_<secret>" },
      },
    },
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const { method, path, tag, summary, about, access, params, query, body, uploads, answers } =
    route;
  const example = REQUEST_EXAMPLES[`${method} ${path}`];
  const needs = access
    ? `Needs an API key of scope ${access.scope}, ${{ anyone: "of a party or the operator", party: "of a party", operator: "of the operator" }[access.who]}.`
    : "Needs no API key.";
  const responses = Object.entries(answers).map(
    ([status, form]) => [status, response(status, form)] as const,
  );
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    description: [about, needs, example && exampleText(method, path, example)]
      .filter(Boolean)
      .join("\n\n"),
    security: access ? [{ apiKey: [] }] : [],
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(isRepeatable(route) && !route.isSecret && { header: IDEMPOTENCY }),
      ...(route.reads && { header: POSITION }),
    },
    ...(body && {
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: body,
            ...(example?.body !== undefined && { example: example.body }),
          },
        },
      },
    }),
    ...(uploads && {
      requestBody: { required: true, content: bytesOf(uploads, example?.text) },
    }),
    responses: {
      ...refusals(route),
      ...Object.fromEntries(responses),
      default: problem("Refused."),
    },
  };
}

const IDEMPOTENCY = z.object({
  "Idempotency-Key": z.string().max(255).optional().meta({
    description:
      "A key of the caller's own, such as a UUID, one for each act. The same request with the same key has the same answer for a day, and acts once: send it again after a lost answer. With another request the key is refused (IDEMPOTENCY_KEY_REUSED). A request that was refused did nothing, and frees its key.",
  }),
});

const POSITION = z.object({
  "Reelproof-Position": z.string().max(1_000).optional().meta({
    description:
      "The text of this header in the answer to an act. Where several processes of the service read at a replica, the answer then shows what that act wrote, whichever process gives it.",
  }),
});

/** Raw bytes have no schema in OpenAPI 3.1. */
const bytesOf = (types: readonly string[], text: RequestExample["text"]) =>
  Object.fromEntries(
    types.map((type) => [type, text?.type === type ? { example: text.content } : {}]),
  );

/** What a status of a refusal means, and to which routes it can happen. */
const REFUSED: Readonly<Record<number, { text: string; if?: (route: Route) => boolean }>> = {
  400: { text: "The request is malformed. `field` names what is wrong." },
  401: { text: "The API key is missing, wrong or revoked.", if: ({ access }) => access !== null },
  403: { text: "The caller may not do this.", if: ({ access }) => access !== null },
  404: {
    text: "It does not exist, or the caller may not see it.",
    if: ({ params, lots }) => params !== undefined || lots !== undefined,
  },
  409: {
    text: "The request contradicts what is stored, or a name means several lots.",
    if: (route) => isRepeatable(route) || route.lots !== undefined,
  },
  413: { text: "The body is too large.", if: takesBody },
  415: { text: "The body is of another media type.", if: takesBody },
  422: { text: "A rule does not allow it. `code` names the rule.", if: takesBody },
  429: { text: "A limit or a budget is spent. `Retry-After` says when to try again." },
  503: { text: "The database, the node or the document store does not answer. Try again." },
};

function takesBody({ body, uploads }: Route): boolean {
  return body !== undefined || uploads !== undefined;
}

/** The refusals of a route by status, each with its codes. */
function refusals(route: Route) {
  const statuses = Object.entries(REFUSED).filter(([, refused]) => refused.if?.(route) ?? true);
  return Object.fromEntries(
    statuses.map(([status, { text }]) => {
      const codes = Object.entries(REFUSALS)
        .filter(([, allowed]) => (allowed as readonly number[]).includes(Number(status)))
        .map(([code]) => `\`${code}\``);
      return [status, problem(`${text} Codes: ${codes.join(", ")}.`)];
    }),
  );
}

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
});

function response(status: string, form: AnswerForm) {
  const description = STATUS_CODES[status] ?? status;
  if (form === null) return { description };
  if (form instanceof z.ZodType)
    return { description, content: { "application/json": { schema: form } } };
  const types = [form]
    .flat()
    .map((type) => [type, { schema: { type: "string" as const } }] as const);
  return { description, content: Object.fromEntries(types) };
}

/** Names an operation: POST /v1/lots/:lot/split becomes postLotsLotSplit. */
export function operationId(method: string, path: string): string {
  const words = path
    .replace(/^\/v1/, "")
    .split(/[^A-Za-z]+/)
    .filter(Boolean);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
