// Tests what a person sees on a terminal: aligned tables, colours, progress, and the line of a
// lot's custody.
import { expect } from "chai";
import { showFaults } from "../../cli/output/faults.ts";
import { EXIT, Problem, problemJson, problemLine } from "../../cli/output/outcome.ts";
import {
  moment,
  openTerminal,
  pieces,
  short,
  type Stream,
  table,
} from "../../cli/output/terminal.ts";

class Written implements Stream {
  text = "";
  readonly isTTY: boolean;
  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }
  write(text: string): void {
    this.text += text;
  }
}

describe("openTerminal and its formats", () => {
  it("use colours only for a terminal", () => {
    const out = new Written(true);
    const coloured = openTerminal(out, new Written());
    coloured.line(coloured.style("red", "FAIL"));
    expect(out.text).to.equal("\x1b[31mFAIL\x1b[39m\n");
    expect(openTerminal(new Written(), new Written(true)).style("red", "FAIL")).to.equal("FAIL");
    const plain = openTerminal(new Written(true), new Written(), { colours: false });
    expect(plain.style("red", "FAIL")).to.equal("FAIL");
  });

  it("show progress on stderr of a terminal, and clear it before the result", () => {
    const [out, err] = [new Written(), new Written(true)];
    const terminal = openTerminal(out, err);
    terminal.progress("registering", 250, 1000);
    expect(err.text).to.match(/registering +█{8}░{22} 250\/1000$/);
    terminal.line("done");
    expect(err.text.endsWith("\r\x1b[K")).to.be.true;
    expect(out.text).to.equal("done\n");
    const silent = new Written();
    openTerminal(out, silent).progress("registering", 1, 2);
    expect(silent.text).to.equal("");
  });

  it("write no text to stdout when quiet", () => {
    const [out, err] = [new Written(), new Written()];
    const terminal = openTerminal(out, err, { quiet: true });
    terminal.line("a line");
    terminal.note("a note");
    expect([out.text, err.text]).to.deep.equal(["", "a note\n"]);
  });

  it("align columns regardless of colours", () => {
    const out = new Written(true);
    const terminal = openTerminal(out, new Written());
    const red = terminal.style("red", "FAIL");
    expect(
      table(
        [{ title: "verdict" }, { title: "pieces", align: "right" }, { title: "party" }],
        [
          ["PASS", "1", "Linköping"],
          [red, "12,000", ""],
        ],
      ),
    ).to.deep.equal(["verdict  pieces  party", "PASS          1  Linköping", `${red}     12,000`]);
  });

  const HOSTILE =
    "Evil\x1b[2J\x1b[31m Corp\r\nHalden\u009b1m \u202egro.live\u2066\u200b\ufeff\u{e0041}";
  const ENCODED =
    "Evil\\u{1b}[2J\\u{1b}[31m Corp\\u{d}\\u{a}Halden\\u{9b}1m \\u{202e}gro.live\\u{2066}\\u{200b}\\u{feff}\\u{e0041}";

  it("show what would act on the terminal, wherever it stands", () => {
    const [out, err] = [new Written(true), new Written(true)];
    const terminal = openTerminal(out, err);
    terminal.line(HOSTILE);
    terminal.line(terminal.style("red", HOSTILE));
    terminal.line(terminal.style("dim", `${HOSTILE} ${terminal.style("bold", HOSTILE)}`));
    for (const line of table([{ title: "party" }, { title: "" }], [[HOSTILE, "x"]]))
      terminal.line(line);
    expect(out.text.split("\n")).to.deep.equal([
      ENCODED,
      `\x1b[31m${ENCODED}\x1b[39m`,
      `\x1b[2m${ENCODED} \x1b[1m${ENCODED}\x1b[22m\x1b[22m`,
      "party".padEnd(ENCODED.length).trimEnd(),
      `${ENCODED}  x`,
      "",
    ]);
    terminal.note(HOSTILE);
    terminal.progress(HOSTILE, 1, 2);
    expect(err.text.replaceAll("\r\x1b[K", "")).to.match(/^[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]+$/);
  });

  it("write JSON of the same values, without what would act on the terminal", () => {
    const out = new Written();
    const value = { name: HOSTILE, list: ["\u2028", "µ Ω ü 批"] };
    openTerminal(out, new Written()).json(value);
    expect(JSON.parse(out.text)).to.deep.equal(value);
    expect(out.text).to.include("µ Ω ü 批");
    expect(out.text).to.match(/^[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\u200b\ufeff]+$/);
    const lines = new Written();
    openTerminal(lines, new Written(), { quiet: true }).record(value);
    expect([JSON.parse(lines.text), lines.text.split("\n").length]).to.deep.equal([value, 2]);
  });

  it("format numbers, times and hashes", () => {
    expect(pieces(1_234_567)).to.equal("1,234,567");
    expect(moment(1_781_594_860)).to.equal("2026-06-16 07:27");
    expect(short(`0x${"ab".repeat(32)}`)).to.equal("0xabababababab…");
    expect(short("0xabcd")).to.equal("0xabcd");
  });

  it("write a fault with the act, the party and the lot numbers before the row", () => {
    const out = new Written();
    const [lot, row] = [`0x${"ab".repeat(32)}`, `0x${"cd".repeat(32)}`];
    const subject = { lots: [{ lot, lotNumber: "R1" }], lotCount: 3, act: "ship", party: "Halden" };
    const fault = { table: "event", code: "HASH_DIFFERS", message: "It differs.", column: "bytes" };
    const faults = [
      { ...fault, row, subject: { ...subject, parties: [] } },
      {
        ...fault,
        row: lot,
        subject: {
          ...subject,
          lots: [{ lot, lotNumber: null }],
          lotCount: 1,
          act: null,
          parties: [],
        },
      },
      { ...fault, row },
    ];
    showFaults(faults, openTerminal(out, new Written()), () => ["Ask Halden."]);
    const lines = [`  event ${row}  bytes`, "  It differs.", "  Ask Halden."];
    expect(out.text.split("\n")).to.deep.equal([
      "",
      "HASH_DIFFERS  ship by Halden: lot R1 and 2 more",
      ...lines,
      "",
      "HASH_DIFFERS  lot 0xabababababab…, Halden",
      `  event ${lot}  bytes`,
      ...lines.slice(1),
      "",
      "HASH_DIFFERS",
      ...lines,
      "",
    ]);
  });

  it("write a problem on one line with code and field", () => {
    const problem = new Problem("BAD_FIELD", "is\n  wrong", {
      field: "lots.0",
      status: 422,
      requestId: "r-1",
    });
    expect(problemLine(problem)).to.equal("BAD_FIELD (lots.0): is wrong");
    expect(problem.exit).to.equal(EXIT.refused);
    expect(problemJson(problem).error).to.include({
      code: "BAD_FIELD",
      field: "lots.0",
      status: 422,
      requestId: "r-1",
    });
  });
});
