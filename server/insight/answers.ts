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
import { noticesTouching } from "../custody/touching.ts";
import type { Db } from "../storage/db.ts";
import { verdictOf } from "../verdict/verdict.ts";
import { type Asked, factsAndBasis, namesOf } from "./asked.ts";
import { sayBuild, sayOrigins, sayRecall, sayStock } from "./words.ts";

/** Notices that one answer looks at. */
const MAX_NOTICES = 1_000;
/** Lots whose verdict one answer asks for. */
export const MAX_VERIFIED = 500;

/** Of an abstention that does not count cases. */
const UNCOUNTED = { have: null, need: null } as const;

/** The party's open lots with a standing recall or suspicion, and the digests of these. */
async function touchedLots(db: Db, party: string): Promise<Map<string, string[]>> {
  const notices = await noticesTouching(db, party, 0n, MAX_NOTICES);
  const withdrawn = await db.notice.findMany({
    where: { withdraws: { in: notices.map(({ digest }) => digest) }, live: true },
    select: { withdraws: true },
  });
  const gone = new Set(withdrawn.map(({ withdraws }) => withdraws));
  const touched = new Map<string, string[]>();
  for (const { digest, lots } of notices)
    if (!gone.has(digest))
      for (const lot of lots) touched.set(lot, [...(touched.get(lot) ?? []), digest]);
  return touched;
}

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
  const recalled = new Set((await touchedLots(ctx.prisma, party)).keys());
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
            say: "The manufacturer or the part number of these lots is not shown to you, so their pieces are in no part's count. Ask their issuer for a grant.",
          },
        ],
  );
  return { says: sayStock(parts), basis, abstained, parties: [], from: ask.from, to, parts };
}

/** How many units a party can start. @param ask `verify`: lots with a verdict FAIL or HOLD do not count */
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
): Promise<BuildAnswer> {
  const { party } = asked.reader;
  const { gathered, basis, cut } = await factsAndBasis(ctx, asked, { name: "build", version: 1 });
  const touched = await touchedLots(ctx.prisma, party);
  const refused = new Map([...touched.keys()].map((lot) => [lot, ["RECALLED_OR_SUSPECTED"]]));
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
    const lots = [...new Set(build.lines.flatMap((line) => line.lots.map(({ lot }) => lot)))];
    for (const lot of lots.slice(0, MAX_VERIFIED)) {
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
            say: "No assembly of this product is among the lots that you see. Send its bill of materials with the question.",
          },
        ]
      : [];
  const parties = await namesOf(
    ctx.prisma,
    build.builtAt.map((each) => each.party),
  );
  return { says: sayBuild(build, ask.units), basis, abstained, parties, ...withTuples(build) };
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
    says: sayOrigins(parts, lens),
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
  const drill = recallDrill(gathered.facts, lots);
  const known = new Set(gathered.facts.origins.map(({ lot }) => lot));
  const abstained = lots
    .filter((lot) => !known.has(lot))
    .map((lot): Abstention => ({
      code: "NOT_SEEN",
      ...UNCOUNTED,
      about: lot,
      say: "You do not see the event that made this lot, or it is not final yet.",
    }));
  const parties = await namesOf(ctx.prisma, [
    ...drill.holders.map(({ party }) => party),
    ...drill.products.flatMap(({ holder }) => holder ?? []),
  ]);
  return {
    says: sayRecall(drill),
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
