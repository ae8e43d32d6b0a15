// Frames administration: its sections, as far as the caller may use them.
import { type ReactNode, useEffect, useRef } from "react";
import { Link, Redirect } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { rightsOf, type SessionView } from "../data/session.ts";
import { Empty } from "../parts/States.tsx";
import { ApiKeys } from "./admin/ApiKeys.tsx";
import { Lists } from "./admin/Lists.tsx";
import { Operations } from "./admin/Operations.tsx";
import { Papers } from "./admin/Papers.tsx";
import { Keys, Parties } from "./admin/Parties.tsx";
import { People } from "./admin/People.tsx";
import { Policy } from "./admin/Policy.tsx";
import { Sessions } from "./admin/Sessions.tsx";
import "../admin.css";

interface Section {
  id: string;
  name: string;
  page: ReactNode;
}

/** @param section its id, as in the address */
export default function Admin({ session, section }: { session: SessionView; section?: string }) {
  const rights = rightsOf(session);
  const row = useRef<HTMLUListElement>(null);
  // On a phone the row of sections is wider than the screen.
  useEffect(() => {
    const chosen = row.current?.querySelector("[aria-current]");
    chosen?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [section]);
  if (!rights.canAdminister)
    return (
      <Empty title="Administration">
        This needs the right to administer, which you do not have. Your company's administrator can
        give it: an API key of scope admin.
      </Empty>
    );
  const sections: Section[] = [
    { id: "companies", name: "Companies", page: <Parties rights={rights} /> },
    ...(rights.isOperator
      ? [{ id: "people", name: "People", page: <People /> }]
      : [{ id: "keys", name: "Signing keys", page: <Keys session={session} /> }]),
    { id: "api-keys", name: "API keys", page: <ApiKeys rights={rights} /> },
    { id: "sessions", name: "Signed-in browsers", page: <Sessions /> },
    { id: "lists", name: "Lists", page: <Lists session={session} rights={rights} /> },
    { id: "policy", name: "Policy", page: <Policy /> },
    { id: "documents", name: "Documents", page: <Papers rights={rights} /> },
    { id: "log", name: "Log", page: <Operations rights={rights} /> },
  ];
  const chosen = sections.find(({ id }) => id === section);
  if (!chosen) return <Redirect to={sectionPath(sections[0]!.id)} replace />;
  return (
    <>
      <h1>Administration</h1>
      <nav aria-label="Administration">
        <ul className="admin-sections" ref={row}>
          {sections.map(({ id, name }) => (
            <li key={id}>
              <Link href={sectionPath(id)} aria-current={id === chosen.id ? "page" : undefined}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {chosen.page}
    </>
  );
}

const sectionPath = (id: string) => PAGES.adminSection.replace(":section", id);
