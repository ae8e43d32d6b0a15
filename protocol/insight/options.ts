// Holds the numbers that the forecasts rely on, in one place. An answer names those that it used.

export const DAY = 86_400;
export const WEEK = 7 * DAY;

/** The lower, middle and upper quantiles of a band. */
export const BAND_LEVELS = [0.1, 0.5, 0.9] as const;

/** The newest shipments of a lane that a forecast is made from. */
export const LANE_WINDOW = 500;

/** The fewest finished shipments that make a lane; with fewer, a wider group is asked. 9 is the least that has a P90. */
export const LANE_FEWEST = 15;

/** A forecast is said to drift when, of so many last ones, fewer than so many were inside their 90 % bound. */
export const DRIFT = { of: 20, fewest: 15 } as const;

/** The share of false alarms among what is named unusual. */
export const FALSE_DISCOVERY = 0.1;

/** A promise is kept from 5 days before to its own time. */
export const PROMISE_WINDOW = { early: 5 * DAY, late: 0 } as const;

/** The fewest whole weeks, and the fewest of them with any use, that a forecast of use is made from. */
export const USE_FEWEST = { weeks: 26, uses: 6 } as const;

/** Past weeks at which forecasts of use are recomputed, to choose a method and to say how often its bounds held. */
export const USE_CUTS = 52;

/** A method of forecasting use is taken instead of a simpler one if its loss was under this share of the simpler one's. */
export const USE_BETTER = 0.75;

/** Smoothing of mean use. */
export const USE_SMOOTHING = { alpha: 0.1, beta: 0.1 } as const;

/** The weeks of a stretch that courses are drawn from, and the weight of the newest week in the level that it starts at. */
export const USE_COURSES = { stretch: 4, alpha: 0.3 } as const;

/** Courses that are drawn: for an answer, and at each past week. */
export const USE_PATHS = { now: 1_000, past: 200 } as const;

/** The sums of past weeks, and how many of them, by which drawn courses are set as wide apart as they should be. */
export const USE_SPREAD = { weeks: 8, cuts: 26 } as const;
