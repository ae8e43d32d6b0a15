// An auditor's memory in this process, with what was not committed taken back as in a file.
import { toHex } from "../../protocol/bytes.ts";
import { sha256 } from "../../protocol/crypto.ts";
import type { AuditMemory, Place } from "../../protocol/log/audit.ts";
import type { LotState } from "../../protocol/lot.ts";

interface Kept {
  place: Place;
  roots: Record<number, string>;
  names: Record<string, string>;
  states: Record<string, LotState>;
}

export function auditMemory(): AuditMemory {
  let kept: Kept = {
    place: { size: 0, root: toHex(sha256(new Uint8Array())), edge: [] },
    ...{ roots: {}, names: {}, states: {} },
  };
  let now = structuredClone(kept);
  return {
    place: () => now.place,
    setPlace: (place) => void (now.place = place),
    rootAt: (size) => now.roots[size],
    setRootAt: (size, root) => void (now.roots[size] = root),
    remember(kind, name, value) {
      const before = now.names[`${kind} ${name}`];
      now.names[`${kind} ${name}`] ??= value;
      return before;
    },
    stateOf: (word) => now.states[word],
    setState: (word, state) => void (now.states[word] = state),
    commit: () => void (kept = structuredClone(now)),
    discard: () => void (now = structuredClone(kept)),
  };
}
