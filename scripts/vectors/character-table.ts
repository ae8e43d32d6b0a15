// Makes docs/unassigned-characters.txt: the code points that no text may have because Unicode does not assign them, for
// verifiers in other languages.
import { UNASSIGNED_CHARACTERS } from "../../protocol/base/unassigned-characters.ts";
import { UNICODE_VERSION } from "../../protocol/base/unwanted-characters.ts";

const INTRODUCTION = `# The code points that Unicode ${UNICODE_VERSION} assigns to no character (category Cn), without the noncharacters and the
# Default_Ignorable_Code_Points, which docs/protocol.md lists. No text of the protocol has one of them. Both ends are included.
# \`npm run vectors\` makes this file from protocol/base/unassigned-characters.ts.
`;
const RANGES_PER_LINE = 8;

/** The text of docs/unassigned-characters.txt. */
export function makeCharacterTable(): string {
  const ranges = UNASSIGNED_CHARACTERS.split(" ").map((range) =>
    range.replaceAll(/[0-9A-F]+/g, "U+$&"),
  );
  const lines = Array.from({ length: Math.ceil(ranges.length / RANGES_PER_LINE) }, (_, i) =>
    ranges.slice(i * RANGES_PER_LINE, (i + 1) * RANGES_PER_LINE).join(" "),
  );
  return `${INTRODUCTION}${lines.join("\n")}\n`;
}
