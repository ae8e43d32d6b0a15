// Asks for answers of insight. They follow from events alone, so one that was read stays until something changes.
import { useMutation, useQuery } from "@tanstack/react-query";
import type { BuildAnswer, RecallAnswer } from "../../../api/insight.ts";
import { ask, withQuery } from "./client.ts";

/** A question of a path below /v1/insight. */
export const useAnswer = <T>(
  path: string,
  fields: Readonly<Record<string, string | undefined>> = {},
) =>
  useQuery({
    queryKey: ["insight", path, fields],
    queryFn: ({ signal }) => ask<T>("GET", withQuery(`/v1/insight/${path}`, fields), { signal }),
    retry: false,
  });

export interface BuildQuestion {
  product: string;
  units?: number;
  verify: boolean;
}

export const useBuild = () =>
  useMutation({
    mutationFn: (body: BuildQuestion) => ask<BuildAnswer>("POST", "/v1/insight/build", { body }),
  });

export const useDrill = () =>
  useMutation({
    mutationFn: (lots: readonly string[]) =>
      ask<RecallAnswer>("POST", "/v1/insight/recall", { body: { lots } }),
  });
