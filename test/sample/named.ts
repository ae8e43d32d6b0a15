// Lots and part numbers of the sample's story that tests speak of by name.

/** The broker's clearance: five packages, none of them in order. */
export const CLEARANCE = {
  /** Its date code is later than its dry pack's seal. */
  relabelled: "larkhill/LK-61207",
  /** Its date code says N/T, and its declared country is neither the wafer's nor the package's. */
  undated: "larkhill/LK-61208",
  /** Its buyer reads another country on it than its seller. */
  moved: "larkhill/LK-61209",
  /** Its dry pack was opened, and never closed again. */
  opened: "larkhill/LK-61210",
  /** It came back, and went on to somebody else from another country, without anybody looking at it. */
  resold: "larkhill/LK-61211",
} as const;

/** Lots about which others know something. */
export const KNOWN = {
  /** Its distributor's authorisation had ended when it came; a change notice is out on it, and a test report by no laboratory. */
  late: "corvane/700480551207",
  /** With its certificate. More pieces of its maker's lot are about than were made. */
  certified: "corvane/700480551208",
  /** Of a maker's lot that a broker sells under another part number. */
  renumbered: "corvane/700480551209",
  /** Of a maker's lot that a broker sells with another date code. */
  redated: "corvane/700480551210",
  /** A broker's: more of the certified lot than there can be. */
  surplus: "larkhill/LK-61301",
  otherNumber: "larkhill/LK-61302",
  otherDate: "larkhill/LK-61303",
  /** A broker's without a maker's lot: nothing can be held against it. */
  bare: "larkhill/LK-61304",
} as const;

/** Part numbers, by what the parts are. */
export const MPNS = {
  opamp: "HOP2188AID",
  usbC: "CV4105-GF-A-TR",
  ffc: "CVFH12-30S-0.5SH(55)",
  powerHeader: "CV43045-0612",
} as const;
