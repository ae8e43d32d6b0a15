// Shows how far long work is, with a way to stop it.
import { Button } from "@mantine/core";
import { pieces } from "../../verify/words.ts";

interface Props {
  /** What is counted: `rows read`. */
  what: string;
  done: number;
  total: number;
  onStop?(): void;
}

export function Progress({ what, done, total, onStop }: Props) {
  return (
    <div className="progress">
      <progress max={Math.max(total, 1)} value={done} aria-label={what} />
      <div className="export">
        <span className="small">
          {pieces(done)} of {pieces(total)} {what}
        </span>
        {onStop && (
          <Button variant="default" size="sm" onClick={onStop}>
            Stop
          </Button>
        )}
      </div>
    </div>
  );
}
