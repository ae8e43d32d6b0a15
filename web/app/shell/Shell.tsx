// Frames every page: where one can go, the field that finds anything, and who is signed in.
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { useQueue } from "../data/queue.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { Brand } from "../parts/Brand.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import { FindField } from "./FindField.tsx";
import { LiveSign } from "./LiveSign.tsx";
import { NAVIGATION } from "./navigation.ts";

export function Shell({ session, children }: { session: SessionView; children: ReactNode }) {
  const [path] = useLocation();
  const waiting = useQueue(session.caller.party?.address ?? null)?.length ?? 0;
  return (
    <div className="shell">
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <nav className="rail" aria-label="Pages">
        <Link href={PAGES.overview} className="rail-brand" aria-label="Reelproof, overview">
          <Brand />
        </Link>
        <ul>
          {NAVIGATION.filter(
            ({ forAdministrators }) => !forAdministrators || rightsOf(session).canAdminister,
          ).map(({ to, name, icon }) => (
            <li key={to}>
              <Link
                href={to}
                aria-current={path === to || path.startsWith(`${to}/`) ? "page" : undefined}
              >
                <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
                  <path
                    d={icon}
                    fill="none"
                    stroke="currentColor"
                    strokeWidth="1.7"
                    strokeLinecap="round"
                    strokeLinejoin="round"
                  />
                </svg>
                {name}
                {to === PAGES.inspect && waiting > 0 && (
                  <span className="rail-count">
                    {waiting}
                    <span className="visually-hidden"> not sent yet</span>
                  </span>
                )}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <header className="bar">
        <Link href={PAGES.overview} className="bar-brand" aria-label="Reelproof, overview">
          <Brand />
        </Link>
        {path !== PAGES.inspect && <FindField />}
        <LiveSign session={session} />
        <AccountMenu session={session} />
      </header>
      <main id="page" className="page" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
