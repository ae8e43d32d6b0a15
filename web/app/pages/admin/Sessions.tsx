// Lists the browsers that are signed in for the company, and ends their sessions.
import { Button } from "@mantine/core";
import type { StandingSession } from "../../../../api/sessions.ts";
import { useChange, usePaged } from "../../data/admin.ts";
import { Hash } from "../../parts/Hash.tsx";
import { Moment } from "../../parts/Moment.tsx";
import { Failed } from "../../parts/States.tsx";
import { Table } from "./Table.tsx";

const WITH: Record<StandingSession["by"], string> = {
  apiKey: "API key",
  wallet: "wallet",
  company: "company account",
};

export function Sessions() {
  const list = usePaged<StandingSession>("/v1/sessions");
  const end = useChange();
  return (
    <>
      <h2>Signed-in browsers</h2>
      <p className="soft">
        A browser is signed out after twelve hours without use, after seven days, and when what it
        signed in with is taken away.
      </p>
      {end.isError && <Failed error={end.error} />}
      <Table
        what="sessions"
        list={list}
        empty="No browser is signed in."
        columns={["Who", "With", "Signed in", "Last used", ""]}
        keyOf={({ id }) => id}
        cells={({ id, by, label, made, seen, isCurrent }) => [
          <>
            {by === "wallet" ? <Hash value={label} /> : label}
            {isCurrent && <span className="soft"> (this browser)</span>}
          </>,
          WITH[by],
          <Moment key="made" time={made} />,
          <Moment key="seen" time={seen} />,
          !isCurrent && (
            <Button
              key="act"
              variant="default"
              size="xs"
              loading={end.isPending && end.variables.path.endsWith(id)}
              onClick={() => end.mutate({ method: "DELETE", path: `/v1/sessions/${id}` })}
            >
              Sign it out
            </Button>
          ),
        ]}
      />
    </>
  );
}
