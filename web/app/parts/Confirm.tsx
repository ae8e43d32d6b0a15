// Asks before something is signed: one sentence that says what it will do, and a reason where one is needed.
import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";

/** Of a reason, by the protocol. */
const MOST_CHARACTERS = 128;

interface Props {
  title: string;
  /** What the signature will say. */
  sentence: string;
  button: string;
  /** Whether a reason must be given, may be, or is not asked for. */
  needsReason: boolean | "never";
  isBusy: boolean;
  /** Why the last try failed. */
  failure?: ReactNode;
  onConfirm(reason: string): void;
  onClose(): void;
}

/** A dialog of the browser's own: it keeps the focus inside, and Escape closes it. */
export function Confirm(props: Props) {
  const { title, sentence, button, needsReason, isBusy, failure, onConfirm, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  const isReady = needsReason !== true || reason.trim() !== "";
  return (
    <dialog ref={dialog} className="confirm" aria-labelledby={titleId} onCancel={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) onConfirm(reason.trim());
        }}
      >
        <h2 id={titleId}>{title}</h2>
        <p>{sentence}</p>
        {needsReason !== "never" && (
          <Textarea
            label={needsReason ? "Reason" : "Reason (optional)"}
            description="Every party that may see the lot's trail reads it."
            required={needsReason}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={MOST_CHARACTERS}
            rows={2}
          />
        )}
        {failure}
        <div className="buttons">
          <Button type="submit" loading={isBusy} disabled={!isReady}>
            {button}
          </Button>
          <Button variant="default" type="button" onClick={onClose}>
            Back
          </Button>
        </div>
      </form>
    </dialog>
  );
}
