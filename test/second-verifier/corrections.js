// Verifies the corrections of a trail's lots: which count, what they change, and how grave each change is.
import { readFileSync } from "node:fs";
import { ZERO_HASH } from "./bytes.js";
import { fieldValue, indexOf, splitFrom } from "./stated.js";
import { issuerOf } from "./lots.js";
import { hasRoot } from "./trail-item.js";

const [RECALL, SUSPICION, WITHDRAWAL, CORRECTION] = [1, 2, 3, 4];
const [SHIP, REFUSE, CANCEL, SPLIT, INSPECT, HOLD, RELEASE] = [3, 5, 6, 7, 9, 10, 11];
const DATES = ["dateCode", "dateCodeNewest", "dateCodeFormat"];
/** The fields of a correction that are about the correction itself. */
const ABOUT = /^(reason|remarks|alertReference|discoveredOn|contact|document.*)$/;
/** Corrections of a trail that are read. */
const MOST = 200;

const page = readFileSync(new URL("../../docs/detail-fields.md", import.meta.url), "utf8");
/** The fields that a correction can state anew. */
const CORRECTABLE = page
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .filter(([, , , , , occasions]) => /\bcorrection\b/.test(occasions))
  .map(([, name]) => name.replaceAll("`", ""))
  .filter((name) => !ABOUT.test(name));

/** The trail's notices in the order of the ledger, then those that it has not taken. */
function orderedNotices({ trail, ledger, digestOf }) {
  const items = new Map(trail.notices.map((item) => [digestOf(item.notice), item]));
  const taken = [...(ledger?.notices.values() ?? [])];
  const places = new Set(taken.map(({ digest }) => digest));
  const all = taken.map(({ digest, notice, block, order, context }) => ({
    digest,
    notice,
    record: { block, order, time: context.now },
    isShown: items.has(digest),
    details: items.get(digest)?.details ?? null,
  }));
  const others = [...items].filter(([digest]) => !places.has(digest));
  return [
    ...all,
    ...others.map(([digest, { notice, details }]) => ({
      digest,
      notice,
      isShown: true,
      details,
      record: null,
    })),
  ];
}

/** The facts that a correction states, by name: undefined if it leaves one out, null if it withholds it. */
function statedBy({ open, withheld }) {
  const all = new Map([
    ...open.map(({ path, value }) => [path[0], value]),
    ...withheld.map(({ path }) => [path[0], null]),
  ]);
  const isStated = (name) => all.has(DATES.includes(name) ? "dateCode" : name);
  return CORRECTABLE.filter(isStated).map((name) => [name, all.get(name)]);
}

/** Whether details can be the signed ones: where none are shown, if there are any. */
const maySay = (notice, details) =>
  details === null ? notice.details !== ZERO_HASH : hasRoot(notice.details, details, 0);

/** Reads the corrections of a trail, and reports those that do not count. */
export function readCorrections(verification) {
  const { origins, findings } = verification;
  const notices = orderedNotices(verification);
  const isFinal = ({ record }) => record !== null && verification.isFinal(record.block);
  const withdrawalOf = ({ digest, notice: { issuer, lot } }, i) =>
    notices.find(
      (each, j) =>
        j > i &&
        isFinal(each) &&
        each.notice.kind === WITHDRAWAL &&
        each.notice.withdraws === digest &&
        each.notice.issuer === issuer &&
        each.notice.lot === lot,
    );
  const facts = new Map();
  let count = 0;
  for (const [i, each] of notices.entries()) {
    const { notice, details, digest, record } = each;
    const { lot } = notice;
    const origin = origins.get(lot);
    if (notice.kind !== CORRECTION || notice.issuer !== issuerOf(lot) || !origin) continue;
    if (!each.isShown || !maySay(notice, details)) continue;
    count += 1;
    if (count > MOST) {
      findings.add("CORRECTIONS_LEFT_OUT", digest);
      break;
    }
    if (!isFinal(each)) {
      findings.add("CORRECTION_PENDING", digest);
      continue;
    }
    if (details === null) {
      findings.add("CORRECTION_WITHHELD", digest);
      continue;
    }
    for (const [name, value] of statedBy(details)) {
      const first = fieldValue(origin, indexOf(origin, lot), name);
      if (origin.event.action === SPLIT && first === undefined) {
        if (value !== undefined && !withdrawalOf(each, i))
          findings.add("CORRECTION_OF_OTHERS_FACT", digest);
        continue;
      }
      const key = `${lot} ${name}`;
      const fact = facts.get(key) ?? { lot, name, first, stated: [] };
      fact.stated.push({ value, digest, from: record, to: withdrawalOf(each, i) });
      facts.set(key, fact);
    }
  }
  for (const fact of facts.values()) Object.assign(fact, historyOf(fact));
  return new Corrections(verification, facts, notices);
}

/** The values of a fact in their order, and what replaced each: a correction, or the withdrawal of one. */
function historyOf({ first, stated }) {
  const by = stated.flatMap(({ digest, from, to }) => [
    { digest, record: from },
    ...(to ? [{ digest: to.digest, record: to.record }] : []),
  ]);
  by.sort((one, other) => one.record.order - other.record.order);
  const valueAt = ({ order }) =>
    stated.findLast(({ from, to }) => from.order <= order && !(to && to.record.order <= order));
  const held = by.map(({ record }) => valueAt(record));
  return { values: [first, ...held.map((each) => (each ? each.value : first))], by };
}

class Corrections {
  constructor(verification, facts, notices) {
    Object.assign(this, { verification, facts, notices });
  }

  /** The corrected fact that holds for a lot: its own, or that of the nearest lot that it was split from. */
  factOf(lot, name) {
    const seen = new Set();
    for (let each = lot; each !== undefined && !seen.has(each);) {
      seen.add(each);
      const fact = this.facts.get(`${each} ${name}`);
      if (fact) return fact;
      const origin = this.verification.origins.get(each);
      each = origin && splitFrom(origin);
    }
    return undefined;
  }

  /** Whether an event repeats what was corrected after the ledger had recorded it. */
  isOutdated(item, index, name) {
    const key = DATES.includes(name) ? "dateCode" : name;
    const fact = this.factOf(item.event.entries[index].lot, key);
    const value = fieldValue(item, index, key);
    if (!fact || value === undefined || value === null) return false;
    const place = this.placeOf(item);
    return fact.by.some(
      ({ record }, i) => fact.values[i] === value && place && isBefore(place, record),
    );
  }

  /** The place at which an event counts: its record, the one in its place, or a log's. */
  placeOf({ record, rivals, logged, log }) {
    return record ?? (logged === undefined ? rivals?.[0]?.record : undefined) ?? log?.place;
  }

  /** What an event states of one of its lots, as corrected. */
  valueOf(item, index, name) {
    const own = fieldValue(item, index, name);
    const { lot, previous } = item.event.entries[index];
    const fact = this.factOf(lot, name);
    if (!fact) return own;
    const isCreation =
      previous === ZERO_HASH && this.verification.origins.get(lot)?.digest === item.digest;
    if (isCreation && fact.lot === lot) return fact.values.at(-1);
    const mayRepeat = isCreation || item.event.actor === issuerOf(fact.lot);
    return mayRepeat && this.isOutdated(item, index, name) ? fact.values.at(-1) : own;
  }

  /** Reports what was corrected, and what came before. */
  report() {
    const { findings } = this.verification;
    for (const { lot, values, by } of this.facts.values()) {
      const changes = by.filter((_, i) => values[i] !== values[i + 1] || values[i + 1] === null);
      if (changes.length === 0) continue;
      const grades = changes.map(({ record }) => this.gradeOf(lot, record));
      const gravest = ORDER.find((code) => grades.includes(code));
      const isBack = values.at(-1) === values[0] && values[0] !== null;
      if (isBack && gravest === "FACT_CORRECTED") continue;
      const accepted = gravest !== "FACT_CORRECTED" && this.isAccepted(lot, changes.at(-1).record);
      findings.add(accepted ? "CORRECTION_ACCEPTED" : gravest, lot);
      if (values.at(-1) === null) findings.add("CORRECTION_WITHHELD", lot);
    }
  }

  gradeOf(lot, record) {
    const lots = this.madeFrom(lot, true);
    const issuer = issuerOf(lot);
    const isNoticed = (kind, byOthers) =>
      this.notices.some(
        ({ notice, record: taken }) =>
          taken !== null &&
          notice.kind === kind &&
          lots.has(notice.lot) &&
          (!byOthers || notice.issuer !== issuer) &&
          taken.order < record.order,
      );
    if (isNoticed(RECALL, false)) return "FACT_CORRECTED_AFTER_RECALL";
    const earlier = this.stepsOf(lots).filter(({ item }) => this.mayBeEarlier(item, record));
    if (earlier.some(({ item, index }) => item.event.actor !== issuer && isDispute(item, index)))
      return "FACT_CORRECTED_AFTER_DISPUTE";
    if (isNoticed(SUSPICION, true)) return "FACT_CORRECTED_UNDER_SUSPICION";
    return earlier.some((step) => this.isHandover(step))
      ? "FACT_CORRECTED_AFTER_HANDOVER"
      : "FACT_CORRECTED";
  }

  isAccepted(lot, record) {
    return this.stepsOf(this.madeFrom(lot, false)).some(
      ({ item, index }) =>
        item.event.actor !== issuerOf(lot) &&
        !this.isEarlier(item, record) &&
        [INSPECT, RELEASE].includes(item.event.action) &&
        !isDispute(item, index) &&
        fieldValue(item, index, "inspectionResult") === "accepted",
    );
  }

  /** A lot and the lots of the trail that were split from it, or also assembled of it. */
  madeFrom(lot, isAnyWay) {
    const lots = new Set([lot]);
    for (const item of this.verification.items) {
      const isMaking = isAnyWay ? [7, 8] : [7];
      if (!isMaking.includes(item.event.action)) continue;
      const entries = item.event.entries.filter((entry) => typeof entry !== "string");
      if (!entries.some((entry) => entry.previous !== ZERO_HASH && lots.has(entry.lot))) continue;
      for (const entry of entries)
        if (entry.previous === ZERO_HASH && this.verification.origins.has(entry.lot))
          lots.add(entry.lot);
    }
    return lots;
  }

  /** The entries about some lots, in the order of the trail. */
  stepsOf(lots) {
    return this.verification.items.flatMap((item) =>
      item.event.entries.flatMap(({ lot }, index) => (lots.has(lot) ? [{ item, index, lot }] : [])),
    );
  }

  isHandover({ item, lot }) {
    if (item.event.action !== SHIP) return false;
    const steps = this.stepsOf(new Set([lot]));
    const next = steps[steps.findIndex((step) => step.item === item) + 1];
    return next?.item.event.action !== CANCEL;
  }

  /** The time of an event that the ledger has not recorded may be up to 15 minutes ahead. */
  mayBeEarlier({ record, event }, correction) {
    return record ? isBefore(record, correction) : event.time <= correction.time + 900;
  }

  isEarlier({ record, event }, correction) {
    return record ? isBefore(record, correction) : event.time <= correction.time;
  }
}

/** From the gravest to the mildest. */
const ORDER = [
  "FACT_CORRECTED_AFTER_RECALL",
  "FACT_CORRECTED_AFTER_DISPUTE",
  "FACT_CORRECTED_UNDER_SUSPICION",
  "FACT_CORRECTED_AFTER_HANDOVER",
  "FACT_CORRECTED",
];

/** Records and notices carry the number of their EVM log among those of the ledger. */
const isBefore = (one, other) => one.order < other.order;

function isDispute(item, index) {
  const says = (name) => fieldValue(item, index, name);
  return (
    [REFUSE, HOLD].includes(item.event.action) ||
    says("inspectionResult") === "rejected" ||
    says("testResult") === "fail" ||
    says("labelMatches") === false
  );
}
