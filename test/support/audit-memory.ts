// Keeps an auditor's memory in this process. Like the file, it drops what was not committed.
import { toHex } from "../../protocol/base/bytes.ts";
import { sha256 } from "../../protocol/base/crypto.ts";
import type { AuditFinding } from "../../protocol/audit/findings.ts";
import type {
  AuditMemory,
  Counts,
  KeptEvent,
  Passed,
  PendingKey,
  LogPosition,
} from "../../protocol/audit/memory.ts";
import type { LotState } from "../../protocol/event/lot.ts";

interface Kept {
  place: LogPosition;
  counts: Counts;
  passed: Map<number, Passed>;
  events: Map<string, KeptEvent>;
  followers: Map<string, string[]>;
  states: Map<string, LotState>;
  pending: PendingKey[];
  judgedTo: number;
  findings: Map<string, { finding: AuditFinding; told: boolean }>;
}

const nothing = (): Kept => ({
  place: { size: 0, root: toHex(sha256(new Uint8Array())), edge: [] },
  counts: { events: 0, withheld: 0, unchecked: 0 },
  passed: new Map(),
  events: new Map(),
  followers: new Map(),
  states: new Map(),
  pending: [],
  judgedTo: 0,
  findings: new Map(),
});

export function auditMemory(): AuditMemory {
  let kept = nothing();
  let now = structuredClone(kept);
  const followers = (lot: string, word: string) => now.followers.get(`${lot}/${word}`) ?? [];
  return {
    position: () => now.place,
    setPosition: (place) => void (now.place = place),
    counts: () => now.counts,
    setCounts: (counts) => void (now.counts = { ...counts }),
    passedAt: (size) => now.passed.get(size),
    setPassedAt: (size, passed) => void now.passed.set(size, passed),
    addEvent(digest, event) {
      const before = now.events.get(digest);
      if (!before) now.events.set(digest, event);
      return before?.index;
    },
    eventOf: (digest) => now.events.get(digest),
    addFollower: (lot, word, event) =>
      void now.followers.set(`${lot}/${word}`, [...followers(lot, word), event]),
    followersOf: followers,
    stateOf: (word) => now.states.get(word),
    setState: (word, state) => void now.states.set(word, state),
    addPending: (pending) => void now.pending.push(pending),
    pendingIn: (from, to, most) =>
      now.pending.filter(({ index }) => from <= index && index < to).slice(0, most),
    removePending: (index) => void (now.pending = now.pending.filter((one) => one.index !== index)),
    judgedTo: () => now.judgedTo,
    setJudgedTo: (size) => void (now.judgedTo = size),
    addFinding(finding) {
      const name = JSON.stringify(finding);
      if (!now.findings.has(name)) now.findings.set(name, { finding, told: false });
    },
    findings: () => [...now.findings.values()].map(({ finding }) => finding),
    findingsOf: (event) =>
      [...now.findings.values()]
        .map(({ finding }) => finding)
        .filter((finding) => finding.event === event),
    unreportedFindings: () =>
      [...now.findings.values()].filter(({ told }) => !told).map(({ finding }) => finding),
    markReported() {
      for (const one of now.findings.values()) one.told = true;
    },
    commit: () => void (kept = structuredClone(now)),
    discard: () => void (now = structuredClone(kept)),
  };
}
