// Lists the browsers that are signed in with the company's API keys, and ends their sessions.
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { StandingSession } from "../../../api/sessions.ts";
import { ask } from "../data/client.ts";
import type { Page } from "../data/lots.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { Hash } from "../parts/Hash.tsx";
import { Moment } from "../parts/Moment.tsx";
import { Empty, Failed, Loading } from "../parts/States.tsx";

export default function Sessions({ session }: { session: SessionView }) {
  const { canAdminister } = rightsOf(session);
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) =>
      ask<Page<StandingSession>>("GET", "/v1/sessions?limit=200", { signal }),
    enabled: canAdminister,
  });
  const end = useMutation({
    mutationFn: (id: string) => ask("DELETE", `/v1/sessions/${id}`),
    onSuccess: () => client.invalidateQueries(),
  });
  if (!canAdminister)
    return (
      <Empty title="Signed-in browsers">
        This list needs an API key of scope admin. Your company's administrator has one.
      </Empty>
    );
  return (
    <>
      <h1>Signed-in browsers</h1>
      <p className="soft">
        A browser is signed out after twelve hours without use, after seven days, and when its API
        key is revoked.
      </p>
      {sessions.isPending && <Loading what="sessions" />}
      {sessions.isError && (
        <Failed error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
      {end.isError && <Failed error={end.error} />}
      {sessions.data && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Signed in with</th>
              <th scope="col">Signed in</th>
              <th scope="col">Last used</th>
              <th scope="col">
                <span className="visually-hidden">End it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.data.items.map((each) => (
              <tr key={each.id}>
                <th scope="row">
                  {each.by === "wallet" ? <Hash value={each.label} /> : each.label}
                  {each.isCurrent && <span className="soft"> (this browser)</span>}
                </th>
                <td data-title="Signed in">
                  <Moment time={each.made} />
                </td>
                <td data-title="Last used">
                  <Moment time={each.seen} />
                </td>
                <td>
                  {!each.isCurrent && (
                    <Button
                      variant="default"
                      size="xs"
                      loading={end.isPending && end.variables === each.id}
                      onClick={() => end.mutate(each.id)}
                    >
                      Sign it out
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
