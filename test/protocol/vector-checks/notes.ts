// Checks vectors of signed notes against protocol/.
import { expect } from "chai";
import { fromHex } from "../../../protocol/base/bytes.ts";
import {
  type NotedCheckpoint,
  openNote,
  parseOrigin,
  signNote,
  verifierKey,
} from "../../../protocol/log/signed-note.ts";
import { type Fault, faulty } from "./faulty.ts";

interface NoteVector {
  note: string;
  then?: { line: string; times: number };
  key: string;
  checkpoint: NotedCheckpoint;
  seed?: string;
  error: Fault;
}
interface OriginVector {
  note?: never;
  origin: string;
  chainId: number;
  ledger: string;
  operator: string;
}

const whole = ({ note, then }: NoteVector) => note + (then?.line.repeat(then.times) ?? "");

export const notes = {
  valid(vector: NoteVector | OriginVector) {
    if (vector.note === undefined) {
      const { origin, chainId, ledger, operator } = vector;
      return expect(parseOrigin(origin)).to.deep.equal({ domain: { chainId, ledger }, operator });
    }
    const { note, key, checkpoint, seed } = vector;
    expect(openNote(whole(vector), key)).to.deep.equal(checkpoint);
    if (seed === undefined) return undefined;
    expect(signNote(checkpoint, fromHex(seed))).to.equal(note);
    return expect(verifierKey(checkpoint.origin, fromHex(seed))).to.equal(key);
  },
  invalid(vector: NoteVector | OriginVector) {
    if (vector.note === undefined) return expect(parseOrigin(vector.origin)).to.equal(undefined);
    return faulty(() => openNote(whole(vector), vector.key), vector.error);
  },
};
