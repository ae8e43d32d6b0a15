// Reads facts of the command line: FIELD=VALUE, in the form that the field has.
import { DETAIL_FIELDS, type DetailName } from "../../protocol/event/detail-fields.ts";
import { usageProblem } from "../output/outcome.ts";

/**
 * Reads `FIELD=VALUE` as the field's type. Capitals in the field's name do not matter.
 * @param names the fields that are taken
 * @param what a fact is called in the message of a fault
 * @throws Problem BAD_ARGUMENT
 */
export function readDetail(
  text: string,
  names: readonly DetailName[],
  what: string,
): [DetailName, string | number | boolean] {
  const [, field = "", value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const name = names.find((each) => each.toLowerCase() === field.trim().toLowerCase());
  if (!name || value.trim() === "") {
    const why = `${text} is not ${what}. Write FIELD=VALUE, with one of these fields: ${names.join(", ")}.`;
    throw usageProblem("BAD_ARGUMENT", why, "FACTS");
  }
  return [name, typed(name, value.trim())];
}

/** A value as a field takes it. What no form fits stays a text, which the service refuses with its reason. */
function typed(name: DetailName, text: string): string | number | boolean {
  const { type } = DETAIL_FIELDS[name];
  const number = /^\d{1,15}$/.test(text) ? Number(text) : text;
  const forms = [text, number, text === "yes" || text === "true"];
  const isWord = /^(yes|no|true|false)$/.test(text);
  return forms.slice(0, isWord ? 3 : 2).find((form) => type.safeParse(form).success) ?? text;
}
