// `reach`: shows where the pieces of a recalled lot are, by lot and by holder, and that the counts add up.
import { LotWithDetails } from "../../../api/lots.ts";
import { type ReachedLot, ReachView } from "../../../api/reach.ts";
import { csvLine } from "../../output/csv.ts";
import { countOf, partyText, pieces, short, showTable } from "../../output/terminal.ts";
import { usageProblem } from "../../output/outcome.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { lotPath } from "../../service/lots.ts";

export const reach: AddCommand = (program, act) =>
  program
    .command("reach")
    .description(
      "show where the pieces of a recalled lot are: lots split off, products, holders and quantities",
    )
    .argument("<lot-or-notice>", "the lot's number, id or label, or the digest of the recall")
    .option("--csv", "print the lots as CSV")
    .action(act(showReach));

const DIGEST = /^0x[0-9a-f]{64}$/;

async function showReach(
  { caller: { api }, terminal, options }: Command,
  name: string,
  { csv = false }: { csv?: boolean },
) {
  if (csv && options.json)
    throw usageProblem("BAD_ARGUMENT", "Give --csv or --json, not both.", "--csv");
  const path = await reachPath(api, name);
  const first = await api.get(path, ReachView);
  const items = [...first.items];
  for (let { next } = first; next !== null;) {
    const page = await api.get(path, ReachView, { cursor: next });
    items.push(...page.items);
    next = page.next;
  }
  const whole = { ...first, items, next: null };
  if (csv) for (const row of csvRows(whole)) terminal.line(csvLine(row));
  else showAll(terminal, whole);
  return whole;
}

/** A lot's id and a notice's digest look alike: it is a notice if no lot has it. */
async function reachPath(api: Command["caller"]["api"], name: string): Promise<string> {
  if (!DIGEST.test(name.trim())) return lotPath(name, "/reach");
  try {
    return lotPath((await api.get(lotPath(name), LotWithDetails)).lot, "/reach");
  } catch (error) {
    if ((error as { code?: string }).code !== "NOT_FOUND") throw error;
    return `/v1/notices/${name.trim()}/reach`;
  }
}

/** A lot's id begins with its issuer's address: only its end tells two lots of one issuer apart. */
const idText = (lot: string) => `…${lot.slice(-12)}`;
const nameOf = ({ lot, lotNumber }: { lot: string; lotNumber: string | null }) =>
  lotNumber ?? idText(lot);

const SCOPES = {
  everything: "You see every lot.",
  "the recall": "You recalled this lot: you see each lot that the ledger published.",
  "own lots": "You see the lots that you issued, hold, held or are to receive, and no others.",
} as const;

function showAll(terminal: Command["terminal"], view: ReachView): void {
  const { items, pieces: counts, byHolder, scope, recall, truncated } = view;
  const numbers = new Map(items.map((item) => [item.lot, nameOf(item)]));
  terminal.line(
    `${nameOf(view)}: ${recall === null ? "no recall of it stands" : `recalled, notice ${short(recall)}`}`,
  );
  const right = (title: string) => ({ title, align: "right" }) as const;
  showTable(
    terminal,
    ["lot", "mpn", right("quantity"), "held by", "state", "recalled pieces in it"],
    items.map((item) => [
      `${"  ".repeat(item.steps)}${nameOf(item)}`,
      item.mpn ?? "",
      pieces(item.quantity),
      placeOf(item),
      item.handedOn ? `${item.state}, as you handed it on` : item.state,
      item.kind === "pieces"
        ? pieces(item.quantity)
        : item.used
            .map((one) => `${pieces(one.quantity)} of ${numbers.get(one.lot) ?? idText(one.lot)}`)
            .join(", "),
    ]),
  );
  terminal.line("");
  showTable(
    terminal,
    ["holder", right("lots"), right("pieces"), right("products")],
    byHolder.map(({ holder, lots, pieces: held, products }) => [
      partyText(holder),
      String(lots),
      pieces(held),
      pieces(products),
    ]),
  );
  terminal.line("");
  const lines = countLines(counts).filter(([, quantity], i) => i < 2 || quantity !== 0);
  showTable(
    terminal,
    ["pieces", right("quantity")],
    lines.map(([title, quantity]) => [title, pieces(quantity)]),
  );
  const sum = lines.slice(1).reduce((all, [, quantity]) => all + quantity, 0);
  terminal.line(
    sum === counts.recalled
      ? `The counts add up to the ${countOf(counts.recalled, "piece")} of which the lot was made.`
      : `The counts add up to ${pieces(sum)}, and the lot was made of ${pieces(counts.recalled)}: ask the operator to run fsck.`,
  );
  terminal.line(SCOPES[scope]);
  if (truncated) terminal.line("There are more lots than these. The nearest are listed.");
}

const countLines = (counts: ReachView["pieces"]): [string, number][] => [
  ["in the lot when it was made", counts.recalled],
  ["in lots", counts.inLots],
  ["in log-only lots that you handed on", counts.handedOn],
  ["used in products", counts.usedInProducts],
  ["scrapped", counts.scrapped],
  ["used as samples", counts.samples],
  ["short at a receipt", counts.short],
  ["in lots that you do not see", counts.notSeen],
];

const placeOf = ({ holder, consignee }: ReachedLot) =>
  consignee === null
    ? partyText(holder)
    : `${partyText(holder)}, in transit to ${partyText(consignee)}`;

function csvRows({ items }: ReachView): string[][] {
  const head = [
    "lot_number",
    "lot",
    "kind",
    "mpn",
    "quantity",
    "holder",
    "holder_address",
    "consignee",
    "consignee_address",
    "state",
    "handed_on",
    "used_of",
    "used_quantity",
    "steps",
  ];
  // A product made of several recalled lots has a line for each of them.
  const rows = items.flatMap((item) =>
    (item.used.length > 0 ? item.used : [undefined]).map((used) => [
      item.lotNumber ?? "",
      item.lot,
      item.kind,
      item.mpn ?? "",
      String(item.quantity),
      item.holder.name ?? "",
      item.holder.address,
      item.consignee?.name ?? "",
      item.consignee?.address ?? "",
      item.state,
      item.handedOn ? "yes" : "no",
      used?.lot ?? "",
      used === undefined ? "" : String(used.quantity),
      String(item.steps),
    ]),
  );
  return [head, ...rows];
}
