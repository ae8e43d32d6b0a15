// Puts photos into one picture, because an event names one photo. Drawing them anew also drops where and with what they were taken.

/** The longest side of each photo: enough to read a label. */
const MOST_PIXELS = 1_600;
const QUALITY = 0.85;
const GAP = 8;
/** The most photos of one decision. */
export const MOST_PHOTOS = 4;

/** @throws Error if the browser cannot read a file as a picture */
export async function onePicture(files: readonly Blob[]): Promise<Blob> {
  const photos = await Promise.all(files.slice(0, MOST_PHOTOS).map((file) => readPicture(file)));
  const sizes = photos.map(({ width, height }) => {
    const scale = Math.min(1, MOST_PIXELS / Math.max(width, height));
    return { width: Math.round(width * scale), height: Math.round(height * scale) };
  });
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(...sizes.map(({ width }) => width));
  canvas.height = sizes.reduce((sum, { height }) => sum + height + GAP, -GAP);
  const context = canvas.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  let top = 0;
  photos.forEach((photo, i) => {
    const { width, height } = sizes[i]!;
    context.drawImage(photo, 0, top, width, height);
    photo.close();
    top += height + GAP;
  });
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large."))),
      "image/jpeg",
      QUALITY,
    ),
  );
}

const readPicture = (file: Blob): Promise<ImageBitmap> =>
  createImageBitmap(file).catch((cause: unknown) => {
    const name = file instanceof File ? file.name : "The file";
    throw new Error(`${name} is not a picture that this browser can read. Take a JPEG or a PNG.`, {
      cause,
    });
  });
