// Lists the people who may sign in with a company account, adds some, and removes them. Only the operator does.
import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Scope } from "../../../../api/keys.ts";
import type { MemberView } from "../../../../api/members.ts";
import type { PartyView } from "../../../../api/parties.ts";
import { useChange, usePaged } from "../../data/admin.ts";
import { useWays } from "../../data/session.ts";
import { Moment } from "../../parts/Moment.tsx";
import { Failed } from "../../parts/States.tsx";
import { SCOPE_WORDS, SCOPES } from "./scopes.ts";
import { Table } from "./Table.tsx";

export function People() {
  const list = usePaged<MemberView>("/v1/members");
  const remove = useChange();
  const { company } = useWays();
  return (
    <>
      <h2>People</h2>
      <p className="soft">
        Who may sign in with a company account, and for which company. The account that signs in
        first under an address keeps it.
      </p>
      {!company && (
        <div className="notice tone-WARN">
          <p>
            Nobody can sign in with a company account here yet. Set <code>OIDC_ISSUER</code>,{" "}
            <code>OIDC_CLIENT_ID</code> and <code>OIDC_CLIENT_SECRET</code>: docs/operate.md says
            how.
          </p>
        </div>
      )}
      <Add />
      {remove.isError && <Failed error={remove.error} />}
      <Table
        what="people"
        list={list}
        empty="Nobody is on this list."
        columns={["E-mail address", "Acts for", "May", "Last sign-in", ""]}
        keyOf={({ id }) => id}
        cells={({ id, email, party, scope, used }) => [
          email,
          party === null ? "Operator" : (party.name ?? party.address),
          SCOPE_WORDS[scope],
          used === null ? "never" : <Moment time={used} />,
          <Button
            key="act"
            variant="default"
            size="xs"
            loading={remove.isPending && remove.variables.path.endsWith(id)}
            onClick={() => remove.mutate({ method: "DELETE", path: `/v1/members/${id}` })}
          >
            Remove
          </Button>,
        ]}
      />
    </>
  );
}

const OPERATOR = "operator";

function Add() {
  const [email, setEmail] = useState("");
  const [party, setParty] = useState<string | null>(null);
  const [scope, setScope] = useState<Scope>("write");
  const parties = usePaged<PartyView>("/v1/parties");
  const add = useChange();
  const choices = (parties.data?.pages ?? []).flatMap(({ items }) =>
    items.map(({ address, name }) => ({ value: address, label: name })),
  );
  return (
    <form
      className="card admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(
          {
            method: "POST",
            path: "/v1/members",
            body: { email: email.trim(), party: party === OPERATOR ? null : party, scope },
          },
          { onSuccess: () => setEmail("") },
        );
      }}
    >
      <TextInput
        label="E-mail address"
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <Select
        label="Acts for"
        data={[...choices, { value: OPERATOR, label: "Operator of this service" }]}
        value={party}
        onChange={setParty}
        searchable
      />
      <Select
        label="May"
        data={SCOPES}
        value={scope}
        allowDeselect={false}
        onChange={(value) => setScope(value as Scope)}
      />
      <Button
        type="submit"
        loading={add.isPending}
        disabled={email.trim() === "" || party === null}
      >
        Add
      </Button>
      {add.isError && <Failed error={add.error} />}
    </form>
  );
}
