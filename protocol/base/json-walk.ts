// Walks JSON values. Allocates nothing per value, and makes a path only for a fault: others choose how many values there are.
import { type ErrorCode, ProtocolError } from "./errors.ts";
import { tooDeep } from "./json-scan.ts";
import { MAX_JSON_DEPTH } from "./limits.ts";

/** What is wrong with a value. Each level on the way back adds its key to the path, the innermost first. */
interface Fault {
  code: ErrorCode;
  message: string;
  keys: string[];
}

/** Judges one value, not what is in it, and keys. */
interface Judge {
  value(value: unknown): Fault | undefined;
  key?(key: string): Fault | undefined;
}

const fault = (code: ErrorCode, message: string): Fault => ({ code, message, keys: [] });

const isContainer = (value: unknown): value is object =>
  typeof value === "object" && value !== null;

/**
 * Refuses values that JSON cannot hold, or that readers could understand differently.
 * @throws ProtocolError BAD_TEXT (a lone surrogate), BAD_FIELD (not a JSON value, or a member `__proto__`), TOO_LARGE (too many
 * levels)
 */
export function checkValue(value: unknown): void {
  refuse(faultIn(value, { value: judgeValue, key: judgeKey }, 0));
}

/** Refuses integers that JSON readers round: no canonical text has them. @throws ProtocolError NON_CANONICAL */
export function checkIntegers(value: unknown): void {
  refuse(faultIn(value, { value: (each) => judgeInteger(each, "NON_CANONICAL") }, 0));
}

/**
 * Refuses what `checkValue` refuses, and integers that readers round: one walk for input from others.
 * @returns the members of all objects in the value
 * @throws ProtocolError
 */
export function checkInput(value: unknown): number {
  let members = 0;
  const judge: Judge = {
    value: (each) => judgeValue(each) ?? judgeInteger(each),
    key(key) {
      members++;
      return judgeKey(key);
    },
  };
  refuse(faultIn(value, judge, 0));
  return members;
}

function refuse(found: Fault | undefined): void {
  if (!found) return;
  const field = found.keys.reverse().join(".");
  throw new ProtocolError(found.code, found.message, { field: field === "" ? undefined : field });
}

function judgeValue(value: unknown): Fault | undefined {
  if (typeof value === "string")
    return value.isWellFormed() ? undefined : fault("BAD_TEXT", "a text has a lone surrogate");
  if (isContainer(value)) return judgeContainer(value);
  if (Number.isFinite(value) || typeof value === "boolean" || value === null) return undefined;
  return fault("BAD_FIELD", "this is not a JSON value");
}

function judgeInteger(value: unknown, code: ErrorCode = "BAD_FIELD"): Fault | undefined {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return fault(code, "an integer is above 2^53 - 1");
}

function judgeContainer(value: object): Fault | undefined {
  if (Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return fault("BAD_FIELD", "an object of a class is not JSON");
  return undefined;
}

function judgeKey(key: string): Fault | undefined {
  if (key === "__proto__") return fault("BAD_FIELD", "a member is named __proto__");
  return key.isWellFormed() ? undefined : fault("BAD_TEXT", "a key has a lone surrogate");
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
