// Turns elements into fields: finds the dialect of a label's codes, and the meaning of each element in it.
import type { Code } from "./code.ts";
import type { Cut, Element, Habits } from "./cut.ts";
import { COMPANIES, HABITS, PLAIN } from "./dialects.ts";
import { IDENTIFIERS, MONETARY, UNKNOWN } from "./identifiers.ts";
import { KINDS, valueOf, type Meaning, type Value } from "./kinds.ts";
import type { DateCode } from "./dates.ts";
import { REFUSALS, type Dialect, type LabelCode, type LabelField } from "./reading.ts";

/** One code of a label, with its fields. */
export interface CodeReading {
  code: LabelCode;
  fields: LabelField[];
}

/** The first element of each identifier. */
function firsts(cuts: readonly Cut[]): Map<string, string> {
  const data = new Map<string, string>();
  for (const { elements } of cuts)
    for (const element of elements)
      if (element.di !== null && !data.has(element.di)) data.set(element.di, element.data);
  return data;
}

function habitsOf(cuts: readonly Cut[]): Habits {
  const data = firsts(cuts);
  return [...HABITS, COMPANIES].find(({ recognises }) => recognises(data)) ?? PLAIN;
}

const isDateCode = (value: Value | null): value is DateCode =>
  typeof value === "object" && value !== null;

const isMonetary = ({ di, monetary }: Element) =>
  monetary === true || (di !== null && MONETARY.has(di));

/** The meaning of an element in a dialect, and whether it is more than a guess. */
function meaningOf(
  { di, meaning }: Element,
  dialect: Dialect,
  habits: Habits,
): { meaning: Meaning; isCertain: boolean } {
  const own = meaning ?? habits.meanings[di ?? ""];
  return own
    ? { meaning: own, isCertain: !dialect.guess }
    : { meaning: IDENTIFIERS[di ?? ""] ?? UNKNOWN, isCertain: true };
}

function fieldsOf(
  code: number,
  element: Element,
  { meaning, isCertain }: ReturnType<typeof meaningOf>,
): LabelField[] {
  const field = (raw: string, text: string, meaning: Meaning): LabelField => {
    const value = valueOf(text, meaning);
    return {
      code,
      di: element.di,
      raw,
      kind: meaning.kind,
      visibility: KINDS[meaning.kind].visibility,
      // A date format is only as certain as the dialect that fixes it.
      value:
        !isCertain && isDateCode(value) && value.certainty === "certain"
          ? { ...value, certainty: "likely" }
          : value,
    };
  };
  const inner = meaning.inner?.(element.data) ?? [];
  // An inner field of the same kind is more exact than the whole.
  const whole = inner.some((part) => part.meaning.kind === meaning.kind)
    ? []
    : [field(element.data, element.decoded ?? element.data, meaning)];
  return [...whole, ...inner.map((part) => field(part.raw, part.raw, part.meaning))];
}

/** The text that may be kept: without money, and without the text after the code. */
function keptText({ prefix, text }: Code, end: number, money: readonly Element[]): string {
  let kept = prefix;
  let at = 0;
  for (const element of money) {
    kept += text.slice(at, element.at);
    at = element.at + element.data.length;
  }
  return kept + text.slice(at, Math.max(at, end));
}

/** Interprets the codes of one label. Returns each code with its fields. */
export function interpret(codes: readonly Code[]): CodeReading[] {
  const cuts = codes.flatMap(({ cut }) => (typeof cut === "string" || cut.dialect ? [] : [cut]));
  const fullest = cuts
    .filter(({ linear }) => !linear)
    .toSorted((a, b) => b.elements.length - a.elements.length)[0];
  // A linear code has one field, too little to show a dialect. It is read like the fullest other code, or like all together.
  const common = habitsOf(fullest ? [fullest] : cuts);
  return codes.map((code, index): CodeReading => {
    const { cut } = code;
    if (typeof cut === "string")
      return { code: { status: "refused", refusal: cut, message: REFUSALS[cut] }, fields: [] };
    const habits = cut.dialect ? PLAIN : cut.linear ? common : habitsOf([cut]);
    const alone = cut.linear === true && fullest === undefined && habits === PLAIN;
    const dialect = cut.dialect ?? {
      name: alone ? "identifier" : habits.name,
      guess: cut.linear === true || cut.isGuess === true || habits.guess,
    };
    const [money, elements] = [
      cut.elements.filter(isMonetary),
      cut.elements.filter((each) => !isMonetary(each)),
    ];
    return {
      code: {
        status: "read",
        raw: keptText(code, cut.end, money),
        dialect,
        mended: cut.repairs,
        dropped: money.flatMap(({ di, data }) => (data === "" ? [] : [di ?? ""])),
      },
      fields: elements.flatMap((element) =>
        fieldsOf(index, element, meaningOf(element, dialect, habits)),
      ),
    };
  });
}
