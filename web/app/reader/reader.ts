// Reads the codes in pictures and camera frames. The worker that does it is loaded when the first picture comes.
import type { CodeInPicture, ReadAnswer, ReadRequest } from "./messages.ts";

/** The codes of a picture, and the picture's size in pixels. */
export interface Reading {
  codes: readonly CodeInPicture[];
  width: number;
  height: number;
}

export interface CodeReader {
  /** Looks for codes in a picture, which it uses up. @throws Error if the reader does not work in this browser */
  read(picture: ImageBitmap, isThorough: boolean): Promise<Reading>;
}

let opened: CodeReader | undefined;

/** The one reader of this tab. */
export const codeReader = (): CodeReader => (opened ??= openReader());

function openReader(): CodeReader {
  const worker = new Worker(new URL("./codes.worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, PromiseWithResolvers<Reading>>();
  let last = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<ReadAnswer>) => {
    const one = waiting.get(data.id);
    waiting.delete(data.id);
    if ("failure" in data) one?.reject(new Error(data.failure));
    else one?.resolve(data);
  });
  worker.addEventListener("error", () => {
    // It did not load. The next picture tries again.
    opened = undefined;
    for (const { reject } of waiting.values()) reject(new Error("The code reader did not load."));
    waiting.clear();
  });
  return {
    read(picture, isThorough) {
      const id = ++last;
      const answer = Promise.withResolvers<Reading>();
      waiting.set(id, answer);
      worker.postMessage({ id, picture, isThorough } satisfies ReadRequest, [picture]);
      return answer.promise;
    },
  };
}

/** The longest side of a photo in which codes are looked for: larger ones only cost time. */
const MOST_PIXELS = 3_000;

/** Reads the codes in a picture's file. @throws Error if the browser cannot read the file as a picture */
export async function readPhoto(file: Blob): Promise<Reading> {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, MOST_PIXELS / Math.max(whole.width, whole.height));
  if (scale === 1) return codeReader().read(whole, true);
  const size = {
    resizeWidth: Math.round(whole.width * scale),
    resizeHeight: Math.round(whole.height * scale),
    resizeQuality: "high",
  } as const;
  const smaller = await createImageBitmap(whole, size);
  whole.close();
  return codeReader().read(smaller, true);
}
