// Accepts authorisations and alerts, as lists or signed. Lists and withdraws them.
import { z } from "zod";
import {
  Alert,
  Authorisation,
  SignedStatement,
  STATEMENT_KINDS,
} from "../../../protocol/event/statement.ts";
import { Address, Hash, ZERO_HASH } from "../../../protocol/base/values.ts";
import { pageOf } from "../../../api/page.ts";
import {
  StatementResult,
  StatementResults,
  StatementKind,
  StatementView,
} from "../../../api/statements.ts";
import { Prisma, type Statement } from "../../../prisma/generated/client.ts";
import type { Db } from "../../storage/db.ts";
import { Refusal } from "../../refusal.ts";
import {
  type ListItem,
  MAX_LIST_BYTES,
  MAX_LIST_ITEMS,
  readList,
  refuseDoubts,
} from "../../statements/lists.ts";
import { withPartyAddresses } from "../../statements/list-parties.ts";
import { countMatches, lostZeros, type PartsSeen, partsSeen } from "../../statements/matches.ts";
import { reachOf } from "../../statements/reach.ts";
import {
  acceptStatement,
  parseSignedStatement,
  signedOf,
  state,
  withdraw,
} from "../../statements/statements.ts";
import { AudienceText, shareAlerts, sharedWith } from "../../statements/audience.ts";
import { namer } from "../../custody/views.ts";
import type { Reader } from "../../access/visibility.ts";
import { cut, pageQuery, readCursor, SEQUENCE } from "./page.ts";
import { partyOf, route } from "./route.ts";

const tag = "Statements";
const LIST = `At most ${MAX_LIST_ITEMS} rows and ${MAX_LIST_BYTES / 1024 / 1024} MiB, accepted in whole or not at all. `;
const AGAIN =
  "A statement that the party made before and did not withdraw is not made again: the answer marks it as known.";

const DOUBTS =
  "Text that matches no lot (separators, ranges, wildcards, placeholders, spreadsheets' damage) is refused by row and column. " +
  "What may be right is refused as a doubt, unless acceptDoubts says to keep it. ";

const acceptDoubts = z
  .enum(["true", "false"])
  .default("false")
  .meta({ description: "Whether to keep cells that are probably not what was meant." });

const AUDIENCE = AudienceText.optional().meta({
  description:
    "With whom the issuer shares the alerts: `all`, `none`, or the addresses of parties with commas between them. They can " +
    "read the alerts, and if their policy names the issuer, the alerts count in their verdicts. Without it, new alerts are " +
    "for the issuer alone, and known ones stay as they are.",
});

const answer = (stated: StatementResult[], matches?: StatementResults["matches"]) => ({
  status: stated.every(({ known }) => known) ? 200 : 201,
  body: { statements: stated, ...(matches !== undefined && { matches }) },
});

export const statements = [
  route({
    method: "post",
    path: "/v1/authorisations",
    tag,
    summary: "State who may sell a brand",
    about:
      "JSON: a list of objects with party (its name, the start of it, or its address), brand, grade (authorised, aftermarket or approved), from and to (days; `to` is " +
      `optional). CSV: the same as columns. ${LIST}${DOUBTS}The answer says how many lots that the party made each is about. ` +
      `${AGAIN} For a party whose key the service keeps.`,
    access: { scope: "write", who: "party" },
    query: z.strictObject({ acceptDoubts }),
    uploads: ["application/json", "text/csv"],
    bodyBytes: MAX_LIST_BYTES,
    answers: { 200: StatementResults, 201: StatementResults },
    async handle({ ctx }, { caller, upload, query }) {
      const named = readList("authorisation", given(upload), {}, query.acceptDoubts === "true");
      const items = await withPartyAddresses(ctx.prisma, named);
      const contents = items.map(({ content }) => content);
      const party = partyOf(caller);
      const { status, body } = answer(await state(ctx, party, "authorisation", contents));
      return { status, body: { ...body, reach: await reachOf(ctx, { ...caller, party }, items) } };
    },
  }),
  route({
    method: "post",
    path: "/v1/alerts",
    tag,
    summary: "Import alerts",
    about:
      "JSON: a list of objects with source, reference, kind (counterfeit, suspect, recall, stolen, change or end-of-life), " +
      "mpn and, where the alert has them, manufacturer, makerLots (in CSV with | or ; between them), dateCodeFrom, dateCodeTo, " +
      "effectiveFrom (days, or weeks as 2026-W07) and text. CSV: the same as columns. They count for the party itself, for " +
      "lots that it made, and, where it shares them, for readers whose policy names it. " +
      `${LIST}${DOUBTS}The answer says how many lots that the ` +
      `party sees each alert is about. ${AGAIN} For a party whose key the service keeps.`,
    access: { scope: "write", who: "party" },
    query: z.strictObject({
      source: Alert.shape.source
        .optional()
        .meta({ description: "The source of rows that name none." }),
      acceptDoubts,
      audience: AUDIENCE,
    }),
    uploads: ["application/json", "text/csv"],
    bodyBytes: MAX_LIST_BYTES,
    answers: { 200: StatementResults, 201: StatementResults },
    async handle({ ctx }, { caller, upload, query: { source, audience, ...query } }) {
      const accept = query.acceptDoubts === "true";
      const common = source === undefined ? {} : { source };
      const items = readList("alert", given(upload), common, accept);
      const alerts = items.map(({ content }) => content);
      const seen = await partsSeen(ctx, caller, alerts);
      if (seen && !accept) refuseDoubts(items.flatMap((item) => zerosDoubt(item, seen)));
      const party = partyOf(caller);
      const stated = await state(ctx, party, "alert", alerts);
      if (audience) {
        const digests = stated.map(({ statement }) => statement);
        await shareAlerts(ctx.prisma, party, digests, audience);
      }
      return answer(stated, seen && countMatches(seen, items));
    },
  }),
  route({
    method: "post",
    path: "/v1/statements",
    tag,
    summary: "Submit a signed statement",
    about:
      "For a party that keeps its own key. A statement is not on the chain. It counts while its issuer and key are valid.",
    access: { scope: "write", who: "anyone" },
    query: z.strictObject({ audience: AUDIENCE }),
    body: SignedStatement,
    bodyUnchecked: true,
    answers: { 200: StatementResult, 201: StatementResult },
    async handle({ ctx }, { body, query: { audience }, caller: { party } }) {
      const signed = parseSignedStatement(body);
      if (party !== null && signed.statement.issuer !== party)
        throw new Refusal("FORBIDDEN", 403, "A party makes only its own statements.", {
          field: "statement.issuer",
        });
      if (audience && party === null)
        throw new Refusal("FORBIDDEN", 403, "Only its issuer shares an alert.", {
          field: "audience",
        });
      const stated = await acceptStatement(ctx, signed);
      if (audience)
        await shareAlerts(ctx.prisma, signed.statement.issuer, [stated.statement], audience);
      return { status: stated.known ? 200 : 201, body: stated };
    },
  }),
  route({
    method: "get",
    path: "/v1/statements",
    tag,
    summary: "List statements",
    about:
      "Authorisations of all parties, the caller's own alerts, and those that are shared with it. Withdrawn ones are included and marked.",
    access: { scope: "read", who: "anyone" },
    query: z.strictObject({
      kind: StatementKind.optional(),
      issuer: Address.optional(),
      ...pageQuery,
    }),
    answers: { 200: pageOf(StatementView) },
    async handle({ ctx: { prisma } }, { query: { kind, issuer, limit, cursor }, caller }) {
      const [position = "0"] = readCursor(cursor, SEQUENCE) ?? [];
      const rows = await prisma.$queryRaw<{ digest: string }[]>`
        SELECT digest FROM statement WHERE sequence > ${BigInt(position)} AND ${seenBy(caller)}
          AND ${kind === undefined ? Prisma.sql`TRUE` : Prisma.sql`kind = ${STATEMENT_KINDS[kind]}`}
          AND ${issuer === undefined ? Prisma.sql`TRUE` : Prisma.sql`issuer = ${issuer}`}
        ORDER BY sequence LIMIT ${limit + 1}`;
      const page = await prisma.statement.findMany({
        where: { digest: { in: rows.map(({ digest }) => digest) } },
        orderBy: { sequence: "asc" },
      });
      const { items, next } = cut(page, limit, ({ sequence }) => [String(sequence)]);
      return { status: 200, body: { items: await statementViews(prisma, caller, items), next } };
    },
  }),
  route({
    method: "post",
    path: "/v1/statements/:digest/withdraw",
    tag,
    summary: "Withdraw a statement",
    about:
      "Withdraws one of the caller's own statements permanently, as if it had never been made. To end an authorisation instead, " +
      "withdraw it and make one with a last day. For a party whose key the service keeps.",
    access: { scope: "write", who: "party" },
    params: z.object({ digest: Hash }),
    body: z.strictObject({}),
    answers: { 200: StatementResult, 201: StatementResult },
    async handle({ ctx }, { params: { digest }, caller }) {
      const stated = await withdraw(ctx, partyOf(caller), digest);
      return { status: stated.known ? 200 : 201, body: stated };
    },
  }),
];

function given<T>(upload: T | undefined): T {
  if (upload === undefined) throw new Error("the route takes uploads");
  return upload;
}

/** Asks about a lot code whose zeros in front a spreadsheet may have removed: the party sees a lot that has them. */
function zerosDoubt({ row, content }: ListItem<"alert">, seen: PartsSeen) {
  const lost = lostZeros(seen, content);
  if (!lost) return [];
  const message = `${lost.code} may have lost zeros in front: you see a lot ${lost.seen}. Export the column as text.`;
  return [{ row, column: "makerLots", code: "SPREADSHEET_NUMBER", message }];
}

/**
 * Authorisations are public. Alerts are visible to their issuer and to those with whom it shares them, otherwise not even to
 * the operator, because the lists that they come from often may not be passed on. A withdrawal is visible like what it
 * withdraws.
 */
function seenBy(reader: Reader): Prisma.Sql {
  const { authorisation, withdrawal } = STATEMENT_KINDS;
  const isShown = Prisma.sql`(statement.kind = ${authorisation} OR ${sharedWith(reader)})`;
  return Prisma.sql`(issuer = ${reader.party ?? ""} OR ${isShown} OR (kind = ${withdrawal} AND withdraws IN (
    SELECT digest FROM statement WHERE ${isShown})))`;
}

async function statementViews(
  db: Db,
  reader: Reader,
  rows: readonly Statement[],
): Promise<StatementView[]> {
  const nameOf = await namer(
    db,
    rows.map(({ issuer }) => issuer),
  );
  const withdrawals = await db.statement.findMany({
    where: {
      kind: STATEMENT_KINDS.withdrawal,
      withdraws: { in: rows.map(({ digest }) => digest) },
    },
    select: { withdraws: true, issuer: true },
  });
  return rows.map((row) => {
    const signed = signedOf(row);
    const content = z.union([Authorisation, Alert]).safeParse(signed?.content).data;
    return {
      statement: row.digest,
      issuer: nameOf(row.issuer),
      time: Number(row.time),
      kind:
        StatementKind.options.find((name) => STATEMENT_KINDS[name] === row.kind) ?? "withdrawal",
      withdraws: row.withdraws === ZERO_HASH ? null : row.withdraws,
      withdrawn: withdrawals.some(
        ({ withdraws, issuer }) => withdraws === row.digest && issuer === row.issuer,
      ),
      content: content ?? null,
      audience:
        row.kind === STATEMENT_KINDS.alert && row.issuer === reader.party ? row.audience : null,
      signed: signed ?? null,
    };
  });
}
