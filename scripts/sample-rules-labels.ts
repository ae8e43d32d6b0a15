// The sample's story for the rules of labels: a reel of which a broker offers a copy.
import type { Pen } from "./sample-pen.ts";

/** A maker's reel is still with the maker when a broker introduces one that carries the same package id. */
export function tellLabels(pen: Pen): void {
  const maker = "Halden Semiconductor AS";
  pen.day("2026-11-05");
  const { ldo } = pen.commission("halden", maker, "Halden commissions a reel of regulators.", {
    ldo: { part: "ldo", dateCode: "2643", packages: 1 },
  });
  const reel = ldo[0]!;
  pen.day("2026-11-10");
  const { mpn, makerLot, dateCode, countryOfOrigin, msl, packaging } = pen.originOf(reel);
  const copy = pen.introduce(
    "larkhill",
    "Larkhill introduces a reel with the package id of Halden's.",
    2500,
    {
      ...{
        manufacturer: maker,
        mpn: mpn!,
        makerLot: makerLot!,
        dateCode: dateCode!,
        countryOfOrigin: countryOfOrigin!,
      },
      ...{
        msl: msl!,
        packaging: packaging!,
        packageId: reel.slice(reel.indexOf("/") + 1),
        used: false,
      },
    },
  );
  pen.highlight(
    "copied",
    copy,
    "introduced by a broker with the package id of a reel that its maker still has",
  );
}
