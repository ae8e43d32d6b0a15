// Frames every page: where one can go, the field that finds anything, and who is signed in.
import { Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { useQueue } from "../data/queue.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { Brand } from "../parts/Brand.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import { FindField } from "./FindField.tsx";
import { LiveSign } from "./LiveSign.tsx";
import { NAVIGATION, type NavigationItem } from "./navigation.ts";

export function Shell({ session, children }: { session: SessionView; children: ReactNode }) {
  const [path] = useLocation();
  const items = NAVIGATION.filter(
    ({ forAdministrators }) => !forAdministrators || rightsOf(session).canAdminister,
  );
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
          {items.map(({ to, name, icon }, i) => (
            <li key={to} className={i < ON_A_PHONE ? undefined : "is-more"}>
              <Link href={to} aria-current={isAt(path, to) ? "page" : undefined}>
                <Icon path={icon} />
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
          <li className="rail-more">
            <More items={items.slice(ON_A_PHONE)} path={path} />
          </li>
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

/** Pages that a phone's bar leads to at once: with a thumb and gloves, five places are as many as one hits. */
const ON_A_PHONE = 4;

const isAt = (path: string, to: string) => path === to || path.startsWith(`${to}/`);

/** The rest of the pages, behind the last place of a phone's bar. */
function More({ items, path }: { items: readonly NavigationItem[]; path: string }) {
  const [, navigate] = useLocation();
  return (
    <Menu position="top-end">
      <Menu.Target>
        <button
          type="button"
          aria-current={items.some(({ to }) => isAt(path, to)) ? "true" : undefined}
        >
          <Icon path="M5 12h.01M12 12h.01M19 12h.01" />
          More
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {items.map(({ to, name, icon }) => (
          <Menu.Item key={to} leftSection={<Icon path={icon} />} onClick={() => navigate(to)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Icon({ path }: { path: string }) {
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
