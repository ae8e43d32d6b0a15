// Has what a person confirmed signed and sent. The one place that decides who signs: the service, with the party's key.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ActionResult } from "../../../api/settlement.ts";
import { ask } from "./client.ts";

/** One act that a person confirmed: one event, signed once. */
export interface Signing {
  path: string;
  body: object;
  /** A key of its own: sent again after a lost answer, the act happens once. */
  once: string;
}

/** Signs an act and hands it in. @throws Refused */
export function sign({ path, body, once }: Signing): Promise<ActionResult> {
  return ask<ActionResult>("POST", path, { body, once });
}

/** Signs one act, and forgets what was read of lots and shipments before. */
export function useSign() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: sign,
    onSuccess: () => client.invalidateQueries({ predicate: isOfLots }),
  });
}

/** Whether something that was read is out of date after an act. */
export const isOfLots = ({ queryKey }: { queryKey: readonly unknown[] }): boolean =>
  !["session", "parties"].includes(String(queryKey[0]));
