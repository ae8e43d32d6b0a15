// Answers the questions of insight for one reader: gathers its facts, computes the answer from these alone, and says it.
import type {
  Abstention,
  BuildAnswer,
  OriginsAnswer,
  RecallAnswer,
  StockAnswer,
} from "../../api/insight.ts";
import { clearToBuild } from "../../protocol/insight/build.ts";
import { type Lens, partOrigins, productOrigins } from "../../protocol/insight/origins.ts";
import { recallDrill } from "../../protocol/insight/recall.ts";
import { stockStatement } from "../../protocol/insight/stock.ts";
import type { Context } from "../context.ts";
import { letOthersRun } from "../loop.ts";
import { verdictOf } from "../verdict/verdict.ts";
import { type Asked, factsAndBasis, namesOf } from "./asked.ts";
import { touchedLots } from "./touched.ts";
import { buildSentence, originsSentence, recallSentence, stockSentence } from "./words.ts";

/** Lots whose verdict one answer asks for. */
export const MAX_VERIFIED = 500;

/** Of an abstention that does not count cases. */
const UNCOUNTED = { have: null, need: null } as const;

/** What a party holds, part by part. @param ask Unix seconds; `to` missing: the cut */
export async function stockAnswer(
  ctx: Context,
  asked: Asked & { reader: { party: string } },
  ask: {
    from: number;
    to?: number | undefined;
    mpn?: string | undefined;
    site?: string | undefined;
  },
): Promise<StockAnswer> {
  const { party } = asked.reader;
  const { gathered, basis, cut } = await factsAndBasis(ctx, asked, { name: "stock", version: 1 });
  const recalled = await touchedLots(ctx.prisma, asked.reader, gathered, cut);
  const to = Math.min(ask.to ?? cut, cut);
  const parts = stockStatement(gathered.facts, {
    party,
    from: ask.from,
    to,
    recalled,
    ...(ask.mpn !== undefined && { mpn: ask.mpn }),
    ...(ask.site !== undefined && { site: ask.site }),
  });
  const abstained = parts.flatMap(({ part, lots }): Abstention[] =>
    part !== null || lots.length === 0
      ? []
      : [
          {
            code: "PART_NOT_SHOWN",
            ...UNCOUNTED,
            about: lots.map(({ lotNumber, lot }) => lotNumber ?? lot).join(", "),
            advice:
              "The manufacturer or the part number of these lots is not shown to you, so their pieces are in no part's count. Ask their issuer for a grant.",
          },
        ],
  );
  return {
    sentence: stockSentence(parts),
    basis,
    abstained,
    parties: [],
    from: ask.from,
    to,
    parts,
  };
}

/**
 * How many units a party can start.
 * @param ask `verify`: lots with a verdict FAIL or HOLD do not count
 * @param spendOn charges the caller for verdicts before they are made
 */
export async function buildAnswer(
  ctx: Context,
  asked: Asked & { reader: { party: string } },
  ask: {
    product: string;
    units?: number | undefined;
    site?: string | undefined;
    bom?: Readonly<Record<string, number>> | undefined;
    alternates?: Readonly<Record<string, readonly string[]>> | undefined;
    verify?: boolean | undefined;
  },
  spendOn: (verdicts: number) => Promise<void>,
): Promise<BuildAnswer> {
  const { party } = asked.reader;
  const { gathered, basis, cut } = await factsAndBasis(ctx, asked, { name: "build", version: 1 });
  const touched = await touchedLots(ctx.prisma, asked.reader, gathered, cut);
  const refused = new Map([...touched].map((lot) => [lot, ["RECALLED_OR_SUSPECTED"]]));
  const { product, site, bom, alternates } = ask;
  const question = {
    party,
    product,
    at: cut,
    refused,
    ...(site !== undefined && { site }),
    ...(bom && { bom }),
    ...(alternates && { alternates }),
  };
  let build = clearToBuild(gathered.facts, question);
  if (ask.verify) {
    const picked = new Set(build.lines.flatMap((line) => line.lots.map(({ lot }) => lot)));
    const lots = [...picked].slice(0, MAX_VERIFIED);
    await spendOn(lots.length);
    for (const lot of lots) {
      await letOthersRun();
      const { verdict, findings } = await verdictOf(ctx, lot, { reader: asked.reader });
      if (verdict === "FAIL" || verdict === "HOLD")
        refused.set(lot, [
          verdict,
          ...findings.filter((each) => each.verdict === verdict).map(({ code }) => code),
        ]);
    }
    build = clearToBuild(gathered.facts, { ...question, refused });
  }
  const abstained: Abstention[] =
    build.by === null
      ? [
          {
            code: "NO_BOM",
            ...UNCOUNTED,
            about: product,
            advice:
              "No assembly of this product is among the lots that you see. Send its bill of materials with the question.",
          },
        ]
      : [];
  const parties = await namesOf(
    ctx.prisma,
    build.builtAt.map((each) => each.party),
  );
  return {
    sentence: buildSentence(build, ask.units),
    basis,
    abstained,
    parties,
    ...withTuples(build),
  };
}

const withTuples = (build: ReturnType<typeof clearToBuild>) => ({
  ...build,
  lines: build.lines.map((line) => ({
    ...line,
    perUnit: [...line.perUnit] as [number, number],
  })),
});

/** Where parts come from, by one lens. @param ask `place`: what products take from there */
export async function originsAnswer(
  ctx: Context,
  asked: Asked,
  ask: { lens: Lens; from: number; place?: string | undefined },
): Promise<OriginsAnswer> {
  const { gathered, basis } = await factsAndBasis(ctx, asked, { name: "origins", version: 1 });
  const { lens, from, place } = ask;
  const parts = partOrigins(gathered.facts, { lens, from, party: asked.reader.party });
  return {
    sentence: originsSentence(parts, lens),
    basis,
    abstained: [],
    parties: [],
    lens,
    from,
    parts: parts.map((part) => ({
      ...part,
      places: part.places.map((each) => ({ ...each, share: [...each.share] as [number, number] })),
      concentration: [...part.concentration],
      effective: [...part.effective],
    })),
    products: place === undefined ? [] : productOrigins(gathered.facts, { lens, place }),
  };
}

/** Where all pieces of lots are. @param lots their ids */
export async function recallAnswer(
  ctx: Context,
  asked: Asked,
  lots: readonly string[],
): Promise<RecallAnswer> {
  const { gathered, basis } = await factsAndBasis(ctx, asked, { name: "recall", version: 1 });
  const origins = new Set(gathered.facts.origins.map(({ lot }) => lot));
  const known = lots.filter((lot) => gathered.lots.has(lot) && origins.has(lot));
  const drill = recallDrill(gathered.facts, known, gathered.handedOn);
  const abstained = lots
    .filter((lot) => !known.includes(lot))
    .map((lot): Abstention => ({
      code: "NOT_SEEN",
      ...UNCOUNTED,
      about: lot,
      advice: "You do not see the event that made this lot, or it is not final yet.",
    }));
  const parties = await namesOf(ctx.prisma, [
    ...drill.holders.map(({ party }) => party),
    ...drill.products.flatMap(({ holder }) => holder ?? []),
  ]);
  return {
    sentence: recallSentence(drill),
    basis,
    abstained,
    parties,
    ...drill,
    products: drill.products.map((product) => ({
      ...product,
      affected: [...product.affected],
    })),
  };
}
