// Measures how long verification takes without the network, and where the time goes, for trails of 10, 100 and 1,000
// events. The node is simulated in this process, so its answers cost checking and decoding, but no waiting.
import { verifyTypedData } from "ethers";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { recoverSigner, recoverWithNoble, useKeccak } from "../protocol/base/crypto.ts";
import { loadWasmKeccak, loadWasmRecover } from "../protocol/base/crypto-wasm.ts";
import { disclosureRoot } from "../protocol/event/disclosure.ts";
import { eventDigester } from "../protocol/event/event.ts";
import { Trail } from "../protocol/trail/trail.ts";
import type { Trust } from "../protocol/verdict/trust.ts";
import { verify } from "../protocol/verify/verify.ts";
import { rememberRecovered } from "../server/chain/recover.ts";
import { readChain } from "../protocol/verify/chain.ts";
import { replay } from "../protocol/verify/replay.ts";
import { openPaperLedger } from "../test/support/paper-ledger.ts";
import {
  type World,
  commission,
  deliver,
  openWorld,
  trailFor,
  trustIn,
} from "../test/support/trails.ts";

const SIZES = [10, 100, 1_000] as const;
const isJson = process.argv.includes("--json");

/** Milliseconds by measured part. */
type Row = Record<string, number>;

/** Makes the trail of a lot that goes back and forth between maker and distributor, with the usual details. */
async function makeTrail(events: number): Promise<{ world: World; trail: Trail; trust: Trust }> {
  const world = await openWorld(openPaperLedger());
  const lot = await commission(world, "BENCH-1", 4_000);
  const [a, b] = [world.maker, world.distributor];
  for (let made = 1; made + 2 <= events; made += 2)
    await ((made - 1) % 4 === 0 ? deliver(world, a, b, [lot]) : deliver(world, b, a, [lot]));
  return { world, trail: trailFor(world, lot), trust: await trustIn(world) };
}

/** The fastest of many runs: the slower ones measure other load on the machine. */
async function fastest(run: () => unknown, milliseconds = 1_500): Promise<number> {
  let best = Infinity;
  const end = performance.now() + milliseconds;
  for (let runs = 0; runs < 5 || performance.now() < end; runs++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

const TYPES = {
  CustodyEvent: [
    { name: "action", type: "uint8" },
    { name: "actor", type: "address" },
    { name: "holder", type: "address" },
    { name: "consignee", type: "address" },
    { name: "entries", type: "Entry[]" },
    { name: "time", type: "uint64" },
    { name: "details", type: "bytes32" },
  ],
  Entry: [
    { name: "lot", type: "bytes32" },
    { name: "previous", type: "bytes32" },
    { name: "quantity", type: "uint64" },
  ],
};

async function measure(size: number): Promise<Row> {
  const { world, trail, trust } = await makeTrail(size);
  const { reader, domain } = world.ledger;
  const recover = await loadWasmRecover();
  useKeccak(await loadWasmKeccak());
  const seen = rememberRecovered(recover, 10_000);
  const verdict = await verify(trail, trust, reader, seen);
  if (verdict.verdict !== "PASS")
    throw new Error(`The trail does not pass: ${verdict.findings[0]?.code}.`);
  const parsed = Trail.parse(trail);
  const digestsOf = ({ events }: Trail) => {
    const digestOf = eventDigester(domain);
    return events.map(({ event }) => digestOf(event));
  };
  const digests = digestsOf(trail);
  const replayed = replay(parsed, domain, seen);

  const recovered = await fastest(() =>
    trail.events.forEach(({ signature }, i) => recoverSigner(digests[i]!, signature!, recover)),
  );
  const remembered = await fastest(() =>
    trail.events.forEach(({ signature }, i) => recoverSigner(digests[i]!, signature!, seen)),
  );
  const row: Row = {
    verify: await fastest(() => verify(trail, trust, reader, recover)),
    verifySeen: await fastest(() => verify(trail, trust, reader, seen)),
    verifyAlone: await fastest(() => verify(trail, trust, null, recover)),
    recover: recovered,
    form: await fastest(() => Trail.parse(trail)),
    digests: await fastest(() => digestsOf(trail)),
    details: await fastest(() =>
      trail.events.forEach(
        ({ event, details }) => details && disclosureRoot(details, event.entries.length),
      ),
    ),
    chain: await fastest(() => readChain(reader, parsed, replayed, trust, null)),
  };
  row["replay"] =
    (await fastest(() => replay(parsed, domain, seen))) - row["digests"]! - remembered;
  const parts = ["form", "digests", "details", "chain", "replay"].reduce(
    (sum, name) => sum + row[name]!,
    remembered,
  );
  row["rules"] = row["verifySeen"]! - parts;

  useKeccak(keccak_256);
  row["verifyAnywhere"] = await fastest(() => verify(trail, trust, reader, recoverWithNoble));
  const { chainId, ledger } = domain;
  const typed = { name: "Reelproof", version: "1", chainId, verifyingContract: ledger };
  row["ethers"] = await fastest(() =>
    trail.events.forEach(({ event, signature }) =>
      verifyTypedData(typed, TYPES, event, signature!),
    ),
  );
  return row;
}

const LABELS: Record<string, string> = {
  verify: "a trail against its chain, WebAssembly back ends",
  recover: "  recovering the signers",
  form: "  parsing and checking its form",
  digests: "  digests of the events",
  details: "  roots of the details",
  replay: "  replay: links, custody rules, words",
  chain: "  the node's answers: reading, checking, decoding",
  rules: "  all other checks and rules, and the verdict",
  verifySeen: "the same, with known signatures",
  verifyAlone: "the same, without a node",
  verifyAnywhere: "the same, without WebAssembly",
  ethers: "for comparison: ethers verifyTypedData, signatures only",
};

const table: Record<string, Record<number, number>> = {};
for (const size of SIZES)
  for (const [name, ms] of Object.entries(await measure(size)))
    (table[name] ??= {})[size] = Number(ms.toFixed(2));

if (isJson) console.log(JSON.stringify(table));
else {
  const row = (label: string, cells: readonly string[]) =>
    console.log(label.padEnd(56) + cells.map((cell) => cell.padStart(14)).join(""));
  row(
    "Milliseconds, one core, the fastest of many runs",
    SIZES.map((size) => `${size.toLocaleString("en")} events`),
  );
  for (const [name, label] of Object.entries(LABELS))
    row(
      label,
      SIZES.map((size) => table[name]![size]!.toFixed(2)),
    );
}
