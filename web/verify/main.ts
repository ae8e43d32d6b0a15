// Runs the page: reads a bundle and the reader's settings, verifies, and shows the verdict.
import "./jitless.ts";
import { claimOf, type BundleClaim } from "../../protocol/trail/bundle-claim.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { WHAT_IT_PROVES } from "../../protocol/verdict/words.ts";
import { readBundleFile, type BundleFile } from "./bundle-file.ts";
import { check } from "./check.ts";
import { byId, el } from "./dom.ts";
import { clearErrors, showErrors, typed } from "./form.ts";
import { readSettings } from "./settings.ts";
import { type Trusted, showClaim, showComparison } from "./show-claim.ts";
import { showResult } from "./show-result.ts";
import { count } from "./words.ts";

let bundle: (BundleFile & { claim: BundleClaim }) | undefined;
/** The bundle's own claim, if the reader had it filled in. */
let adopted: Trusted | undefined;
let running: AbortController | undefined;
/** Counts the chosen files. Of two, the later one counts, even if it is read first. */
let choices = 0;

const form = byId<HTMLFormElement>("form");
const file = byId<HTMLInputElement>("file");
const drop = byId("drop");
const result = byId("result");
const chainId = byId<HTMLInputElement>("chainId");
const ledger = byId<HTMLInputElement>("ledger");
const checkpoints = byId<HTMLInputElement>("checkpoints");
const confirm = byId<HTMLInputElement>("confirm");

byId("proves").textContent = WHAT_IT_PROVES;

/* THE BUNDLE */

async function openFile(choice: File): Promise<void> {
  const turn = ++choices;
  forget();
  say("");
  bundle = undefined;
  byId("file-error").textContent = "";
  byId("claim").replaceChildren();
  try {
    const content = await readBundleFile(choice);
    if (turn !== choices) return;
    bundle = { ...content, claim: claimOf(content.input) };
    byId("claim").replaceChildren(showClaim(bundle));
  } catch (error) {
    if (turn === choices)
      byId("file-error").textContent =
        `${choice.name} cannot be read: ${reasonOf(error)}. Ask the sender for it again.`;
  }
  if (bundle) file.removeAttribute("aria-invalid");
  else file.setAttribute("aria-invalid", "true");
  compare();
}

const reasonOf = (error: unknown): string =>
  error instanceof ProtocolError
    ? `${error.message} (${[error.code, error.field].filter(Boolean).join(", ")})`
    : String(error instanceof Error ? error.message : error);

file.addEventListener("change", () => {
  const [choice] = file.files ?? [];
  if (choice) void openFile(choice);
  file.value = ""; // so that the reader can choose the same file again after changing it
});
for (const type of ["dragover", "dragenter"])
  document.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault(); // a browser would leave the page and show the file
  drop.classList.remove("over");
  const [choice] = event.dataTransfer?.files ?? [];
  if (choice) void openFile(choice);
});

/* WHAT IS TRUSTED */

/** Shows what is trusted beside the bundle's claims. */
function compare(): void {
  const claim = bundle?.claim;
  const trusted = { chainId: chainId.value, ledger: ledger.value, checkpoints: checkpoints.value };
  const isAdopted =
    trusted.chainId === adopted?.chainId &&
    trusted.ledger === adopted.ledger &&
    trusted.checkpoints === adopted.checkpoints;
  if (!isAdopted) {
    adopted = undefined;
    confirm.checked = false;
  }
  showComparison(claim, trusted, isAdopted);
}

byId("adopt").addEventListener("click", () => {
  const { chainId: id, ledger: address, checkpoints: contract } = bundle?.claim ?? {};
  if (id == null || address == null) return;
  chainId.value = String(id);
  ledger.value = address;
  checkpoints.value = contract ?? "";
  adopted = { chainId: chainId.value, ledger: ledger.value, checkpoints: checkpoints.value };
  confirm.checked = false;
  forget();
  compare();
  confirm.focus();
});

form.addEventListener("input", (event) => {
  if (event.target === file) return;
  forget();
  say("");
  clearErrors(event.target as HTMLElement);
  compare();
});

/* THE VERDICT */

/** Cancels the run and removes the result: it belongs to other input. */
function forget(): void {
  running?.abort();
  running = undefined;
  result.hidden = true;
  result.replaceChildren();
  document.title = "Reelproof: verify a bundle";
  busy(false);
}

function busy(isBusy: boolean): void {
  byId<HTMLButtonElement>("verify").disabled = isBusy;
  byId("cancel").hidden = !isBusy;
  byId("progress").hidden = !isBusy;
}

/** Shows the status, which screen readers speak. The count of answers has an element of its own, which they do not. */
function say(text: string): void {
  byId("status").textContent = text;
  byId("asked").textContent = "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void verify();
});
byId("cancel").addEventListener("click", () => {
  forget();
  say("Cancelled. There is no verdict.");
  byId("verify").focus();
});

async function verify(): Promise<void> {
  forget();
  say("");
  const { settings, errors } = readSettings(typed(), adopted !== undefined && !confirm.checked);
  byId("file-error").textContent ||= bundle ? "" : "Choose a bundle first.";
  const isRight = showErrors(errors, bundle === undefined ? file : undefined);
  if (!isRight || !bundle) return;

  const run = new AbortController();
  running = run;
  busy(true);
  say(settings.node === null ? "Checking…" : "Asking the node…");
  try {
    const checked = await check(
      bundle.input,
      settings,
      Math.floor(Date.now() / 1_000),
      run.signal,
      (asking) => {
        if (running !== run) return;
        const { answered, asked } = asking;
        byId("asked").textContent = `${answered} of ${count(asked, "question")} answered`;
      },
    );
    if (running !== run) return;
    result.replaceChildren(...showResult(bundle, checked));
    result.hidden = false;
    const { verdict } = checked.verdict;
    document.title = `${verdict}: Reelproof`;
    say(`The verdict is ${verdict}.`);
    result.focus({ preventScroll: true });
    result.scrollIntoView({ block: "start" });
  } catch (error) {
    if (running !== run) return; // cancelled
    result.replaceChildren(
      el("p", { class: "error" }, `There is no verdict: ${reasonOf(error)}. Verify again.`),
    );
    result.hidden = false;
    say("There is no verdict.");
  } finally {
    if (running === run) {
      running = undefined;
      busy(false);
    }
  }
}

// A reader of the paper cannot open a closed section.
addEventListener("beforeprint", () => {
  for (const details of result.querySelectorAll("details")) details.open = true;
});
compare();
