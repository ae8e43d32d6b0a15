// Reads labels with the camera: looks through its frames until the codes of a label stay the same, and shows them as boxes.
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { codeReader, type Reading } from "../reader/reader.ts";
import { CodeBoxes } from "./CodeBoxes.tsx";

interface Props {
  onCodes(codes: readonly string[]): void;
  onClose(): void;
}

/** Frames that must add no code before a label counts as read: a frame often shows only some of its codes sharply. */
const STILL_FRAMES = 2;

const WIDE = { width: { ideal: 1920 }, height: { ideal: 1080 } };

/** Why there is no picture, and what to do. */
function whyNot(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError")
    return "This page may not use the camera. Allow it in the browser's settings for this address, or upload a photo of the label.";
  if (name === "NotFoundError" || name === "OverconstrainedError")
    return "This device has no camera. Upload a photo of the label, or use a scanner.";
  if (name === "NotReadableError")
    return "Another program uses the camera. Close it, and open the camera again.";
  return "The camera does not work here. Upload a photo of the label, or use a scanner.";
}
const NO_TLS =
  "Browsers open the camera only on an address with https. Ask the operator of this service, or upload a photo of the label.";

export function Camera({ onCodes, onClose }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [failure, setFailure] = useState<string>();
  const [live, setLive] = useState<Reading>();
  const [result, setResult] = useState<{ reading: Reading; picture: string }>();
  const [round, setRound] = useState(0);
  const take = useRef(onCodes);
  useEffect(() => {
    take.current = onCodes;
  });

  useEffect(() => {
    let isOver = false;
    let stream: MediaStream | undefined;
    const open = async () => {
      if (!navigator.mediaDevices) return setFailure(NO_TLS);
      const wanted = { video: { facingMode: "environment", ...WIDE } };
      stream = await navigator.mediaDevices.getUserMedia(wanted);
      if (isOver || !video.current) return stop(stream);
      video.current.srcObject = stream;
      await video.current.play();
      const end = await readFrames(video.current, () => isOver, setLive);
      if (!end) return;
      setResult(end);
      stop(stream);
      take.current([...new Set(end.reading.codes.map(({ text }) => text))]);
    };
    open().catch((error: unknown) => {
      if (!isOver) setFailure(whyNot(error));
    });
    return () => {
      isOver = true;
      if (stream) stop(stream);
    };
  }, [round]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) onClose();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [onClose]);

  const again = () => {
    setResult(undefined);
    setLive(undefined);
    setRound(round + 1);
  };
  const shown = result?.reading ?? live;
  return (
    <section className={`camera card${result ? " read" : ""}`} aria-label="Camera">
      {failure ? (
        <p role="alert">{failure}</p>
      ) : (
        <div className="camera-picture">
          {result ? (
            <img src={result.picture} alt="The label as the camera saw it" />
          ) : (
            <video ref={video} muted playsInline aria-label="What the camera sees" />
          )}
          {shown && <CodeBoxes reading={shown} />}
        </div>
      )}
      <div className="camera-foot">
        {!failure && (
          <p role="status">
            {result
              ? `✓ ${codesRead(result.reading)} Read as one label.`
              : "Hold the label still, with all its codes in the picture."}
          </p>
        )}
        <span className="buttons">
          {result && (
            <Button size="sm" onClick={again}>
              Scan the next
            </Button>
          )}
          <Button size="sm" variant="default" onClick={onClose}>
            Close the camera
          </Button>
        </span>
      </div>
    </section>
  );
}

const codesRead = ({ codes }: Reading) =>
  codes.length === 1 ? "1 code." : `${codes.length} codes.`;

const stop = (stream: MediaStream) => {
  for (const track of stream.getTracks()) track.stop();
};

/** Reads frame after frame until a label's codes stay the same. @returns undefined if it was stopped before */
async function readFrames(
  video: HTMLVideoElement,
  isOver: () => boolean,
  onFrame: (reading: Reading) => void,
): Promise<{ reading: Reading; picture: string } | undefined> {
  const seen = new Map<string, Reading["codes"][number]>();
  let still = 0;
  while (!isOver()) {
    await nextFrame(video);
    const frame = await createImageBitmap(video);
    const { width, height } = frame;
    // The first code is found quickly. The others of its label are worth a longer look.
    const { codes } = await codeReader().read(frame, seen.size > 0);
    if (isOver()) return undefined;
    const fresh = codes.filter(({ text }) => !seen.has(text));
    for (const code of codes) seen.set(code.text, code);
    still = fresh.length > 0 ? 0 : still + 1;
    const reading = { codes: [...seen.values()], width, height };
    onFrame(seen.size > 0 ? reading : { codes, width, height });
    if (codes.length > 0 && still >= STILL_FRAMES) return { reading, picture: pictureOf(video) };
    // A label that left the picture is another one when it comes back.
    if (codes.length === 0 && still >= STILL_FRAMES) seen.clear();
  }
  return undefined;
}

const nextFrame = (video: HTMLVideoElement): Promise<void> =>
  new Promise((resolve) => {
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(() => resolve());
    else requestAnimationFrame(() => resolve());
  });

function pictureOf(video: HTMLVideoElement): string {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")!.drawImage(video, 0, 0);
  return canvas.toDataURL("image/jpeg", 0.8);
}
