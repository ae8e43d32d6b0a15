// Lists what the caller opened to auditors and what others opened to it, with every read. Opens lots, and ends grants.
import { Button, Chip, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import type { GrantView, NewGrant, UpTo } from "../../../api/grants.ts";
import { count, moment, pieces } from "../../verify/words.ts";
import { pastedNames } from "../data/pasted.ts";
import {
  type Direction,
  useEndGrant,
  useGrantReads,
  useGrants,
  useMakeGrant,
  useParties,
} from "../data/grants.ts";
import { useLotOf } from "../data/recalls.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { Hash } from "../parts/Hash.tsx";
import { Empty, Failed, Loading } from "../parts/States.tsx";
import "../trace/trace.css";

export default function Grants({ session }: { session: SessionView }) {
  const { caller } = session;
  if (caller.party === null)
    return (
      <>
        <h1>Grants</h1>
        <Empty title="The operator gives no grants">
          A party opens its own lots to an auditor. Sign in for a party to see its grants.
        </Empty>
      </>
    );
  return <OfParty session={session} />;
}

function OfParty({ session }: { session: SessionView }) {
  const [params, setParams] = useSearchParams();
  const direction: Direction = params.get("direction") === "received" ? "received" : "given";
  const grants = useGrants(direction);
  const rows = grants.data?.pages.flatMap(({ items }) => items) ?? [];
  const choose = (next: Direction) =>
    setParams(next === "given" ? {} : { direction: next }, { replace: true });
  const { canAct } = rightsOf(session);
  return (
    <>
      <h1>Grants</h1>
      <p className="soft">
        A grant opens the trails of lots to an auditor for a time. It never shows more than its
        giver sees, and every read is written down.
      </p>
      <div className="filters">
        <Chip.Group
          value={direction}
          onChange={(value) => choose(value === "received" ? "received" : "given")}
        >
          <Chip value="given">Given by us</Chip>
          <Chip value="received">Given to us</Chip>
        </Chip.Group>
      </div>
      {direction === "given" && canAct && <Make />}
      {grants.isPending && <Loading what="the grants" rows={5} />}
      {grants.isError && <Failed error={grants.error} onRetry={() => void grants.refetch()} />}
      {grants.isSuccess && rows.length === 0 && (
        <Empty title={direction === "given" ? "Nothing is opened" : "Nothing is opened to you"}>
          {direction === "given"
            ? "Open lots to an auditor above: to a party of the ledger, or by a link that ends."
            : "When a party opens lots to yours, they stand here, and you can trace them."}
        </Empty>
      )}
      <ul className="notices">
        {rows.toReversed().map((grant) => (
          <Grant key={grant.id} grant={grant} isOwn={direction === "given"} canAct={canAct} />
        ))}
      </ul>
      {grants.hasNextPage && (
        <Button
          variant="default"
          loading={grants.isFetchingNextPage}
          onClick={() => void grants.fetchNextPage()}
        >
          Read more
        </Button>
      )}
    </>
  );
}

/** A grant's state at a time, as a word with its tone. */
function stateOf({ from, until, endedAt }: GrantView, now: number) {
  if (endedAt !== null) return { tone: "INFO", word: `ended ${moment(endedAt)}` };
  if (now >= until) return { tone: "INFO", word: "expired" };
  if (now < from) return { tone: "INCOMPLETE", word: "not begun" };
  return { tone: "PASS", word: "✓ open" };
}

const UP_TO_WORDS: Record<UpTo, string> = {
  public: "public fields",
  trail: "fields for parties of the trail",
  private: "also fields for the parties of an event",
};
const MOST_NAMED = 8;

interface GrantProps {
  grant: GrantView;
  isOwn: boolean;
  canAct: boolean;
}

function Grant({ grant, isOwn, canAct }: GrantProps) {
  const [isAsked, setAsked] = useState(false);
  const [isRead, setRead] = useState(false);
  const end = useEndGrant();
  const { tone, word } = stateOf(grant, Date.now() / 1000);
  const to = grant.grantee === null ? "anyone with the link" : (grant.granteeName ?? grant.grantee);
  return (
    <li className="card">
      <div className="page-head">
        <h2>
          {isOwn ? (grant.label ?? "Grant") : `From ${grant.granterName ?? grant.granter}`}{" "}
          <span className={`badge tone-${tone}`}>{word}</span>
        </h2>
        {isOwn && canAct && tone !== "INFO" && (
          <Button variant="default" size="sm" onClick={() => setAsked(true)} disabled={isAsked}>
            End it
          </Button>
        )}
      </div>
      <p>
        To <strong>{to}</strong>, {UP_TO_WORDS[grant.upTo]}
        {grant.fields.length > 0 && ` and ${grant.fields.join(", ")}`}, from {moment(grant.from)} to{" "}
        {moment(grant.until)}.
      </p>
      <p>
        {count(grant.lots.length, "lot")}:{" "}
        {grant.lots.slice(0, MOST_NAMED).map((lot) => (
          <LotName key={lot} lot={lot} />
        ))}
        {grant.lots.length > MOST_NAMED && `and ${pieces(grant.lots.length - MOST_NAMED)} more`}
      </p>
      {isAsked && (
        <div className="notice tone-WARN" role="alert">
          <p>
            <strong>
              {to} can read nothing more from then on. A grant that ended cannot begin again.
            </strong>
          </p>
          <div className="buttons">
            <Button
              loading={end.isPending}
              onClick={() => end.mutate(grant.id, { onSuccess: () => setAsked(false) })}
            >
              End the grant
            </Button>
            <Button variant="default" onClick={() => setAsked(false)}>
              Keep it
            </Button>
          </div>
          {end.isError && <Failed error={end.error} />}
        </div>
      )}
      <details className="more" onToggle={({ currentTarget }) => setRead(currentTarget.open)}>
        <summary>What was read with it</summary>
        {isRead && <Reads id={grant.id} />}
      </details>
    </li>
  );
}

function LotName({ lot }: { lot: string }) {
  const view = useLotOf(lot);
  return (
    <>
      {view.data ? (
        <Link href={`/lots/${lot}?view=tree`}>{view.data.lotNumber ?? "no number shown"}</Link>
      ) : (
        <Hash value={lot} />
      )}{" "}
    </>
  );
}

function Reads({ id }: { id: string }) {
  const reads = useGrantReads(id);
  if (reads.isPending) return <Loading what="what was read" rows={2} />;
  if (reads.isError) return <Failed error={reads.error} />;
  const rows = reads.data.pages.flatMap(({ items }) => items);
  if (rows.length === 0) return <p className="soft">Nothing yet.</p>;
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Lot</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((read, i) => (
            <tr key={i}>
              <td>{moment(read.at)}</td>
              <td>{read.what}</td>
              <td>
                <LotName lot={read.lot} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {reads.hasNextPage && (
        <Button
          variant="default"
          size="sm"
          loading={reads.isFetchingNextPage}
          onClick={() => void reads.fetchNextPage()}
        >
          Read more
        </Button>
      )}
    </>
  );
}

const DAY_SECONDS = 86_400;

function Make() {
  const parties = useParties();
  const make = useMakeGrant();
  const [grantee, setGrantee] = useState("");
  const [label, setLabel] = useState("");
  const [lots, setLots] = useState("");
  const [days, setDays] = useState("30");
  const [upTo, setUpTo] = useState<UpTo>("trail");
  const names = pastedNames(lots);
  const isReady = label.trim() !== "" && names.length > 0;
  return (
    <details className="more">
      <summary>Open lots to an auditor</summary>
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReady) return;
          make.mutate({
            grantee: grantee === "" ? null : grantee,
            label: label.trim(),
            lots: names,
            upTo,
            until: Math.floor(Date.now() / 1000) + Number(days) * DAY_SECONDS,
          });
        }}
      >
        <TextInput
          label="Who it is for, and why"
          required
          maxLength={128}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <NativeSelect
          label="Who may read"
          value={grantee}
          onChange={(event) => setGrantee(event.currentTarget.value)}
          data={[
            { value: "", label: "Anyone who has the link's token" },
            ...(parties.data?.items ?? []).map(({ address, name }) => ({
              value: address,
              label: name,
            })),
          ]}
        />
        <Textarea
          label="Lots"
          description="One in a line"
          required
          rows={3}
          spellCheck={false}
          value={lots}
          onChange={(event) => setLots(event.currentTarget.value)}
        />
        <NativeSelect
          label="How far it reaches"
          value={upTo}
          onChange={(event) => setUpTo(event.currentTarget.value as UpTo)}
          data={(["public", "trail", "private"] as const).map((value) => ({
            value,
            label: UP_TO_WORDS[value],
          }))}
        />
        <NativeSelect
          label="For how long"
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          data={[
            { value: "7", label: "A week" },
            { value: "30", label: "30 days" },
            { value: "90", label: "90 days" },
            { value: "365", label: "A year" },
          ]}
        />
        <div className="buttons">
          <Button type="submit" loading={make.isPending} disabled={!isReady}>
            Open {names.length === 0 ? "the lots" : count(names.length, "lot")}
          </Button>
        </div>
        {make.isError && <Failed error={make.error} />}
        {make.data && <Made grant={make.data} />}
      </form>
    </details>
  );
}

function Made({ grant: { token } }: { grant: NewGrant }) {
  if (token === null)
    return (
      <p className="verify-same" role="status">
        ✓ Opened. The party reads it with its own key.
      </p>
    );
  return (
    <div className="notice tone-WARN" role="status">
      <p>
        <strong>Copy the token now: it is not shown again.</strong> Keep it as safe as a key. The
        auditor sends it as <code>Authorization: Bearer</code>.
      </p>
      <code className="wrap">{token}</code>
    </div>
  );
}
