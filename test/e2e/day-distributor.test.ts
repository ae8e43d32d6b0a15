// A distributor's day: a packing list with faults, registered after they are corrected; labels; a shipment to the wrong company,
// and the right one, which arrives short and comes back in part.
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { beginDay, type Day, type Person } from "../support/day.ts";

/** As the warehouse system exported it, and a spreadsheet saved it. */
const EXPORT = [
  "Delivery of goods 4711,,,,,,,",
  "Manufacturer,Mfr. Part Number,Lot Code,Date Code,Qty,UOM,COO,Reel ID",
  "Halden Semiconductor AS,HCAN1042VDRQ1,4G0943PR.41,2520,2500,EA,MY,RL-01",
  "Halden Semiconductor AS,HCAN1042VDRQ1,4G0943PR.41,6920,2500,EA,MY,RL-02",
  "Halden Semiconductor AS,1E+11,4G0943PR.41,2520,2,REEL,MY,RL-03",
  'Halden Semiconductor AS,HCAN1042VDRQ1,10-Jun,2520,"2,500",EA,XX,RL-04',
];
const CORRECTED = EXPORT.map((line) =>
  line
    .replace(",6920,", ",2520,")
    .replace("1E+11", "HCAN1042VDRQ1")
    .replace(",2,REEL", ",2500,EA")
    .replace('10-Jun,2520,"2,500",EA,XX', "4G0943PR.42,2520,2500,EA,MY"),
);

describe("a distributor's day", () => {
  let day: Day;
  let distributor: Person;
  let customer: Person;
  let list: string;

  before(async () => {
    day = await beginDay();
    distributor = day.person("Pellworth");
    customer = day.person("Dravatronik");
  });
  after(() => day.end());

  const lotsNamed = async (person: Person, words: string) =>
    (await person.types(`lots --q ${words}`)).stdout;

  it("sees each fault of the list by line and column, and registers nothing of it", async () => {
    const file = await day.file("export.csv", EXPORT.join("\n"));
    const { stdout, stderr } = await distributor.types(`register ${file}`, { exits: 1 });
    const faults = [...stdout.matchAll(/^ +(\d+) +(\d+) +.+? +([A-Z][A-Z_]{5,}) /gm)].map(
      ([, ...cells]) => cells.join(" "),
    );
    expect(faults).to.deep.equal([
      "4 4 DATE_CODE_IN_FUTURE",
      "5 2 SPREADSHEET_NUMBER",
      "5 6 BAD_UNIT",
      "6 3 DOUBTFUL_VALUE",
      "6 5 BAD_QUANTITY",
      "6 7 PLACEHOLDER",
    ]);
    expect(stderr).to.contain("6 faults. Nothing was registered.");
    expect(await lotsNamed(distributor, "RL-0")).to.match(/^0 lots$/m);
  });

  it("registers the corrected list once, however often it is run", async () => {
    list = await day.file("corrected.csv", CORRECTED.join("\n"));
    const dry = await distributor.types(`register ${list} --dry-run`);
    expect(dry.stdout).to.match(/4 lots would be registered/);
    await distributor.types(`register ${list}`);
    const again = await distributor.types(`register ${list} --json`);
    expect(JSON.parse(again.stdout)).to.include({ registered: 0, known: 4 });
  });

  it("corrects a fact, and is told what to do about a quantity", async () => {
    const { stdout } = await distributor.types(
      'correct RL-02 dateCode=2521 --reason "read from the reel"',
    );
    expect(stdout).to.match(/^ *date code +2520 +2521$/m);
    const refused = await distributor.types("correct RL-02 quantity=2400 --reason count", {
      exits: 2,
    });
    expect(refused.stderr)
      .to.contain("The quantity cannot be corrected")
      .and.contain("reelproof scrap");
  });

  it("prints the labels' codes", async () => {
    await distributor.types(`label RL-01 RL-02 --symbol qr --out ${day.path("label-{lot}.svg")}`);
    expect(await readFile(day.path("label-RL-02.svg"), "utf8")).to.contain("<svg");
  });

  it("ships after a look at consignee and lots, and takes back what went to the wrong company", async () => {
    const line = "ship RL-01 RL-02 RL-03 RL-04 --to Ostermark";
    const asked = await distributor.types(line, { answers: "n", exits: 2 });
    expect(asked.stderr)
      .to.match(/^4 lots to Ostermark Elektronik-Vertrieb GmbH \(0x[0-9a-f]{40}\):$/m)
      .and.match(/^ {2}RL-03 +HCAN1042VDRQ1 +2,500$/m)
      .and.contain("Ship them? [y/N]")
      .and.contain("Nothing was signed");
    await distributor.types(line, { answers: "y" });
    const { stdout } = await distributor.types(
      'cancel RL-01 RL-02 RL-03 RL-04 --reason "wrong company"',
    );
    expect(stdout).to.match(/^cancelled +4 lots to Ostermark/m);
    await distributor.types(
      `ship --file ${list} --to Dravatronik --asn ASN-77 --carrier "Parcel Post"`,
    );
  });

  it("sees what the customer received short, refused and sent back", async () => {
    await customer.types('refuse RL-04 --reason "carton is wet"');
    await customer.types(
      'receive RL-01 --all --short RL-02=2400 --reason "counted on the machine"',
    );
    await customer.types('return RL-03 --to Pellworth --reason "not ordered" --rma RMA-7');
    await distributor.types("receive RL-03");
    await day.settled();

    const listed = await distributor.types("shipments --outgoing");
    const [start] = /^0x[0-9a-f]{12}(?= .*Dravatronik d\.o\.o\. +4 )/m.exec(listed.stdout)!;
    const { stdout } = await distributor.types(`shipments ${start}`);
    expect(stdout)
      .to.match(/^RL-01 +HCAN1042VDRQ1 +2,500 +2,500 +received$/m)
      .and.match(/^RL-02 +HCAN1042VDRQ1 +2,500 +2,400 +received, short by 100$/m)
      .and.match(/^RL-04 +HCAN1042VDRQ1 +2,500 +refused$/m);
    const short = await distributor.types("verify RL-02", { exits: 10 });
    expect(short.stdout)
      .to.contain("RECEIVED_SHORT")
      .and.contain("counted on the machine")
      .and.match(/^corrected +date code: 2520 → 2521$/m);
    const back = await distributor.types("verify RL-03", { exits: 10 });
    expect(back.stdout).to.contain("RETURNED").and.contain("not ordered");
    expect((await distributor.types("trail RL-04")).stdout).to.match(
      / refuse +Dravatronik d\.o\.o\. +RL-04/,
    );
  });
});
