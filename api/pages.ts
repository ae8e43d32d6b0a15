// Lists the addresses of the service's pages. The server answers a browser there with 200, and elsewhere with 404; the pages
// have a view for each.

/** Where the pages are: `:lot`, `:notice`, `:shipment` and `:question` stand for one segment each. */
export const PAGES = {
  home: "/",
  choose: "/choose",
  overview: "/overview",
  inspect: "/inspect",
  lots: "/lots",
  lot: "/lots/:lot",
  ship: "/ship",
  shipNew: "/ship/new",
  shipFile: "/ship/file",
  split: "/ship/split",
  shipment: "/ship/:shipment",
  trace: "/trace",
  traceMany: "/trace/many",
  recalls: "/recalls",
  recall: "/recalls/:notice",
  reach: "/recalls/lot/:lot",
  insight: "/insight",
  question: "/insight/:question",
  grants: "/grants",
  admin: "/admin",
  adminSection: "/admin/:section",
} as const;
export type PageName = keyof typeof PAGES;

/** Where files of the pages are, whose names change with their content. */
export const ASSETS = "/assets/";

/** The script that keeps the pages' files in a browser. Its address decides for which pages it is asked. */
export const SERVICE_WORKER = "/service-worker.js";
