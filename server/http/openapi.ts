// Makes the OpenAPI 3.1 document from the table of routes and their schemas.
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
import type { AnswerForm, Route } from "./routes/route.ts";

const ABOUT =
  "Provenance for lots of electronic components: who held a lot, what was claimed of it, and whether that fits the " +
  "ledger on the chain. It cannot see whether a chip is genuine.\n\n" +
  "Requests carry an API key: `Authorization: Bearer rp_…`. Its scope is read, write or admin, each including the one " +
  "before; it belongs to a party, or to the service's operator. What a caller may not see does not exist for it (404).\n\n" +
  "Addresses and hashes are lower-case hex; quantities are pieces, times Unix seconds, both integers up to 2^53 - 1. " +
  "Refusals are problem bodies (RFC 9457) whose `code` stays as it is.";

/** Describes routes. The same document each time. */
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
    ? `API key: scope ${access.scope}, ${{ anyone: "of a party or the operator", party: "of a party", operator: "of the operator" }[access.who]}.`
    : "No API key is needed.";
  const responses = Object.entries(answers).map(
    ([status, form]) => [status, response(status, form)] as const,
  );
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    description: [about, needs].filter(Boolean).join("\n\n"),
    security: access ? [{ apiKey: [] }] : [],
    ...((params || query) && {
      requestParams: { ...(params && { path: params }), ...(query && { query }) },
    }),
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

/** In OpenAPI 3.1 bytes as they are have no schema. */
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

/** POST /v1/lots/:lot/split is postLotsLotSplit. */
export function operationId(method: string, path: string): string {
  const words = path
    .replace(/^\/v1/, "")
    .split(/[^A-Za-z]+/)
    .filter(Boolean);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
