// Finds lots that a party issued under almost the same number. They are other lots, and people and scanners confuse them.
import type { LotTwin } from "../../api/lots.ts";
import type { Db } from "../storage/db.ts";

/** For each of some lot numbers, one that the party has registered and that differs in capitals or blanks alone, if any. */
export function twinsOf(db: Db, issuer: string, lotNumbers: readonly string[]): Promise<LotTwin[]> {
  return db.$queryRaw`
    SELECT DISTINCT ON (wanted.number) wanted.number AS "lotNumber", lot.lot_number AS registered
    FROM unnest(${[...lotNumbers]}::text[]) AS wanted(number)
    JOIN lot ON lot.issuer = ${issuer}
      AND upper(replace(lot.lot_number, ' ', '')) = upper(replace(wanted.number, ' ', ''))
      AND lot.lot_number <> wanted.number
    ORDER BY wanted.number, lot.sequence, lot.id`;
}
