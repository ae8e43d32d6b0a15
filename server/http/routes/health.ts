// Serves the service's health, its version and contracts, its metrics and the OpenAPI document.
import { z } from "zod";
import { Liveness, Readiness } from "../../../api/health.ts";
import { ServiceView } from "../../../api/service.ts";
import manifest from "../../../package.json" with { type: "json" };
import type { Status } from "../../watch/watch.ts";
import { lagOf } from "../metrics.ts";
import { route } from "./route.ts";

export const health = [
  route({
    method: "get",
    path: "/healthz",
    tag: "Service",
    summary: "Check that the process is alive",
    access: null,
    unlimited: true,
    answers: { 200: Liveness },
    handle: () => Promise.resolve({ status: 200, body: { alive: true } }),
  }),
  route({
    method: "get",
    path: "/readyz",
    tag: "Service",
    summary: "Check that the service is ready: database and chain answer",
    access: null,
    unlimited: true,
    answers: { 200: Readiness, 503: Readiness },
    async handle({ metrics, stuckAt, watch }) {
      const { database, newest } = await metrics.probe();
      const ready = database !== null && newest !== null;
      const body = {
        ready,
        database: database !== null,
        chain: newest !== null,
        head: database?.head ?? null,
        lag: lagOf(database, newest),
        stuckAt: stuckAt(),
        messages: messagesOf(watch.status()),
        held: database?.held ?? null,
      };
      return { status: ready ? 200 : 503, body };
    },
  }),
  route({
    method: "get",
    path: "/v1/service",
    tag: "Service",
    summary: "Read the version, the ledger and the checkpoint contract",
    access: { scope: "read", who: "anyone" },
    answers: { 200: ServiceView },
    handle: async ({ ctx: { domain, forgetful, merkleLog }, standby }) => ({
      status: 200,
      body: {
        version: manifest.version,
        chainId: domain.chainId,
        isEmbedded: forgetful,
        ledger: domain.ledger,
        checkpointContract: merkleLog.contract ?? null,
        relayer: merkleLog.operator,
        isRestoredCopy: await standby.isOn(),
      },
    }),
  }),
  route({
    method: "get",
    path: "/metrics",
    tag: "Service",
    summary: "Get metrics for Prometheus",
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
    summary: "Get this OpenAPI document",
    access: null,
    answers: { 200: z.looseObject({ openapi: z.string() }) },
    handle: ({ document }) => Promise.resolve({ status: 200, body: document() }),
  }),
];

function messagesOf({ messages: { to, failingSince } }: Status) {
  if (to === null) return "off";
  return failingSince === null ? "ok" : "failing";
}
