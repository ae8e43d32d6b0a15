// Reads the form's fields, and shows each error beside its field.
import { byId } from "./dom.ts";
import { type Errors, FIELDS, type Field, type Typed } from "./settings.ts";

const inputOf = (field: Field) => byId<HTMLInputElement>(field);

/** The text of the fields. */
export function typed(): Typed {
  const names = FIELDS.filter((field) => field !== "confirm");
  return Object.fromEntries(names.map((name) => [name, inputOf(name).value])) as Typed;
}

/**
 * Shows the errors, and focuses the first wrong field.
 * @param missing another wrong input, which comes before all fields
 * @returns whether there is no error
 */
export function showErrors(errors: Errors, missing?: HTMLInputElement): boolean {
  for (const field of FIELDS) {
    byId(`${field}-error`).textContent = errors[field] ?? "";
    inputOf(field).toggleAttribute("aria-invalid", false);
    if (errors[field] !== undefined) inputOf(field).setAttribute("aria-invalid", "true");
  }
  if (errors.fromBlock !== undefined || errors.logRange !== undefined)
    byId<HTMLDetailsElement>("node-more").open = true;
  const first = FIELDS.find((field) => errors[field] !== undefined);
  const wrong = missing ?? (first && inputOf(first));
  wrong?.focus();
  return wrong === undefined;
}

/** Removes the error of a field that the reader is changing. */
export function clearErrors({ id }: HTMLElement): void {
  if (!(FIELDS as readonly string[]).includes(id)) return;
  byId(`${id}-error`).textContent = "";
  byId(id).removeAttribute("aria-invalid");
}
