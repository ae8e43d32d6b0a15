// Lists the pages that the rail and the bottom bar lead to.
import { PAGES } from "../../../api/pages.ts";

/** A page, in the order of the rail. A phone's bar leads to the first four, and to the rest under "More". */
export interface NavigationItem {
  to: string;
  name: string;
  icon: string;
  /** Shown to those alone who may administer. */
  forAdministrators?: true;
}

export const NAVIGATION: readonly NavigationItem[] = [
  {
    to: PAGES.overview,
    name: "Overview",
    icon: "M4 5h7v6H4zM13 5h7v4h-7zM13 12h7v7h-7zM4 14h7v5H4z",
  },
  {
    to: PAGES.inspect,
    name: "Inspect",
    icon: "M4 8V5h3M20 8V5h-3M4 16v3h3M20 16v3h-3M8 8v8M11 8v8M13.5 8v8M16 8v8",
  },
  {
    to: PAGES.ship,
    name: "Ship",
    icon: "M3 7h11v9H3zM14 10h4l3 3v3h-7zM7 16a2 2 0 1 0 0 4a2 2 0 0 0 0-4zM17 16a2 2 0 1 0 0 4a2 2 0 0 0 0-4z",
  },
  {
    to: PAGES.lots,
    name: "Lots",
    icon: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5z",
  },
  {
    to: PAGES.trace,
    name: "Trace",
    icon: "M6 6.5a2 2 0 1 0 0-.1M6 17.6a2 2 0 1 0 0-.1M16 12a2 2 0 1 0 0-.1M8 6.5c5 0 3 5.5 6 5.5M8 17.5c5 0 3-5.5 6-5.5",
  },
  {
    to: PAGES.recalls,
    name: "Recalls",
    icon: "M12 4l9 16H3zM12 10v5M12 17.4v.2",
  },
  {
    to: PAGES.insight,
    name: "Insight",
    icon: "M4 20V10M10 20V4M16 20v-7M22 20H2",
  },
  {
    to: PAGES.admin,
    name: "Admin",
    icon: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
    forAdministrators: true,
  },
];
