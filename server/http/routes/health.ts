// Whether the service lives, is ready, and how it fares; and its own description.
import { z } from "zod";
import { lagOf, readChainHead, readDatabase } from "../metrics.ts";
import { route } from "./route.ts";

const Readiness = z
  .strictObject({
    ready: z.boolean(),
    database: z.boolean().meta({ description: "The database answers." }),
    chain: z.boolean().meta({ description: "The chain's node answers." }),
    head: z.int().nullable().meta({ description: "The block that the follower stands on." }),
    lag: z
      .int()
      .nullable()
      .meta({ description: "Blocks between the follower and the chain's newest." }),
    held: z
      .int()
      .nullable()
      .meta({ description: "Events and notices that are held for a person." }),
  })
  .meta({ id: "Readiness" });

export const health = [
  route({
    method: "get",
    path: "/healthz",
    tag: "Service",
    summary: "The process lives",
    access: null,
    unlimited: true,
    answers: { 200: z.strictObject({ alive: z.literal(true) }) },
    handle: () => Promise.resolve({ status: 200, body: { alive: true } }),
  }),
  route({
    method: "get",
    path: "/readyz",
    tag: "Service",
    summary: "The service can work: database and chain answer",
    access: null,
    unlimited: true,
    answers: { 200: Readiness, 503: Readiness },
    async handle({ ctx }) {
      const [database, newest] = await Promise.all([readDatabase(ctx), readChainHead(ctx)]);
      const ready = database !== null && newest !== null;
      const body = {
        ...{ ready, database: database !== null, chain: newest !== null },
        ...{
          head: database?.head ?? null,
          lag: lagOf(database, newest),
          held: database?.settlements.held ?? null,
        },
      };
      return { status: ready ? 200 : 503, body };
    },
  }),
  route({
    method: "get",
    path: "/metrics",
    tag: "Service",
    summary: "Measurements for Prometheus",
    about:
      "Needs the operator's API key, as Prometheus sends it by `authorization: { credentials: rp_… }`.",
    access: { scope: "read", who: "operator" },
    answers: { 200: "text/plain" },
    handle: async ({ metrics }) => ({ status: 200, body: await metrics.read() }),
  }),
  route({
    method: "get",
    path: "/v1/openapi.json",
    tag: "Service",
    summary: "This description",
    access: null,
    answers: { 200: z.looseObject({ openapi: z.string() }) },
    handle: ({ document }) => Promise.resolve({ status: 200, body: document }),
  }),
];
