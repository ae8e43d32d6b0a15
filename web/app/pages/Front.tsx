// Says in one screen what this is, to somebody who is not signed in, and lets them sign in.
import { Brand } from "../parts/Brand.tsx";
import { SignIn } from "./SignIn.tsx";

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
              <strong>Trace</strong> a lot back to its manufacturer, through every split and
              assembly.
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
