// Shows who did what to administer the company or the service, the newest first.
import type { OperationName, OperationView } from "../../../../api/operations.ts";
import { usePaged } from "../../data/admin.ts";
import type { Rights } from "../../data/session.ts";
import { Moment } from "../../parts/Moment.tsx";
import { short } from "../../words.ts";
import { Table } from "./Table.tsx";

export function Operations({ rights: { isOperator } }: { rights: Rights }) {
  const list = usePaged<OperationView>("/v1/operations");
  return (
    <>
      <h2>Log</h2>
      <p className="soft">
        {isOperator
          ? "What was done to administer this service, for whom, and by whom."
          : "What was done to administer your company, by your people and by the service's operator."}{" "}
        Lines are written with the act itself, and are never changed here. What happened to lots
        stands in their trails.
      </p>
      <Table
        what="operations"
        list={list}
        empty="Nothing has been done yet."
        columns={["What", "On", "Who", ...(isOperator ? ["Company"] : []), "When"]}
        keyOf={({ at, act, about, by }) => `${at} ${act} ${about} ${by.with}`}
        cells={({ at, act, about, party, by }) => [
          WORDS[act],
          shortened(about),
          <>
            {by.party === null ? "Operator" : (by.party.name ?? by.party.address)}
            {by.with !== null && <span className="soft small"> with {shortened(by.with)}</span>}
          </>,
          ...(isOperator ? [party === null ? "–" : (party.name ?? short(party.address))] : []),
          <Moment key="at" time={at} />,
        ]}
      />
    </>
  );
}

const shortened = (text: string) => text.replace(/0x[0-9a-f]{40,64}/g, short);

const WORDS: Record<OperationName, string> = {
  "session.begin": "Signed in",
  "session.end": "Signed a browser out",
  "session.end-all": "Signed out everywhere",
  "api-key.make": "Made an API key",
  "api-key.revoke": "Revoked an API key",
  "key.make": "Made a signing key",
  "key.revoke": "Revoked a signing key",
  "party.admit": "Admitted a company",
  "party.suspend": "Suspended a company",
  "party.reinstate": "Reinstated a company",
  "company.make": "Made a company",
  "member.add": "Let a person sign in",
  "member.remove": "Removed a person",
  "policy.set": "Changed the policy",
  "grant.make": "Opened lots to an auditor",
  "grant.end": "Ended a grant",
  "statement.make": "Stated authorisations or alerts",
  "document.add": "Added a document",
};
