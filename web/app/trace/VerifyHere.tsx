// Verifies a bundle in this browser, step by step, with the node that the reader chooses. Compares with the service's verdict.
import { Button, Checkbox, Radio, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Finding, Verdict } from "../../../protocol/verdict/verdict.ts";
import { bytes, count, fileHash, seconds } from "../../verify/words.ts";
import { useService } from "../data/overview.ts";
import { Findings } from "../parts/Findings.tsx";
import { Failed, Loading } from "../parts/States.tsx";
import { VerdictBadge } from "../parts/VerdictBadge.tsx";
import { VerdictCard } from "../parts/VerdictCard.tsx";
import { type Run, useVerifier } from "./use-verifier.ts";
import { type StepName, type StepState, STEPS } from "./verifier-messages.ts";

interface Props {
  /** The bundle's text; undefined while it is being read. */
  bundle: string | undefined;
  /** The service's verdict, to compare with. Undefined for a file of somebody else's. */
  verdict?: Verdict | undefined;
}

const OWN_NODE = "/rpc";

export function VerifyHere({ bundle, verdict }: Props) {
  const service = useService();
  const { run, start, cancel } = useVerifier();
  const [choice, setChoice] = useState<"service" | "own">("service");
  const [url, setUrl] = useState("");
  const [isNewest, setNewest] = useState(false);
  const [typed, setTyped] = useState<Partial<Record<"chainId" | "ledger" | "checkpoints", string>>>(
    {},
  );
  const [isMissing, setMissing] = useState(false);
  if (service.isPending) return <Loading what="the ledger's address" rows={2} />;
  if (service.isError) return <Failed error={service.error} />;
  const trusted = {
    chainId: typed.chainId ?? String(service.data.chainId),
    ledger: typed.ledger ?? service.data.ledger,
    checkpoints: typed.checkpoints ?? service.data.checkpointContract ?? "",
  };
  const begin = () => {
    const hasNone = choice === "own" && url.trim() === "";
    setMissing(hasNone);
    if (hasNone || bundle === undefined) return;
    start({
      bundle,
      typed: {
        ...trusted,
        node: choice === "own" ? url : location.origin + OWN_NODE,
        finality: String(verdict?.trusted.finality ?? 0),
        ...{ at: "", fromBlock: "", logRange: "" },
      },
      now: verdict && !isNewest ? verdict.trusted.now : Math.floor(Date.now() / 1000),
      at: verdict && !isNewest ? verdict.block?.hash : undefined,
      policy: verdict?.policy,
      facts: verdict?.given.facts,
    });
  };
  const field = (name: keyof typeof trusted, label: string) => (
    <TextInput
      label={label}
      value={trusted[name]}
      error={run.errors[name]}
      spellCheck={false}
      onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
    />
  );
  return (
    <section className="card verify-here screen-only" aria-labelledby="verify-here">
      <h2 id="verify-here">Verify here</h2>
      <p className="soft">
        This browser checks every signature and hash of the bundle by itself. It believes nothing
        that the service says about them.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <Radio.Group
          label="The node that is asked what the chain recorded"
          value={choice}
          onChange={(value) => setChoice(value === "own" ? "own" : "service")}
        >
          <div className="verify-nodes">
            <Radio value="service" label="The service's node: quick, but it is not independent" />
            <Radio value="own" label="My own node" />
          </div>
        </Radio.Group>
        {choice === "own" && (
          <TextInput
            label="URL of your node"
            placeholder="https://"
            description="It must answer JSON-RPC, and allow web pages (CORS)."
            value={url}
            error={isMissing ? "Enter the URL of your node." : run.errors.node}
            spellCheck={false}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
        )}
        {verdict?.block && (
          <Checkbox
            checked={isNewest}
            onChange={(event) => setNewest(event.currentTarget.checked)}
            label="Judge by the newest block and this device's clock, not by those of the service's verdict"
          />
        )}
        <details open={Object.keys(run.errors).some((name) => name in trusted) || undefined}>
          <summary>What is trusted: chain {trusted.chainId} and its ledger</summary>
          <p className="soft small">
            The service names these. Compare them with what the ledger's owner published: another
            ledger can say anything.
          </p>
          <div className="verify-trust">
            {field("chainId", "Chain id")}
            {field("ledger", "Ledger")}
            {field("checkpoints", "Checkpoint contract (empty: no log counts)")}
          </div>
        </details>
        <div className="buttons">
          <Button type="submit" loading={run.isBusy || bundle === undefined}>
            Verify in this browser
          </Button>
          {run.isBusy && (
            <Button variant="default" onClick={cancel}>
              Cancel
            </Button>
          )}
        </div>
      </form>
      <Steps run={run} />
      {run.failure !== undefined && (
        <div className="notice tone-FAIL" role="alert">
          <p>
            <strong>There is no verdict: {run.failure}.</strong>
          </p>
        </div>
      )}
      {run.result && <Result run={run.result} service={verdict} />}
    </section>
  );
}

const STEP_WORDS: Record<StepName, (state: StepState) => string> = {
  read: ({ counted, note }) =>
    `Read ${bytes(counted)}, SHA-256 ${fileHash(note ?? "").slice(0, 16)}…`,
  signatures: ({ counted }) => `Recovered the signers of ${count(counted, "signature")}`,
  node: ({ counted, note }) =>
    `Asked the node ${count(counted, "question")}${note === undefined ? "" : ` (${note})`}`,
  rules: ({ counted }) => `Replayed the events and applied ${count(counted, "rule")}`,
};
const STEP_NAMES: Record<StepName, string> = {
  read: "Read the bundle",
  signatures: "Recover the signers",
  node: "Ask the node",
  rules: "Replay the events and apply the rules",
};

function Steps({ run }: { run: Run }) {
  if (!run.isBusy && run.result === undefined) return null;
  return (
    <ol className="steps" aria-label="Steps of the verification">
      {STEPS.map((step) => {
        const state = run.steps[step];
        return (
          <li key={step} className={state?.isDone ? "is-done" : state ? "is-busy" : ""}>
            <span aria-hidden="true">{state?.isDone ? "✓" : state ? "…" : "·"}</span>
            <span>{state ? STEP_WORDS[step](state) : STEP_NAMES[step]}</span>
            <span className="number soft">{state && seconds(state.tookMs)}</span>
          </li>
        );
      })}
    </ol>
  );
}

type Outcome = NonNullable<Run["result"]>;

function Result({ run, service }: { run: Outcome; service: Verdict | undefined }) {
  const { verdict, tookMs, backEnd } = run;
  return (
    <div className="verify-result" role="region" aria-label="The verdict of this browser">
      <VerdictCard verdict={verdict} />
      <p className="soft small">
        Verified in this browser in {seconds(tookMs)}
        {backEnd === "noble" && ", with the slower back end: this browser runs no WebAssembly"}.
      </p>
      {service && <Difference here={verdict} service={service} />}
      {(!service || verdict.verdict !== service.verdict) && <Findings verdict={verdict} />}
    </div>
  );
}

const keyOf = ({ code, event, notice, statement, lot, field }: Finding) =>
  [code, event, notice, statement, lot, field].join("|");

/** The findings that only one of two verdicts has. */
export function differenceOf(here: Verdict, service: Verdict) {
  const [own, theirs] = [here, service].map(({ findings }) => new Set(findings.map(keyOf)));
  return {
    onlyHere: here.findings.filter((finding) => !theirs!.has(keyOf(finding))),
    onlyService: service.findings.filter((finding) => !own!.has(keyOf(finding))),
  };
}

function Difference({ here, service }: { here: Verdict; service: Verdict }) {
  const { onlyHere, onlyService } = differenceOf(here, service);
  const isSame = here.verdict === service.verdict && onlyHere.length + onlyService.length === 0;
  if (isSame)
    return (
      <p className="verify-same">
        <strong>✓ The same as the service's verdict</strong>, finding by finding.
      </p>
    );
  const list = (title: string, findings: readonly Finding[]) =>
    findings.length > 0 && (
      <>
        <h3>{title}</h3>
        <ul className="plain">
          {findings.map((finding) => (
            <li key={keyOf(finding)}>
              <VerdictBadge verdict={finding.verdict} /> {finding.message}{" "}
              <code>{finding.code}</code>
            </li>
          ))}
        </ul>
      </>
    );
  return (
    <div className="verify-differs">
      <p>
        <strong>
          {here.verdict === service.verdict
            ? "The verdict is the service's. Findings differ."
            : `≠ The service says ${service.verdict}, this browser says ${here.verdict}.`}
        </strong>
      </p>
      {list("Only in this browser", onlyHere)}
      {list("Only at the service, which also sees its own database", onlyService)}
    </div>
  );
}
