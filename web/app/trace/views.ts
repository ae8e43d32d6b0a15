// Names the views of a lot's page, as they stand in its address, and reads and writes what else of a view stands there.
import { useSearchParams } from "wouter";

/** The views, in the order of the tabs. The first is the page without a view in its address. */
export const VIEWS = {
  lot: "Lot",
  timeline: "Timeline",
  tree: "Tree",
  map: "Map",
  balance: "Balance",
  evidence: "Evidence",
} as const;
export type View = keyof typeof VIEWS | "report";

export const viewIn = (params: URLSearchParams): View => {
  const view = params.get("view") ?? "lot";
  return view in VIEWS || view === "report" ? (view as View) : "lot";
};

/** Parameters of the address. Setting one replaces the address: the back button leaves the page. */
export function useAddress() {
  const [params, setParams] = useSearchParams();
  const set = (fields: Readonly<Record<string, string | null>>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(fields))
          if (value === null || value === "") after.delete(name);
          else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  return { params, set };
}
