// Registers a list that is right: compares it with what is registered, asks, signs event after event, and offers what comes next.
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import type { OriginAction } from "../../../packing/list.ts";
import type { ReadList } from "../../../packing/read.ts";
import { isOfLots } from "../data/sign.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { Failed } from "../parts/States.tsx";
import { count, pieces } from "../../verify/words.ts";
import type { PickedLot } from "./draft.ts";
import { LabelPrint } from "./LabelPrint.tsx";
import { Progress } from "./Progress.tsx";
import { compare, type Comparison, type Plan, register } from "./register.ts";

interface Props {
  list: ReadList;
  party: { address: string; name: string | null };
  action: OriginAction;
  isReady: boolean;
  /** Whether doubts that are found on comparing are kept as they are. */
  acceptsDoubts: boolean;
  onCompared(comparison: Comparison): void;
  onShip(lots: readonly PickedLot[]): void;
  onRegistered(): void;
}

type Phase =
  | { name: "idle" | "comparing"; done: number; total: number }
  | { name: "asking" | "registering" | "stopped" | "done"; plan: Plan; done: number };
const IDLE: Phase = { name: "idle", done: 0, total: 0 };

export function Register(props: Props) {
  const { list, party, action, isReady, acceptsDoubts, onCompared, onShip, onRegistered } = props;
  const [phase, setPhase] = useState<Phase>(IDLE);
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const us = party.name ?? "Your company";
  const begin = () => {
    setError(undefined);
    stop.current = new AbortController();
    return stop.current.signal;
  };
  const check = async () => {
    const signal = begin();
    setPhase({ name: "comparing", done: 0, total: list.rows.length });
    try {
      const wanted = { party: party.address, action };
      const onProgress = (done: number, total: number) =>
        setPhase({ name: "comparing", done, total });
      const compared = await compare(list, wanted, onProgress, signal);
      onCompared(compared);
      const isRight =
        compared.faults.length === 0 && (compared.doubts.length === 0 || acceptsDoubts);
      setPhase(isRight ? { name: "asking", plan: compared.plan, done: 0 } : IDLE);
    } catch (cause) {
      if (!signal.aborted) setError(cause);
      setPhase(IDLE);
    }
  };
  const run = async (plan: Plan, from: number) => {
    const signal = begin();
    let done = from;
    setPhase({ name: "registering", plan, done });
    try {
      const onStep = (step: number) => {
        done = step;
        setPhase({ name: "registering", plan, done });
      };
      await register(plan, from, onStep, signal);
    } catch (cause) {
      setError(cause);
    }
    await client.invalidateQueries({ predicate: isOfLots });
    const isDone = done === plan.steps.length;
    setPhase({ name: isDone ? "done" : "stopped", plan, done });
    if (isDone) onRegistered();
  };
  if (phase.name === "done")
    return (
      <>
        <section className="card" aria-labelledby="next">
          <p role="status" className="done">
            ✓ {count(phase.plan.missing.length, "lot")} registered
            {phase.plan.missing.length < phase.plan.rows.length &&
              `, ${pieces(phase.plan.rows.length - phase.plan.missing.length)} were before`}
            . The service signed it for {us}.
          </p>
          <h2 id="next">What next?</h2>
          <div className="buttons">
            <Button
              onClick={() => {
                onShip(phase.plan.rows.map(pickedRow));
                navigate(PAGES.shipNew);
              }}
            >
              Ship {count(phase.plan.rows.length, "lot")}
            </Button>
          </div>
        </section>
        <LabelPrint lots={phase.plan.rows.map(({ lot }) => lot)} />
      </>
    );
  return (
    <>
      {phase.name === "comparing" && (
        <Progress
          what="lots compared with those registered"
          done={phase.done}
          total={phase.total}
          onStop={() => stop.current?.abort()}
        />
      )}
      {phase.name === "registering" && (
        <Registering phase={phase} onStop={() => stop.current?.abort()} />
      )}
      {phase.name === "stopped" && (
        <div className="notice tone-WARN">
          <p>
            <strong>! Stopped: {doneText(phase.plan, phase.done)}.</strong> What is registered
            stays. Go on for the rest.
          </p>
          <Button onClick={() => void run(phase.plan, phase.done)}>Go on</Button>
        </div>
      )}
      {error !== undefined && <Failed error={error} />}
      {(phase.name === "idle" || phase.name === "asking") && (
        <Button size="md" disabled={!isReady} onClick={() => void check()}>
          Register {count(list.rows.length, "lot")}
        </Button>
      )}
      {phase.name === "asking" && (
        <Confirm
          title={titleOf(phase.plan)}
          sentence={sentenceOf(phase.plan, us)}
          button={phase.plan.missing.length === 0 ? "Go on" : "Sign: register"}
          needsReason="never"
          isBusy={false}
          onClose={() => setPhase(IDLE)}
          onConfirm={() => void run(phase.plan, 0)}
        />
      )}
    </>
  );
}

const lotsIn = (plan: Plan, steps: number) =>
  plan.steps.slice(0, steps).reduce((sum, { rows }) => sum + rows.length, 0);
const doneText = (plan: Plan, done: number) =>
  `${pieces(lotsIn(plan, done))} of ${count(plan.missing.length, "lot")} are registered`;

function Registering({ phase, onStop }: { phase: { plan: Plan; done: number }; onStop(): void }) {
  const { plan, done } = phase;
  return (
    <Progress
      what="lots registered"
      done={lotsIn(plan, done)}
      total={plan.missing.length}
      onStop={onStop}
    />
  );
}

const titleOf = ({ missing }: Plan) =>
  missing.length === 0
    ? "All of these lots are registered already"
    : `Register ${count(missing.length, "lot")}?`;

function sentenceOf({ action, missing, rows }: Plan, us: string): string {
  if (missing.length === 0)
    return "The same lots with the same facts are registered. Nothing is signed: go on to ship them or to print labels.";
  const total = missing.reduce((sum, { quantity }) => sum + quantity, 0);
  const known = rows.length - missing.length;
  const how =
    action === "commission" ? "that it made" : "that it got from elsewhere, and introduces,";
  const rest =
    known > 0
      ? ` ${count(known, "lot")} of the list ${known === 1 ? "is" : "are"} registered already.`
      : "";
  return `${us} signs ${how} ${count(missing.length, "lot")}, ${count(total, "piece")}, with the facts of the list. ${us} holds them from then on.${rest} This cannot be undone.`;
}

const pickedRow = ({ lot, lotNumber, quantity, details }: Plan["rows"][number]): PickedLot => ({
  lot,
  lotNumber,
  quantity,
  mpn: details.mpn ?? null,
});
