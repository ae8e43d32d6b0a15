// Shows the result: the verdict, the lot, the findings, and what the verdict relies on.
import { type Bundle, Bundle as BundleSchema } from "../../protocol/trail/bundle.ts";
import { eventDigest } from "../../protocol/event/event.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { headOf } from "../../protocol/verdict/head.ts";
import { SEVERITIES, WHAT_IT_PROVES } from "../../protocol/verdict/words.ts";
import type { BundleFile } from "./bundle-file.ts";
import type { Checked } from "./check.ts";
import { data, el, facts, hex } from "./dom.ts";
import {
  showCorrections,
  showCustody,
  showDocuments,
  showEvents,
  showNotices,
  showWithheld,
  type Item,
} from "./show-custody.ts";
import { showFindings } from "./show-findings.ts";
import { showGrounds, showParties } from "./show-grounds.ts";
import { showRules } from "./show-rules.ts";
import { VERDICT_WORDS, SEVERITY_WORDS, count, pieces, whyNoBlock } from "./words.ts";

/** Makes every part of a result, in reading order. */
export function showResult(file: BundleFile, checked: Checked): HTMLElement[] {
  const { verdict } = checked;
  const bundle = readAgain(file.input);
  const items = bundle ? itemsOf(bundle) : [];
  const nameOf = namer(verdict);
  const numbers = new Map(items.map(({ digest }, i) => [digest, i + 1]));
  return [
    showVerdict(verdict),
    buttons(file, checked),
    showLot(verdict, nameOf),
    showFindings(verdict, numbers),
    showCustody(verdict, nameOf),
    showNotices(verdict, nameOf),
    showCorrections(verdict, nameOf),
    showWithheld(items),
    showRules(verdict),
    showParties(verdict),
    showEvents(items, verdict, nameOf),
    showDocuments(bundle?.documents ?? []),
    showGrounds(file, checked),
  ].filter((part) => part !== null);
}

/** Parses the bundle again to show its parts. Undefined if it is malformed: the verdict says why. */
function readAgain(input: unknown): Bundle | undefined {
  try {
    return BundleSchema.safeParse(input).data;
  } catch {
    return undefined;
  }
}

function itemsOf({ trail }: Bundle): Item[] {
  const { chainId, ledger } = trail;
  return trail.events.map((item) => ({
    ...item,
    digest: eventDigest({ chainId, ledger }, item.event),
  }));
}

/** Makes a function that shows a party by its name on the ledger, or else by its address. */
function namer({ parties }: Verdict): (address: string) => HTMLElement {
  const names = new Map(parties.map(({ party, name }) => [party, name]));
  return (address) => {
    const name = names.get(address);
    return name == null ? hex(address) : el("bdi", { title: address }, name);
  };
}

function showVerdict(result: Verdict): HTMLElement {
  const { verdict, findings, rules } = result;
  const whyUncompared = whyNoBlock(result);
  const { sign, meaning } = VERDICT_WORDS[verdict];
  const { because, alsoOnHold } = headOf(result);
  const counts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.verdict === severity).length;
    return number > 0 ? [`${number.toLocaleString("en-US")} ${SEVERITY_WORDS[severity]}`] : [];
  });
  return el(
    "div",
    { class: `verdict ${verdict}` },
    el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el(
      "div",
      {},
      el("h2", {}, verdict),
      because !== null && el("p", { class: "because" }, `${because}.`),
      alsoOnHold !== null && el("p", { class: "because" }, `Also on HOLD: ${alsoOnHold}.`),
      el("p", { class: "says" }, meaning),
      whyUncompared !== null && el("p", { class: "says" }, whyUncompared),
      el(
        "p",
        { class: "counts" },
        findings.length === 0
          ? "No findings"
          : `${count(findings.length, "finding")}: ${counts.join(", ")}`,
        `. ${rules.filter(({ result }) => result !== "not evaluable").length} of ${rules.length} rules could be evaluated.`,
      ),
    ),
    el("p", { class: "proves" }, WHAT_IT_PROVES),
  );
}

function buttons(file: BundleFile, checked: Checked): HTMLElement {
  const print = el("button", { type: "button" }, "Print");
  print.addEventListener("click", () => globalThis.print());
  const save = el("button", { type: "button" }, "Save the verdict as JSON");
  save.addEventListener("click", () => {
    const { name, size, sha256 } = file;
    const text = JSON.stringify(
      { bundle: { name, size, sha256 }, ...checked.verdict },
      undefined,
      2,
    );
    const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    el("a", { href, download: `verdict-${sha256.slice(2, 14)}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  });
  return el("div", { class: "buttons" }, print, save);
}

function showLot(verdict: Verdict, nameOf: (address: string) => HTMLElement): HTMLElement | null {
  const { lot, identity, state, inTransit, origin } = verdict;
  if (lot === null) return null;
  const unknown = el("span", { class: "unknown" }, "not shown");
  const { lotNumber, mpn, manufacturer, makerLot, dateCode } = identity;
  const field = (text: string | null) => (text === null ? unknown.cloneNode(true) : data(text));
  const originWords = {
    commission: "commissioned by its manufacturer, ",
    introduce: "introduced by a party other than its manufacturer, ",
    assemble: "assembled by ",
  };
  return el(
    "section",
    { class: "part lot" },
    el("h3", {}, lotNumber === null ? "The lot" : data(lotNumber)),
    facts(
      [
        ["Lot number", field(lotNumber)],
        ["Manufacturer", field(manufacturer)],
        ["Manufacturer's part number", field(mpn)],
        ["Manufacturer's lot", field(makerLot)],
        ["Date code", field(dateCode)],
        [
          "Quantity",
          state
            ? `${pieces(state.quantity)} pieces`
            : el("span", { class: "unknown" }, "not known: the trail has a gap"),
        ],
        [
          inTransit ? "In transit" : "Held by",
          state &&
            (inTransit
              ? ["from ", nameOf(state.holder), " to ", nameOf(state.consignee)]
              : nameOf(state.holder)),
        ],
        ["On hold", state?.held && el("strong", {}, "yes")],
        ["Origin", origin && [originWords[origin.action], nameOf(origin.party)]],
        ["Lot id", hex(lot)],
      ],
      "facts grid",
    ),
  );
}
