// Finds the first fault in a text that is JSON, in the order of the text. What JSON.parse returns has lost this order, and all but
// the last of several members with one name. Slower than the walk over the value, so it runs only once something is at fault.
import type { ErrorCode } from "./errors.ts";
import { type Fault, faultOf, judgeInteger, judgeKey, judgeValue } from "./json-walk.ts";

/** The faults of a text. */
export interface TextFaults {
  /** The first of a value or a key. An object's keys come before its members. */
  first: Fault | undefined;
  /** The first key that stands twice in one object. */
  twice: Fault | undefined;
}

/**
 * Finds the faults of a text.
 * @param source JSON, as JSON.parse has accepted it: nothing here checks its form
 * @param unsafe the code of an integer that readers round
 */
export function faultsIn(source: string, unsafe: ErrorCode): TextFaults {
  const scan = new Scan(source, unsafe);
  return { first: scan.value(), twice: scan.twice };
}

const WHITE = " \t\n\r";
/** Ends a number, `true`, `false` or `null`. */
const ENDS = `${WHITE},]}`;

class Scan {
  twice: Fault | undefined;
  #at = 0;
  /** The path of the value that is read. */
  readonly #path: string[] = [];
  readonly source: string;
  readonly unsafe: ErrorCode;

  constructor(source: string, unsafe: ErrorCode) {
    this.source = source;
    this.unsafe = unsafe;
  }

  /** Reads the next value. @returns its first fault */
  value(): Fault | undefined {
    const first = this.#peek();
    if (first === "{") return this.#object();
    if (first === "[") return this.#array();
    const value: unknown = JSON.parse(first === '"' ? this.#text() : this.#word());
    return this.#placed(judgeValue(value) ?? judgeInteger(value, this.unsafe));
  }

  #array(): Fault | undefined {
    let found: Fault | undefined;
    for (let i = 0; this.#enters("]"); i++) {
      this.#path.push(String(i));
      const next = this.value(); // in any case: the keys behind an object's first fault come before it
      found ??= next;
      this.#path.pop();
    }
    return found;
  }

  #object(): Fault | undefined {
    const keys = new Set<string>();
    let ofKey: Fault | undefined;
    let ofMember: Fault | undefined;
    while (this.#enters("}")) {
      this.#peek();
      const key = JSON.parse(this.#text()) as string;
      ofKey ??= this.#placed(judgeKey(key));
      if (keys.has(key)) this.twice ??= this.#placed(faultOf("BAD_FIELD", "a key appears twice"));
      keys.add(key);
      this.#peek();
      this.#at++; // the colon
      this.#path.push(key);
      const next = this.value();
      ofMember ??= next;
      this.#path.pop();
    }
    return ofKey ?? ofMember;
  }

  /** Passes the bracket before the first item or the comma before a later one. False once it has passed the end. */
  #enters(end: string): boolean {
    this.#peek();
    if (this.source[this.#at++] === end) return false;
    if (this.#peek() !== end) return true; // only an empty array or object ends here, for JSON has no trailing comma
    this.#at++;
    return false;
  }

  /** The next character that is not white space. */
  #peek(): string {
    while (this.#at < this.source.length && WHITE.includes(this.source[this.#at]!)) this.#at++;
    return this.source[this.#at]!;
  }

  /** Reads a text, with its quotes. By hand: on texts of megabytes a pattern would exhaust the stack. */
  #text(): string {
    const start = this.#at++;
    for (; this.source[this.#at] !== '"'; this.#at++)
      if (this.source[this.#at] === "\\") this.#at++;
    return this.source.slice(start, ++this.#at);
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.source.length && !ENDS.includes(this.source[this.#at]!)) this.#at++;
    return this.source.slice(start, this.#at);
  }

  #placed(fault: Fault | undefined): Fault | undefined {
    fault?.keys.push(...this.#path.toReversed());
    return fault;
  }
}
