// Runs the test suites and adds up what they report: `npm test`, or `npm test -- service web` for some of them. A suite that
// fails does not stop the others. The last line is "N passed, N failed".
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import process, { env, exit, stdout } from "node:process";
import { stripVTControlCharacters } from "node:util";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/**
 * What runs beside one another: in each lane suites, one after the other. Two cores are busy with it. The service's suite uses
 * two processes itself, and for a while shares them with the pages: more would take each other's caches, and half as much time
 * again.
 */
const LANES = [["contracts", "protocol", "service"], ["web"]];

/**
 * Runs only by name: the service's tests that open a database of their own, on the PostgreSQL server at TEST_DATABASE_URL.
 * The others open none, or start the service on its embedded defaults, where that server does not come in.
 */
const BY_NAME = ["postgres"];

interface Counts {
  passed: number;
  failed: number;
}

const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as {
  scripts: Record<string, string>;
};
const wanted = process.argv.slice(2);
const known = [...LANES.flat(), ...BY_NAME];
const unknown = wanted.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`There is no suite ${unknown}. The suites are ${known.join(", ")}.`);
  exit(2);
}

const total: Counts = { passed: 0, failed: 0 };
const asked = (name: string) =>
  wanted.length === 0 ? !BY_NAME.includes(name) : wanted.includes(name);
const runLane = async (lane: readonly string[]) => {
  for (const name of lane.filter(asked)) {
    const { passed, failed } = await runSuite(name);
    total.passed += passed;
    total.failed += failed;
  }
};
await Promise.all(LANES.map(runLane));
await runLane(BY_NAME);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1; // not exit(): that drops what a slow pipe has not taken yet

/** Runs one suite, and prints its output in one piece when it ends. */
async function runSuite(name: string): Promise<Counts> {
  const started = Date.now();
  const { code, output } = await outputOf(scripts[`test:${name}`]!);
  const counts = countsOf(output, code);
  const seconds = Math.round((Date.now() - started) / 1000);
  stdout.write(`\n=== ${name}\n${output.trimEnd()}\n`);
  console.log(`=== ${name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
  return counts;
}

function outputOf(command: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      cwd: ROOT,
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { NODE_COMPILE_CACHE: `${ROOT}node_modules/.cache/node-compile`, ...env },
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** A suite that fails without a failing test, or that ran no test, counts as one failure. */
function countsOf(output: string, code: number | null): Counts {
  const text = stripVTControlCharacters(output);
  const [passed, failed] = [sumOf("passing", text), sumOf("failing", text)];
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
}

/**
 * Adds up "12 passing" and the like. Hardhat repeats in its own line what mocha has reported, and adds its Solidity tests:
 * of "20 passing (8 solidity, 12 mocha)" only the 8 are new.
 */
function sumOf(word: string, text: string): number {
  const lines = text.matchAll(new RegExp(`^ *(\\d+) ${word}(?: \\((.*)\\))?`, "gm"));
  return [...lines].reduce((sum, [, count, detail = ""]) => {
    const isHardhat = /\d+ (solidity|mocha)\b/.test(detail);
    return sum + Number(isHardhat ? (/(\d+) solidity/.exec(detail)?.[1] ?? 0) : count);
  }, 0);
}
