// Runs the page: takes a bundle, what its reader trusts and a node or none, and shows the verdict.
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
/** The fields hold the bundle's own claim, as it was filled in. */
let adopted: Trusted | undefined;
let running: AbortController | undefined;
/** Grows with every file that is chosen: of two, the later one counts, whichever is read first. */
let chosen = 0;

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

async function take(given: File): Promise<void> {
  const turn = ++chosen;
  forget();
  say("");
  bundle = undefined;
  byId("file-error").textContent = "";
  byId("claim").replaceChildren();
  try {
    const read = await readBundleFile(given);
    if (turn !== chosen) return;
    bundle = { ...read, claim: claimOf(read.input) };
    byId("claim").replaceChildren(showClaim(bundle));
  } catch (error) {
    if (turn === chosen)
      byId("file-error").textContent = `${given.name} cannot be read: ${reasonOf(error)}`;
  }
  if (bundle) file.removeAttribute("aria-invalid");
  else file.setAttribute("aria-invalid", "true");
  compare();
}

const reasonOf = (error: unknown): string =>
  error instanceof ProtocolError
    ? `${error.code}${error.field === undefined ? "" : ` (${error.field})`}: ${error.message}.`
    : String(error instanceof Error ? error.message : error);

file.addEventListener("change", () => {
  const [given] = file.files ?? [];
  if (given) void take(given);
  file.value = ""; // so that the same file can be chosen again after it was changed
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
  const [given] = event.dataTransfer?.files ?? [];
  if (given) void take(given);
});

/* WHAT IS TRUSTED */

/** Sets what is trusted beside what the bundle claims. */
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

/** Ends what is under way and takes back what is shown: it was about something else. */
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

/** Says how it stands, also to who listens; what changes with every answer is only shown. */
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
  say("Cancelled. Nothing of it was kept.");
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
        byId("asked").textContent = `${answered} of ${count(asked, "question")} answered so far`;
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
    result.replaceChildren(el("p", { class: "error" }, `There is no verdict: ${reasonOf(error)}`));
    result.hidden = false;
    say("There is no verdict.");
  } finally {
    if (running === run) {
      running = undefined;
      busy(false);
    }
  }
}

// On paper nothing can be opened.
addEventListener("beforeprint", () => {
  for (const details of result.querySelectorAll("details")) details.open = true;
});
compare();
