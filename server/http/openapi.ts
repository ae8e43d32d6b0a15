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
  "A refusal has a problem body (RFC 9457). Its `code` is never renamed.";

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
    description: [about, needs].filter(Boolean).join("\n\n"),
    security: access ? [{ apiKey: [] }] : [],
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(isRepeatable(route) && !route.isSecret && { header: IDEMPOTENCY }),
    },
    ...(body && {
      requestBody: { required: true, content: { "application/json": { schema: body } } },
    }),
    ...(uploads && { requestBody: { required: true, content: bytesOf(uploads) } }),
    responses: {
      ...Object.fromEntries(responses),
      default: {
        description: "Refused.",
        content: { "application/problem+json": { schema: Problem } },
      },
    },
  };
}

const IDEMPOTENCY = z.object({
  "Idempotency-Key": z.string().max(255).optional().meta({
    description:
      "A key of the caller's own, such as a UUID, one for each act. The same request with the same key has the same answer for a day, and acts once: send it again after a lost answer. With another request the key is refused (IDEMPOTENCY_KEY_REUSED). A request that was refused did nothing, and frees its key.",
  }),
});

/** Raw bytes have no schema in OpenAPI 3.1. */
const bytesOf = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, {}]));

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
