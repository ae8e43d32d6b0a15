// Offers the decisions about the lot at hand, by button and by key. Marks them for the close of the delivery, or has them signed at once.
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { VerdictName } from "../../../protocol/verdict/verdict.ts";
import {
  actsOf,
  type Decision,
  type DecisionName,
  decisionsOn,
  type LotInHand,
} from "../data/decisions.ts";
import type { Scan } from "../data/scans.ts";
import { DecisionDialog } from "./DecisionDialog.tsx";
import { DECISION_WORDS, sentenceOf } from "./words.ts";

export interface Party {
  address: string;
  name: string;
}

interface Props {
  lot: LotWithDetails;
  verdict: VerdictName;
  scan: Scan;
  /** For whom the caller acts. */
  party: Party;
  /** Decisions wait for the close of the delivery. */
  isAtClose: boolean;
  /** Offers what the letter keys do. */
  onKeys(keys: Readonly<Record<string, () => void>>): void;
  onDecide(decision: Decision): Promise<void>;
  onUndo(): void;
}

const NONE: Decision = { name: "accept", reason: "", remarks: "", facts: {}, photo: null };
/** What must not be accepted without a word. */
const NEEDS_CONCESSION: readonly VerdictName[] = ["FAIL", "HOLD"];

export const inHand = (lot: LotWithDetails): LotInHand => ({
  lot: lot.lot,
  lotNumber: lot.lotNumber,
  quantity: lot.quantity,
  inTransit: lot.inTransit,
  lastEvent: lot.state.lastEvent,
});

export function Decide(props: Props) {
  const { lot, verdict, scan, party, isAtClose, onKeys, onDecide, onUndo } = props;
  const [asked, setAsked] = useState<DecisionName>();
  const isOpen = scan.decision === undefined && scan.signed?.isSent !== false;
  const names = isOpen ? decisionsOn(lot, party.address) : [];
  const isConcession = NEEDS_CONCESSION.includes(verdict);
  const needsReason = (name: DecisionName) => name !== "accept" || isConcession;
  const begin = (name: DecisionName) => {
    if (isAtClose && !needsReason(name)) void onDecide({ ...NONE, name });
    else setAsked(name);
  };
  useKeys(asked === undefined ? names : [], begin, onKeys);
  const lotName = lot.lotNumber ?? "without a number";
  const preview = (name: DecisionName) =>
    sentenceOf(
      actsOf([{ lot: inHand(lot), decision: { ...NONE, name }, scan: "" }])[0]!,
      party.name,
    );
  return (
    <>
      {names.length > 0 && (
        <div className="acts" role="group" aria-label="Decide">
          {names.map((name) => (
            <Button
              key={name}
              size="md"
              variant={name === "accept" && !isConcession ? "filled" : "default"}
              onClick={() => begin(name)}
              aria-keyshortcuts={`${DECISION_WORDS[name].key} Alt+${DECISION_WORDS[name].key}`}
            >
              {DECISION_WORDS[name].button}
              <kbd aria-hidden="true">{DECISION_WORDS[name].key.toUpperCase()}</kbd>
            </Button>
          ))}
        </div>
      )}
      <div role="status" className="decided">
        <State scan={scan} party={party} onUndo={onUndo} />
      </div>
      {asked && (
        <DecisionDialog
          name={asked}
          title={`${DECISION_WORDS[asked].button} ${lotName}?`}
          sentence={preview(asked)}
          warning={
            asked === "accept" &&
            isConcession && (
              <p className={`notice tone-${verdict}`}>
                <strong>The verdict is {verdict}.</strong> Accepting it nevertheless is a
                concession, and needs a reason.
              </p>
            )
          }
          needsReason={needsReason(asked)}
          button={
            isAtClose
              ? `Mark ${DECISION_WORDS[asked].marked}`
              : `Sign: ${DECISION_WORDS[asked].button.toLowerCase()}`
          }
          onClose={() => setAsked(undefined)}
          onDecide={async (decision) => {
            await onDecide(decision);
            setAsked(undefined);
          }}
        />
      )}
    </>
  );
}

function State({ scan, party, onUndo }: Pick<Props, "scan" | "party" | "onUndo">) {
  const { decision, signed } = scan;
  if (decision) {
    const { sign, marked } = DECISION_WORDS[decision.name];
    return (
      <p className="done">
        {sign} Marked {marked}
        {decision.reason && `: ${decision.reason}`}. Nothing is signed until you close the delivery.
        <Button variant="subtle" size="sm" onClick={onUndo}>
          Undo
        </Button>
      </p>
    );
  }
  if (!signed) return null;
  if (!signed.isSent)
    return (
      <p className="done waits">
        ◷ {DECISION_WORDS[signed.name].button} waits to be sent. See “Not sent yet”.
      </p>
    );
  const { done } = DECISION_WORDS[signed.name];
  return (
    <p className="done">
      ✓ {done.charAt(0).toUpperCase() + done.slice(1)}. The service signed it for {party.name}.
    </p>
  );
}

/** Alt and a letter begin an act anywhere; a letter alone in the empty scan field does, too. */
function useKeys(
  names: readonly DecisionName[],
  begin: (name: DecisionName) => void,
  onKeys: Props["onKeys"],
): void {
  useEffect(() => {
    onKeys(Object.fromEntries(names.map((name) => [DECISION_WORDS[name].key, () => begin(name)])));
    const onKey = (event: KeyboardEvent) => {
      const name = names.find(
        (each) => event.code === `Key${DECISION_WORDS[each].key.toUpperCase()}`,
      );
      if (!event.altKey || event.ctrlKey || !name) return;
      event.preventDefault();
      begin(name);
    };
    window.addEventListener("keydown", onKey);
    return () => {
      onKeys({});
      window.removeEventListener("keydown", onKey);
    };
  });
}
