// Shows in one line who held the lot, in which role, and whether its maker authorised each distributor.
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { roleNames } from "../../../protocol/event/roles.ts";

/** What rule V04 found of a distributor, in a word. */
const GRADES: Readonly<Record<string, [word: string, tone: string]>> = {
  DISTRIBUTOR_NOT_AUTHORISED: ["not authorised", "WARN"],
  AUTHORISATION_ENDED: ["authorisation ended", "WARN"],
  AUTHORISATION_NOT_BEGUN: ["not authorised yet", "WARN"],
  DISTRIBUTOR_APPROVED: ["approved", "INFO"],
  AFTERMARKET_SOURCE: ["aftermarket", "INFO"],
};

/** A party that came to hold the lot. */
interface Holder {
  party: string;
  name: string;
  role: string;
  /** Undefined where the maker's word is not known, or does not matter. */
  grade: readonly [word: string, tone: string] | undefined;
}

const TAKES: readonly string[] = ["commission", "introduce", "assemble", "receive"];

/** The parties that held a lot, the first one first. */
export function holdersOf({ custody, parties, findings, rules }: Verdict): Holder[] {
  // A word only where nothing of the rule stayed open: silence is no authorisation.
  const isJudged =
    rules.some(({ rule, result }) => rule === "V04" && result !== "not evaluable") &&
    !findings.some(({ code }) => code === "AUTHORISATION_UNSOUND");
  return custody
    .filter(({ action }) => TAKES.includes(action))
    .map(({ actor, event, action }) => {
      const party = parties.find((each) => each.party === actor);
      const roles = roleNames(party?.roles ?? 0);
      const finding = findings.find((each) => each.event === event && each.code in GRADES);
      const isDistributor = roles.includes("distributor") && !roles.includes("assembler");
      const isFine = isJudged && isDistributor && action === "receive";
      return {
        party: actor,
        name: party?.name ?? "an unknown party",
        role: roles.join(", "),
        grade: finding
          ? GRADES[finding.code]
          : isFine
            ? (["authorised", "PASS"] as const)
            : undefined,
      };
    });
}

export function CustodyLine({ verdict, own }: { verdict: Verdict; own: string | null }) {
  const holders = holdersOf(verdict);
  const { consignee } = verdict.state ?? {};
  const isComing = verdict.inTransit && consignee === own && own !== null;
  return (
    <ol className="custody-line" aria-label="Who held it">
      {holders.map(({ party, name, role, grade }, i) => (
        <li key={i}>
          <strong>{party === own ? "you" : name}</strong>
          <span className="soft small block">
            {role}
            {grade && (
              <>
                {" · "}
                <span className={`tone-text-${grade[1]}`}>{grade[0]}</span>
              </>
            )}
          </span>
        </li>
      ))}
      {isComing && (
        <li className="coming">
          <strong>you</strong>
          <span className="soft small block">on its way</span>
        </li>
      )}
    </ol>
  );
}
