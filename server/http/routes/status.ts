// Shows the operator how the service does, and sends a test message.
import { z } from "zod";
import { StatusView, TestDelivery } from "../../../api/status.ts";
import { Refusal } from "../../refusal.ts";
import { route } from "./route.ts";

export const status = [
  route({
    method: "get",
    path: "/v1/status",
    tag: "Administration",
    summary: "Read the conditions that the service reports about itself",
    access: { scope: "read", who: "operator" },
    answers: { 200: StatusView },
    handle: ({ watch }) => Promise.resolve({ status: 200, body: watch.status() }),
  }),
  route({
    method: "post",
    path: "/v1/status/test",
    tag: "Administration",
    summary: "Send a test message to the receiver at ALERT_URL",
    access: { scope: "admin", who: "operator" },
    body: z.strictObject({}),
    answers: { 200: TestDelivery },
    async handle({ watch }) {
      const why = await watch.sendTest();
      const { to } = watch.status().messages;
      if (why === undefined || to === null)
        throw new Refusal(
          "NOT_CONFIGURED",
          409,
          "No receiver is set. Set ALERT_URL and start the service again.",
          { field: "ALERT_URL" },
        );
      return { status: 200, body: { delivered: why === null, to, why } };
    },
  }),
];
