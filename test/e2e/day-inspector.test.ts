// A day of incoming inspection: forty reels come from a distributor, and are scanned, held, refused and accepted.
import { expect } from "chai";
import { beginDay, type Day, type Person } from "../support/day.ts";

const HEADER = "manufacturer,mpn,lot_code,date_code,quantity,country_of_origin,msl,package_id";
const MPN = "ELT67C-T2V1-5-8-Z";
const NUMBERS = Array.from({ length: 40 }, (_, i) => `EL-${String(i + 1).padStart(2, "0")}`);
/** Ten reels of each of the manufacturer's lots. */
const lotOf = (i: number) => ({
  code: `H2${Math.floor(i / 10)}`,
  date: `252${Math.floor(i / 10)}`,
});

/** The packing list that the distributor sends along. */
const PACKING_LIST = [
  HEADER,
  ...NUMBERS.map((number, i) => {
    const { code, date } = lotOf(i);
    return `Elstow Optics Ltd,${MPN},${code},${date},2000,MY,2a,${number}`;
  }),
].join("\n");

/** A reel's label, as the scanner delivers it. */
function label(number: string, i: number, quantity = 2_000): string {
  const { code, date } = lotOf(i);
  const fields = [`3S${number}`, `1P${MPN}`, `Q${quantity}`, `1T${code}`, `10D${date}`, "4LMY"];
  return `[)>\x1e06\x1d${fields.join("\x1d")}\x1e\x04`;
}

/** What lies on the dock: EL-17 is missing, EL-08 says 1,500, EL-05 was scanned twice, and nobody registered EL-99. */
const SCANS = [
  ...NUMBERS.flatMap((number, i) =>
    number === "EL-17" ? [] : [label(number, i, number === "EL-08" ? 1_500 : 2_000)],
  ),
  label("EL-05", 4),
  label("EL-99", 40),
];

describe("an inspector's day", () => {
  let day: Day;
  let inspector: Person;
  let list: string;

  before(async () => {
    day = await beginDay();
    list = await day.file("delivery.csv", `${PACKING_LIST}\n`);
    const distributor = day.person("Pellworth");
    await distributor.types(`register ${list}`);
    await distributor.types(`ship --file ${list} --to Dravatronik --delivery-note DN-4711`);
    await day.settled();
    inspector = day.person("Dravatronik");
  });
  after(() => day.end());

  it("begins with the shipment that is on its way", async () => {
    const { stdout } = await inspector.types("shipments --incoming --open");
    expect(stdout).to.match(/Pellworth Components Inc\. +Dravatronik d\.o\.o\. +40 +40 +final/);
  });

  it("scans forty reels into the delivery, and counts what is missing, surplus and twice", async () => {
    const { stdout } = await inspector.types("scan --shipment EL-01 --session DN-4711", {
      pipes: `${SCANS.join("\n")}\n`,
      exits: 11,
    });
    const line = (number: string) => new RegExp(`^ *\\d+ +([A-Z]+) +${number} *(.*)$`, "gm");
    const linesOf = (number: string) =>
      [...stdout.matchAll(line(number))].map(([, ...cells]) => cells);
    expect(linesOf("EL-01")).to.deep.equal([["WARN", ""]]);
    expect(linesOf("EL-05")).to.deep.equal([
      ["WARN", ""],
      ["WARN", "This label was scanned before in the same session"],
    ]);
    expect(linesOf("EL-08")[0]![1]).to.equal(
      "The quantity on the label is not what remains by the record",
    );
    expect(linesOf("EL-99")[0]![0]).to.equal("INCOMPLETE");
    expect(stdout).to.contain(
      "ORIGIN_INTRODUCED on 40 of 41 labels: A party other than the manufacturer",
    );
    const [, tally] = stdout.split("\n41 labels: ");
    expect(tally!.split("\n")).to.deep.equal([
      "1 INCOMPLETE, 40 WARN",
      "expected  40",
      "scanned   39",
      "missing   1: EL-17",
      "surplus   1: EL-99",
      "twice     1: EL-05",
      "",
    ]);
  });

  it("compares reels from a scanner's CSV with the packing list, each with its row", async () => {
    const other = await day.file(
      "other.csv",
      `${HEADER}\nElstow Optics Ltd,${MPN},H20,2521,1800,MY,2a,EL-02\n`,
    );
    const scans = `time,format,content\n09:12,DATA_MATRIX,"${label("EL-02", 1)}"\n`;
    const { stdout } = await inspector.types(`scan --column Content --list ${other}`, {
      pipes: scans,
      exits: 12,
    });
    expect(stdout)
      .to.match(/^ *quantity +2000 +2000 +1800 +DIFFERS$/m)
      .and.match(/^expected +1\nscanned +1$/m);
  });

  it("sees the verdict in its colour on a terminal", async () => {
    const { stdout } = await inspector.types("verify EL-01", { answers: "", exits: 10 });
    expect(stdout).to.match(/^(\x1b\[\d+m)+WARN: A party other than the manufacturer/m);
  });

  it("refuses the reel whose label is wrong, with a photo that the distributor can fetch", async () => {
    const photo = Uint8Array.of(
      0xff,
      0xd8,
      0xff,
      0xe0,
      0,
      16,
      ...Buffer.from("JFIF\0\x01\x01"),
      0xff,
      0xd9,
    );
    const path = await day.file("EL-08.jpg", photo);
    const reason = "1,500 on the label, 2,000 in the record";
    const { stdout } = await inspector.types(`refuse EL-08 --reason "${reason}" --photo ${path}`);
    expect(stdout).to.match(/^refused +1 lot from Pellworth Components Inc\.$/m);
    await day.settled();
    const distributor = day.person("Pellworth");
    const verdict = await distributor.types("verify EL-08 --json", { exits: 10 });
    expect(verdict.stdout).to.contain("REFUSED_BY_CONSIGNEE").and.contain(reason);
    const [, hash] = /"photoHash": "(0x[0-9a-f]{64})"/.exec(verdict.stdout) ?? [];
    expect(hash, verdict.stdout).to.be.a("string");
    await distributor.types(`document get ${hash!} --out ${day.path("fetched.jpg")}`);
  });

  it("accepts the others in one act, except for the one that did not come", async () => {
    const asked = await inspector.types("receive EL-01", { exits: 2 });
    expect(asked.stderr).to.contain(
      "You did not name EL-02, EL-03, EL-04, EL-05, EL-06, EL-07 and 32 more",
    );
    const { stdout } = await inspector.types("receive EL-01 --except EL-17 --result accepted");
    expect(stdout).to.match(/^received +38 lots from Pellworth Components Inc\.$/m);
    const left = await inspector.types("shipments EL-17");
    expect(left.stdout)
      .to.match(/EL-17 +\S+ +2,000 +in transit$/m)
      .and.match(/EL-08 +\S+ +2,000 +refused$/m);
  });

  it("holds the reel whose label came twice, and every verdict says why", async () => {
    await inspector.types('hold EL-05 --reason "two packages carry this label"');
    await day.settled();
    const { stdout } = await inspector.types("verify EL-05", { exits: 13 });
    expect(stdout)
      .to.match(/^HOLD: /)
      .and.contain("two packages carry this label");
    const held = await inspector.types("lots --held --mpn ELT67C-T2V1-5-8-Z");
    expect(held.stdout)
      .to.contain("EL-05")
      .and.match(/^1 lot$/m);
  });
});
