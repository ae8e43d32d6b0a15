// Measures the time from label text to verdict over HTTP on the sample (p50, p99): warm, one scan after the other, with
// different labels. Also measures how long the service waited for the chain's node.
import { labelText } from "../protocol/label/write.ts";
import { ledgerReader } from "../protocol/chain/reader.ts";
import type { ScanView } from "../api/scan.ts";
import { openSampleService } from "../test/support/sample-service.ts";

const ROUNDS = 6;

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
const quantile = (numbers: readonly number[], share: number) =>
  sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))]!;
const rounded = (milliseconds: number) => Math.round(milliseconds * 10) / 10;

const sample = await openSampleService();
try {
  const { ctx } = sample.service;
  const { prisma, domain } = ctx;

  // Calls overlap, so this counts the time during which at least one was open.
  let [underWay, since, waited, calls] = [0, 0, 0, 0];
  const { deployedBlock: fromBlock } = await prisma.ledger.findUniqueOrThrow({ where: { id: 1 } });
  ctx.reader = ledgerReader({
    chainId: domain.chainId,
    ledger: domain.ledger,
    fromBlock,
    async request(method, params) {
      calls++;
      if (underWay++ === 0) since = performance.now();
      try {
        return await ctx.request(method, params);
      } finally {
        if (--underWay === 0) waited += performance.now() - since;
      }
    },
  });

  const lots = await prisma.lot.findMany({
    where: { mpn: { not: null }, lotNumber: { not: null } },
  });
  const labels = lots.map(({ lotNumber, mpn, makerLot, dateCode, quantity }) =>
    labelText({
      lotNumber: lotNumber!,
      mpn: mpn!,
      quantity: Number(quantity),
      ...(makerLot !== null && { makerLot }),
      ...(dateCode !== null && { dateCode, dateCodeFormat: "other" as const }),
    }),
  );
  const times: { whole: number; node: number; own: number; calls: number }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    for (const label of labels) {
      [waited, calls] = [0, 0];
      const start = performance.now();
      const { status, body } = await sample.call<ScanView>("POST", "/v1/scan", {
        key: "operator",
        body: { label },
      });
      const whole = performance.now() - start;
      if (status !== 200 || body.verdict === null)
        throw new Error(`A label of the sample leads to no verdict: ${body.why ?? status}`);
      if (round > 0) times.push({ whole, node: waited, own: whole - waited, calls }); // the first round warms up
    }

  const of = (name: keyof (typeof times)[number]) => {
    const numbers = times.map((each) => each[name]);
    return { p50: rounded(quantile(numbers, 0.5)), p99: rounded(quantile(numbers, 0.99)) };
  };
  const result = {
    scans: times.length,
    labels: labels.length,
    milliseconds: { whole: of("whole"), node: of("node"), besideNode: of("own") },
    nodeCalls: of("calls"),
  };
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else {
    console.log(`${result.scans} scans of ${result.labels} labels, in milliseconds\n`);
    console.log("                           p50      p99");
    for (const [title, { p50, p99 }] of [
      ["label to verdict", result.milliseconds.whole],
      ["  waiting for the node", result.milliseconds.node],
      ["  without the node", result.milliseconds.besideNode],
      ["calls to the node", result.nodeCalls],
    ] as const)
      console.log(`${title.padEnd(22)} ${String(p50).padStart(7)}  ${String(p99).padStart(7)}`);
  }
} finally {
  await sample.close();
}
