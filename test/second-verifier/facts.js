// Judges the statements that a reader brings along for a trail: which count, and what authorisations and alerts say of its lot.
import { readFileSync } from "node:fs";
import { ZERO_HASH } from "./bytes.js";
import { fieldValue } from "./stated.js";
import { readCorrections } from "./corrections.js";
import { Ledger } from "./ledger.js";
import { Refused } from "./refused.js";
import { signerOrNull } from "./trail-item.js";
import {
  eventDigest,
  noticeDigest,
  statementCanonical,
  statementDigest,
  statementHash,
} from "./typed-data.js";

const [COMMISSION, INTRODUCE, RECEIVE, SPLIT, ASSEMBLE] = [1, 2, 4, 7, 8];
const [DISTRIBUTOR, ASSEMBLER] = [2, 4];
const [AUTHORISATION, ALERT, WITHDRAWAL] = [1, 2, 3];
const CODES = {
  counterfeit: "ALERT_COUNTERFEIT",
  suspect: "ALERT_SUSPECT",
  recall: "ALERT_RECALL",
  stolen: "ALERT_STOLEN",
  change: "CHANGE_NOTICE",
  "end-of-life": "END_OF_LIFE",
};
const NEWS = ["change", "end-of-life"];

const page = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");
const FORMS = new Set(/^ {6}(incorporated\|.*)$/m.exec(page)[1].split("|"));

/* STATEMENTS */

/** The path of what is wrong with a statement and its content, or null. */
function faultOf(domain, { statement, content }) {
  try {
    statementDigest(domain, statement, content);
    statementCanonical(content);
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.field;
    throw error;
  }
}

/** Judges statements against the newest block; `ledger` is null if nobody was asked. */
function judgeStatements(domain, statements, ledger) {
  const sound = new Map();
  const unsound = [];
  for (const each of statements) {
    const digest = statementHash(domain, each.statement);
    if (sound.has(digest)) continue;
    const signer = signerOrNull(digest, each.signature);
    const fault = faultOf(domain, each);
    const key = ledger?.keys[signer];
    const { issuer } = each.statement;
    const isSigned = signer !== null && (ledger === null || key?.party === issuer);
    if (fault !== null || !isSigned) {
      unsound.push({ digest, kind: each.statement.kind, fault: fault ?? "signature" });
      continue;
    }
    const party = ledger?.parties[issuer];
    const stands = ledger && party !== undefined && !party.suspended && !key.revoked;
    sound.set(digest, { ...each.statement, text: each.content, digest, stands, withdrawn: false });
  }
  for (const { kind, withdraws, issuer, stands } of sound.values()) {
    const named = sound.get(withdraws);
    const isTheirs = named?.issuer === issuer && named.kind !== WITHDRAWAL;
    if (kind === WITHDRAWAL && stands === true && isTheirs) named.withdrawn = true;
  }
  return { sound: [...sound.values()], unsound };
}

/* THE TRAIL */

/** How the lots of a trail came to be. */
class Past {
  constructor(trail) {
    this.items = trail.events.map((item) => ({ ...item, digest: eventDigest(trail, item.event) }));
    this.creations = new Map();
    for (const item of this.items) {
      item.event.entries.forEach((entry, index) => {
        if (entry.previous === ZERO_HASH && !this.creations.has(entry.lot))
          this.creations.set(entry.lot, { item, index, lot: entry.lot });
      });
    }
  }

  inputs(lot) {
    const { event } = this.creations.get(lot).item;
    if (event.action !== SPLIT && event.action !== ASSEMBLE) return [];
    return event.entries.filter((each) => each.previous && each.previous !== ZERO_HASH);
  }

  /** The lot and those that it was split from, the nearest first. */
  lineage(lot) {
    const isSplit = this.creations.get(lot).item.event.action === SPLIT;
    return isSplit ? [lot, ...this.lineage(this.inputs(lot)[0].lot)] : [lot];
  }

  /** The events that made the lot's pieces, and those of all that it was made of. */
  origins(lot) {
    const [first, ...others] = [lot, ...this.ancestors(lot)].map((each) =>
      this.creations.get(this.lineage(each).at(-1)),
    );
    return [...new Set([first, ...others])];
  }

  ancestors(lot) {
    return this.inputs(lot).flatMap((each) => [each.lot, ...this.ancestors(each.lot)]);
  }
}

/** What an origin says of a field: a value, or undefined; null if it is withheld. */
const stated = ({ item, index }, name) => fieldValue(item, index, name);

/** Reads a field of an origin as it was corrected. */
function corrected(trail, past, trust, ledger) {
  for (const item of past.items) item.record = ledger?.events.get(item.digest);
  const corrections = readCorrections({
    trail,
    ledger,
    items: past.items,
    origins: new Map([...past.creations].map(([lot, { item }]) => [lot, item])),
    digestOf: (notice) => noticeDigest(trust, notice),
    isFinal: (block) => ledger !== null && block <= ledger.head.number - trust.finality,
    findings: { add: () => undefined },
  });
  const read = ({ item, index }, name) => corrections.valueOf(item, index, name);
  return Object.assign(read, { earlier: (origin) => earlierReaders(corrections, origin) });
}

/** Readers of an origin's fields as they were before each change of one of them. */
function earlierReaders(corrections, { lot }) {
  const own = [...corrections.facts.values()].filter((fact) => fact.lot === lot);
  const ends = new Set(own.flatMap(({ by }) => by.map(({ record }) => record.order)));
  return [...ends].map((end) => (origin, name) => {
    const fact = own.find((each) => each.name === name);
    if (!fact) return stated(origin, name);
    return fact.values[fact.by.filter(({ record }) => record.order < end).length];
  });
}

/* NAMES, CODES AND DAYS */

const plain = (name) =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s.,'’-]+/gu, " ")
    .trim();

function withoutForm(name) {
  const bare = plain(name)
    .replace(/[()/]/g, " ")
    .trim()
    .replace(/^(株式会社|有限会社|주식회사)\s*/u, "")
    .replace(/\s*(股份有限公司|有限责任公司|有限公司|株式会社|有限会社|주식회사)$/u, "");
  const words = bare.split(/\s+/);
  const endsWith = (count) => count < words.length && FORMS.has(words.slice(-count).join(" "));
  for (;;) {
    const count = [4, 3, 2, 1].find(endsWith);
    if (count === undefined) return words.join(" ");
    words.splice(-count);
  }
}

/** Whether the names are of one company; null if they may be. */
function fitsName(named, recorded) {
  if (typeof recorded !== "string") return null;
  if (plain(named) === plain(recorded)) return true;
  return withoutForm(named) === withoutForm(recorded) ? null : false;
}

const upper = (code) => code.trim().toUpperCase();

function fitsLots(named, recorded) {
  if (typeof recorded !== "string") return null;
  const wanted = new Set(named.map(upper));
  const among = (lots) => lots.some((each) => wanted.has(upper(each)));
  if (among([recorded, ...recorded.split(/[,;&]/)])) return true;
  return among(recorded.split(/[\s,;&/|+]+/)) ? null : false;
}

const DAY = 24 * 60 * 60 * 1000;
const iso = (time) => new Date(time).toISOString().slice(0, 10);
const full = (yy) => Number(yy) + (Number(yy) < 70 ? 2000 : 1900);

function week(year, number) {
  const fourth = Date.UTC(year, 0, 4);
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY;
  const from = monday + (number - 1) * 7 * DAY;
  const thursday = new Date(from + 3 * DAY);
  if (number < 1 || thursday.getUTCFullYear() !== year) return null;
  return { from: iso(from), to: iso(from + 6 * DAY) };
}

function month(year, number) {
  if (number < 1 || number > 12) return null;
  return { from: iso(Date.UTC(year, number - 1, 1)), to: iso(Date.UTC(year, number, 0)) };
}

function single(year, number, date) {
  const whole = month(year, number);
  const on = `${year}-${String(number).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
  return whole !== null && date >= 1 && on <= whole.to ? { from: on, to: on } : null;
}

const FORMATS = {
  YYWW: [/^(\d\d)(\d\d)$/, (yy, ww) => [full(yy), (year) => week(year, Number(ww))]],
  YYYYWW: [/^(\d{4})(\d\d)$/, (yyyy, ww) => [Number(yyyy), (year) => week(year, Number(ww))]],
  YYMMDD: [
    /^(\d\d)(\d\d)(\d\d)$/,
    (yy, mm, dd) => [full(yy), (year) => single(year, Number(mm), Number(dd))],
  ],
  YYYYMMDD: [
    /^(\d{4})(\d\d)(\d\d)$/,
    (yyyy, mm, dd) => [Number(yyyy), (year) => single(year, Number(mm), Number(dd))],
  ],
  "YYYY-MM": [/^(\d{4})-(\d\d)$/, (yyyy, mm) => [Number(yyyy), (year) => month(year, Number(mm))]],
  "YYYY-MM-DD": [
    /^(\d{4})-(\d\d)-(\d\d)$/,
    (yyyy, mm, dd) => [Number(yyyy), (year) => single(year, Number(mm), Number(dd))],
  ],
};

/** The days of a date code, or null if it stands for none. */
function daysOf(code, format) {
  if (typeof code !== "string" || !Object.hasOwn(FORMATS, format)) return null;
  const [pattern, read] = FORMATS[format];
  const parts = pattern.exec(code);
  if (parts === null) return null;
  const [year, span] = read(...parts.slice(1));
  return year < 1970 || year > 2099 ? null : span(year);
}

/* THE RULES */

/** The parts of an origin, as alerts are compared with them. `stated` reads its fields. */
function partOf(origin, ledger, stated) {
  const { event } = origin.item;
  const maker = event.action === INTRODUCE ? null : event.actor;
  let manufacturer = stated(origin, "manufacturer");
  if (manufacturer === undefined && maker !== null) manufacturer = ledger?.names[maker];
  const format = stated(origin, "dateCodeFormat");
  const read = (code) => daysOf(code, format === undefined ? "YYWW" : format);
  const oldest = read(stated(origin, "dateCode"));
  const newestCode = stated(origin, "dateCodeNewest");
  const newest = newestCode === undefined ? oldest : read(newestCode);
  const days = oldest && newest && { from: oldest.from, to: newest.to };
  const [mpn, makerLot] = ["mpn", "makerLot"].map((name) => stated(origin, name));
  return { lot: origin.lot, maker, manufacturer, mpn, makerLot, days };
}

/** The finding of an alert about some parts, or null if it is about others. */
function match({ kind, manufacturer, mpn, makerLots, dateCodeFrom, dateCodeTo }, part) {
  if (typeof part.mpn !== "string" || upper(part.mpn) !== upper(mpn)) return null;
  const fits = [];
  if (manufacturer !== undefined) fits.push(fitsName(manufacturer, part.manufacturer));
  if (makerLots !== undefined) fits.push(fitsLots(makerLots, part.makerLot));
  if (dateCodeFrom !== undefined || dateCodeTo !== undefined) {
    const { days } = part;
    const [from, to] = [dateCodeFrom ?? "0000-01-01", dateCodeTo ?? "9999-12-31"];
    fits.push(days === null ? null : days.to >= from && days.from <= to);
  }
  if (fits.includes(false)) return null;
  return fits.includes(null) && !NEWS.includes(kind) ? "ALERT_MAY_APPLY" : CODES[kind];
}

function judgeAlerts({ sound, unsound }, past, lot, ledger, { reader, policy, read }) {
  const findings = unsound
    .filter(({ kind }) => kind !== AUTHORISATION)
    .map(({ digest }) => ({ code: "ALERT_UNSOUND", statement: digest }));
  const parts = past.origins(lot).map((origin) => ({
    now: partOf(origin, ledger, read),
    earlier: read.earlier(origin).map((reader) => partOf(origin, ledger, reader)),
  }));
  for (const { kind, text, digest, issuer, stands, withdrawn } of sound) {
    if (kind !== ALERT || withdrawn) continue;
    for (const { now, earlier } of parts) {
      const counts = [reader, now.maker, ...(policy.alertIssuers ?? [])].includes(issuer);
      const before = earlier.some((part) => match(text, part) !== null) ? "ALERT_MAY_APPLY" : null;
      const matched = counts ? (match(text, now) ?? before) : null;
      if (matched === null) continue;
      const code = stands === false ? "ALERT_WITHOUT_STANDING" : matched;
      findings.push({ code, statement: digest, lot: now.lot });
    }
  }
  return findings;
}

/** The entries by which distributors came to hold the lot, back through splits. */
function receipts(past, lot, ledger) {
  const lots = new Set(past.lineage(lot));
  const recorded = ledger.eventsOf(lot).at(-1);
  const holder = recorded.event.holder;
  return past.items.flatMap((item) => {
    const { action, actor, entries } = item.event;
    const entry = entries.find((each) => lots.has(each.lot));
    if ((action !== RECEIVE && action !== INTRODUCE) || entry === undefined) return [];
    const { roles } = ledger.events.get(item.digest).context.parties[actor];
    const isLastAssembler = actor === holder && (roles & ASSEMBLER) !== 0;
    return (roles & DISTRIBUTOR) !== 0 && !isLastAssembler ? [{ item, lot: entry.lot }] : [];
  });
}

function brandOf(past, lot, ledger, read) {
  const origin = past.origins(lot)[0];
  if (read(origin, "brand") === null) return undefined;
  for (const each of past.lineage(lot)) {
    const brand = read(past.creations.get(each), "brand");
    if (typeof brand === "string") return brand;
    if (brand === null) break;
  }
  const { manufacturer } = partOf(origin, ledger, read);
  return manufacturer ?? undefined;
}

function judgeReceipt(own, day, isApproved) {
  const valid = own.filter(({ text }) => text.from <= day && day <= (text.to ?? "9999-12-31"));
  const of = (grade) => valid.find(({ text }) => text.grade === grade)?.digest;
  if (of("authorised")) return null;
  if (of("aftermarket")) return { code: "AFTERMARKET_SOURCE", statement: of("aftermarket") };
  if (of("approved")) return { code: "DISTRIBUTOR_APPROVED", statement: of("approved") };
  if (isApproved) return { code: "DISTRIBUTOR_APPROVED" };
  const ended = own.filter(({ text }) => text.to !== undefined && text.to < day);
  ended.sort((one, other) => (one.text.to > other.text.to ? -1 : 1));
  if (ended.length > 0) return { code: "AUTHORISATION_ENDED", statement: ended[0].digest };
  const later = [...own].sort((one, other) => (one.text.from < other.text.from ? -1 : 1));
  if (later.length > 0) return { code: "AUTHORISATION_NOT_BEGUN", statement: later[0].digest };
  return { code: "DISTRIBUTOR_NOT_AUTHORISED" };
}

function judgeAuthorisations({ sound, unsound }, past, lot, ledger, { policy, read }) {
  const findings = unsound
    .filter(({ kind }) => kind === AUTHORISATION)
    .map(({ digest }) => ({ code: "AUTHORISATION_UNSOUND", statement: digest }));
  if (ledger === null) return findings;
  const { action, actor: maker } = past.origins(lot)[0].item.event;
  const isMade = action === COMMISSION || action === ASSEMBLE;
  const brand = isMade ? brandOf(past, lot, ledger, read) : null;
  const counting = sound.filter(
    ({ kind, issuer, stands, withdrawn, text }) =>
      kind === AUTHORISATION &&
      stands &&
      !withdrawn &&
      isMade &&
      issuer === maker &&
      typeof brand === "string" &&
      plain(text.brand) === plain(brand),
  );
  for (const { item, lot: about } of receipts(past, lot, ledger)) {
    const { actor, time } = item.event;
    if (isMade && actor === maker) continue;
    const own = counting.filter(({ text }) => text.party === actor);
    const approved = (policy.approvedSuppliers ?? []).includes(actor);
    const found = judgeReceipt(own, iso(time * 1000), approved);
    const isUnknown = found?.code === "DISTRIBUTOR_NOT_AUTHORISED" && brand === undefined;
    if (found !== null && !isUnknown) findings.push({ ...found, event: item.digest, lot: about });
  }
  return findings;
}

/**
 * Judges statements beside a trail. `chain` is everything that a node answers, or null; `reader` is the party that asks.
 * Returns each statement by its digest, and the findings of both rules.
 */
export function judgeFacts(trail, statements, trust, chain, reader, policy) {
  const ledger = chain === null ? null : new Ledger(trust, chain);
  const past = new Past(trail);
  const all = judgeStatements(trust, statements, ledger);
  const input = { reader, policy, read: corrected(trail, past, trust, ledger) };
  return {
    judged: [
      ...all.sound.map(({ digest, stands, withdrawn }) => ({ digest, stands, withdrawn })),
      ...all.unsound.map(({ digest, fault }) => ({ digest, fault })),
    ],
    V04: judgeAuthorisations(all, past, trail.lot, ledger, input),
    V26: judgeAlerts(all, past, trail.lot, ledger, input),
  };
}
