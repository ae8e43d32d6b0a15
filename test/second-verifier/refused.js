// Defines the error with which this verifier refuses input, with the protocol's code.

/** A refusal: its code, and the dotted path of the field at fault if there is one. */
export class Refused extends Error {
  constructor(code, field = "") {
    super(field === "" ? code : `${code} at ${field}`);
    this.code = code;
    this.field = field;
  }
}

/** The dotted path of a member or an item below a path. */
export const below = (path, key) => (path === "" ? String(key) : `${path}.${key}`);
