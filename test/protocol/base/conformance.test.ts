// Runs vectors made by others, from the folder CONFORMANCE_DIR: canonical JSON (RFC 8785) and
// Merkle proofs (RFC 9162).
import { expect } from "chai";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../../../protocol/base/bytes.ts";
import { canonicalize } from "../../../protocol/base/canonical.ts";
import { verifyConsistency, verifyInclusion } from "../../../protocol/base/merkle.ts";

const folder = process.env["CONFORMANCE_DIR"];
const title = "vectors made by others";

interface Probe {
  desc: string;
  wantErr: boolean;
  proof: string[] | null;
}
interface InclusionProbe extends Probe {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
}
interface ConsistencyProbe extends Probe {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
}

if (folder === undefined)
  describe(title, () => {
    it("is skipped because CONFORMANCE_DIR is not set", function () {
      this.skip();
    });
  });
else
  describe(title, () => {
    const read = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");
    const base64 = (text: string) => Uint8Array.from(Buffer.from(text, "base64"));
    const proofOf = ({ proof }: Probe) => (proof ?? []).map(base64);
    const probes = <P extends Probe>(name: string) =>
      Object.entries(JSON.parse(read("merkle", name)) as Record<string, P>);

    for (const name of readdirSync(join(folder, "jcs", "input")))
      it(`is met by canonicalize (RFC 8785): ${name}`, () => {
        const text = canonicalize(JSON.parse(read("jcs", "input", name)));
        expect(text).to.equal(read("jcs", "output", name).trimEnd());
        const hex = read("jcs", "outhex", name.replace(".json", ".txt"));
        expect(utf8(text)).to.deep.equal(
          Uint8Array.from(Buffer.from(hex.replace(/\s/g, ""), "hex")),
        );
      });

    for (const [name, probe] of probes<InclusionProbe>("inclusion.json"))
      it(`is met by verifyInclusion (RFC 9162): ${name}`, () => {
        const { leafIdx, treeSize, leafHash, root, wantErr } = probe;
        const holds = verifyInclusion(
          base64(leafHash),
          leafIdx,
          treeSize,
          proofOf(probe),
          base64(root),
        );
        expect(holds).to.equal(!wantErr);
      });

    for (const [name, probe] of probes<ConsistencyProbe>("consistency.json"))
      it(`is met by verifyConsistency (RFC 9162): ${name}`, () => {
        const { size1, size2, root1, root2, wantErr } = probe;
        expect(
          verifyConsistency(size1, base64(root1), size2, base64(root2), proofOf(probe)),
        ).to.equal(!wantErr);
      });
  });
