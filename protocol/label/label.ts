// Reads the labels of electronic components: cuts what scanners deliver into fields, each with its meaning and its value.
import { readCodes, type Code } from "./code.ts";
import { cutIdentifierAmongOthers } from "./identifier.ts";
import { interpret } from "./interpret.ts";
import { MAX_LABEL_CODES } from "./limits.ts";
import { conflictsOf, recordOf } from "./record.ts";
import {
  REFUSALS,
  REFUSAL_CODES,
  type LabelCode,
  type LabelReading,
  type RefusalCode,
} from "./reading.ts";

/**
 * Reads a label. Any input gives a reading, even if it is a refused one. The work is linear in the length of the text, so that
 * hostile input cannot stall the reader.
 * @param input what the scanner sent: the text of one code, or of several; or of each code on one photo
 */
export function readLabel(input: string | readonly string[]): LabelReading {
  if (Array.isArray(input) && input.length > MAX_LABEL_CODES) return refused("TOO_MANY");
  const texts: readonly unknown[] = Array.isArray(input) ? Array.from(input) : [input];
  if (texts.length === 0) return refused("EMPTY");
  const all = texts.flatMap(readCodes);
  if (all.length > MAX_LABEL_CODES) return refused("TOO_MANY");

  const read = withLinearCodes(all);
  const interpreted = interpret(read);
  const codes = interpreted.map(({ code }) => code);
  if (isTypedWrong(read)) return refused("KEYBOARD_LAYOUT", codes);
  const [best] = interpreted
    .filter(({ code }) => code.status === "read")
    .toSorted((one, other) => other.fields.length - one.fields.length);
  if (best?.code.status !== "read") return refused(worstOf(codes), codes);

  const fields = interpreted.flatMap((each) => each.fields);
  const others = interpreted.flatMap((each) => (each === best ? [] : each.fields));
  return {
    status: "read",
    dialect: best.code.dialect,
    codes,
    fields,
    record: recordOf([...best.fields, ...others]),
    conflicts: conflictsOf(fields),
  };
}

function refused(refusal: RefusalCode, codes: LabelCode[] = []): LabelReading {
  return { status: "refused", refusal, message: REFUSALS[refusal], codes };
}

/** The most informative of several refusals. */
function worstOf(codes: readonly LabelCode[]): RefusalCode {
  const refusals = new Set(
    codes.map((code) => (code.status === "refused" ? code.refusal : undefined)),
  );
  return REFUSAL_CODES.find((code) => refusals.has(code))!;
}

/**
 * Whether the scanner types in another keyboard layout: one linear code shows it, and the signs of the others are exchanged as
 * well, unseen.
 */
const isTypedWrong = (codes: readonly Code[]): boolean =>
  codes.some(({ cut }) => cut === "KEYBOARD_LAYOUT") &&
  codes.every(({ cut }) => typeof cut === "string" || cut.linear === true);

/** Cuts linear codes again, more liberally, if one linear code has shown that this label's codes have identifiers. */
function withLinearCodes(codes: readonly Code[]): Code[] {
  if (!codes.some(({ cut }) => typeof cut !== "string" && cut.linear)) return [...codes];
  return codes.map((code) =>
    code.cut === "NO_IDENTIFIER"
      ? { ...code, cut: cutIdentifierAmongOthers(code.text) ?? code.cut }
      : code,
  );
}
