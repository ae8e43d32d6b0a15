// Reads a label from a photo: an upload, where there is no scanner and no camera.
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { type Reading, readPhoto } from "../reader/reader.ts";
import { CodeBoxes } from "./CodeBoxes.tsx";

export interface PhotoResult {
  picture: string;
  reading: Reading;
}

interface Props {
  onCodes(codes: readonly string[], result: PhotoResult): void;
  onFailure(message: string): void;
}

export function PhotoButton({ onCodes, onFailure }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const read = async (file: File) => {
    setBusy(true);
    try {
      const reading = await readPhoto(file);
      if (reading.codes.length === 0)
        onFailure(
          "There is no code in this picture that can be read. Take it again: straight from above, sharp, with the whole label in it.",
        );
      else
        onCodes([...new Set(reading.codes.map(({ text }) => text))], {
          picture: URL.createObjectURL(file),
          reading,
        });
    } catch {
      onFailure("This file is not a picture that can be read. Take a JPEG or a PNG.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label="Photo of a label"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = ""; // the same file again is another scan
          if (file) void read(file);
        }}
      />
      <Button variant="default" loading={isBusy} onClick={() => input.current!.click()}>
        Photo
      </Button>
    </>
  );
}

/** The picture that was read, with its codes. */
export function PhotoPicture({ result, onClose }: { result: PhotoResult; onClose(): void }) {
  const { picture, reading } = result;
  useEffect(() => () => URL.revokeObjectURL(picture), [picture]);
  return (
    <section className="camera read card" aria-label="The photo that was read">
      <div className="camera-picture">
        <img src={picture} alt="The photo that was read" />
        <CodeBoxes reading={reading} />
      </div>
      <div className="camera-foot">
        <p role="status">
          ✓ {reading.codes.length === 1 ? "1 code." : `${reading.codes.length} codes.`} Read as one
          label.
        </p>
        <Button size="sm" variant="default" onClick={onClose}>
          Close the photo
        </Button>
      </div>
    </section>
  );
}
