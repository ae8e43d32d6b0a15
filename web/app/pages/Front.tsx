// Says in one screen what this is, to somebody who is not signed in, and signs in with an API key.
import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { Refused } from "../data/client.ts";
import { useSignIn } from "../data/session.ts";
import { Brand } from "../parts/Brand.tsx";
import { Failed } from "../parts/States.tsx";

/** @param failure why the link of a start did not sign in */
export function Front({ failure }: { failure: unknown }) {
  return (
    <div className="front">
      <header>
        <Brand />
      </header>
      <main className="front-main">
        <section>
          <h1>Where has this reel been, and does it all fit together?</h1>
          <p className="lead">
            Reelproof keeps the provenance of electronic components. Each handover of a lot is
            signed by the company that makes it, and anchored on a blockchain. Scan a label, and
            read a verdict with its reasons.
          </p>
          <ul className="front-points">
            <li>
              <strong>Inspect</strong> a delivery: each reel gets a verdict, and what to do stands
              in the first line.
            </li>
            <li>
              <strong>Trace</strong> a lot back to its maker, through every split and assembly.
            </li>
            <li>
              <strong>Verify</strong> it yourself: the evidence fits in one file, and you need not
              believe this service. <a href="/verify.html">Verify a bundle offline</a>
            </li>
          </ul>
          <p className="soft small">
            It proves what was claimed, by whom and when, and that the claims fit together. It
            cannot see whether a chip is genuine.
          </p>
        </section>
        <SignIn failure={failure} />
      </main>
    </div>
  );
}

function SignIn({ failure }: { failure: unknown }) {
  const [key, setKey] = useState("");
  const signIn = useSignIn();
  const error = signIn.error;
  const isWrong = error instanceof Refused && error.status === 401;
  return (
    <section className="card sign-in" aria-labelledby="sign-in">
      <h2 id="sign-in">Sign in</h2>
      {failure !== null && failure !== undefined && <Failed error={failure} />}
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
      <p className="soft small">
        Trying the sample? Open the link that <code>npm start</code> printed in the terminal. It
        works once; each start prints another.
      </p>
    </section>
  );
}
