// Reads and changes who is signed in.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { RoleName } from "../../../protocol/event/roles.ts";
import type { SessionView as AnyView } from "../../../api/sessions.ts";
import { ask } from "./client.ts";

const SESSION = ["session"] as const;

/** A session of somebody who is signed in. */
export type SessionView = AnyView & { caller: NonNullable<AnyView["caller"]> };

/** Who is signed in; null if nobody is. */
export function useSession() {
  return useQuery({
    queryKey: SESSION,
    queryFn: async ({ signal }): Promise<SessionView | null> => {
      const { caller, ...view } = await ask<AnyView>("GET", "/v1/session", { signal });
      return caller && { ...view, caller };
    },
    staleTime: 60_000,
  });
}

/** A change of the session. Everything that another caller has seen is forgotten. */
function useSessionChange<A>(change: (input: A) => Promise<SessionView | null>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess(session) {
      client.setQueryData(SESSION, session);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
    },
  });
}

export const useSignIn = () =>
  useSessionChange((apiKey: string) =>
    ask<SessionView>("POST", "/v1/session", { apiKey, body: {} }),
  );

export const useStart = () =>
  useSessionChange((token: string) =>
    ask<SessionView>("POST", "/v1/session/start", { body: { token } }),
  );

export const useChoosePerson = () =>
  useSessionChange((person: string) =>
    ask<SessionView>("POST", "/v1/session", { body: { person } }),
  );

export const useSignOut = () =>
  useSessionChange(async ({ everywhere }: { everywhere: boolean }) => {
    await ask("DELETE", `/v1/session${everywhere ? "?everywhere=true" : ""}`);
    return null;
  });

/** What the signed-in caller may do. Pages show nothing else. */
export function rightsOf({ caller: { scope, party } }: SessionView) {
  const roles: readonly RoleName[] = party?.roles ?? [];
  return {
    /** It acts for a party, and the service signs for it. */
    canAct: party !== null && scope !== "read",
    canAdminister: scope === "admin",
    isOperator: party === null,
    roles,
  };
}
export type Rights = ReturnType<typeof rightsOf>;
