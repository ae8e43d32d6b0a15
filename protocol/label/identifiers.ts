// Lists the data identifiers of ANSI MH10.8.2 on labels of components, and their meanings. A dialect may override a meaning.
import type { Meaning } from "./kinds.ts";

/** MH10.8.2's identifiers for money: value, net price, postage, discount, tax, currency. Their data are dropped. */
export const MONETARY: ReadonlySet<string> = new Set(["12Q", "27Q", "28Q", "29Q", "30Q", "31Q"]);

/** The meaning of unknown identifiers, and of those that parties define between themselves. */
export const UNKNOWN: Meaning = { kind: "other" };

/** The meaning of each identifier. */
export const IDENTIFIERS: Readonly<Record<string, Meaning>> = {
  // D: dates
  D: { kind: "dateCode", dates: ["YYMMDD"] },
  "1D": { kind: "dateCode", dates: ["DDMMYY"] },
  "2D": { kind: "dateCode", dates: ["MMDDYY"] },
  "9D": { kind: "dateCode" },
  "10D": { kind: "dateCode", dates: ["YYWW"] },
  // Murata writes YYWW here as well.
  "11D": { kind: "dateCode", dates: ["YYYYWW", "YYWW"] },
  "12D": { kind: "dateCode", dates: ["YYYYMMDD"] },
  "13D": { kind: "dateCode", dates: ["YYWWYYWW"] },
  "14D": { kind: "expiryDate", dates: ["YYYYMMDD"] },
  "15D": { kind: "expiryDate", dates: ["DDMMYYYY"] },
  "16D": { kind: "productionDate", dates: ["YYYYMMDD"] },
  "17D": { kind: "productionDate", dates: ["DDMMYYYY"] },
  // EIGP 114: the ship date, with or without the qualifier that MH10.8.2 asks for.
  "6D": { kind: "shipDate", dates: ["YYYYMMDD"] },

  // E: environment
  E: { kind: "environmentalCategory" },
  "13E": { kind: "msl" },

  // J: licence plates
  J: { kind: "licencePlate" },
  "1J": { kind: "licencePlate" },
  "2J": { kind: "licencePlate" },
  "3J": { kind: "licencePlate" },
  "4J": { kind: "licencePlate" },
  "5J": { kind: "licencePlate" },
  "6J": { kind: "licencePlate" },

  // K: transactions
  K: { kind: "purchaseOrder" },
  "1K": { kind: "salesOrder" },
  "2K": { kind: "billOfLading" },
  "4K": { kind: "purchaseOrderLine" },
  "10K": { kind: "invoice" },
  "11K": { kind: "packingList" },
  "13K": { kind: "billOfLading" },
  "14K": {
    kind: "purchaseOrder",
    inner: (raw) => {
      const [order, line] = raw.split("+");
      return line === undefined
        ? []
        : [
            { raw: order!, meaning: { kind: "purchaseOrder" } },
            { raw: line, meaning: { kind: "purchaseOrderLine" } },
          ];
    },
  },
  "16K": { kind: "deliveryNote" },

  // L: places
  "4L": { kind: "countryOfOrigin" },

  // P: items
  P: { kind: "customerPartNumber" },
  "1P": { kind: "mpn" },
  "2P": { kind: "partRevision" },
  "3P": { kind: "gtin" },
  "27P": { kind: "hts" },
  "30P": { kind: "supplierReference" },
  "31P": { kind: "orderCode" },

  // Q: quantities
  Q: { kind: "quantity" },
  "7Q": {
    kind: "other",
    // The unit is two characters of X12 element 355. Only pieces count as a quantity.
    inner: (raw) =>
      /^\d+(PC|EA)$/.test(raw) ? [{ raw: raw.slice(0, -2), meaning: { kind: "quantity" } }] : [],
  },
  "13Q": { kind: "packageCount" },

  // R: returns
  "1R": { kind: "returnAuthorisation" },
  "2R": { kind: "returnAuthorisation" },

  // S: serials and packages
  S: { kind: "serialNumber" },
  "1S": { kind: "serialNumber" },
  "2S": { kind: "asnNumber" },
  "3S": { kind: "packageId" },
  "4S": { kind: "parentPackageId" },
  "5S": { kind: "parentPackageId" },
  "6S": { kind: "parentPackageId" },
  "7S": { kind: "parentPackageId" },

  // T: trace numbers
  T: { kind: "other" },
  "1T": { kind: "makerLot" },
  "2T": { kind: "furtherLot" },
  "30T": { kind: "traceNumber" },
  "31T": { kind: "traceNumber" },
  "32T": { kind: "traceNumber" },
  "33T": { kind: "traceNumber" },
  "34T": { kind: "traceNumber" },

  // V: parties
  V: { kind: "supplierCode" },
  // EIGP 114 and Mouser: the manufacturer's name. If it is a number, the field has no value.
  "1V": { kind: "manufacturer" },
  "8V": { kind: "customerCode" },
  "9V": { kind: "customerCode" },
  "12V": { kind: "manufacturerDuns" },
  "14V": { kind: "customerCode" },
  "17V": { kind: "manufacturerCage" },
  "25V": { kind: "manufacturerCage" },
};
