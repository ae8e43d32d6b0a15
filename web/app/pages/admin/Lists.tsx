// Lists authorisations and alerts, and withdraws the company's own.
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { PartyView } from "../../../../api/parties.ts";
import type { StatementView } from "../../../../api/statements.ts";
import { useChange, useOne, usePaged } from "../../data/admin.ts";
import type { Page } from "../../data/lots.ts";
import type { Rights, SessionView } from "../../data/session.ts";
import { Ask } from "../../parts/Ask.tsx";
import { Moment } from "../../parts/Moment.tsx";
import { Failed } from "../../parts/States.tsx";
import { short } from "../../words.ts";
import { Table } from "./Table.tsx";

export function Lists({ session, rights }: { session: SessionView; rights: Rights }) {
  const [asked, setAsked] = useState<StatementView>();
  const withdraw = useChange();
  const parties = useOne<Page<PartyView>>("/v1/parties?limit=200");
  const names = new Map(parties.data?.items.map(({ address, name }) => [address, name]));
  const own = session.caller.party?.address;
  const mayWithdraw = ({ issuer, withdrawn }: StatementView) =>
    rights.canAct && issuer.address === own && !withdrawn;
  const act = (one: StatementView) =>
    mayWithdraw(one) && (
      <Button key="act" variant="default" size="xs" onClick={() => setAsked(one)}>
        Withdraw
      </Button>
    );
  return (
    <>
      <h2>Authorisations</h2>
      <p className="soft">
        Who may sell whose brand, as its manufacturer signed it. Everybody reads them. A list is
        added with <code>reelproof authorise</code>.
      </p>
      <Statements
        kind="authorisation"
        empty="No manufacturer has authorised anybody yet."
        columns={["Brand", "Seller", "Grade", "From", "Stated by", ""]}
        cells={(one) => {
          const content = one.content && "grade" in one.content ? one.content : null;
          return [
            content?.brand ?? "–",
            content === null ? "–" : (names.get(content.party) ?? short(content.party)),
            content?.grade ?? "–",
            content === null ? "–" : `${content.from}${content.to ? ` to ${content.to}` : ""}`,
            <By key="by" statement={one} />,
            act(one),
          ];
        }}
      />
      <h2 className="admin-next">Alerts</h2>
      <p className="soft">
        Parts that somebody warns of. You see your own, and those that are shared with you. A list
        is added with <code>reelproof alert import</code>.
      </p>
      <Statements
        kind="alert"
        empty="There is no alert that you may see."
        columns={["Part", "Kind", "Source", "Shared", "Stated by", ""]}
        cells={(one) => {
          const content = one.content && "mpn" in one.content ? one.content : null;
          return [
            content?.mpn ?? "–",
            content?.kind ?? "–",
            content === null ? "–" : `${content.source} ${content.reference}`,
            one.audience === null
              ? "–"
              : one.audience.includes("all")
                ? "with all"
                : one.audience.length === 0
                  ? "with nobody"
                  : `with ${one.audience.length}`,
            <By key="by" statement={one} />,
            act(one),
          ];
        }}
      />
      {asked && (
        <Ask
          title={`Withdraw this ${asked.kind}?`}
          button="Sign the withdrawal"
          isBusy={withdraw.isPending}
          failure={withdraw.isError && <Failed error={withdraw.error} />}
          onClose={() => setAsked(undefined)}
          onConfirm={() =>
            withdraw.mutate(
              { method: "POST", path: `/v1/statements/${asked.statement}/withdraw`, body: {} },
              { onSuccess: () => setAsked(undefined) },
            )
          }
        >
          {session.caller.party?.name} signs that it never counted. This cannot be undone.
        </Ask>
      )}
    </>
  );
}

function By({ statement: { issuer, time, withdrawn } }: { statement: StatementView }) {
  return (
    <>
      {issuer.name ?? short(issuer.address)}{" "}
      <span className="soft small">
        <Moment time={time} />
        {withdrawn && ", ✕ withdrawn"}
      </span>
    </>
  );
}

function Statements(props: {
  kind: "authorisation" | "alert";
  empty: string;
  columns: readonly string[];
  cells: (one: StatementView) => ReactNode[];
}) {
  const list = usePaged<StatementView>("/v1/statements", { kind: props.kind });
  return (
    <Table
      what={`${props.kind}s`}
      list={list}
      empty={props.empty}
      columns={props.columns}
      keyOf={({ statement }) => statement}
      cells={props.cells}
    />
  );
}
