// Tests when a condition begins and ends, and what the receiver is told, without any I/O.
import { expect } from "chai";
import { CODES, type ConditionCode, type Readings } from "../../../server/watch/conditions.ts";
import {
  CHECKS_TO_BEGIN,
  CHECKS_TO_END,
  follow,
  markTold,
  newsOf,
  openOf,
  REMIND_SECONDS,
  type Standings,
  type Streaks,
} from "../../../server/watch/standing.ts";

const CODE = "CHAIN_AWAY" satisfies ConditionCode;

/** Follows one condition, a check every 20 seconds. */
class Followed {
  standings: Standings = {};
  streaks: Streaks = new Map();
  now = 1_000_000;

  check(isOpen: boolean | null, code: ConditionCode = CODE) {
    this.now += 20;
    const rest = CODES.map((each) => [each, { isOpen: each === code ? isOpen : null }] as const);
    const readings = Object.fromEntries(rest) as Readings;
    const { now } = this;
    this.standings = follow(this.standings, this.streaks, { readings, codes: CODES, now });
  }

  checks(count: number, isOpen: boolean | null, code?: ConditionCode) {
    for (let i = 0; i < count; i++) this.check(isOpen, code);
  }

  /** Tells the receiver. */
  tell() {
    const news = newsOf(this.standings, this.now);
    this.standings = markTold(this.standings, news, this.now);
    return news.map(({ code, change }) => `${change} ${code}`);
  }
}

describe("following a condition", () => {
  it("begins after three checks in a row, and says since when", () => {
    const followed = new Followed();
    followed.checks(CHECKS_TO_BEGIN - 1, true);
    expect(openOf(followed.standings)).to.deep.equal([]);
    followed.check(true);
    expect(followed.standings[CODE]).to.include({ since: 1_000_020, toldAt: null, endedAt: null });
    expect(followed.tell()).to.deep.equal(["began CHAIN_AWAY"]);
    expect(followed.tell()).to.deep.equal([]);
  });

  it("never begins while it flaps, and does not end while it flaps", () => {
    const followed = new Followed();
    for (let i = 0; i < 50; i++) followed.check(i % 3 !== 2);
    expect(followed.tell()).to.deep.equal([]);
    followed.checks(CHECKS_TO_BEGIN, true);
    expect(followed.tell()).to.deep.equal(["began CHAIN_AWAY"]);
    for (let i = 0; i < 50; i++) followed.check(i % CHECKS_TO_END === 0);
    expect(followed.tell()).to.deep.equal([]);
  });

  it("ends after fifteen checks without it", () => {
    const followed = new Followed();
    followed.checks(CHECKS_TO_BEGIN, true);
    followed.tell();
    followed.checks(CHECKS_TO_END - 1, false);
    expect(openOf(followed.standings)).to.deep.equal([CODE]);
    followed.check(false);
    expect(openOf(followed.standings)).to.deep.equal([]);
    expect(followed.tell()).to.deep.equal(["ended CHAIN_AWAY"]);
    expect(followed.standings).to.deep.equal({});
  });

  it("changes nothing while it cannot be read", () => {
    const followed = new Followed();
    followed.checks(CHECKS_TO_BEGIN, true);
    followed.tell();
    followed.checks(2 * CHECKS_TO_END, null);
    expect(openOf(followed.standings)).to.deep.equal([CODE]);
  });

  it("is repeated once a day while it lasts", () => {
    const followed = new Followed();
    followed.checks(CHECKS_TO_BEGIN, true);
    followed.tell();
    followed.now += REMIND_SECONDS - 21;
    followed.check(true);
    expect(followed.tell()).to.deep.equal([]);
    followed.check(true);
    expect(followed.tell()).to.deep.equal(["lasts CHAIN_AWAY"]);
    expect(followed.tell()).to.deep.equal([]);
  });

  it("is told as ended where nobody could be told that it began", () => {
    const followed = new Followed();
    followed.checks(CHECKS_TO_BEGIN, true);
    followed.checks(CHECKS_TO_END, false);
    expect(followed.tell()).to.deep.equal(["ended CHAIN_AWAY"]);
  });

  it("has not ended for a receiver that was not told before it comes again", () => {
    const followed = new Followed();
    followed.checks(CHECKS_TO_BEGIN, true);
    followed.tell();
    followed.checks(CHECKS_TO_END, false);
    followed.checks(CHECKS_TO_BEGIN, true);
    expect(followed.tell()).to.deep.equal([]);
    expect(openOf(followed.standings)).to.deep.equal([CODE]);
  });

  it("never tells the receiver that it does not receive", () => {
    const followed = new Followed();
    followed.checks(CHECKS_TO_BEGIN, true, "ALERT_NOT_DELIVERED");
    expect(openOf(followed.standings)).to.deep.equal(["ALERT_NOT_DELIVERED"]);
    expect(followed.tell()).to.deep.equal([]);
    followed.checks(CHECKS_TO_END, false, "ALERT_NOT_DELIVERED");
    expect(followed.standings).to.deep.equal({});
  });
});
