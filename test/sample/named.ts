// Names the lots and part numbers of the sample's story that tests use.

/** The broker's clearance sale: five packages, each with a fault. */
export const CLEARANCE = {
  /** Its date code is later than its dry pack's seal. */
  relabelled: "larkhill/LK-61207",
  /** Its date code says N/T, and its declared country is neither the wafer's nor the package's. */
  undated: "larkhill/LK-61208",
  /** Its buyer and its seller recorded different countries. */
  moved: "larkhill/LK-61209",
  /** Its dry pack was opened and never closed again. */
  opened: "larkhill/LK-61210",
  /** It was returned and resold from another country without an inspection. */
  resold: "larkhill/LK-61211",
} as const;

/** Lots about which other parties hold facts: authorisations, documents, alerts, other lots. */
export const KNOWN = {
  /** Its distributor's authorisation had ended before it arrived. It has a change notice, and a test report not by a laboratory. */
  late: "corvane/700480551207",
  /** Has a certificate. More pieces of its maker's lot are in circulation than were made. */
  certified: "corvane/700480551208",
  /** A broker sells its maker's lot under another part number. */
  renumbered: "corvane/700480551209",
  /** A broker sells its maker's lot with another date code. */
  redated: "corvane/700480551210",
  /** A broker's lot: more pieces of the certified lot than can exist. */
  surplus: "larkhill/LK-61301",
  otherNumber: "larkhill/LK-61302",
  otherDate: "larkhill/LK-61303",
  /** A broker's lot without a maker's lot: most rules cannot judge it. */
  bare: "larkhill/LK-61304",
} as const;

/** Part numbers, by what the parts are. */
export const MPNS = {
  opamp: "HOP2188AID",
  usbC: "CV4105-GF-A-TR",
  ffc: "CVFH12-30S-0.5SH(55)",
  powerHeader: "CV43045-0612",
} as const;
