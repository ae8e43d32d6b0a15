// Closes a delivery: says what will be signed of which lots, and what is left open, then asks.
import { Button } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";
import type { Act } from "../data/decisions.ts";
import { count } from "../../verify/words.ts";
import { sentenceOf } from "./words.ts";

interface Props {
  acts: readonly Act[];
  party: string;
  /** Packages that nobody scanned, and packages that were scanned and not decided. */
  missing: number;
  undecided: number;
  isOnline: boolean;
  onClose(): void;
  onSign(acts: readonly Act[]): Promise<void>;
}

export function CloseDelivery(props: Props) {
  const { acts, party, missing, undecided, isOnline, onClose, onSign } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  const signatures = acts.reduce((sum, { steps }) => sum + steps.length, 0);
  return (
    <dialog ref={dialog} className="confirm" aria-labelledby={titleId} onCancel={onClose}>
      <h2 id={titleId}>Close this delivery?</h2>
      <ul className="sentences">
        {acts.map((act) => (
          <li key={act.steps[0]!.once}>
            {sentenceOf(act, party)}
            {act.photo && <span className="soft"> With a photo.</span>}
          </li>
        ))}
      </ul>
      {(missing > 0 || undecided > 0) && (
        <div className="notice tone-WARN">
          {missing > 0 && (
            <p>
              <strong>{count(missing, "package")} missing.</strong> Nothing is signed for what did
              not come: it stays on its way.
            </p>
          )}
          {undecided > 0 && (
            <p>
              <strong>{count(undecided, "package")} without a decision.</strong> Nothing is signed
              for them.
            </p>
          )}
        </div>
      )}
      {!isOnline && (
        <p className="notice tone-INFO">
          There is no connection. It is kept in this browser, and sent when the connection is back.
        </p>
      )}
      {failure && (
        <p className="notice tone-FAIL" role="alert">
          {failure}
        </p>
      )}
      <div className="buttons">
        <Button
          loading={isBusy}
          autoFocus
          onClick={() => {
            setBusy(true);
            onSign(acts).catch((error: unknown) => {
              setFailure(String(error));
              setBusy(false);
            });
          }}
        >
          {`Sign ${count(signatures, "event")}`}
        </Button>
        <Button variant="default" onClick={onClose}>
          Back
        </Button>
      </div>
    </dialog>
  );
}
