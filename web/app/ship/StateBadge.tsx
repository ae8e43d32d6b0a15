// Shows a state small: sign, word and colour.
import type { StateWords } from "./state.ts";

export function StateBadge({ sign, word, tone }: StateWords) {
  return (
    <span className={`badge tone-${tone}`}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  );
}
