// Shows one event of the evidence: what was signed, byte by byte, by which key, and where the chain recorded it.
import { Link } from "wouter";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { count, moment, pieces } from "../../verify/words.ts";
import { Hash } from "../parts/Hash.tsx";
import { ACTION_WORDS, fieldWord } from "../words.ts";
import type { EventEvidence } from "./verifier-messages.ts";

interface Props {
  event: EventEvidence;
  verdict: Verdict | undefined;
  names: ReadonlyMap<string, string>;
  isOpen: boolean;
  onToggle(isOpen: boolean): void;
}

export function EvidenceEvent({ event, verdict, names, isOpen, onToggle }: Props) {
  const actor = verdict?.parties.find(({ party }) => party === event.actor)?.name;
  const findings = verdict?.findings.filter((one) => one.event === event.digest) ?? [];
  const faults = findings.filter(({ verdict: severity }) => severity === "FAIL").length;
  const action = event.action === null ? "Unknown action" : ACTION_WORDS[event.action];
  return (
    <li>
      <details
        open={isOpen}
        onToggle={({ currentTarget }) => {
          if (currentTarget.open !== isOpen) onToggle(currentTarget.open);
        }}
      >
        <summary>
          <time dateTime={new Date(event.time * 1000).toISOString()}>{moment(event.time)}</time>
          <strong>{action}</strong>
          <span>
            by {actor ?? "an unknown party"} · {count(event.lots.length, "lot")}
            {event.withheldEntries.length > 0 && ` and ${event.withheldEntries.length} withheld`}
          </span>
          <State event={event} verdict={verdict} />
          {faults > 0 && <span className="badge tone-FAIL">✕ {count(faults, "fault")}</span>}
        </summary>
        {isOpen && <Parts event={event} verdict={verdict} names={names} />}
      </details>
    </li>
  );
}

/** Signature and record, each as sign and word. */
function State({ event, verdict }: Pick<Props, "event" | "verdict">) {
  const record = verdict?.events.find((one) => one.event === event.digest);
  const isSigned = event.signer !== null;
  return (
    <span className="evidence-state">
      <span className={isSigned ? "tone-text-PASS" : "tone-text-FAIL"}>
        {isSigned
          ? "✓ signed"
          : event.signature === null
            ? "? signature not kept"
            : "✕ bad signature"}
      </span>{" "}
      <span className="soft">
        {record?.recorded
          ? `block ${pieces(record.recorded.block)}`
          : record?.logged
            ? "in a log"
            : "not on the chain yet"}
      </span>
    </span>
  );
}

function Parts({ event, verdict, names }: Pick<Props, "event" | "verdict" | "names">) {
  const record = verdict?.events.find((one) => one.event === event.digest);
  const { root, detailsRoot, signer, actor } = event;
  const findings = verdict?.findings.filter((one) => one.event === event.digest) ?? [];
  return (
    <div className="evidence-parts">
      {findings.map((finding, i) => (
        <p key={i} className={`notice tone-${finding.verdict}`}>
          <strong>{finding.code}</strong> {finding.message}
        </p>
      ))}
      <dl className="facts">
        <Fact name="Digest">
          <Whole value={event.digest} />
        </Fact>
        <Fact name="Signature">
          {event.signature ? <Whole value={event.signature} /> : "not kept"}
        </Fact>
        <Fact name="Key">
          {signer === null ? (
            "no key made this signature"
          ) : (
            <>
              <Whole value={signer} />{" "}
              <span className="soft">
                {signer === actor
                  ? "the party's own address"
                  : "a key that the verdict checks against those that the party enrolled"}
              </span>
            </>
          )}
        </Fact>
        <Fact name="Transaction">
          {record?.recorded ? (
            <>
              <Whole value={record.recorded.transaction} />{" "}
              <span className="soft">
                block {pieces(record.recorded.block)}, {moment(record.recorded.time)},{" "}
                {record.recorded.final ? "final" : "not final yet"}
              </span>
            </>
          ) : record?.logged ? (
            <>
              <Whole value={record.logged.transaction} />{" "}
              <span className="soft">
                the log's checkpoint of {pieces(record.logged.size)} events, this one at{" "}
                {pieces(record.logged.index)}, block {pieces(record.logged.block)}
              </span>
            </>
          ) : (
            "none yet"
          )}
        </Fact>
        <Fact name="Details">
          <Whole value={root} />{" "}
          <span className={detailsRoot === root ? "tone-text-PASS" : "soft"}>
            {/^0x0+$/.test(root)
              ? "the event has no details"
              : detailsRoot === null
                ? "the details are withheld, or do not belong to this event"
                : detailsRoot === root
                  ? "✓ the details below have this root"
                  : "✕ the details below have another root: they were altered"}
          </span>
        </Fact>
      </dl>
      <h4>Lots</h4>
      <ul className="plain">
        {event.lots.map(({ lot, quantity, isNew }) => (
          <li key={lot}>
            <Link href={`/lots/${lot}`}>{names.get(lot) ?? "a lot without a number"}</Link>,{" "}
            {pieces(quantity)} pieces {isNew ? "made" : "after it"} <Hash value={lot} />
          </li>
        ))}
        {event.withheldEntries.map(({ hash }) => (
          <li key={hash} className="soft">
            A lot that you may not see <Hash value={hash} />
          </li>
        ))}
      </ul>
      {event.open.length + event.withheld.length > 0 && <Fields event={event} />}
      <h4>What was signed, in canonical JSON</h4>
      <pre className="bytes" tabIndex={0}>
        {event.bytes}
      </pre>
    </div>
  );
}

function Fields({ event: { open, withheld, restricted } }: Pick<Props, "event">) {
  const limits = new Map(restricted.map(({ name, to }) => [name, to]));
  const limitOf = (path: string) => limits.get(path.split(".").at(-1)!);
  return (
    <>
      <h4>Details</h4>
      <div className="scroll" role="region" aria-label="Details" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Value</th>
              <th scope="col">Salt, or the hash in its place</th>
            </tr>
          </thead>
          <tbody>
            {open.map(({ name, value, salt }) => (
              <tr key={name}>
                <th scope="row">{pathWords(name)}</th>
                <td>
                  {value}
                  {limitOf(name) !== undefined && (
                    <span className="soft small block">
                      its author restricts it: {limitOf(name)}
                    </span>
                  )}
                </td>
                <td>
                  <Hash value={salt} />
                </td>
              </tr>
            ))}
            {withheld.map(({ name, inner }) => (
              <tr key={name}>
                <th scope="row">{pathWords(name)}</th>
                <td className="soft">withheld from you</td>
                <td>
                  <Hash value={inner} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** `entries.3.mpn` as `Part, lot 4 of the event`. */
function pathWords(path: string): string {
  const [, index, name] = /^entries\.(\d+)\.(\w+)$/.exec(path) ?? [];
  return name === undefined ? fieldWord(path) : `${fieldWord(name)}, lot ${Number(index) + 1}`;
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const Whole = ({ value }: { value: string }) => <code className="wrap">{value}</code>;
