// An auditor's day: access until a day, a product traced back and a recalled lot traced forward, the evidence checked without
// the service, and a database in which somebody altered a row.
import { expect } from "chai";
import { beginDay, type Day, type Person } from "../support/day.ts";

const PRODUCT = "EVC7-26-1006";
const RECALLED = "SBT26K088184";
const REEL = "HS26-112706";

describe("an auditor's day", () => {
  let day: Day;
  let granter: Person;
  let auditor: Person;
  let grant: { id: string; token: string };

  before(async () => {
    day = await beginDay();
    granter = day.person("Monclara");
  });
  after(() => day.end());

  it("begins with a token that opens a product until a day", async () => {
    const { stdout } = await granter.types(
      `grant ${PRODUCT} --until 2027-01-31 --label "audit 2026" --json`,
    );
    grant = JSON.parse(stdout) as typeof grant;
    auditor = day.person({ key: grant.token });
    const listed = await granter.types("grant list");
    expect(listed.stdout).to.match(
      new RegExp(`^${grant.id} +by token +1 lot .*2027-01-31 23:59`, "m"),
    );
    const other = await auditor.types(`verify ${REEL}`, { exits: 1 });
    expect(other.stderr).to.contain(`There is no lot ${REEL}, or you may not see it.`);
  });

  it("traces the product back, with the pieces that it took of each lot", async () => {
    const { stdout } = await auditor.types(`trail ${PRODUCT}`);
    expect(stdout)
      .to.match(/ assemble +Monclara /)
      .and.match(/ PWD1A3782344 +-968 +1,032\b/)
      .and.match(/ PWD1A8947872 +-483 +17\b/)
      .and.match(/ EVC7-26-1006 +\+480 +480\b/)
      .and.match(/ commission +Saebyeok Memory Co\., Ltd\. /)
      .and.match(/ SBT26K589840 +\+3,300\b/)
      .and.match(/ hold +Monclara .* EVC7-26-1006 +480 /);
  });

  it("sees the recall in the verdict, with its reason", async () => {
    const { stdout } = await auditor.types(`verify ${PRODUCT}`, { exits: 13 });
    expect(stdout)
      .to.match(/^HOLD: /)
      .and.contain("data retention below specification");
  });

  it("follows the recalled lot forward, with what each product used and who holds it", async () => {
    const { stdout } = await day.person("Operator").types(`trail ${RECALLED} --down`);
    expect(stdout)
      .to.match(/^SBT26K088184: 1,000 pieces are left$/m)
      .and.match(/^PWD1A1232381 +\S+ +500 +Pellworth Components Inc\. /m)
      .and.match(/^ +EVC7-26-1006 +MCL-EVC7-12 +480 +Monclara .* 483 of PWD1A8947872$/m);
    // Its maker is told how many lots there are that it does not see.
    const maker = await day.person("Saebyeok").types(`trail ${RECALLED} --down`);
    expect(maker.stdout).to.contain("2 lots more, made directly of these, you may not see.");
  });

  it("counts where the recalled pieces are, until none is left over", async () => {
    const operator = await day.person("Operator").types(`reach ${RECALLED}`);
    expect(operator.stdout)
      .to.match(/^SBT26K088184: recalled, notice 0x/m)
      .and.match(/^ +PWD1A8947872 +\S+ +17 +Monclara .* free +17$/m)
      .and.match(/^ +EVC7-26-1006 +MCL-EVC7-12 +480 +Monclara .* 483 of PWD1A8947872$/m)
      .and.match(/^in lots +1,517$/m)
      .and.match(/^used in products +483$/m)
      .and.contain("The counts add up to the 2,000 pieces of which the lot was made.");
    const maker = await day.person("Saebyeok").types(`reach ${RECALLED}`);
    expect(maker.stdout)
      .to.contain("The counts add up to the 2,000 pieces")
      .and.contain("You recalled this lot: you see each lot that the ledger published.")
      .and.not.contain("EVC7-26-1006");
  });

  it("takes the evidence away, and verifies it without the service", async () => {
    await auditor.types(`bundle ${PRODUCT} --out ${day.path("product.json")}`);
    await day.person("Ostermark").types(`bundle ${REEL} --out ${day.path("reel.json")}`);
    const { ledger } = day.service.ctx.domain;
    const elsewhere = day.person({ key: "none" }, { REELPROOF_URL: "http://127.0.0.1:1" });
    const trusting = `--rpc ${day.url}/rpc --ledger ${ledger}`;
    const reel = await elsewhere.types(`verify ${day.path("reel.json")} ${trusting}`);
    expect(reel.stdout).to.match(/^PASS/m).and.contain(REEL);
    const product = await elsewhere.types(`verify ${day.path("product.json")} ${trusting}`, {
      exits: 13,
    });
    expect(product.stdout)
      .to.match(/^HOLD: /m)
      .and.contain("data retention below specification");
  });

  it("ends when the granter ends it", async () => {
    await granter.types(`grant end ${grant.id}`);
    const { stderr } = await auditor.types(`verify ${PRODUCT}`, { exits: 1 });
    expect(stderr).to.match(/This access token ended on \d{4}-\d\d-\d\d/);
  });

  it("finds a clean database, and then the row that somebody altered, by verdict and fsck alike", async () => {
    const operator = day.person("Operator");
    expect((await operator.types("fsck")).stdout).to.match(/clean|no fault/i);
    const { prisma } = day.service.ctx;
    const { origin: hash } = await prisma.lot.findFirstOrThrow({ where: { lotNumber: REEL } });
    const { details } = await prisma.event.findUniqueOrThrow({ where: { hash } });
    const altered = details!.replace('"RoHS3', '"RoHS2');
    expect(altered).not.to.equal(details);
    await prisma.event.update({ where: { hash }, data: { details: altered } });

    const { stdout } = await day.person("Ostermark").types(`verify ${REEL}`, { exits: 12 });
    expect(stdout)
      .to.match(/^FAIL: /)
      .and.match(new RegExp(` FAIL +ROW_ALTERED .*${hash.slice(0, 14)}.* event\\.details`));
    const checked = await operator.types("fsck --json", { exits: 12 });
    const { faults } = JSON.parse(checked.stdout) as {
      faults: { table: string; row: string; column: string }[];
    };
    expect(faults.map(({ table, row, column }) => [table, row, column])).to.deep.equal([
      ["event", hash, "details"],
    ]);
    const shown = await operator.types("fsck", { exits: 12 });
    expect(shown.stdout).to.contain(`event ${hash}  details`);

    await prisma.event.update({ where: { hash }, data: { details } });
    await day.person("Ostermark").types(`verify ${REEL}`);
  });
});
