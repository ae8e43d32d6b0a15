// Leads to the views of a lot's page. Each has its own address.
import { Link } from "wouter";
import { VIEWS, type View } from "./views.ts";

export function Tabs({ lot, view }: { lot: string; view: View }) {
  return (
    <nav className="tabs screen-only" aria-label="Views of the lot">
      <ul>
        {Object.entries(VIEWS).map(([name, title]) => (
          <li key={name}>
            <Link
              href={name === "lot" ? `/lots/${lot}` : `/lots/${lot}?view=${name}`}
              aria-current={name === view ? "page" : undefined}
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
