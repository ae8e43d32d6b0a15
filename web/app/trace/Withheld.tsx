// Says what is withheld from the reader in a lot's trail, and by whom.
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { count } from "../../verify/words.ts";
import { short } from "../words.ts";
import { fieldWord } from "../words.ts";
import type { EventEvidence } from "./verifier-messages.ts";

export interface WithheldBy {
  actor: string;
  /** Names of fields, and how often each is withheld. */
  fields: Map<string, number>;
  /** Entries of other lots that are only hashes. */
  entries: number;
  /** Events whose details are all withheld. */
  whole: number;
  /** Events without their signature. */
  unsigned: number;
}

/** What is withheld, by the party that signed it. */
export function withheldBy(events: readonly EventEvidence[]): WithheldBy[] {
  const byActor = new Map<string, WithheldBy>();
  for (const event of events) {
    const { actor, withheld, withheldEntries, root, detailsRoot, signature } = event;
    const isWhole = detailsRoot === null && !/^0x0+$/.test(root);
    if (withheld.length + withheldEntries.length === 0 && !isWhole && signature !== null) continue;
    const one = byActor.get(actor) ?? {
      ...{ actor, fields: new Map<string, number>() },
      ...{ entries: 0, whole: 0, unsigned: 0 },
    };
    byActor.set(actor, one);
    const others = new Set(withheldEntries.map(({ index }) => `entries.${index}`));
    for (const { name } of withheld) {
      const [, place, last] = /^(?:(entries\.\d+)\.)?(\w+)$/.exec(name) as unknown as string[];
      // What is stated of other lots goes with them.
      if (place !== undefined && others.has(place)) continue;
      if (last === undefined) continue;
      one.fields.set(last, (one.fields.get(last) ?? 0) + 1);
    }
    one.entries += withheldEntries.length;
    if (isWhole) one.whole++;
    if (signature === null) one.unsigned++;
  }
  return [...byActor.values()];
}

interface Props {
  events: readonly EventEvidence[];
  verdict: Verdict | undefined;
}

export function Withheld({ events, verdict }: Props) {
  const all = withheldBy(events);
  const nameOf = (address: string) =>
    verdict?.parties.find(({ party }) => party === address)?.name ?? short(address);
  return (
    <section className="card" aria-labelledby="withheld">
      <h2 id="withheld">What you do not see</h2>
      {all.length === 0 ? (
        <p className="soft">Nothing in this trail is withheld from you.</p>
      ) : (
        <>
          <p className="soft">
            A hash stands in place of each, so that the rest can still be verified. Ask the party
            that signed it for a grant.
          </p>
          <ul className="withheld">
            {all.map((one) => (
              <li key={one.actor}>
                <strong>{nameOf(one.actor)}</strong>
                <span className="block">{sentencesOf(one).join("; ")}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const sentencesOf = ({ fields, entries, whole, unsigned }: WithheldBy): string[] => [
  ...[...fields].map(
    ([name, times]) => `${fieldWord(name)}${times > 1 ? ` (${times} times)` : ""}`,
  ),
  ...(entries > 0
    ? [
        `${count(entries, "entry", "entries")} of other lots in the same events, with what is stated of them`,
      ]
    : []),
  ...(whole > 0 ? [`all details of ${count(whole, "event")}`] : []),
  ...(unsigned > 0 ? [`the signature of ${count(unsigned, "event")}`] : []),
];
