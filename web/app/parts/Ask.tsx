// Asks before an act that cannot be undone: one sentence that says what it will do.
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef } from "react";

interface Props {
  title: string;
  /** What the act will do. */
  children: ReactNode;
  button: string;
  isBusy: boolean;
  /** Why the last try failed. */
  failure?: ReactNode;
  onConfirm(): void;
  onClose(): void;
}

/** A dialog of the browser's own: it keeps the focus inside, and Escape closes it. */
export function Ask({ title, children, button, isBusy, failure, onConfirm, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog ref={dialog} className="confirm" aria-labelledby={titleId} onCancel={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) onConfirm();
        }}
      >
        <h2 id={titleId}>{title}</h2>
        <p>{children}</p>
        {failure}
        <div className="buttons">
          <Button type="submit" loading={isBusy}>
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
