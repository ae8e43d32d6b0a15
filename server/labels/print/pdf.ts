// Writes drawings as PDF: a page each, or on sheets. Texts are text, symbols are vectors, and the fonts are embedded.
import PDFDocument from "pdfkit";
import type { Drawing, SymbolMark } from "./drawing.ts";
import { placeOn, type Sheet, type Size } from "./media.ts";
import { runsOf } from "./modules.ts";
import { embeddableFont, type Weight } from "./typeface.ts";

const POINTS_PER_MM = 72 / 25.4;
const WEIGHTS: readonly Weight[] = ["regular", "bold"];

/** A PDF under way. */
export interface PdfWriter {
  add(drawing: Drawing): void;
  /** Ends the document. */
  end(): Promise<Uint8Array>;
}

/**
 * Begins a PDF.
 * @param sheet labels to a page; undefined: each label is a page of its own size
 * @param first the first place to print on the first sheet, counted from 0
 * @param created the date that the document states
 */
export function openPdf({
  sheet,
  first = 0,
  created,
}: {
  sheet?: Sheet | undefined;
  first?: number;
  created: Date;
}): PdfWriter {
  const document = new PDFDocument({
    autoFirstPage: false,
    margin: 0,
    info: { Title: "Labels", Creator: "Reelproof", CreationDate: created, ModDate: created },
  });
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    document.on("end", resolve);
    document.on("error", reject);
  });
  for (const weight of WEIGHTS) document.registerFont(weight, embeddableFont(weight) as never);

  const addPage = ({ widthMm, heightMm }: Size) =>
    document.addPage({ size: [widthMm * POINTS_PER_MM, heightMm * POINTS_PER_MM], margin: 0 });
  let place = first;
  return {
    add(drawing) {
      const perPage = sheet ? sheet.columns * sheet.rows : 1;
      const onPage = sheet ? place % perPage : 0;
      if (!sheet) addPage(drawing);
      else if (onPage === 0 || place === first) addPage(sheet.page);
      const { left, top } = sheet ? placeOn(sheet, onPage) : { left: 0, top: 0 };
      place++;
      document.save();
      document.translate(left * POINTS_PER_MM, top * POINTS_PER_MM);
      document.scale(POINTS_PER_MM / drawing.dotsPerMm);
      draw(document, drawing);
      document.restore();
    },
    async end() {
      document.end();
      await ended;
      return Buffer.concat(chunks);
    },
  };
}

function draw(document: PDFKit.PDFDocument, { marks }: Drawing): void {
  for (const mark of marks) {
    if (mark.kind === "symbol") drawSymbol(document, mark);
    else if (mark.kind === "rule") document.rect(mark.x, mark.y, mark.width, mark.height).fill();
    else {
      const { text, x, baseline, size, weight } = mark;
      document.font(weight, size).text(text, x, baseline, {
        lineBreak: false,
        baseline: "alphabetic",
      });
    }
  }
}

/** All modules are one path, so that no hairlines stand between them. */
function drawSymbol(document: PDFKit.PDFDocument, mark: SymbolMark): void {
  const { x, y, width, height, modules } = mark;
  const path = Array.from(runsOf(modules), ({ row, from, length }) =>
    [x + from * width, y + row * height, length * width, height, "re"].join(" "),
  );
  document.addContent(`${path.join("\n")}\nf`);
}
