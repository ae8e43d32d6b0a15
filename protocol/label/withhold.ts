// Removes the secret label code from a reading. Only the rest may be stored, shown to others, or used in a verdict.
import type { LabelReading } from "./reading.ts";

/** The reading without the code's text and value. That the label has a code stays visible. */
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
