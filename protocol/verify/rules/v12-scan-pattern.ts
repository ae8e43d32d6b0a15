// Judges rule V12, scan pattern. The label was not scanned twice in one session, nor by more parties outside of the trail than
// the policy allows. A party may move a package between as many places of its own as it has.
import { card } from "../../verdict/findings/v12-scan-pattern.ts";
import { DAY_SECONDS } from "../../base/time.ts";
import type { SessionScan } from "../../verdict/facts.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

export const scanPattern = rule(
  card,
  function* ({ input, policy: { maxOtherScanners, scanDays }, trail, now }) {
    const { sightings, session } = input.facts ?? {};
    if (session) yield* inSession(trail.lot, session);
    if (sightings === undefined) return yield { unknown: "SIGHTINGS_NOT_KNOWN" };
    const recent = sightings.filter(({ last }) => last >= now - scanDays * DAY_SECONDS);
    // What other parties say that they scanned is a remark: the holder and the reader have had the package in hand.
    const others = recent.filter(({ own, by }) => !own && by === "other").length;
    if (others > maxOtherScanners)
      yield {
        code: "SCANNED_BY_OTHERS",
        lot: trail.lot,
        expected: maxOtherScanners,
        found: others,
      };
  },
);

function* inSession(lot: string, session: SessionScan): Iterable<Ruling> {
  if ("notCounted" in session)
    yield {
      unknown: session.notCounted === "not kept" ? "SESSION_NOT_KEPT" : "PACKAGE_NOT_NAMED",
    };
  else if (session.scannedBefore !== null)
    yield { code: "SCANNED_TWICE_IN_SESSION", lot, found: momentOf(session.scannedBefore) };
}

/** A moment as people read it, to the second, in UTC. */
const momentOf = (time: number): string => new Date(time * 1000).toISOString().replace(".000", "");
