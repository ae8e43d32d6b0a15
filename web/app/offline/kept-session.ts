// Remembers in the browser who is signed in, for pages that are loaded again without a connection. It is no right to anything: the
// service asks for its own cookie with every request.
import type { SessionView } from "../../../api/sessions.ts";

const KEY = "reelproof session";

/** Remembers what the service said; forgets it when nobody is signed in. */
export function keepSession(view: SessionView): void {
  try {
    if (view.caller === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(view));
  } catch {
    // A browser that keeps nothing only needs a connection.
  }
}

/** Who was signed in when the service last answered; undefined: nobody. */
export function keptSession(): SessionView | undefined {
  try {
    const text = localStorage.getItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as SessionView);
  } catch {
    return undefined;
  }
}
