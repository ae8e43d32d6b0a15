// Measures how long the service keeps others waiting: /healthz while hostile bodies of the largest allowed size and number of
// values arrive at each kind of route, one after the other and eight at once. `node bench/health.ts`
import { setTimeout as sleep } from "node:timers/promises";
import { maxJsonValues } from "../protocol/base/json-scan.ts";
import { MAX_BODY_BYTES } from "../server/http/body.ts";
import { ROUTES } from "../server/http/routes/table.ts";
import { type Example, exampleOf, nameOf } from "../test/support/examples.ts";
import { openTestHttp, type TestHttp } from "../test/support/http.ts";
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

/** The longest and the median wait for /healthz, and the last answer, while requests are under way. */
async function measured(http: TestHttp, send: () => Promise<number[]>) {
  const waits: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const from = performance.now();
      await fetch(`${http.url}/healthz`).then((response) => response.text());
      waits.push(performance.now() - from);
      await sleep(2);
    }
  })();
  const from = performance.now();
  const statuses = await send();
  const took = performance.now() - from;
  isOver = true;
  await watching;
  return { worst: Math.max(...waits), took, statuses: [...new Set(statuses)].join(" ") };
}

const http = await openTestHttp();
try {
  printRow("", ["MiB", "answered ms", "healthz ms", "8 at once", "healthz ms", "status"]);
  for (const name of KINDS) {
    const route = ROUTES.find((each) => nameOf(each) === name)!;
    const example: Example = await exampleOf(http, route);
    const bytes = route.bodyBytes ?? MAX_BODY_BYTES;
    const post = async (raw: string) =>
      (await http.call(route.method.toUpperCase(), example.path, { key: example.owner, raw }))
        .status;
    printRow(`\n${name}`, []);
    for (const [shape, make] of Object.entries(SHAPES)) {
      const raw = fill(bytes)(make(maxJsonValues(bytes), bytes));
      const one = await measured(http, async () => [await post(raw)]);
      const times = bytes > 16 * 1024 * 1024 ? 2 : 8;
      const many = await measured(http, () =>
        Promise.all(Array.from({ length: times }, () => post(raw))),
      );
      printRow(`  ${shape}`, [
        raw.length / 1024 / 1024,
        one.took,
        one.worst,
        many.took,
        many.worst,
        `${one.statuses} ${many.statuses}`,
      ]);
    }
  }
} finally {
  await http.close();
}
