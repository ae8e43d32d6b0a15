// Runs `reelproof equivocation FILE` as a person does. Tests its report, its exit codes and what
// it refuses.
import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../cli/program.ts";
import { type EquivocationReport, equivocationOf } from "../../protocol/audit/equivocation.ts";
import { wordOf } from "../../protocol/event/lot.ts";
import { commission, distributor, domain, maker, makerKey, ship } from "../support/operators.ts";
import { dataFolder } from "../support/process.ts";
import type { CustodyEvent } from "../../protocol/event/event.ts";

describe("reelproof equivocation", () => {
  const made = commission(1);
  const both = [ship(made), ship(made, 100, 1_760_000_001)].map(({ bytes, signature }) => ({
    event: JSON.parse(bytes) as CustodyEvent,
    signature: signature!,
  }));
  const file = equivocationOf(domain, { lot: made.lot, previous: wordOf(made.state) }, [
    both[0]!,
    both[1]!,
  ]);
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let path: string;
  before(async () => {
    folder = await dataFolder();
    path = join(folder.path, "twice.json");
    await writeFile(path, JSON.stringify(file));
  });
  after(() => folder.remove());

  async function runText(args: string[], input = "") {
    let text = "";
    const out = { write: (more: string) => (text += more) };
    const stdin = (async function* () {
      yield input;
    })();
    const code = await run(["equivocation", ...args], {}, out, { write: () => true }, stdin);
    return { code, text };
  }
  async function runJson(args: string[], input?: string) {
    const { code, text } = await runText([...args, "--json"], input);
    return {
      code,
      body: JSON.parse(text) as EquivocationReport & { error?: { code: string; field?: string } },
    };
  }

  it("reports UNCHECKED without a node, with signers and events", async () => {
    const { code, text } = await runText([path]);
    expect(code).to.equal(11);
    for (const each of [
      "UNCHECKED",
      "CHAIN_NOT_ASKED",
      made.lot,
      maker,
      makerKey,
      `ship at `,
      distributor,
    ])
      expect(text).to.contain(each);
    expect((await runJson(["-"], JSON.stringify(file))).body.standing).to.equal("UNCHECKED");
  });

  it("exits with 12 for a file that proves nothing", async () => {
    const same = JSON.stringify({ ...file, events: [file.events[0], file.events[0]] });
    const { code, body } = await runJson(["-"], same);
    expect([code, body.standing, body.findings.map((each) => each.code)]).to.deep.equal([
      12,
      "NONE",
      ["SAME_EVENT"],
    ]);
    const other = await runJson([path, "--ledger", maker]);
    expect([other.code, other.body.findings[0]!.code]).to.deep.equal([12, "OTHER_LEDGER"]);
    const none = await runJson(["-"], "{}");
    expect([none.code, none.body.findings[0]!.code]).to.deep.equal([12, "EQUIVOCATION_MALFORMED"]);
  });

  it("names the fault of a file or option", async () => {
    const cases: [string[], string, string | undefined, number][] = [
      [[join(folder.path, "none.json")], "CANNOT_READ", "FILE", 2],
      [["-"], "BAD_FILE", "FILE", 2],
      [[path, "--ledger", "0x12"], "BAD_OPTION", "--ledger", 2],
      [[path, "--rpc", "http://127.0.0.1:1"], "LEDGER_NOT_SAID", "--ledger", 2],
      [[path, "--rpc", "nowhere", "--ledger", domain.ledger], "BAD_OPTION", "--rpc", 2],
      [
        [path, "--rpc", "http://127.0.0.1:1", "--ledger", domain.ledger],
        "CHAIN_UNREACHABLE",
        undefined,
        3,
      ],
    ];
    for (const [args, wanted, field, exit] of cases) {
      const { code, body } = await runJson(args, "no JSON");
      expect([code, body.error?.code, body.error?.field], args.join(" ")).to.deep.equal([
        exit,
        wanted,
        field,
      ]);
    }
  });
});
