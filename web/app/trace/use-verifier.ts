// Runs the verifier's worker: one for each run, ended when the reader leaves or starts anew.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Errors } from "../../verify/settings.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import type {
  Answer,
  Evidence,
  Question,
  StepName,
  StepState,
  ToVerify,
} from "./verifier-messages.ts";

/** Starts a worker with one question. @returns what ends it */
function ask(question: Question, onAnswer: (answer: Answer) => void): () => void {
  const worker = new Worker(new URL("./verifier-worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => onAnswer(data);
  worker.onerror = ({ message }) =>
    onAnswer({ kind: "failed", message: message || "the verifier could not be loaded" });
  worker.postMessage(question);
  return () => worker.terminate();
}

export interface Run {
  isBusy: boolean;
  steps: Partial<Record<StepName, StepState>>;
  result: { verdict: Verdict; tookMs: number; backEnd: "wasm" | "noble" } | undefined;
  failure: string | undefined;
  /** What is wrong with the settings, by field. */
  errors: Errors;
}

const IDLE: Run = { isBusy: false, steps: {}, result: undefined, failure: undefined, errors: {} };

/** Verifies bundles, one at a time. */
export function useVerifier() {
  const [run, setRun] = useState<Run>(IDLE);
  const end = useRef<() => void>(undefined);
  useEffect(() => () => end.current?.(), []);
  const cancel = useCallback(() => {
    end.current?.();
    end.current = undefined;
    setRun(IDLE);
  }, []);
  const start = useCallback((toVerify: ToVerify) => {
    end.current?.();
    setRun({ ...IDLE, isBusy: true });
    end.current = ask({ kind: "verify", ask: toVerify }, (answer) => {
      if (answer.kind === "step")
        setRun((before) => ({
          ...before,
          steps: { ...before.steps, [answer.state.step]: answer.state },
        }));
      else if (answer.kind === "verdict")
        setRun((before) => ({ ...before, isBusy: false, result: answer }));
      else if (answer.kind === "refused") setRun({ ...IDLE, errors: answer.errors });
      else if (answer.kind === "failed")
        setRun((before) => ({ ...before, isBusy: false, failure: answer.message }));
    });
  }, []);
  return { run, start, cancel };
}

/** Takes a bundle apart into its events. Undefined while it works. */
export function useEvidence(bundle: string | undefined) {
  const [state, setState] = useState<{ of: string; evidence?: Evidence; failure?: string }>();
  useEffect(() => {
    if (bundle === undefined) return;
    return ask({ kind: "evidence", bundle }, (answer) => {
      if (answer.kind === "evidence") setState({ of: bundle, evidence: answer.evidence });
      if (answer.kind === "failed") setState({ of: bundle, failure: answer.message });
    });
  }, [bundle]);
  return state?.of === bundle ? state : undefined;
}
