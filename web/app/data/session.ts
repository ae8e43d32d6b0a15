// Reads and changes who is signed in.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { RoleName } from "../../../protocol/event/roles.ts";
import type { SessionView as AnyView, WalletMessage } from "../../../api/sessions.ts";
import { keepSession, keptSession } from "../offline/kept-session.ts";
import { ask, Refused, withQuery } from "./client.ts";
import { accountOf, signText, type Wallet } from "./wallet.ts";

const SESSION = ["session"] as const;

/** A session of somebody who is signed in. */
export type SessionView = AnyView & { caller: NonNullable<AnyView["caller"]> };

const kept = (view: AnyView): AnyView => {
  keepSession(view);
  return view;
};

/** What the service says of this browser; without an answer, what it said last. */
const useView = <T>(select: (view: AnyView) => T) =>
  useQuery({
    queryKey: SESSION,
    queryFn: async ({ signal }) => {
      try {
        return kept(await ask<AnyView>("GET", "/v1/session", { signal }));
      } catch (error) {
        const before = error instanceof Refused && error.status === 0 ? keptSession() : undefined;
        if (before === undefined) throw error;
        return before;
      }
    },
    staleTime: 60_000,
    select,
  });

/** Who is signed in; null if nobody is. */
export const useSession = () =>
  useView(({ caller, ...view }): SessionView | null => caller && { ...view, caller });

/** How a browser can sign in here. */
export const useWays = () => useView(({ ways }) => ways).data ?? { wallet: false, company: false };

/** A change of the session. Everything that another caller has seen is forgotten. */
function useSessionChange<A>(change: (input: A) => Promise<AnyView>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess(session) {
      client.setQueryData(SESSION, kept(session));
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
    },
  });
}

export const useSignIn = () =>
  useSessionChange((apiKey: string) => ask<AnyView>("POST", "/v1/session", { apiKey, body: {} }));

/** Asks a wallet for its account and a signature. The service decides whose key that is. */
export const useWalletSignIn = () =>
  useSessionChange(async (wallet: Wallet) => {
    const address = await accountOf(wallet);
    const path = "/v1/session/wallet";
    const { message } = await ask<WalletMessage>("GET", withQuery(path, { address }));
    const signature = await signText(wallet, address, message);
    return ask<AnyView>("POST", path, { body: { message, signature } });
  });

export const useStart = () =>
  useSessionChange((token: string) =>
    ask<AnyView>("POST", "/v1/session/start", { body: { token } }),
  );

export const useChoosePerson = () =>
  useSessionChange((person: string) => ask<AnyView>("POST", "/v1/session", { body: { person } }));

export const useSignOut = () =>
  useSessionChange(async ({ everywhere }: { everywhere: boolean }) => {
    await ask("DELETE", `/v1/session${everywhere ? "?everywhere=true" : ""}`);
    return ask<AnyView>("GET", "/v1/session");
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
