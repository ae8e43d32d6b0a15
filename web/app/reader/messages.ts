// Defines what the page and the worker that reads codes say to each other.

export interface Point {
  x: number;
  y: number;
}

/** One code in a picture. */
export interface CodeInPicture {
  /** Its text, with control characters. */
  text: string;
  /** The symbology's name, such as DataMatrix. */
  format: string;
  /** Its corners in the picture's pixels, in order around it. */
  corners: readonly [Point, Point, Point, Point];
}

/** A picture in which to look for codes. */
export interface ReadRequest {
  id: number;
  picture: ImageBitmap;
  /** Looks longer: for a photo, of which there is only one. */
  isThorough: boolean;
}

export type ReadAnswer =
  | { id: number; codes: CodeInPicture[]; width: number; height: number }
  | { id: number; failure: string };
