// Reads the events and notices, with their signatures, from a transaction's call data. Anyone may submit an event, in call
// data of their choice, so the reader accepts ABI encodings in the canonical form alone: every value directly behind the one
// before it. It reads each word once, in order, and follows no offset. The tests compare it with the ABI coder.
import { SLOT_DIGITS, utf8 } from "../base/bytes.ts";
import { keccakHex } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import { MAX_ENTRIES, MAX_INTEGER } from "../base/limits.ts";
import { CustodyEvent, type Domain, eventDigest } from "../event/event.ts";
import { wordOf } from "../event/lot.ts";
import { Notice, noticeDigest } from "../event/notice.ts";
import { unpackLine } from "../event/submission.ts";
import { ZERO_HASH } from "../base/values.ts";

const SIGNATURE = "(bytes32,bytes32,uint8)";
const SUBMISSION = `(uint8,address,address,address,uint64,bytes32,bytes32[],uint256[],(bytes32,address,address,bool)[],${SIGNATURE})`;
const NOTICE = "(bytes32,uint8,address,uint64,bytes32,bytes32)";

const selectorOf = (text: string) => keccakHex(utf8(text)).slice(0, 10);
const RECORD = selectorOf(`record(${SUBMISSION})`);
const RECORD_BATCH = selectorOf(`recordBatch(${SUBMISSION}[])`);
const NOTIFY = selectorOf(`notify(${NOTICE},${SIGNATURE})`);
const NOTIFY_BATCH = selectorOf(`notifyBatch((${NOTICE},${SIGNATURE})[])`);

const ORIGIN_WORDS = 4;
const SIGNED_NOTICE_WORDS = 9;
const WORD_BYTES = SLOT_DIGITS / 2;

/** The call data is not the canonical encoding of a call that this file knows. */
class NotCanonical extends Error {}

/** The words of call data, handed out once each and in order. */
export class CallWords {
  readonly #data: string;
  /** The four bytes that name the function, as lower-case hex. */
  readonly selector: string;
  /** How many words there are. */
  readonly count: number;
  /** How many were read. */
  read = 0;

  /** @param data call data as hex; of anything else there is no word to read */
  constructor(data: string) {
    const isWhole = /^0x[0-9a-fA-F]{8,}$/.test(data) && (data.length - 10) % SLOT_DIGITS === 0;
    this.#data = isWhole ? data.toLowerCase() : "";
    this.selector = this.#data.slice(0, 10);
    this.count = isWhole ? (this.#data.length - 10) / SLOT_DIGITS : 0;
  }

  #digits(): string {
    if (this.read >= this.count) throw new NotCanonical();
    const start = 10 + this.read++ * SLOT_DIGITS;
    return this.#data.slice(start, start + SLOT_DIGITS);
  }

  hash(): string {
    return `0x${this.#digits()}`;
  }

  /** A number of so many bytes; NaN beyond 2^53 - 1, which no recorded event has. */
  number(bytes: number): number {
    const digits = this.#digits();
    const used = digits.slice(SLOT_DIGITS - 2 * bytes);
    if (!/^0*$/.test(digits.slice(0, SLOT_DIGITS - 2 * bytes))) throw new NotCanonical();
    const number = Number(`0x${used}`);
    return number > MAX_INTEGER ? Number.NaN : number;
  }

  address(): string {
    const digits = this.#digits();
    if (!digits.startsWith("0".repeat(24))) throw new NotCanonical();
    return `0x${digits.slice(24)}`;
  }

  flag(): boolean {
    const number = this.number(1);
    if (number > 1) throw new NotCanonical();
    return number === 1;
  }

  /** The number of items in a list. More than there are words left cannot follow. */
  length(): number {
    const length = this.number(8);
    if (!(length <= this.count - this.read)) throw new NotCanonical();
    return length;
  }

  /** A distance in words, which can only be the expected one. */
  offset(expected: number): void {
    if (this.number(8) !== expected * WORD_BYTES) throw new NotCanonical();
  }

  list<T>(item: () => T): T[] {
    return Array.from({ length: this.length() }, item);
  }

  end(): void {
    if (this.read !== this.count) throw new NotCanonical();
  }
}

/** A digest, and a signature that was submitted for it: 65 bytes r, s, v as lower-case hex. Nothing says that it is valid. */
export type Submitted = readonly [digest: string, signature: string];

/**
 * Reads the events or notices of `record`, `recordBatch`, `notify` or `notifyBatch`, in their order. Those that the ledger cannot record
 * are left out.
 * @returns undefined if the data is another call, or not in the canonical form
 */
export function readCalls(domain: Domain, data: string | CallWords): Submitted[] | undefined {
  const words = typeof data === "string" ? new CallWords(data) : data;
  try {
    switch (words.selector) {
      case RECORD:
        words.offset(1);
        return whole(words, [readSubmission(domain, words)]);
      case RECORD_BATCH:
        words.offset(1);
        return whole(words, readBatch(domain, words));
      case NOTIFY:
        return whole(words, [readNotice(domain, words)]);
      case NOTIFY_BATCH:
        words.offset(1);
        return whole(
          words,
          readLong(words, SIGNED_NOTICE_WORDS, () => readNotice(domain, words)),
        );
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof NotCanonical) return undefined;
    throw error;
  }
}

function whole(words: CallWords, found: (Submitted | undefined)[]): Submitted[] {
  words.end();
  return found.filter((one) => one !== undefined);
}

function readBatch(domain: Domain, words: CallWords): (Submitted | undefined)[] {
  const offsets = words.list(() => words.number(8));
  const start = words.read - offsets.length;
  return offsets.map((offset) => {
    if (offset !== (words.read - start) * WORD_BYTES) throw new NotCanonical();
    return readSubmission(domain, words);
  });
}

function readSubmission(domain: Domain, words: CallWords): Submitted | undefined {
  const start = words.read;
  const place = (offset: number) => {
    if (offset !== (words.read - start) * WORD_BYTES) throw new NotCanonical();
  };
  const action = words.number(1);
  const [actor, holder, consignee] = [words.address(), words.address(), words.address()];
  const time = words.number(8);
  const details = words.hash();
  const [lotsAt, linesAt, originsAt] = [words.number(8), words.number(8), words.number(8)];
  const signature = readSignature(words);
  place(lotsAt);
  const lots = words.list(() => words.hash());
  place(linesAt);
  const lines = words.list(() => words.hash());
  place(originsAt);
  const origins = readOrigins(words);
  const areRecordable =
    lots.length > 0 && lots.length <= MAX_ENTRIES && lots.length === lines.length;
  if (!areRecordable) return undefined;
  const entries = entriesOf(lots, lines, origins);
  const event = CustodyEvent.safeParse({
    action,
    actor,
    holder,
    consignee,
    time,
    details,
    entries,
  });
  return event.success ? [eventDigest(domain, event.data), signature] : undefined;
}

interface Origin {
  lastEvent: string;
  holder: string;
  consignee: string;
  held: boolean;
}

const readOrigins = (words: CallWords): Origin[] =>
  readLong(words, ORIGIN_WORDS, () => ({
    lastEvent: words.hash(),
    holder: words.address(),
    consignee: words.address(),
    held: words.flag(),
  }));

/** Reads a list whose items have several words each. A length beyond the words that are left costs nothing. */
function readLong<T>(words: CallWords, wordsEach: number, item: () => T): T[] {
  const length = words.length();
  if (length * wordsEach > words.count - words.read) throw new NotCanonical();
  return Array.from({ length }, item);
}

/** The entries that a submission's lines stand for; undefined if a line cannot stand for any. */
function entriesOf(lots: readonly string[], lines: readonly string[], origins: readonly Origin[]) {
  const entries = [];
  for (const [i, lot] of lots.entries()) {
    const line = unpackedOrNone(lines[i]!);
    if (line === undefined || line.origin > origins.length) return undefined;
    const { quantity, quantityBefore, origin } = line;
    const state = origins[origin - 1];
    const previous = state ? wordOf({ ...state, quantity: quantityBefore }) : ZERO_HASH;
    entries.push({ lot, previous, quantity });
  }
  return entries;
}

function unpackedOrNone(line: string): ReturnType<typeof unpackLine> | undefined {
  try {
    return unpackLine(BigInt(line));
  } catch (error) {
    if (error instanceof ProtocolError && error.code === "BAD_FIELD") return undefined;
    throw error;
  }
}

function readNotice(domain: Domain, words: CallWords): Submitted | undefined {
  const notice = Notice.safeParse({
    lot: words.hash(),
    kind: words.number(1),
    issuer: words.address(),
    time: words.number(8),
    withdraws: words.hash(),
    details: words.hash(),
  });
  const signature = readSignature(words);
  return notice.success ? [noticeDigest(domain, notice.data), signature] : undefined;
}

function readSignature(words: CallWords): string {
  const [r, s, v] = [words.hash(), words.hash(), words.number(1)];
  return `${r}${s.slice(2)}${v.toString(16).padStart(2, "0")}`;
}
