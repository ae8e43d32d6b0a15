// Asks for what a decision needs: the reason from a list, remarks, photos. Says in one sentence what will be signed.
import { Button, Textarea, TextInput } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { Decision, DecisionName } from "../data/decisions.ts";
import { MOST_REASON, MOST_REMARKS, REASONS } from "./words.ts";
import { MOST_PHOTOS, onePicture } from "./photos.ts";

interface Props {
  name: DecisionName;
  /** What is at hand: `LK-42474`. */
  title: string;
  sentence: string;
  /** Why accepting needs a reason. Undefined: it needs none. */
  warning?: ReactNode;
  needsReason: boolean;
  button: string;
  onDecide(decision: Decision): Promise<void>;
  onClose(): void;
}

const OTHER = "";
/** A person does not press Enter so soon after a character outside of a field: a scanner does. */
const SCAN_MS = 500;

/** A dialog of the browser's own: it keeps the focus inside, and Escape closes it. */
export function DecisionDialog(props: Props) {
  const { name, title, sentence, warning, needsReason, button, onDecide, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [choice, setChoice] = useState<string>();
  const [other, setOther] = useState("");
  const [remarks, setRemarks] = useState("");
  const [photos, setPhotos] = useState<readonly File[]>([]);
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  const reason = (choice === OTHER ? other : (choice ?? "")).trim();
  const isReady = !needsReason || reason !== "";
  const decide = async () => {
    if (!isReady || isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const photo = photos.length === 0 ? null : await onePicture(photos);
      const facts = REASONS[name].find(({ text }) => text === reason)?.facts ?? {};
      await onDecide({ name, reason, remarks: remarks.trim(), facts, photo });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="confirm decision"
      aria-labelledby={titleId}
      onCancel={onClose}
      onKeyDown={useScansIgnored()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void decide();
        }}
      >
        <h2 id={titleId}>{title}</h2>
        {warning}
        <p>{sentence}</p>
        {needsReason && (
          <fieldset className="reasons">
            <legend>Reason</legend>
            {REASONS[name].map(({ text }, i) => (
              <label key={text}>
                <input
                  type="radio"
                  name="reason"
                  value={text}
                  autoFocus={i === 0}
                  checked={choice === text}
                  onChange={() => setChoice(text)}
                />
                {text}
              </label>
            ))}
            <label>
              <input
                type="radio"
                name="reason"
                value={OTHER}
                checked={choice === OTHER}
                onChange={() => setChoice(OTHER)}
              />
              another reason
            </label>
            {choice === OTHER && (
              <TextInput
                aria-label="The reason in your words"
                autoFocus
                maxLength={MOST_REASON}
                value={other}
                onChange={(event) => setOther(event.currentTarget.value)}
                onKeyDown={(event) => {
                  // A scan that lands here must not sign.
                  if (event.key === "Enter") event.preventDefault();
                }}
              />
            )}
          </fieldset>
        )}
        {needsReason && (
          <Textarea
            label="Remarks (optional)"
            description="Every party that may see the lot's trail reads reason, remarks and photos."
            value={remarks}
            onChange={(event) => setRemarks(event.currentTarget.value)}
            maxLength={MOST_REMARKS}
            rows={2}
          />
        )}
        <PhotoChoice photos={photos} onChange={setPhotos} />
        {failure && (
          <p className="notice tone-FAIL" role="alert">
            {failure}
          </p>
        )}
        <div className="buttons">
          <Button type="submit" loading={isBusy} disabled={!isReady} autoFocus={!needsReason}>
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

/** Drops the Enter of a scan: a reel scanned while the dialog asks must sign nothing. */
function useScansIgnored() {
  const typed = useRef(-Infinity);
  return (event: KeyboardEvent) => {
    const isText = (event.target as Element).matches("textarea, input:not([type=radio])");
    if (isText) return;
    if (event.key.length === 1 && event.key !== " ") typed.current = event.timeStamp;
    else if (event.key === "Enter" && event.timeStamp - typed.current < SCAN_MS)
      event.preventDefault();
  };
}

interface ChoiceProps {
  photos: readonly File[];
  onChange(photos: readonly File[]): void;
}

function PhotoChoice({ photos, onChange }: ChoiceProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="photos">
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Photos"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          onChange([...photos, ...files].slice(0, MOST_PHOTOS));
        }}
      />
      {photos.map((photo, i) => (
        <Thumbnail
          key={`${photo.name} ${i}`}
          photo={photo}
          onRemove={() => onChange(photos.filter((each) => each !== photo))}
        />
      ))}
      {photos.length < MOST_PHOTOS && (
        <Button variant="default" size="sm" type="button" onClick={() => input.current!.click()}>
          {photos.length === 0 ? "Add photos" : "Add another photo"}
        </Button>
      )}
    </div>
  );
}

function Thumbnail({ photo, onRemove }: { photo: File; onRemove(): void }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const url = URL.createObjectURL(photo);
    setAddress(url);
    return () => URL.revokeObjectURL(url);
  }, [photo]);
  return (
    <span className="thumbnail">
      {address !== undefined && <img src={address} alt={photo.name} />}
      <button type="button" aria-label={`Leave out ${photo.name}`} onClick={onRemove}>
        ✕
      </button>
    </span>
  );
}
