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
