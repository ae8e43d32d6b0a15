// Reads labels printed by others, from labels.json in the folder CONFORMANCE_DIR. A reading says
// what its source states.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KindName } from "../../../protocol/label/kinds.ts";
import type { LabelField, LabelRecord } from "../../../protocol/label/reading.ts";
import { readLabel } from "../../../protocol/label/label.ts";

const folder = process.env["CONFORMANCE_DIR"];
const title = "readLabel, on labels printed by others";

interface Label {
  id: string;
  raw: string;
  expected?: Record<string, unknown> & {
    di?: Record<string, string>;
    fields?: Record<string, string | number>;
  };
}

/** Refused on purpose, because its separators are lost. */
const REFUSED: Record<string, string> = {
  "inventree-pr5509-mouser-stripped": "SEPARATORS_LOST",
  // Columns of which no source states the meaning.
  "binner-kemet-2": "NO_IDENTIFIER",
};
/** Values that a reading leaves out, because the label cannot be cut there for certain (its source has a letter too many). */
const UNTOLD: Record<string, readonly string[]> = {
  "binner-Walsin-1206B473K501": ["partNumber", "lot"],
};

/** The record's name for a source's name of a fact. */
const RECORDED: Record<string, keyof LabelRecord> = {
  mpn: "mpn",
  partNumber: "mpn",
  lot: "makerLot",
  lotCode: "makerLot",
  lot1: "makerLot",
  quantity: "quantity",
  coo: "countryOfOrigin",
  supplier_sku: "supplierReference",
  manufacturer: "manufacturer",
  peak_c: "peakReflowCelsius",
  seal_date: "bagSealDate",
};
/** The same for facts that are a field's text. */
const FIELDS: Record<string, readonly KindName[]> = {
  customer_po: ["purchaseOrder"],
  customer_po_line: ["purchaseOrderLine"],
  line: ["purchaseOrderLine", "salesOrderLine"],
  customer_pn: ["customerPartNumber"],
  supplier_order: ["salesOrder"],
  invoice: ["invoice"],
  packing_list: ["packingList"],
  msl: ["msl"],
  floor_life: ["floorLifeHours"],
  fab_country: ["fabCountry"],
  assembly_country: ["assemblyCountry"],
  production_date: ["productionDate"],
  expireDate: ["expiryDate"],
};

const same = (one: unknown, other: unknown) =>
  typeof one === "number" || typeof other === "number"
    ? Number(one) === Number(other)
    : one === other;

/** Whether a reading has the value that a source states under its own name. */
function agrees(
  name: string,
  stated: unknown,
  record: LabelRecord,
  fields: readonly LabelField[],
): boolean {
  const date = record.dateCode;
  if (name === "date_code_raw" || name === "dateCode" || name === "date")
    return same(date?.raw, stated);
  if (name === "manufactureDate" || name === "formattedDateCode")
    return date?.readings[0]?.from === stated;
  if (name === "dateFormatted") return date?.readings[0]?.from.slice(2) === stated;
  if (name in RECORDED) return same(record[RECORDED[name]!], stated);
  const kinds = FIELDS[name];
  // Other names are of one source only: some field must have the text.
  return fields.some(
    ({ kind, raw }) => (kinds === undefined || kinds.includes(kind)) && same(raw, stated),
  );
}

if (folder === undefined)
  describe(title, () => {
    it("is skipped because CONFORMANCE_DIR is not set", function () {
      this.skip();
    });
  });
else
  describe(title, () => {
    const { labels } = JSON.parse(readFileSync(join(folder, "labels.json"), "utf8")) as {
      labels: Label[];
    };
    let agreed = 0;

    for (const { id, raw, expected = {} } of labels)
      it(`reads label ${id} as its source states`, () => {
        const reading = readLabel(raw);
        if (reading.status === "refused") return expect(reading.refusal).to.equal(REFUSED[id]);
        expect(id in REFUSED).to.equal(false);
        const { record, fields } = reading;
        const { di = {}, fields: named = {}, part_known: _, ...stated } = expected;
        for (const [identifier, text] of Object.entries(di)) {
          expect(
            fields.filter((field) => field.di === identifier).map((field) => field.raw),
          ).to.deep.equal([text]);
          agreed++;
        }
        for (const [name, value] of Object.entries({ ...named, ...stated })) {
          if (UNTOLD[id]?.includes(name)) {
            expect(record).to.not.have.any.keys("mpn", "makerLot");
            continue;
          }
          expect(agrees(name, value, record, fields), `${name}: ${String(value)}`).to.equal(true);
          agreed++;
        }
        return undefined;
      });

    it("agrees on at least 180 stated values", () => {
      expect(agreed).to.be.at.least(180);
    });
  });
