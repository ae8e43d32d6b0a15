// Lists what labels are printed on: rolls, sheets that are sold, and label printers.

interface Media {
  value: string;
  label: string;
  format: "pdf" | "zpl";
  size?: string;
  sheet?: string;
  dpi?: number;
}

export const MEDIA: readonly Media[] = [
  { value: "roll-102x76", label: "Roll, 102 × 76 mm (PDF)", format: "pdf", size: "102x76" },
  { value: "roll-102x152", label: "Roll, 102 × 152 mm (PDF)", format: "pdf", size: "102x152" },
  {
    value: "zpl-203",
    label: "Zebra printer, 102 × 76 mm, 203 dpi (ZPL)",
    format: "zpl",
    size: "102x76",
    dpi: 203,
  },
  {
    value: "zpl-300",
    label: "Zebra printer, 102 × 76 mm, 300 dpi (ZPL)",
    format: "zpl",
    size: "102x76",
    dpi: 300,
  },
  {
    value: "a4-2x4",
    label: "A4 sheet, 8 labels (Avery L7165)",
    format: "pdf",
    sheet: "a4-2x4",
  },
  {
    value: "a4-2x2",
    label: "A4 sheet, 4 labels (Avery L7169)",
    format: "pdf",
    sheet: "a4-2x2",
  },
  {
    value: "letter-2x3",
    label: "Letter sheet, 6 labels (Avery 5164)",
    format: "pdf",
    sheet: "letter-2x3",
  },
  {
    value: "letter-2x2",
    label: "Letter sheet, 4 labels (Avery 5168)",
    format: "pdf",
    sheet: "letter-2x2",
  },
];

/** What the service needs to print on a paper. @param value one of MEDIA */
export function mediaBody(value: string, { start, copies }: { start: number; copies: number }) {
  const { format, size, sheet, dpi } = MEDIA.find((each) => each.value === value) ?? MEDIA[0]!;
  return {
    format,
    copies,
    ...(size !== undefined && { size }),
    ...(sheet !== undefined && { sheet, start }),
    ...(dpi !== undefined && { dpi }),
  };
}
