// Lists what was decided and has not arrived at the service: what waits for the connection, and what was refused.
import { Button } from "@mantine/core";
import { useOnline } from "../data/connection.ts";
import type { QueuedAct } from "../data/queued.ts";
import { Moment } from "../parts/Moment.tsx";
import { count } from "../../verify/words.ts";
import { DECISION_WORDS } from "./words.ts";

interface Props {
  acts: readonly QueuedAct[];
  onRetry(act: QueuedAct): void;
  onRemove(act: QueuedAct): void;
}

export function Waiting({ acts, onRetry, onRemove }: Props) {
  const isOnline = useOnline();
  if (acts.length === 0) return null;
  const stopped = acts.filter(({ stop }) => stop !== null);
  return (
    <section className="card waiting" aria-labelledby="waiting">
      <h2 id="waiting">
        Not sent yet <span className="count">{acts.length}</span>
      </h2>
      <p className="soft small" role="status">
        {stopped.length > 0
          ? `${count(stopped.length, "decision")} stopped and needs you. `
          : isOnline
            ? "On its way. "
            : "Kept in this browser until the connection is back. "}
        You can close the page: nothing is lost, and nothing is sent twice.
      </p>
      <ul>
        {acts.map((act) => (
          <li key={act.id}>
            <p>
              <strong>
                {DECISION_WORDS[act.name].sign} {DECISION_WORDS[act.name].button}
              </strong>{" "}
              {act.lots.length === 1 ? act.lots[0]!.name : count(act.lots.length, "lot")}
              <span className="soft small block">
                {act.reason && `${act.reason} · `}
                {act.photo && "photo · "}
                decided <Moment time={act.made / 1_000} />
              </span>
            </p>
            {act.stop && (
              <div className="notice tone-FAIL" role="alert">
                <p>{act.stop.message}</p>
                {act.stop.code !== null && (
                  <p className="small">
                    {act.stop.code}, request {act.stop.requestId}
                  </p>
                )}
                <span className="buttons">
                  <Button size="sm" variant="default" onClick={() => onRetry(act)}>
                    Send again
                  </Button>
                  <Button size="sm" variant="default" onClick={() => onRemove(act)}>
                    Take off the list
                  </Button>
                </span>
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
