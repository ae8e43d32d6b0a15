// Tests budgets: several processes on one database never spend more than a limit together, whatever happens at the same time.
import { expect } from "chai";
import { makeOwnApiKey, revokeApiKey } from "../../../server/access/admin.ts";
import { DEFAULT_LIMITS, type BudgetLimits } from "../../../server/budgets/budgets.ts";
import { openBudgets, type Purse, standingOf } from "../../../server/budgets/shares.ts";
import { spend, spendIn } from "../../../server/budgets/spend.ts";
import { Refusal } from "../../../server/refusal.ts";
import type { Database } from "../../../server/storage/db.ts";
import { openTestDatabase } from "../../support/database.ts";
import { recordQueries } from "../../support/queries.ts";

const DAY = 24 * 60 * 60;

describe("budgets", () => {
  let database: Database;
  let now: number;
  let owners = 0;
  let owner: string;

  before(async () => {
    database = await openTestDatabase();
  });
  after(() => database.close());
  beforeEach(() => {
    now = 20_000 * DAY;
    owner = `party ${++owners}`;
  });

  /** A process on the database, with nothing taken yet. */
  const openProcess = (limits: Partial<BudgetLimits>, clock = () => now): Purse => ({
    prisma: database.prisma,
    budgets: openBudgets({ ...DEFAULT_LIMITS, ...limits }),
    clock,
  });
  const isGranted = (purse: Purse, amount = 1) =>
    spend(purse, owner, { rows: amount }).then(
      () => true,
      (error: unknown) => {
        expect(error).to.be.instanceOf(Refusal).and.include({ code: "BUDGET_SPENT", status: 429 });
        return false;
      },
    );
  const grantedOf = async (purses: Purse[], times: number, amount = 1) => {
    const asked = Array.from({ length: times }, (_, i) => purses[i % purses.length]!);
    const granted = await Promise.all(asked.map((purse) => isGranted(purse, amount)));
    return granted.filter(Boolean).length * amount;
  };

  it("are spent to the limit by one process, and no further", async () => {
    const purse = openProcess({ rows: 7 });
    expect(await grantedOf([purse], 20)).to.equal(7);
  });

  it("are shared by processes that spend at the same time", async () => {
    const purses = [openProcess({ rows: 100 }), openProcess({ rows: 100 })];
    const granted = await grantedOf(purses, 300);
    // What one process has taken and not spent is lost to the other: at most a part of 20.
    expect(granted).to.be.within(95, 100);
    const [row] = await database.prisma.budget.findMany({ where: { owner } });
    expect(Number(row!.spent)).to.be.at.most(100);
  });

  it("are not spent anew after a restart", async () => {
    const first = await grantedOf([openProcess({ rows: 100 })], 60);
    const second = await grantedOf([openProcess({ rows: 100 })], 100);
    expect(first).to.equal(60);
    expect(first + second).to.be.at.most(100);
  });

  it("cost one statement for many requests", async () => {
    const purse = openProcess({ rows: 1_000 });
    const queries = recordQueries(database);
    await database.prisma.$queryRaw`SELECT 1`;
    queries();
    expect(await grantedOf([purse], 50)).to.equal(50);
    expect(queries().filter((text) => text.includes("budget"))).to.have.length(1);
  });

  it("ask the database no more once it has refused", async () => {
    const purse = openProcess({ rows: 10 });
    await grantedOf([purse], 20);
    const queries = recordQueries(database);
    await database.prisma.$queryRaw`SELECT 1`;
    queries();
    expect(await grantedOf([purse], 20)).to.equal(0);
    expect(queries()).to.deep.equal([]);
  });

  it("refuse what is too much and still grant less", async () => {
    const purse = openProcess({ rows: 100 });
    expect(await grantedOf([purse], 1, 90)).to.equal(90);
    expect(await grantedOf([purse], 1, 11)).to.equal(0);
    expect(await grantedOf([purse], 1, 10)).to.equal(10);
    expect(await grantedOf([purse], 1, 101)).to.equal(0);
  });

  it("begin anew with each window, and not for a process whose clock is behind", async () => {
    const purse = openProcess({ rows: 10 });
    const late = openProcess({ rows: 10 }, () => now - DAY);
    expect(await grantedOf([purse], 20)).to.equal(10);
    expect(await grantedOf([late], 20)).to.equal(0);
    now += DAY;
    expect(await grantedOf([purse], 20)).to.equal(10);
    expect(await grantedOf([late], 20)).to.equal(0);
  });

  it("name the budget, its end and the variable when they are spent", async () => {
    const purse = openProcess({ submissions: 1 });
    now += 100;
    await spend(purse, owner, { submissions: 1 });
    const refusal = await spend(purse, owner, { submissions: 1 }).catch((error: unknown) => error);
    expect(refusal).to.deep.include({
      code: "BUDGET_SPENT",
      retryAfter: DAY - 100,
      budget: { name: "submissions", limit: 1, until: 20_001 * DAY },
    });
    expect(String(refusal)).to.contain("DAILY_SUBMISSIONS").and.to.contain("ledger");
  });

  it("spend several budgets or none, and give back what was not used", async () => {
    const purse = openProcess({ rows: 10, submissions: 1 });
    const { giveBack } = await spend(purse, owner, { rows: 4, submissions: 1 });
    expect(await isGranted(purse, 6)).to.equal(true);
    const more = { rows: 0, submissions: 1 };
    expect(await spend(purse, owner, more).catch(() => "refused")).to.equal("refused");
    giveBack("submissions");
    giveBack();
    giveBack(); // nothing is given back twice
    expect(standingOf(purse, owner, "submissions")).to.include({ limit: 1, remaining: 1 });
    expect(await grantedOf([purse], 10)).to.equal(4);
  });

  it("spend nothing when the rest of a transaction is rolled back", async () => {
    const purse = openProcess({ rows: 10 });
    const { prisma } = database;
    const failed = prisma.$transaction(async (tx) => {
      await spendIn(tx, purse, owner, "rows", 10);
      throw new Error("undone");
    });
    expect(await failed.catch(String)).to.contain("undone");
    await prisma.$transaction((tx) => spendIn(tx, purse, owner, "rows", 9));
    const tooMuch = prisma.$transaction((tx) => spendIn(tx, purse, owner, "rows", 2));
    expect(await tooMuch.catch((error: unknown) => error)).to.include({ code: "BUDGET_SPENT" });
    expect(await grantedOf([purse], 5)).to.equal(1);
  });

  it("have no limit for the operator", async () => {
    await spend(openProcess({ rows: 1 }), null, { rows: 1_000 });
  });

  it("forget addresses whose minute is over, and no party", async () => {
    const purse = openProcess({});
    await spend(purse, owner, { rows: 1 });
    for (let i = 0; i < 20; i++) await spend(purse, `address ${i}`, { reads: 1, wrongKeys: 1 });
    now += 10 * 60;
    await spend(purse, "address of another", { reads: 1 });
    const rows = await database.prisma.budget.findMany();
    const addresses = rows.map((row) => row.owner).filter((each) => each.startsWith("address"));
    expect(addresses).to.deep.equal(["address of another"]);
    expect(rows.map((row) => row.owner)).to.include(owner);
  });

  it("hold standing API keys to their number, also when they are made at the same time", async () => {
    const make = (purse: Purse) =>
      makeOwnApiKey(
        { ...purse, random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)) },
        owner,
        {
          scope: "read",
          label: "",
        },
      );
    const purses = [openProcess({ apiKeys: 5 }), openProcess({ apiKeys: 5 })];
    const made = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => make(purses[i % 2]!)),
    );
    const keys = made.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(keys).to.have.length(5);
    for (const each of made)
      if (each.status === "rejected")
        expect(each.reason).to.deep.include({
          code: "BUDGET_FULL",
          status: 409,
          budget: { name: "apiKeys", limit: 5, until: null },
        });
    await revokeApiKey(purses[0]!, keys[0]!.id);
    expect(await make(purses[1]!)).to.have.property("id");
  });
});
