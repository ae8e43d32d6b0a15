// Walks JSON values. Allocates nothing per value, and makes a path only for a fault: others choose how many values there are.
import { type ErrorCode, ProtocolError } from "./errors.ts";
import { tooDeep } from "./json-scan.ts";
import { MAX_JSON_DEPTH } from "./limits.ts";

/** What is wrong with a value. Each level on the way back adds its key to the path, the innermost first. */
export interface Fault {
  code: ErrorCode;
  message: string;
  keys: string[];
}

/** Judges one value, not what is in it, and keys. */
interface Judge {
  value(value: unknown): Fault | undefined;
  key?(key: string): Fault | undefined;
}

/** A fault of the value itself. */
export const faultOf = (code: ErrorCode, message: string): Fault => ({ code, message, keys: [] });

const isContainer = (value: unknown): value is object =>
  typeof value === "object" && value !== null;

/**
 * Refuses values that JSON cannot hold, or that readers could understand differently.
 * @throws ProtocolError BAD_TEXT (a lone surrogate), BAD_FIELD (not a JSON value, or a member `__proto__`), TOO_LARGE (too many
 * levels)
 */
export function checkValue(value: unknown): void {
  const fault = faultIn(value, { value: judgeValue, key: judgeKey }, 0);
  if (fault) throw errorOf(fault);
}

/** Looks for what `checkValue` refuses, and for integers that readers round. Counts the members of all objects, up to a fault. */
export function walkInput(value: unknown): { isSound: boolean; members: number } {
  let members = 0;
  const judge: Judge = {
    value: (each) => judgeValue(each) ?? judgeInteger(each, "BAD_FIELD"),
    key(key) {
      members++;
      return judgeKey(key);
    },
  };
  return { isSound: faultIn(value, judge, 0) === undefined, members };
}

/** The refusal of a fault, at its path. */
export function errorOf({ code, message, keys }: Fault): ProtocolError {
  const field = keys.toReversed().join(".");
  return new ProtocolError(code, message, { field: field === "" ? undefined : field });
}

/** What JSON cannot hold, or readers could understand differently: in a value, not in what is in it. */
export function judgeValue(value: unknown): Fault | undefined {
  if (typeof value === "string")
    return value.isWellFormed() ? undefined : faultOf("BAD_TEXT", "a text has a lone surrogate");
  if (isContainer(value)) return judgeContainer(value);
  if (Number.isFinite(value) || typeof value === "boolean" || value === null) return undefined;
  return faultOf("BAD_FIELD", "this is not a JSON value");
}

/** An integer that readers round. */
export function judgeInteger(value: unknown, code: ErrorCode): Fault | undefined {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return faultOf(code, "an integer is above 2^53 - 1");
}

function judgeContainer(value: object): Fault | undefined {
  if (Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return faultOf("BAD_FIELD", "an object of a class is not JSON");
  return undefined;
}

/** What is wrong with a key. */
export function judgeKey(key: string): Fault | undefined {
  if (key === "__proto__") return faultOf("BAD_FIELD", "a member is named __proto__");
  return key.isWellFormed() ? undefined : faultOf("BAD_TEXT", "a key has a lone surrogate");
}

/** The first fault in a value, depth first. */
function faultIn(value: unknown, judge: Judge, depth: number): Fault | undefined {
  if (!isContainer(value)) return judge.value(value);
  if (depth >= MAX_JSON_DEPTH) throw tooDeep();
  const own = judge.value(value);
  if (own) return own;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = faultIn(value[i], judge, depth + 1);
      if (found) return below(i, found);
    }
    return undefined;
  }
  // Neither Object.entries nor Object.keys: both make lists. What JSON.parse returns inherits nothing that is enumerable.
  for (const key in value) {
    const wrong = judge.key?.(key);
    if (wrong) return wrong;
    const found = faultIn((value as Record<string, unknown>)[key], judge, depth + 1);
    if (found) return below(key, found);
  }
  return undefined;
}

function below(key: PropertyKey, found: Fault): Fault {
  found.keys.push(String(key));
  return found;
}
