// Writes canonical JSON (RFC 8785), and reads JSON that has exactly one meaning.
import { utf8 } from "./bytes.js";
import { below, Refused } from "./refused.js";

const MOST_BYTES = 8_388_608;
const MOST_LEVELS = 16;
const BYTES_PER_VALUE = 32;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]+/y;
const SPACE = /[ \t\n\r]*/y;

/** The canonical text of a value. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** The bytes of a value's canonical text. */
export const jcs = (value) => utf8(canonical(value));

/** Refuses more than 16 levels of arrays and objects, and more than one value per 32 bytes of the bound, before parsing. */
function checkShape(bytes, mostBytes) {
  let values = 0;
  let level = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inText) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++level > MOST_LEVELS) throw new Refused("TOO_LARGE");
      values++;
    } else if (byte === 0x5d || byte === 0x7d) level--;
    else if (byte === 0x2c) values++;
    if (values > mostBytes / BYTES_PER_VALUE) throw new Refused("TOO_LARGE");
  }
}

/**
 * Reads one text. Keeps a fault in well-formed JSON until the whole text has proved to be JSON: the first in the order of the text,
 * but an object's keys before its members. A key that stands twice counts after all of these.
 */
class Reading {
  constructor(text, strict) {
    this.text = text;
    this.strict = strict;
    this.at = 0;
    this.fault = undefined;
    this.twice = undefined;
  }

  blame(code, path) {
    this.fault ??= new Refused(code, path);
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) throw new Refused("BAD_JSON");
    this.at += found[0].length;
    return found[0];
  }

  next() {
    this.match(SPACE);
    return this.text[this.at];
  }

  take(token) {
    this.match(SPACE);
    if (!this.text.startsWith(token, this.at)) throw new Refused("BAD_JSON");
    this.at += token.length;
  }

  value(path) {
    const first = this.next();
    if (first === "{") return this.object(path);
    if (first === "[") return this.array(path);
    if (first === '"') return this.string(path);
    for (const [token, value] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ]) {
      if (this.text.startsWith(token, this.at)) {
        this.take(token);
        return value;
      }
    }
    return this.number(path);
  }

  number(path) {
    const value = Number(this.match(NUMBER));
    if (!Number.isFinite(value)) this.blame("BAD_FIELD", path);
    else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      this.blame(this.strict ? "NON_CANONICAL" : "BAD_FIELD", path);
    }
    return value === 0 ? 0 : value;
  }

  string(path) {
    let value = "";
    this.take('"');
    while (this.text[this.at] !== '"') {
      if (this.text[this.at] !== "\\") {
        value += this.match(PLAIN);
        continue;
      }
      const escape = this.text[this.at + 1];
      this.at += 2;
      if (escape === "u") value += String.fromCharCode(parseInt(this.match(/[0-9a-fA-F]{4}/y), 16));
      else if (Object.hasOwn(ESCAPES, escape)) value += ESCAPES[escape];
      else throw new Refused("BAD_JSON");
    }
    this.at++;
    if (!value.isWellFormed()) this.blame("BAD_TEXT", path);
    return value;
  }

  array(path) {
    const items = [];
    this.take("[");
    if (this.next() === "]") this.take("]");
    else {
      do items.push(this.value(below(path, items.length)));
      while (this.more("]"));
    }
    return items;
  }

  object(path) {
    const members = {};
    const before = this.fault;
    let [ofKeys, ofMembers] = [undefined, undefined];
    this.fault = undefined;
    this.take("{");
    if (this.next() === "}") this.take("}");
    else {
      do {
        this.match(SPACE);
        const key = this.string(path);
        this.take(":");
        if (key === "__proto__") this.blame("BAD_FIELD", path);
        ofKeys ??= this.fault;
        if (Object.hasOwn(members, key)) this.twice ??= new Refused("BAD_FIELD", path);
        this.fault = undefined;
        const value = this.value(below(path, key));
        if (key !== "__proto__") members[key] = value;
        ofMembers ??= this.fault;
        this.fault = undefined;
      } while (this.more("}"));
    }
    this.fault = before ?? ofKeys ?? ofMembers;
    return members;
  }

  more(end) {
    if (this.next() === ",") {
      this.take(",");
      return true;
    }
    this.take(end);
    return false;
  }
}

function read(bytes, strict, mostBytes = MOST_BYTES) {
  if (bytes.length > mostBytes) throw new Refused("TOO_LARGE");
  checkShape(bytes, mostBytes);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("BAD_JSON");
  }
  const reading = new Reading(text, strict);
  const value = reading.value("");
  reading.match(SPACE);
  if (reading.at !== text.length) throw new Refused("BAD_JSON");
  if (reading.fault !== undefined) throw reading.fault;
  if (strict && canonical(value) !== text) throw new Refused("NON_CANONICAL");
  if (!strict && reading.twice !== undefined) throw reading.twice;
  return value;
}

/** The value of bytes of canonical JSON. Everything else is refused. */
export const readCanonical = (bytes) => read(bytes, true);

/** The value of bytes of JSON with any order of members and any white space. */
export const readFreely = (bytes, mostBytes) => read(bytes, false, mostBytes);
