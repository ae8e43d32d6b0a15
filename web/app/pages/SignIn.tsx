// Signs a browser in: with an API key, with a wallet, or with a company account. Each way is shown where it exists.
import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import type { CompanyFailure } from "../../../api/sessions.ts";
import { Refused } from "../data/client.ts";
import { useSignIn, useWalletSignIn, useWays } from "../data/session.ts";
import { useWallets, WalletRefused } from "../data/wallet.ts";
import { Failed } from "../parts/States.tsx";
import "../sign-in.css";

/** @param failure why the link of a start did not sign in */
export function SignIn({ failure }: { failure: unknown }) {
  const ways = useWays();
  const [companyFailure] = useState(takeCompanyFailure);
  return (
    <section className="card sign-in" aria-labelledby="sign-in">
      <h2 id="sign-in">Sign in</h2>
      {failure !== null && failure !== undefined && <Failed error={failure} />}
      {companyFailure && (
        <div className="notice tone-FAIL" role="alert">
          <p>
            <strong>{COMPANY_WORDS[companyFailure]}</strong>
          </p>
        </div>
      )}
      {ways.company && (
        <>
          <a className="sign-in-way" href="/v1/session/company">
            <Badge />
            Company account
          </a>
          <Or />
        </>
      )}
      <WithApiKey />
      {ways.wallet && <WithWallet />}
      <p className="soft small">
        Trying the sample? Open the link that <code>npm start</code> printed in the terminal. It
        works once; each start prints another.
      </p>
    </section>
  );
}

const Or = () => (
  <p className="sign-in-or" role="separator" aria-label="or">
    <span aria-hidden="true">or</span>
  </p>
);

function WithApiKey() {
  const [key, setKey] = useState("");
  const signIn = useSignIn();
  const error = signIn.error;
  const isWrong = error instanceof Refused && error.status === 401;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate(key.trim());
      }}
    >
      <PasswordInput
        label="API key"
        description="Your company's administrator makes one for you. It begins with rp_."
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        autoComplete="current-password"
        spellCheck={false}
        error={
          isWrong &&
          "This API key is not valid, or was revoked. Ask your company's administrator for another."
        }
      />
      {error && !isWrong && <Failed error={error} />}
      <Button type="submit" fullWidth loading={signIn.isPending} disabled={key.trim() === ""}>
        Sign in
      </Button>
    </form>
  );
}

function WithWallet() {
  const wallets = useWallets();
  const signIn = useWalletSignIn();
  const { error, isPending, variables } = signIn;
  return (
    <>
      <Or />
      {wallets.map((wallet) => (
        <button
          key={wallet.id}
          type="button"
          className="sign-in-way"
          disabled={isPending}
          onClick={() => signIn.mutate(wallet)}
        >
          {wallet.icon === undefined ? (
            <Purse />
          ) : (
            <img src={wallet.icon} alt="" width="20" height="20" />
          )}
          {isPending && variables.id === wallet.id ? `Answer in ${wallet.name} …` : wallet.name}
        </button>
      ))}
      {wallets.length === 0 && (
        <p className="soft small">
          To sign in with an Ethereum wallet, install one in this browser. Its key must be a signing
          key of your company.
        </p>
      )}
      {error instanceof WalletRefused ? (
        <div className="notice tone-WARN" role="alert">
          <p>
            <strong>{error.message}</strong>
          </p>
        </div>
      ) : (
        error && <Failed error={error} />
      )}
    </>
  );
}

const Purse = () => (
  <Sign path="M4 7h13a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3H6a2 2 0 0 1-2-2zM4 7a2 2 0 0 1 2-2h9M16 13.5h.5" />
);
const Badge = () => (
  <Sign path="M5 4h14v16H5zM9 8.5h6M12 11a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 0 0 0-3.6M9 17.5c1.5-2 4.5-2 6 0" />
);

function Sign({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** Why a company account did not sign in: the address has it, once. */
function takeCompanyFailure(): CompanyFailure | undefined {
  const [, reason] = /^#company=([a-z-]+)$/.exec(location.hash) ?? [];
  if (reason === undefined || !(reason in COMPANY_WORDS)) return undefined;
  history.replaceState(null, "", location.pathname);
  return reason as CompanyFailure;
}

const COMPANY_WORDS: Record<CompanyFailure, string> = {
  cancelled: "You stopped the sign-in at your company's page. Nothing was changed.",
  unreachable:
    "Your company's sign-in does not answer. Try again in a minute, or sign in with an API key. If it stays so, tell the service's operator.",
  expired: "This sign-in took too long, or was used before. Try again.",
  rejected:
    "Your company's sign-in gave an answer that this service cannot trust. Try again. If it stays so, tell the service's operator: the service's log has the reason.",
  unlisted:
    "Your company account has no right here yet. The service's operator can give it one: ask for your e-mail address to be added under Admin, People.",
  unverified:
    "Your company's sign-in does not confirm your e-mail address. Its administrator can confirm it; then try again.",
  ambiguous:
    "Your company account has rights for more than one company here, so the service cannot choose. The administrator of your company's sign-in can leave one.",
  "other-account":
    "Another account has signed in with your e-mail address before. The service's operator can remove that line and add the address again.",
};
