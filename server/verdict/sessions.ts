// Records which packages a party scanned in a session, so that a label that is scanned twice is noticed, by whichever scanner of
// the party. A session is a name that its scans share: of a delivery, or of one run of the command line.
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import { keccak256 } from "../../protocol/base/crypto.ts";
import { DAY_SECONDS } from "../../protocol/base/time.ts";
import { isSameCode } from "../../protocol/label/several.ts";
import { type Read, textsOf } from "../../protocol/label/values.ts";
import type { SessionScan } from "../../protocol/verdict/facts.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";

/** How long a scan counts in its session: people use a name such as `dock 2` again the next day. */
const SESSION_SECONDS = DAY_SECONDS;
/** Scans of one party that are kept, so that nobody can fill the table. More than a busy dock has in a day. */
export const MAX_SCANS_OF_PARTY = 20_000;

export interface NewScan {
  party: string;
  session: string;
  /** What the label calls its package. */
  names: readonly string[];
  /** Unix seconds. */
  time: number;
}

/**
 * What a label calls its package: the lot, if the label names it, or else the ids on it with the part numbers, for two
 * manufacturers may use one id. A manufacturer's lot or a part number alone stands on many packages, and names none.
 * @param lot the lot that was found by the label
 */
export function packageNames(label: Read, lot: Lot | undefined): string[] {
  const links = textsOf(label, "lot");
  const ids = textsOf(label, "packageId", "licencePlate");
  const own = [lot?.lotNumber, lot?.packageId].filter((id) => id != null);
  const isNamed = ids.some((id) => own.some((each) => isSameCode(each, id)));
  if (lot && (isNamed || links.includes(lot.id))) return [`lot ${lot.id}`];
  const parts = textsOf(label, "mpn").join(" ");
  return [
    ...links.map((link) => `lot ${link}`),
    ...ids.map((id) => `id ${id} of ${parts}`.toUpperCase()),
  ];
}

/** Stores that a party scanned a package in a session. @returns whether it did before */
export async function keepInSession(
  db: Db,
  { party, session, names, time }: NewScan,
): Promise<SessionScan> {
  if (names.length === 0) return { notCounted: "no package" };
  // Of labels without a record only hashes are kept: nobody has to know later what was on them.
  const packages = names.map((name) => toHex(keccak256(utf8(name))));
  await db.$executeRaw`
    DELETE FROM session_scan WHERE party = ${party} AND first < ${time - SESSION_SECONDS}::bigint`;
  const added = await db.$queryRaw<{ package: string }[]>`
    INSERT INTO session_scan (party, session, package, first)
    SELECT ${party}, ${session}, name, ${time}::bigint FROM unnest(${packages}::text[]) AS name
    WHERE (SELECT count(*) FROM session_scan WHERE party = ${party}) < ${MAX_SCANS_OF_PARTY}
    ON CONFLICT DO NOTHING RETURNING package`;
  const rows = await db.sessionScan.findMany({
    where: { party, session, package: { in: packages } },
  });
  if (rows.length === 0) return { notCounted: "not kept" };
  const isNew = new Set(added.map((row) => row.package));
  const earlier = rows.filter((row) => !isNew.has(row.package)).map(({ first }) => Number(first));
  return { scannedBefore: earlier.length > 0 ? Math.min(...earlier) : null };
}
