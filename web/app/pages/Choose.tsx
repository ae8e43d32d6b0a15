// Asks a newcomer as whom to look at the sample. Each person has one thing to try first.
import { useLocation } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import type { PersonView } from "../../../api/sessions.ts";
import type { SessionView } from "../data/session.ts";
import { useChoosePerson } from "../data/session.ts";
import { Brand } from "../parts/Brand.tsx";
import { Empty, Failed } from "../parts/States.tsx";

export default function Choose({ session }: { session: SessionView }) {
  const [, navigate] = useLocation();
  const choose = useChoosePerson();
  const pick = ({ id, path }: PersonView) => choose.mutate(id, { onSuccess: () => navigate(path) });
  return (
    <div className="front">
      <header>
        <Brand />
      </header>
      <main>
        <h1>As whom do you want to look?</h1>
        <p className="lead">
          This service has a sample: ten companies, 89 lots, five months. You can change at any
          time, in the menu at the top right.
        </p>
        {choose.isError && <Failed error={choose.error} />}
        {session.people.length === 0 && (
          <Empty title="This session cannot change to somebody else">
            It began with an API key. Open the link that <code>npm start</code> printed, or go to{" "}
            <a href={PAGES.overview}>the overview</a>.
          </Empty>
        )}
        <ul className="people">
          {session.people.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className="person"
                onClick={() => pick(person)}
                disabled={choose.isPending}
              >
                <strong>{person.title}</strong>
                <span className="soft">{person.says}</span>
              </button>
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
}
