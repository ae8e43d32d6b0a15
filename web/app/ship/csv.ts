// Writes shipments and their lines as CSV.
import type { ShipmentView } from "../../../api/shipments.ts";
import { moment } from "../../verify/words.ts";
import { cell } from "../csv.ts";
import { stateOf } from "./state.ts";

const COLUMNS: readonly [string, (row: ShipmentView) => string | number | null][] = [
  ["from", (row) => row.shipper.name],
  ["to", (row) => row.consignee.name],
  ["shipped", (row) => moment(row.time)],
  ["state", (row) => stateOf(row).word],
  ["lots", (row) => row.lots],
  ["under way", (row) => row.open],
  ["received", (row) => row.received],
  ["received with pieces missing", (row) => row.short],
  ["refused", (row) => row.refused],
  ["cancelled", (row) => row.cancelled],
  ["shipment", (row) => row.shipment],
];

export const shipmentsCsv = (rows: readonly ShipmentView[]): string =>
  [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, read]) => read(row)))]
    .map((cells) => `${cells.map(cell).join(",")}\r\n`)
    .join("");
