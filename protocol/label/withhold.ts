// A reading without the code that proves a label of ours: what of it may be kept, shown to others, or put into a verdict.
import type { LabelReading } from "./reading.ts";

/** The reading with the code's text and value gone; that there was one stays. */
export function withoutLabelCode(reading: LabelReading): LabelReading {
  if (reading.status === "refused") return reading;
  const secrets = reading.fields.flatMap(({ kind, raw }) =>
    kind === "labelCode" && raw !== "" ? [raw] : [],
  );
  if (secrets.length === 0) return reading;
  return {
    ...reading,
    codes: reading.codes.map((code) =>
      code.status === "read"
        ? { ...code, raw: secrets.reduce((raw, secret) => raw.replaceAll(secret, ""), code.raw) }
        : code,
    ),
    fields: reading.fields.map((field) =>
      field.kind === "labelCode" ? { ...field, raw: "", value: null } : field,
    ),
  };
}
