// Lists the companies of the ledger. The operator admits, suspends and reinstates them, and each company sees its own keys.
import { Button, MultiSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { ROLES } from "../../../../protocol/event/roles.ts";
import type { PartyView, PartyWithKeys } from "../../../../api/parties.ts";
import { useChange, useOne, usePaged } from "../../data/admin.ts";
import type { Rights, SessionView } from "../../data/session.ts";
import { Ask } from "../../parts/Ask.tsx";
import { Hash } from "../../parts/Hash.tsx";
import { Failed, Loading } from "../../parts/States.tsx";
import { Table } from "./Table.tsx";

export function Parties({ rights }: { rights: Rights }) {
  const list = usePaged<PartyView>("/v1/parties");
  const change = useChange();
  const [asked, setAsked] = useState<PartyView>();
  return (
    <>
      <h2>Companies</h2>
      <p className="soft">
        Every company that may sign on this ledger, with what it may do there. Names and roles are
        public.
      </p>
      {rights.isOperator && <Admit />}
      {change.isError && !asked && <Failed error={change.error} />}
      <Table
        what="companies"
        list={list}
        empty="No company is admitted yet."
        columns={["Name", "Roles", "Address", "State", ...(rights.isOperator ? [""] : [])]}
        keyOf={({ address }) => address}
        cells={(party) => [
          party.name,
          party.roles.join(", "),
          <Hash key="address" value={party.address} />,
          party.suspended ? "‖ suspended" : "✓ may sign",
          ...(rights.isOperator
            ? [
                party.suspended ? (
                  <Button
                    key="act"
                    variant="default"
                    size="xs"
                    loading={change.isPending && change.variables.path.includes(party.address)}
                    onClick={() =>
                      change.mutate({
                        method: "DELETE",
                        path: `/v1/parties/${party.address}/suspension`,
                      })
                    }
                  >
                    Reinstate
                  </Button>
                ) : (
                  <Button key="act" variant="default" size="xs" onClick={() => setAsked(party)}>
                    Suspend
                  </Button>
                ),
              ]
            : []),
        ]}
      />
      {asked && (
        <Ask
          title={`Suspend ${asked.name}?`}
          button="Suspend the company"
          isBusy={change.isPending}
          failure={change.isError && <Failed error={change.error} />}
          onClose={() => setAsked(undefined)}
          onConfirm={() =>
            change.mutate(
              { method: "POST", path: `/v1/parties/${asked.address}/suspension` },
              { onSuccess: () => setAsked(undefined) },
            )
          }
        >
          It can sign no more events, and nobody can ship to it. What it signed before stays valid.
          You can reinstate it.
        </Ask>
      )}
    </>
  );
}

function Admit() {
  const [address, setAddress] = useState("");
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<string[]>([]);
  const admit = useChange();
  return (
    <form
      className="card admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        admit.mutate(
          {
            method: "POST",
            path: "/v1/parties",
            body: { address: address.trim().toLowerCase(), name: name.trim(), roles },
          },
          { onSuccess: () => [setAddress(""), setName(""), setRoles([])] },
        );
      }}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={128}
      />
      <TextInput
        label="Account"
        description="0x and 40 digits. It alone enrols the company's keys."
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        spellCheck={false}
      />
      <MultiSelect label="Roles" data={Object.keys(ROLES)} value={roles} onChange={setRoles} />
      <Button
        type="submit"
        loading={admit.isPending}
        disabled={name.trim() === "" || address.trim() === "" || roles.length === 0}
      >
        Admit
      </Button>
      {admit.isError && <Failed error={admit.error} />}
    </form>
  );
}

/** The signing keys of the caller's own company. */
export function Keys({ session }: { session: SessionView }) {
  const party = session.caller.party!;
  const own = useOne<PartyWithKeys>(`/v1/parties/${party.address}`);
  const change = useChange<{ key: string }>();
  const [asked, setAsked] = useState<string>();
  return (
    <>
      <h2>Signing keys</h2>
      <p className="soft">
        What {party.name ?? "your company"} signs with. Keys stand on the ledger. A wallet with one
        of them can sign in.
      </p>
      <p>
        <Button
          loading={change.isPending && change.variables.method === "POST"}
          onClick={() => change.mutate({ method: "POST", path: "/v1/keys", body: {} })}
        >
          Make a key that the service keeps
        </Button>
      </p>
      {change.isError && !asked && <Failed error={change.error} />}
      {own.isPending && <Loading what="keys" />}
      {own.isError && <Failed error={own.error} onRetry={() => void own.refetch()} />}
      {own.data && own.data.keys.length === 0 && (
        <p className="soft admin-empty">There is no key yet: nothing can be signed.</p>
      )}
      {own.data && own.data.keys.length > 0 && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Enrolled</th>
              <th scope="col">State</th>
              <th scope="col">
                <span className="visually-hidden">Act</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {own.data.keys.map(({ key, enrolledAt, revokedAt }) => (
              <tr key={key}>
                <th scope="row">
                  <Hash value={key} />
                </th>
                <td data-title="Enrolled">
                  <span>block {enrolledAt.toLocaleString("en-US")}</span>
                </td>
                <td data-title="State">
                  <span>{revokedAt === null ? "✓ signs" : `✕ revoked in block ${revokedAt}`}</span>
                </td>
                <td>
                  {revokedAt === null && (
                    <Button variant="default" size="xs" onClick={() => setAsked(key)}>
                      Revoke
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asked !== undefined && (
        <Ask
          title="Revoke this key?"
          button="Revoke the key"
          isBusy={change.isPending}
          failure={change.isError && <Failed error={change.error} />}
          onClose={() => setAsked(undefined)}
          onConfirm={() =>
            change.mutate(
              { method: "DELETE", path: `/v1/keys/${asked}` },
              { onSuccess: () => setAsked(undefined) },
            )
          }
        >
          {asked} signs nothing from then on, and sessions of its wallet end. What it signed before
          stays valid. This cannot be undone.
        </Ask>
      )}
    </>
  );
}
