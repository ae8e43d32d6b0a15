// Offers the decisions that the caller can take about a lot, by button and by key. Asks in one sentence before it signs.
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import type { LotWithDetails } from "../../../api/lots.ts";
import type { SessionView } from "../data/session.ts";
import { type ActName, actsOn, useAct } from "../data/acts.ts";
import { rightsOf } from "../data/session.ts";
import { ACT_WORDS, sentenceOf } from "../words.ts";
import { Confirm } from "./Confirm.tsx";
import { Failed } from "./States.tsx";
import { uniqueName } from "../data/unique.ts";

interface Props {
  lot: LotWithDetails;
  session: SessionView;
  /** What was decided, once it is signed. */
  onDone?(act: ActName): void;
}

export function LotActs({ lot, session, onDone }: Props) {
  const party = session.caller.party;
  const acts = actsOn(lot, party?.address ?? null, rightsOf(session));
  const [asked, setAsked] = useState<{ name: ActName; once: string }>();
  const [done, setDone] = useState<ActName>();
  const act = useAct();
  const begin = (name: ActName) => {
    act.reset();
    setDone(undefined);
    setAsked({ name, once: uniqueName() });
  };
  useActKeys(asked === undefined ? acts : [], begin);
  if (acts.length === 0) return null;
  const name = lot.lotNumber ?? "without a number";
  return (
    <div className="acts">
      {acts.map((each, i) => (
        <Button
          key={each}
          size="md"
          variant={i === 0 ? "filled" : "default"}
          onClick={() => begin(each)}
          aria-keyshortcuts={`Alt+${ACT_WORDS[each].key.toUpperCase()}`}
        >
          {ACT_WORDS[each].button}
          <kbd aria-hidden="true">Alt {ACT_WORDS[each].key.toUpperCase()}</kbd>
        </Button>
      ))}
      <p role="status" className="done">
        {done && `✓ ${ACT_WORDS[done].done}. The service signed it for ${party?.name ?? "you"}.`}
      </p>
      {asked && (
        <Confirm
          title={`${ACT_WORDS[asked.name].button}?`}
          sentence={sentenceOf(asked.name, name, lot.quantity, party?.name ?? "Your company")}
          button={`Sign: ${ACT_WORDS[asked.name].button.toLowerCase()}`}
          needsReason={ACT_WORDS[asked.name].needsReason}
          isBusy={act.isPending}
          failure={act.isError && <Failed error={act.error} />}
          onClose={() => setAsked(undefined)}
          onConfirm={(reason) =>
            act.mutate(
              { ...asked, lot, reason },
              {
                onSuccess() {
                  setAsked(undefined);
                  setDone(asked.name);
                  onDone?.(asked.name);
                },
              },
            )
          }
        />
      )}
    </div>
  );
}

/** Alt and a letter begin an act. A letter alone would be part of a scan. */
function useActKeys(acts: readonly ActName[], begin: (name: ActName) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = acts.find((each) => event.code === `Key${ACT_WORDS[each].key.toUpperCase()}`);
      if (!event.altKey || event.ctrlKey || !act) return;
      event.preventDefault();
      begin(act);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
