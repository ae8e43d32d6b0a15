// Says that there is no such page, and where to go from here.
import { Link } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { Empty } from "../parts/States.tsx";

export default function NotFound() {
  return (
    <Empty title="There is no page at this address">
      Check the address, or go to the <Link href={PAGES.overview}>overview</Link> or to{" "}
      <Link href={PAGES.lots}>all lots</Link>.
    </Empty>
  );
}
