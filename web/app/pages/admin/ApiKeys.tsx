// Lists API keys, makes new ones, and revokes them.
import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ApiKeyView, NewApiKey as NewApiKeySchema, Scope } from "../../../../api/keys.ts";
import type { z } from "zod";
import { useChange, usePaged } from "../../data/admin.ts";
import type { Rights } from "../../data/session.ts";
import { Ask } from "../../parts/Ask.tsx";
import { Moment } from "../../parts/Moment.tsx";
import { Failed } from "../../parts/States.tsx";
import { SCOPE_WORDS, SCOPES } from "./scopes.ts";
import { Table } from "./Table.tsx";

export function ApiKeys({ rights }: { rights: Rights }) {
  const list = usePaged<ApiKeyView>("/v1/api-keys");
  const revoke = useChange();
  const [asked, setAsked] = useState<ApiKeyView>();
  return (
    <>
      <h2>API keys</h2>
      <p className="soft">
        People sign in with them, and programs send them. Each is shown once, when it is made.
      </p>
      <Make />
      <Table
        what="API keys"
        list={list}
        empty="There is no API key yet."
        columns={[
          "Label",
          ...(rights.isOperator ? ["Company"] : []),
          "It may",
          "Made",
          "State",
          "",
        ]}
        keyOf={({ id }) => id}
        cells={(key) => [
          key.label === "" ? key.id : key.label,
          ...(rights.isOperator ? [key.party === null ? "Operator" : (key.partyName ?? "–")] : []),
          SCOPE_WORDS[key.scope],
          <Moment key="made" time={Date.parse(key.createdAt) / 1000} />,
          key.revokedAt === null ? "✓ valid" : "✕ revoked",
          key.revokedAt === null && (
            <Button key="act" variant="default" size="xs" onClick={() => setAsked(key)}>
              Revoke
            </Button>
          ),
        ]}
      />
      {asked && (
        <Ask
          title={`Revoke ${asked.label === "" ? asked.id : asked.label}?`}
          button="Revoke the API key"
          isBusy={revoke.isPending}
          failure={revoke.isError && <Failed error={revoke.error} />}
          onClose={() => setAsked(undefined)}
          onConfirm={() =>
            revoke.mutate(
              { method: "DELETE", path: `/v1/api-keys/${asked.id}` },
              { onSuccess: () => setAsked(undefined) },
            )
          }
        >
          Every program and every browser that uses it is refused from then on. This cannot be
          undone.
        </Ask>
      )}
    </>
  );
}

function Make() {
  const [label, setLabel] = useState("");
  const [scope, setScope] = useState<Scope>("write");
  const make = useChange<z.infer<typeof NewApiKeySchema>>();
  return (
    <form
      className="card admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate(
          { method: "POST", path: "/v1/api-keys", body: { label: label.trim(), scope } },
          { onSuccess: () => setLabel("") },
        );
      }}
    >
      <TextInput
        label="For whom or what"
        placeholder="goods-in, second dock"
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
        maxLength={64}
      />
      <Select
        label="It may"
        data={SCOPES}
        value={scope}
        allowDeselect={false}
        onChange={(value) => setScope(value as Scope)}
      />
      <Button type="submit" loading={make.isPending} disabled={label.trim() === ""}>
        Make an API key
      </Button>
      {make.isError && <Failed error={make.error} />}
      {make.data && (
        <div className="notice tone-PASS admin-wide" role="status">
          <p>
            <strong>Copy this key now. It is not shown again.</strong>
          </p>
          <code className="admin-secret">{make.data.key}</code>
          <Button
            variant="default"
            size="xs"
            onClick={() => void navigator.clipboard.writeText(make.data.key)}
          >
            Copy
          </Button>
        </div>
      )}
    </form>
  );
}
