// Shows what a verdict relies on: the block, what was trusted, the parties on the ledger, and how it was checked.
import { roleNames } from "../../protocol/event/roles.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import type { BundleFile } from "./bundle-file.ts";
import type { Checked } from "./check.ts";
import { type Child, data, el, facts, hex, section, table } from "./dom.ts";
import { bytes, count, fileHash, moment, seconds, whyNoBlock } from "./words.ts";

/** Shows the parties that signed or are named, as the ledger has them. */
export function showParties({ parties }: Verdict): HTMLElement | null {
  if (parties.length === 0) return null;
  const rows = parties.map(({ party, name, roles, suspended }): Child[] => [
    name === null ? "not shown" : data(name),
    roleNames(roles).join(", ") || "none",
    suspended ? el("strong", {}, "suspended") : "admitted",
    hex(party),
  ]);
  const columns = [
    { title: "Name" },
    { title: "Roles" },
    { title: "Standing" },
    { title: "Address" },
  ];
  return section(
    "Parties",
    "The ledger's owner admitted them under these names.",
    table("Parties", columns, rows),
  );
}

/** Shows what was trusted, the block that was used, and how the bundle was checked. */
export function showGrounds(
  file: BundleFile,
  { verdict, isAsOf, client, backEnd, tookMs, waitedMs, questions }: Checked,
): HTMLElement {
  const { trusted, block, policy } = verdict;
  const { chainId, ledger, checkpoints, finality, now, node } = trusted;
  return section(
    "What this verdict relies on",
    null,
    facts(
      [
        [
          "As of block",
          block
            ? [`${block.number}, ${moment(block.time)} `, hex(block.hash)]
            : `None. ${whyNoBlock(verdict)}`,
        ],
        ["Trusted chain", chainId],
        ["Trusted ledger", hex(ledger)],
        ["Trusted checkpoint contract", checkpoints === undefined ? "none" : hex(checkpoints)],
        ["Finality", `${count(finality, "block")} on top of an event's block`],
        ["Node asked", node === undefined ? "none" : data(node)],
        ["It says that it is", client === null ? "not said" : data(client)],
        [isAsOf ? "Time of the block" : "This device's clock", moment(now)],
        ["Policy", data(policy.name)],
        ["Bundle", [data(file.name), ` (${bytes(file.size)})`]],
        ["SHA-256 of the bundle", hex(fileHash(file.sha256))],
        [
          "Checked in",
          `${seconds(tookMs - waitedMs)}${questions > 0 ? `, and ${seconds(waitedMs)} waiting for ${count(questions, "answer")} from the node` : ""}; signatures with ${BACK_ENDS[backEnd]}`,
        ],
      ],
      "facts grid wide",
    ),
  );
}

const BACK_ENDS = { wasm: "libsecp256k1 (WebAssembly)", noble: "noble-curves (JavaScript)" };
