// Plays the sample at a first start: a story of parties and lots, entered into the service as the parties would.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fromHex, toHex } from "../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../protocol/base/crypto.ts";
import { ACTIONS } from "../protocol/event/event.ts";
import { lotId } from "../protocol/event/lot.ts";
import type { EntryDetails } from "../protocol/event/details.ts";
import * as acts from "../server/custody/acts.ts";
import type { SharedDetails } from "../server/custody/draft.ts";
import { admitParty, makeKey } from "../server/access/admin.ts";
import type { KeyOwner } from "../server/access/key-file.ts";
import { ConfigError } from "../server/config.ts";
import type { Context } from "../server/context.ts";
import { appendOnce } from "../server/log/append.ts";
import { checkpointOnce } from "../server/log/checkpoints.ts";
import { followOnce } from "../server/settlement/follow.ts";
import { keepKey } from "../server/chain/keystore.ts";
import { relayOnce } from "../server/settlement/relay.ts";
import type { Sample } from "../server/service.ts";
import { ALL, shareAlerts } from "../server/statements/audience.ts";
import { state } from "../server/statements/statements.ts";
import { HISTORY_PARTIES, historySteps } from "./history.ts";
import { PEOPLE } from "./people.ts";
import {
  LOT_REF_FIELDS,
  readStory,
  splitLotRef,
  type Story,
  type StoryDetails,
  type StoryStep,
} from "./story.ts";
import { DAY_SECONDS } from "../protocol/base/time.ts";

const FOLDER = new URL("./", import.meta.url);

/** How far the story was played. Stored in a file, so that the next start continues one that was interrupted. */
interface Progress {
  parties: Record<string, string>;
  /** Hashes of shipments and notices, by the story's names for them. */
  named: Record<string, string>;
  steps: number;
  done: boolean;
  /** The folder began without the story. */
  isDeclined?: boolean;
}

/** Reads the story from its files, and joins it with the eighteen months of its second part, in the order of time. */
export async function loadStory(): Promise<Story> {
  const read = async (name: string) =>
    JSON.parse(await readFile(new URL(name, FOLDER), "utf8")) as unknown;
  const { parties, steps } = readStory(await read("parties.json"), await read("story.json"));
  const all = [...steps, ...historySteps()].sort((a, b) => a.at - b.at);
  return readStory([...parties, ...HISTORY_PARTIES], all);
}

/** The sample, as `openService` takes it. */
export const sample: Sample = sampleOf(loadStory);

/** A sample of another story: of the sample's first steps, for example. */
export function sampleOf(read: () => Promise<Story>): Sample {
  return {
    beginsAt: async () => beginsAt(await read()),
    isWanted,
    people: PEOPLE,
    decline: (dataDir) => save(progressFile(dataDir), { ...NOTHING, isDeclined: true }),
    play: async (ctx, options) => play(ctx, await read(), options),
  };
}

/** When the chain must begin so that the story fits on it, in Unix seconds. */
const beginsAt = ({ steps }: Story): number => steps[0]!.at - 2 * DAY_SECONDS;

const progressFile = (dataDir: string) => join(dataDir, "sample.json");

async function isWanted(dataDir: string, setting: "play" | "none"): Promise<boolean> {
  const progress = await readProgress(progressFile(dataDir));
  if (progress.isDeclined) return false;
  const isThere = progress.steps > 0 || Object.keys(progress.parties).length > 0;
  if (setting === "none" && isThere)
    throw new ConfigError(
      "SAMPLE",
      `The sample was played in ${dataDir}, and nothing removes it. Set another DATA_DIR to begin without it.`,
    );
  return setting === "play";
}

/**
 * Plays the story, or the rest of it: admits the parties, signs each step with the party's key, and settles it. Blocks get the
 * story's times, as if the ledger had existed all along. Stores its progress in `dataDir`, so that the next start continues
 * one that was interrupted.
 */
async function play(
  ctx: Context,
  story: Story,
  { ownerKey, dataDir, onProgress }: Parameters<Sample["play"]>[1],
): Promise<KeyOwner[]> {
  const file = progressFile(dataDir);
  const progress = await readProgress(file);
  if (!progress.done) {
    const chain = storyClock(ctx);
    await admitAll(ctx, ownerKey, story, progress, chain);
    await save(file, progress);
    for (const [index, step] of story.steps.entries()) {
      if (index < progress.steps) continue;
      const next = story.steps[index + 1];
      await playStep({ ...ctx, clock: () => step.at }, step, progress, index === progress.steps);
      progress.steps = index + 1;
      await save(file, progress);
      // A day's events settle together, in one block of that day.
      if (!next || day(next.at) !== day(step.at)) {
        const isNew = await checkpoint(ctx, step.at, next === undefined ? 0 : CHECKPOINT_SECONDS);
        const waits = await ctx.prisma.settlement.findFirst({ where: { state: "queued" } });
        if (isNew || waits !== null)
          await settle(ctx, () => chain.set(step.at + SETTLES_AFTER_SECONDS));
      }
      onProgress(index + 1, story.steps.length);
    }
    await chain.release();
    progress.done = true;
    await save(file, progress);
  }
  return story.parties.map(({ alias, name, roles }) => ({
    party: progress.parties[alias]!,
    name,
    roles,
  }));
}

const SETTLES_AFTER_SECONDS = 90;
/** Log-only events are anchored every week, and at the end. */
const CHECKPOINT_SECONDS = 6 * DAY_SECONDS;
const day = (time: number) => Math.floor(time / DAY_SECONDS);

/** Sets the time of the embedded chain's next block. A chain that cannot do this keeps its own time. */
function storyClock({ request }: Context) {
  return {
    set: (time: number) => request("evm_setNextBlockTimestamp", [time]).catch(() => undefined),
    release: () => request("evm_setTime", [Math.floor(Date.now() / 1000)]).catch(() => undefined),
  };
}

/** Keeps the log as the service does, and makes a checkpoint at the story's time if the last one is old enough. @returns whether it did */
async function checkpoint(ctx: Context, time: number, seconds: number): Promise<boolean> {
  const { merkleLog } = ctx;
  if (merkleLog.contract === undefined) return false;
  const { contract } = merkleLog;
  while (await appendOnce(ctx));
  return await checkpointOnce({
    ...{ ...ctx, clock: () => time },
    merkleLog: { ...merkleLog, contract, seconds },
  });
}

async function settle(ctx: Context, beforeEach: () => Promise<unknown>): Promise<void> {
  do await beforeEach();
  while (await relayOnce(ctx));
  while (await followOnce(ctx));
}

async function admitAll(
  ctx: Context,
  ownerKey: string,
  { parties, steps }: Story,
  progress: Progress,
  chain: ReturnType<typeof storyClock>,
) {
  const start = steps[0]!.at - DAY_SECONDS;
  for (const [index, { alias, name, roles }] of parties.entries()) {
    if (progress.parties[alias]) continue;
    const accountKey = toHex(ctx.random(32));
    const address = addressOfPrivateKey(fromHex(accountKey));
    await keepKey(ctx.prisma, ctx.keystore, address, "account", fromHex(accountKey));
    await ctx.request("hardhat_setBalance", [address, "0xde0b6b3a7640000"]);
    await chain.set(start + index * 600);
    await admitParty(ctx, ownerKey, { address, roles, name });
    await makeKey(ctx, accountKey);
    progress.parties[alias] = address;
  }
  while (await followOnce(ctx));
}

/** Plays one step, unless an interrupted start played it without storing its progress. */
async function playStep(
  ctx: Context,
  step: StoryStep,
  progress: Progress,
  mayBeDone: boolean,
): Promise<void> {
  const party = progress.parties[step.by]!;
  const done = mayBeDone ? await findDone(ctx, party, step) : undefined;
  const hash = done ?? (await act(ctx, party, step, progress));
  if ("id" in step) progress.named[step.id] = hash;
}

/** The hash of the step's event or notice. Undefined where the step was not played. */
async function findDone(
  { prisma }: Context,
  party: string,
  { act, at: time }: StoryStep,
): Promise<string | undefined> {
  if (act === "recall" || act === "suspect" || act === "withdraw") {
    return (await prisma.notice.findFirst({ where: { issuer: party, time } }))?.digest;
  }
  if (act === "authorise" || act === "alert") return undefined; // making the same statement again changes nothing
  return (await prisma.event.findFirst({ where: { actor: party, action: ACTIONS[act], time } }))
    ?.hash;
}

async function act(
  ctx: Context,
  party: string,
  step: StoryStep,
  { parties, named }: Progress,
): Promise<string> {
  const lotOf = (ref: string) => {
    const { issuer, lotNumber } = splitLotRef(ref);
    return lotId(parties[issuer]!, lotNumber);
  };
  const entry = (details: StoryDetails) =>
    Object.fromEntries(
      Object.entries(details).map(([name, value]) => [
        name,
        LOT_REF_FIELDS.includes(name) ? lotOf(String(value)) : value,
      ]),
    ) as EntryDetails;
  const lines = <L extends { lot: string; details: StoryDetails }>(lots: L[]) =>
    lots.map((line) => ({ ...line, lot: lotOf(line.lot), details: entry(line.details) }));
  const newLots = (lots: { lotNumber: string; quantity: number; details: StoryDetails }[]) =>
    lots.map((line) => ({ ...line, details: entry(line.details) }));
  const common = {
    time: step.at,
    details: "details" in step ? (step.details as SharedDetails) : {},
  };

  switch (step.act) {
    case "commission":
    case "introduce":
      return (
        await acts.makeLots(ctx, party, step.act, {
          ...common,
          lots: newLots(step.lots),
          settlement: step.settlement,
        })
      ).hash;
    case "ship":
      return (
        await acts.ship(ctx, party, {
          ...common,
          consignee: parties[step.to]!,
          lots: lines(step.lots),
        })
      ).hash;
    case "receive": {
      const counts = new Map(lines(step.lots).map((line) => [line.lot, line]));
      const shipment = named[step.shipment]!;
      const all = await ctx.prisma.entry.findMany({
        where: { event: shipment },
        select: { lot: true },
      });
      return (
        await acts.receive(ctx, party, {
          ...common,
          shipment,
          lots: all.map(({ lot }) => counts.get(lot) ?? { lot }),
        })
      ).hash;
    }
    case "refuse":
    case "cancel":
      return (
        await acts.sendBack(ctx, party, step.act, { ...common, shipment: named[step.shipment]! })
      ).hash;
    case "split":
      return (
        await acts.split(ctx, party, {
          ...common,
          lot: lotOf(step.lot),
          children: newLots(step.children),
        })
      ).hash;
    case "assemble":
      return (
        await acts.assemble(ctx, party, {
          ...common,
          inputs: lines(step.inputs),
          products: newLots(step.products),
        })
      ).hash;
    case "inspect":
    case "hold":
    case "release":
      return (await acts.remark(ctx, party, step.act, { ...common, lots: lines(step.lots) })).hash;
    case "scrap":
      return (await acts.scrap(ctx, party, { ...common, lots: lines(step.lots) })).hash;
    case "recall":
      return (
        await acts.giveNotice(ctx, party, { ...common, lot: lotOf(step.lot), kind: "recall" })
      ).hash;
    case "suspect":
      return (
        await acts.giveNotice(ctx, party, { ...common, lot: lotOf(step.lot), kind: "suspicion" })
      ).hash;
    case "authorise": {
      const authorisations = step.authorisations.map((each) => ({
        ...each,
        party: parties[each.party]!,
      }));
      return (await state(ctx, party, "authorisation", authorisations, step.at))[0]!.statement;
    }
    case "alert": {
      const stated = await state(ctx, party, "alert", step.alerts, step.at);
      const digests = stated.map(({ statement }) => statement);
      if (step.isShared) await shareAlerts(ctx.prisma, party, digests, [ALL]);
      return digests[0]!;
    }
    case "withdraw": {
      const { lot } = await ctx.prisma.notice.findUniqueOrThrow({
        where: { digest: named[step.notice]! },
      });
      return (
        await acts.giveNotice(ctx, party, {
          ...common,
          lot,
          kind: "withdrawal",
          withdraws: named[step.notice]!,
        })
      ).hash;
    }
  }
}

const NOTHING: Progress = { parties: {}, named: {}, steps: 0, done: false };

async function readProgress(file: string): Promise<Progress> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text ? (JSON.parse(text) as Progress) : structuredClone(NOTHING);
}

async function save(file: string, progress: Progress): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(progress, undefined, 2));
  await rename(`${file}.new`, file);
}
