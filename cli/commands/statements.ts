// `authorise`, `alert import`, `statement`: what a party says of others and of parts, given, listed and withdrawn.
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { z } from "zod";
import type { Command } from "../service/command.ts";
import { resolveParty } from "../service/lots.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { short, table } from "../output/terminal.ts";

const Stated = z.looseObject({ statement: z.string(), known: z.boolean() });
const StatedList = z.looseObject({ statements: z.array(Stated) });
type StatedList = z.infer<typeof StatedList>;

export interface AuthoriseOptions {
  brand: string;
  grade: string;
  from: string;
  to?: string;
}

/** Says that a party may sell a brand. The same again changes nothing. */
export async function authorise(
  { caller, terminal }: Command,
  named: string,
  options: AuthoriseOptions,
) {
  const party = await resolveParty(caller.api, named, "PARTY");
  const [{ statement, known }] = (
    await caller.api.post("/v1/authorisations", StatedList, [{ party: party.address, ...options }])
  ).statements as [z.infer<typeof Stated>];
  const until = options.to === undefined ? "on" : `to ${options.to}`;
  terminal.line(`${known ? "known" : "stated"}  ${statement}`);
  terminal.line(
    `       ${party.name} is ${options.grade} for ${options.brand} from ${options.from} ${until}`,
  );
  return { statement, known, party: party.address };
}

/** Says of several parties, from a file, which brands they may sell: all of it or nothing. */
export function authoriseAll(command: Command, path: string): Promise<StatedList> {
  return importFile(command, "/v1/authorisations", path, {}, "authorisation");
}

/** Imports alerts from a file: all of them or none. */
export function importAlerts(
  command: Command,
  path: string,
  { source }: { source?: string },
): Promise<StatedList> {
  return importFile(command, "/v1/alerts", path, { source }, "alert");
}

async function importFile(
  { caller, terminal }: Command,
  route: string,
  path: string,
  query: { source?: string | undefined },
  what: string,
): Promise<StatedList> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new Problem("CANNOT_READ", `${path} cannot be read: ${cause.code ?? ""}`, {
      ...{ field: "FILE", exit: EXIT.usage, cause },
    });
  });
  const type = extname(path).toLowerCase() === ".json" ? "application/json" : "text/csv";
  const list = await caller.api.upload(
    route,
    StatedList,
    { bytes: Uint8Array.from(bytes), type },
    query,
  );
  const fresh = list.statements.filter(({ known }) => !known).length;
  const before = list.statements.length - fresh;
  const count = (n: number) => `${n} ${what}${n === 1 ? "" : "s"}`;
  terminal.line(`${count(fresh)} stated${before > 0 ? `, ${before} known before` : ""}`);
  return list;
}

const Statement = z.looseObject({
  statement: z.string(),
  kind: z.string(),
  issuer: z.looseObject({ name: z.string().nullable(), address: z.string() }),
  time: z.number(),
  withdraws: z.string().nullable(),
  withdrawn: z.boolean(),
  content: z.record(z.string(), z.unknown()).nullable(),
});
type Statement = z.infer<typeof Statement>;

/** Lists authorisations, and the caller's own alerts. */
export async function listStatements({ caller, terminal }: Command, { kind }: { kind?: string }) {
  const statements: Statement[] = [];
  for await (const items of caller.api.pages("/v1/statements", Statement, { kind }))
    statements.push(...items);
  const columns = ["statement", "kind", "issuer", "says", ""].map((title) => ({ title }));
  const cells = statements.map(({ withdrawn, ...each }) => [
    ...[each.statement, each.kind, each.issuer.name ?? short(each.issuer.address), says(each)],
    withdrawn ? terminal.style("dim", "withdrawn") : "",
  ]);
  for (const row of table(columns, cells, (title) => terminal.style("dim", title)))
    terminal.line(row);
  return { statements };
}

function says({
  kind,
  content,
  withdraws,
}: Pick<Statement, "kind" | "content" | "withdraws">): string {
  const text = (name: string) => {
    const value = content?.[name];
    return typeof value === "string" ? value : "";
  };
  if (kind === "authorisation") {
    const days = `${text("from")} to ${text("to")}`.trim().replace(/ to$/, " on");
    return `${short(text("party"))} ${text("grade")} for ${text("brand")}, ${days}`;
  }
  if (kind === "alert")
    return `${text("kind")}: ${text("mpn")} (${text("source")}, ${text("reference")})`;
  return `of ${short(withdraws ?? "")}`;
}

/** Withdraws a statement of one's own, for good. */
export async function withdrawStatement({ caller, terminal }: Command, named: string) {
  const digest = named.trim().toLowerCase();
  if (!/^0x[0-9a-f]{64}$/.test(digest))
    throw new Problem("BAD_ARGUMENT", `${named} is no statement's digest`, {
      field: "STATEMENT",
      exit: EXIT.usage,
    });
  const { statement, known } = await caller.api.post(
    `/v1/statements/${digest}/withdraw`,
    Stated,
    {},
  );
  terminal.line(`${known ? "known" : "stated"}  ${statement}`);
  return { statement, known, withdraws: digest };
}
