// Measures how long the service keeps others waiting: /healthz while hostile bodies of the largest allowed size and number of
// values arrive at each kind of route, one alone and several at once. Service, attacker and watcher are processes of their own.
// `node bench/health.ts`
import { fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { maxJsonValues } from "../protocol/base/json-scan.ts";
import { MAX_BODY_VALUES } from "../server/http/answer.ts";
import { MAX_BODY_BYTES } from "../server/http/body.ts";
import { ROUTES } from "../server/http/routes/table.ts";
import { exampleOf, nameOf } from "../test/support/examples.ts";
import { openTestHttp } from "../test/support/http.ts";
import { printRow } from "./numbers.ts";

/** One route for each bound on bytes. */
const KINDS = [
  "post /v1/lots",
  "post /v1/scan",
  "post /v1/lots/:lot/verdict",
  "post /v1/events",
  "post /v1/bundles",
];

/** Makes a body of so many values at most, as long as is allowed. */
type Shape = (values: number, bytes: number) => string;

const fill = (bytes: number) => (text: string) =>
  text + " ".repeat(Math.max(0, bytes - text.length));

/** Hostile bodies: what each value costs a parser, a walk or a schema. */
const SHAPES: Record<string, Shape> = {
  numbers: (values) => `[${"0,".repeat(values - 2)}0]`,
  objects: (values) => `[${"{},".repeat(values / 2 - 1)}{}]`,
  levels: (values) => {
    const one = '{"a":'.repeat(14) + "0" + "}".repeat(14);
    return `[${Array.from({ length: Math.floor(values / 15) - 1 }, () => one).join(",")}]`;
  },
  texts: (values, bytes) => {
    const text = `"${"x".repeat(Math.floor(bytes / values) - 4)}"`;
    return `[${Array.from({ length: values - 2 }, () => text).join(",")}]`;
  },
  "many keys": (values) => `{${Array.from({ length: values - 2 }, (_, i) => `"k${i}":0`).join()}}`,
  "one text": (_, bytes) => `"${"x".repeat(bytes - 2)}"`,
  escapes: (_, bytes) => `"${"\\u0061".repeat(Math.floor(bytes / 6) - 1)}"`,
  "lists in the form": (values) =>
    `{"event":{"entries":[${"0,".repeat(values - 5)}0]},"lots":[],"trail":{"events":[0]}}`,
  "events of nothing": (values) =>
    `{"trail":{"events":[${"{},".repeat(values / 2 - 5)}{}],"notices":[]},"documents":[0]}`,
};

/** What the attacker sends: so many requests at once. */
interface Attack {
  url: string;
  key: string;
  bytes: number;
  values: number;
  shape: string;
  times: number;
}

const roleOf = (): string => process.argv[2] ?? "service";
const self = fileURLToPath(import.meta.url);

/** Sends hostile bodies on demand, and tells how long they took and what was answered. */
function attack(): void {
  process.on("message", ({ url, key, bytes, values, shape, times }: Attack) => {
    const raw = Buffer.from(fill(bytes)(SHAPES[shape]!(values, bytes))).subarray(0, bytes);
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const send = () =>
      fetch(url, { method: "POST", headers, body: raw }).then(
        async (response) => (await response.text(), response.status),
        () => 0, // the service answered and closed before it had read everything
      );
    const from = performance.now();
    void Promise.all(Array.from({ length: times }, send)).then((statuses) =>
      process.send!({ took: performance.now() - from, statuses: [...new Set(statuses)].join(" ") }),
    );
  });
}

/** Asks for /healthz again and again while the attacker is at work, and prints the longest wait. */
async function watch(base: string, targets: readonly Target[]): Promise<void> {
  const attacker = fork(self, ["attack"]);
  const measured = async (wanted: Attack) => {
    const answered = once(attacker, "message") as Promise<[{ took: number; statuses: string }]>;
    attacker.send(wanted);
    let isOver = false;
    void answered.then(() => (isOver = true));
    let worst = 0;
    while (!isOver) {
      const from = performance.now();
      await fetch(`${base}/healthz`).then((response) => response.text());
      worst = Math.max(worst, performance.now() - from);
      await sleep(2);
    }
    return { ...(await answered)[0], worst };
  };
  printRow("", ["MiB", "answered ms", "healthz ms", "several at once", "healthz ms", "status"]);
  for (const { name, url, key, bytes, values } of targets) {
    printRow(`\n${name}`, []);
    for (const shape of Object.keys(SHAPES)) {
      const one = await measured({ url, key, bytes, values, shape, times: 1 });
      const several = await measured({
        url,
        key,
        bytes,
        values,
        shape,
        times: bytes > MANY_BYTES ? 2 : 8,
      });
      printRow(`  ${shape}`, [
        bytes / MEBIBYTE,
        one.took,
        one.worst,
        several.took,
        several.worst,
        `${one.statuses} ${several.statuses}`,
      ]);
    }
  }
  attacker.kill();
}

const MEBIBYTE = 1024 * 1024;
/** Of longer bodies two are sent at once, of others eight. */
const MANY_BYTES = 16 * MEBIBYTE;

interface Target {
  name: string;
  url: string;
  key: string;
  bytes: number;
  values: number;
}

/** Starts a service, and measures it from two processes of their own. */
async function serve(): Promise<void> {
  const http = await openTestHttp();
  try {
    const targets: Target[] = [];
    for (const name of KINDS) {
      const route = ROUTES.find((each) => nameOf(each) === name)!;
      const { path, owner } = await exampleOf(http, route);
      const key = http.keys[owner];
      const bytes = route.bodyBytes ?? MAX_BODY_BYTES;
      const most = name === "post /v1/bundles" ? Infinity : MAX_BODY_VALUES;
      const values = Math.min(most, maxJsonValues(bytes));
      targets.push({ name, url: http.url + path, key, bytes, values });
    }
    const watcher = fork(self, ["watch", http.url, JSON.stringify(targets)]);
    await once(watcher, "exit");
  } finally {
    await http.close();
  }
}

if (roleOf() === "attack") attack();
else if (roleOf() === "watch")
  await watch(process.argv[3]!, JSON.parse(process.argv[4]!) as Target[]);
else await serve();
