// Ships lots that no other test has: made by Saebyeok, for the party that is to inspect them.
import type { ActionResult } from "../../api/settlement.ts";
import type { SampleService } from "./sample-service.ts";

export interface TestDelivery {
  /** The shipment's hash. */
  shipment: string;
  /** The lots' ids and numbers, in their order. */
  lots: string[];
  numbers: string[];
}

/** Pieces of each lot. */
export const TEST_PIECES = 2_000;
/** The party that gets them: its lists are of no concern to other tests of pages. */
export const GOODS_IN = "aldervik";

/** Makes lots and ships them. @param prefix begins their numbers, and is unique to a test */
export async function shipTo(
  { expecting, party }: SampleService,
  prefix: string,
  count: number,
): Promise<TestDelivery> {
  const numbers = Array.from({ length: count }, (_, i) => `${prefix}-${i + 1}`);
  const { lots } = await expecting<ActionResult>(201, "POST", "/v1/lots", {
    key: "saebyeok",
    body: {
      lots: numbers.map((lotNumber) => ({ lotNumber, quantity: TEST_PIECES })),
      details: {
        manufacturer: "Saebyeok Memory Co., Ltd.",
        mpn: "SB25Q128JVSIQ",
        makerLot: `ML-${prefix}`,
        dateCode: "2640",
        countryOfOrigin: "KR",
        msl: "3",
      },
    },
  });
  const { hash } = await expecting<ActionResult>(201, "POST", "/v1/shipments", {
    key: "saebyeok",
    body: { consignee: party(GOODS_IN), lots: lots.map((lot) => ({ lot })) },
  });
  return { shipment: hash, lots, numbers };
}

/** A lot's label as the service prints it, as a PNG. */
export async function labelPng(
  { service, key }: SampleService,
  lot: string,
): Promise<Buffer<ArrayBuffer>> {
  const answer = await fetch(`${service.url}/v1/lots/${lot}/label?format=png&dpi=203`, {
    headers: { authorization: `Bearer ${key("saebyeok")}` },
  });
  if (!answer.ok) throw new Error(`the label was not printed: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}
