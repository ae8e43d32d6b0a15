// Plays the demo's story: two reels go from their maker into a product, and a recall reaches it. Prints for each step
// what was signed, stored and settled.
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { ActionResult } from "../../api/settlement.ts";
import { Problem } from "../../cli/output/outcome.ts";
import { pieces, short, type Terminal } from "../../cli/output/terminal.ts";
import { lotId } from "../../protocol/event/lot.ts";
import type { Request } from "../../server/chain/node.ts";
import type { Actor, Callers } from "./callers.ts";

/** One step: its action, the party that signs it, and a sentence that describes it. */
interface Step {
  action: string;
  by: Actor;
  says: string;
  act(): Promise<{ hash: string }>;
}

const Accepted = z.looseObject({ hash: z.string(), settlement: z.string() });

/** Plays the story. @returns the id of the product's lot */
export async function playStory(
  as: Callers,
  terminal: Terminal,
  chain?: Request,
): Promise<{ product: string }> {
  const halden = await as.party("Halden");
  const dravatronik = await as.party("Dravatronik");
  const steps = storyOf(halden, dravatronik);
  for (const [index, step] of steps.list.entries()) {
    terminal.progress(step.action.padEnd(ACTION_WIDTH), index, steps.list.length);
    const { hash } = await step.act();
    const facts = await settledFacts(step, hash, chain);
    terminal.line(
      `${String(index + 1).padStart(2)}  ${terminal.style("bold", step.action.padEnd(ACTION_WIDTH))}${step.says}`,
    );
    terminal.line(terminal.style("dim", `    ${facts}`));
  }
  terminal.progress("", 1, 1);
  terminal.line();
  return { product: steps.product };
}

const ACTION_WIDTH = 12;

function storyOf(halden: Actor, dravatronik: Actor): { list: Step[]; product: string } {
  const run = String(Math.floor(Date.now() / 1000) % 1_000_000).padStart(6, "0"); // makes lot numbers new, so that the story can be played again
  const [mcu, regulator] = [`HS26-D${run}A`, `HS26-D${run}B`];
  const [kit, board] = [`DRV-UID-D${run}`, `GW200-D${run}`];
  const ids = { mcu: lotId(halden.address, mcu), regulator: lotId(halden.address, regulator) };
  const product = lotId(dravatronik.address, board);
  const kitId = lotId(dravatronik.address, kit);
  let shipment = "";
  const post = (actor: Actor, path: string, body: object) =>
    actor.api.post(path, ActionResult, body);

  const list: Step[] = [
    {
      action: "commission",
      by: halden,
      says: `Halden commissions reels ${mcu} (2,400 MCUs) and ${regulator} (3,000 regulators)`,
      act: () =>
        post(halden, "/v1/lots", {
          action: "commission",
          details: { manufacturer: halden.name, rohs: "RoHS3 compliant", packaging: "reel" },
          lots: [
            {
              lotNumber: mcu,
              quantity: 2400,
              details: {
                mpn: "HM32G431CBT6TR",
                makerLot: "4G2207DM.11",
                dateCode: "2645",
                countryOfOrigin: "MY",
                msl: "3",
              },
            },
            {
              lotNumber: regulator,
              quantity: 3000,
              details: {
                mpn: "HLV73333PDBVR",
                makerLot: "4G2214DM.07",
                dateCode: "2644",
                countryOfOrigin: "PH",
                msl: "1",
              },
            },
          ],
        }),
    },
    {
      action: "ship",
      by: halden,
      says: "Halden ships both to Dravatronik, and stays their holder until Dravatronik signs for them",
      act: async () => {
        const shipped = await post(halden, "/v1/shipments", {
          consignee: dravatronik.address,
          lots: [{ lot: ids.mcu }, { lot: ids.regulator }],
          details: {
            carrier: "Norlane Express",
            trackingNumber: `NLXD${run}`,
            purchaseOrder: "DN26-07733",
          },
        });
        shipment = shipped.hash;
        return shipped;
      },
    },
    {
      action: "receive",
      by: dravatronik,
      says: "Dravatronik counts 2,388 of 2,400 MCUs; the shortfall stays in the trail",
      act: () =>
        post(dravatronik, `/v1/shipments/${shipment}/receipt`, {
          lots: [
            {
              lot: ids.mcu,
              quantity: 2388,
              details: { shortfallReason: "X-ray counter: 12 fewer than the label says" },
            },
            { lot: ids.regulator },
          ],
          details: { inspectionResult: "accepted", sealIntact: true, labelMatches: true },
        }),
    },
    {
      action: "split",
      by: dravatronik,
      says: `Dravatronik splits off 500 MCUs as ${kit}; ${pieces(1888)} stay on the reel`,
      act: () =>
        post(dravatronik, `/v1/lots/${ids.mcu}/split`, {
          children: [{ lotNumber: kit, quantity: 500 }],
          details: { reason: "kitting", workOrder: `WO-D${run}` },
        }),
    },
    {
      action: "assemble",
      by: dravatronik,
      says: `Dravatronik builds ${board}: 480 gateway boards from 482 MCUs and 484 regulators`,
      act: () =>
        post(dravatronik, `/v1/lots/${kitId}/assembly`, {
          quantity: 482,
          inputs: [{ lot: ids.regulator, quantity: 484 }],
          products: [
            {
              lotNumber: board,
              quantity: 480,
              details: {
                manufacturer: dravatronik.name,
                mpn: "DTK-GW200-D",
                productName: "GW200 gateway main board",
              },
            },
          ],
          details: { workOrder: `WO-D${run}`, productionLine: "SMT 2" },
        }),
    },
    {
      action: "inspect",
      by: dravatronik,
      says: "Dravatronik tests all 480 boards; all pass",
      act: () =>
        post(dravatronik, `/v1/lots/${product}/inspection`, {
          details: {
            inspectionResult: "accepted",
            inspectionPlan: "AOI, ICT",
            sampleSize: 480,
            samplesFailed: 0,
          },
        }),
    },
    {
      action: "recall",
      by: halden,
      says: `Halden recalls ${mcu}, the reel that the boards' MCUs came from`,
      act: () =>
        halden.api.post("/v1/notices", Accepted, {
          lot: ids.mcu,
          kind: "recall",
          details: {
            reason: "flash cells lose data above 105 °C",
            alertReference: `HS-QN-D${run}`,
          },
        }),
    },
  ];
  return { list, product };
}

/* THE FACTS OF A STEP */

const Settled = z.looseObject({
  settlement: z.string(),
  settled: z.looseObject({ block: z.number(), transaction: z.string() }).nullable(),
  disclosure: z
    .looseObject({ open: z.array(z.unknown()), withheld: z.array(z.unknown()) })
    .nullable(),
});
const SettledEvent = z.looseObject({
  ...Settled.shape,
  entries: z.array(z.unknown()),
  otherLots: z.number(),
});
const SettledNotice = z.looseObject({ ...Settled.shape, notice: z.string() });
const KeysOfParty = z.looseObject({
  keys: z.array(z.looseObject({ key: z.string(), revokedAt: z.number().nullable() })),
});

const POLL_MS = 100;
const PATIENCE_MS = 60_000;

async function settledFacts(
  { action, by }: Step,
  hash: string,
  chain: Request | undefined,
): Promise<string> {
  const ask = async () => {
    if (action !== "recall") {
      const event = await by.api.get(`/v1/events/${hash}`, SettledEvent);
      return { ...event, lots: event.entries.length + event.otherLots };
    }
    for await (const notices of by.api.pages("/v1/notices", SettledNotice)) {
      const notice = notices.find((one) => one.notice === hash);
      if (notice) return { ...notice, lots: 1 };
    }
    throw new Problem("NOT_FOUND", `The service does not list notice ${hash}.`);
  };
  const { settled, disclosure, lots } = await untilFinal(ask, hash);
  const leaves = (disclosure?.open.length ?? 0) + (disclosure?.withheld.length ?? 0);
  const { block, transaction } = settled!;
  const gas = chain ? `, ${pieces(await gasPerLot(chain, transaction, lots))} gas per lot` : "";
  return [
    `signed ${short(hash, 8)} by key ${short(await newestKey(by), 8)}`,
    `stored ${String(leaves).padStart(2)} ${leaves === 1 ? "fact " : "facts"} in one root`,
    `settled in block ${block}, ${short(transaction, 8)}${gas}`,
  ].join("   ");
}

async function untilFinal<T extends z.infer<typeof Settled>>(
  ask: () => Promise<T>,
  hash: string,
): Promise<T> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const view = await ask();
    if (view.settlement === "final" && view.settled) return view;
    if (view.settlement === "held" || view.settlement === "void") {
      throw new Problem(
        "NOT_SETTLED",
        `${hash} is ${view.settlement}: ${JSON.stringify(view["reason"])}.`,
      );
    }
    await wait(POLL_MS);
  }
  throw new Problem("NOT_SETTLED", `${hash} was not final after ${PATIENCE_MS / 1000} seconds.`);
}

/** The service signs with the party's newest key that is not revoked. */
async function newestKey({ api, address }: Actor): Promise<string> {
  const { keys } = await api.get(`/v1/parties/${address}`, KeysOfParty);
  return keys.findLast(({ revokedAt }) => revokedAt === null)?.key ?? "0x";
}

async function gasPerLot(chain: Request, transaction: string, lots: number): Promise<number> {
  const receipt = (await chain("eth_getTransactionReceipt", [transaction])) as { gasUsed: string };
  return Math.round(Number(receipt.gasUsed) / lots);
}
