// Asks for answers of insight. They follow from events alone, so one that was read stays until something changes.
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import type { BuildAnswer, RecallAnswer } from "../../../api/insight.ts";
import { ask, withQuery } from "./client.ts";

/** The day as of which answers are asked for, kept in the address; "": now. */
export function useAsOfDay(): [day: string, setDay: (day: string) => void] {
  const [params, setParams] = useSearchParams();
  const setDay = (day: string) => {
    setParams(
      (before) => {
        if (day === "") before.delete("asOf");
        else before.set("asOf", day);
        return before;
      },
      { replace: true },
    );
  };
  return [params.get("asOf") ?? "", setDay];
}

/** The end of the day as of which answers are asked for, in Unix seconds; undefined: now. */
function useAsOf(): number | undefined {
  const [day] = useAsOfDay();
  const start = Date.parse(`${day}T00:00:00Z`) / 1000;
  return Number.isFinite(start) ? start + 86_399 : undefined;
}

/** A question of a path below /v1/insight. */
export function useAnswer<T>(
  path: string,
  fields: Readonly<Record<string, string | undefined>> = {},
) {
  const asOf = useAsOf()?.toString();
  const query = { ...fields, ...(asOf !== undefined && { asOf }) };
  return useQuery({
    queryKey: ["insight", path, query],
    queryFn: ({ signal }) => ask<T>("GET", withQuery(`/v1/insight/${path}`, query), { signal }),
    retry: false,
  });
}

/** A question that is asked with a body. While it is changed, the last answer stays. @param body null: nothing is asked yet */
export function usePosted<T>(path: string, body: object | null) {
  const asOf = useAsOf();
  const asked = { ...body, ...(asOf !== undefined && { asOf }) };
  return useQuery({
    queryKey: ["insight", path, asked],
    queryFn: ({ signal }) => ask<T>("POST", `/v1/insight/${path}`, { body: asked, signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export interface BuildQuestion {
  product: string;
  units?: number;
  verify: boolean;
}

export function useBuild() {
  const asOf = useAsOf();
  return useMutation({
    mutationFn: (question: BuildQuestion) => {
      const body = { ...question, ...(asOf !== undefined && { asOf }) };
      return ask<BuildAnswer>("POST", "/v1/insight/build", { body });
    },
  });
}

export function useDrill() {
  const asOf = useAsOf();
  return useMutation({
    mutationFn: (lots: readonly string[]) => {
      const body = { lots, ...(asOf !== undefined && { asOf }) };
      return ask<RecallAnswer>("POST", "/v1/insight/recall", { body });
    },
  });
}
