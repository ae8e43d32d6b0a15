// Tests statements over HTTP: signed ones, lists as JSON and CSV, who sees which, and withdrawals.
import { expect } from "chai";
import {
  type Alert,
  STATEMENT_KINDS,
  contentHash,
  statementDigest,
} from "../../../protocol/event/statement.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { suspendParty } from "../../../server/access/admin.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { openSigner } from "../../../server/chain/keystore.ts";
import { MAX_LIST_BYTES, MAX_LIST_ITEMS, readList } from "../../../server/statements/lists.ts";
import { state } from "../../../server/statements/statements.ts";
import { signedStatement } from "../../support/examples.ts";
import { type Client, type KeyName, openTestHttp, type TestHttp } from "../../support/http.ts";

interface Faulty {
  code: string;
  field?: string;
  rows?: { row: number; column?: string; code: string }[];
}
interface Listed {
  items: {
    statement: string;
    kind: string;
    withdrawn: boolean;
    content: { reference?: string } | null;
    audience: string[] | null;
  }[];
}

const HEADER =
  "source,reference,kind,manufacturer,mpn,makerLots,dateCodeFrom,dateCodeTo,effectiveFrom,text";

describe("statements", () => {
  let http: TestHttp;
  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  const csv = (
    path: string,
    raw: string | Uint8Array<ArrayBuffer>,
    key: KeyName = "maker",
    type = "text/csv",
  ) =>
    http.call<Faulty & { statements?: { statement: string; known: boolean }[] }>("post", path, {
      key,
      raw,
      headers: { "content-type": type },
    });
  const listed = async (key: KeyName, query = "") =>
    (await http.expecting<Listed>(200, "get", `/v1/statements?limit=200${query}`, { key })).items;
  const count = () => http.ctx.prisma.statement.count();
  const faults = ({ rows = [] }: Faulty) =>
    rows.map(({ row, column, code }) => [row, column, code]);

  describe("as lists", () => {
    it("are read from CSV with a byte order mark, semicolons, quotes and empty cells, all as text", async () => {
      const row =
        'ITX;A-1;counterfeit;;0007187692;"L1|L 2";2026-W07;2026-W07;;"two\nlines"'.replace(
          "two\nlines",
          "x;y",
        );
      const { status, body } = await csv(
        "/v1/alerts",
        `\ufeff${HEADER.replaceAll(",", ";")}\r\n${row}\r\n\r\n`,
      );
      expect(status).to.equal(201);
      const [item] = (await listed("maker", "&kind=alert")).filter(
        ({ statement }) => statement === body.statements![0]!.statement,
      );
      expect(item!.content).to.deep.equal({
        source: "ITX",
        reference: "A-1",
        kind: "counterfeit",
        mpn: "0007187692",
        makerLots: ["L1", "L 2"],
        dateCodeFrom: "2026-02-09",
        dateCodeTo: "2026-02-15",
        text: "x;y",
      });
    });

    it("take a party's name, the start of it or its address, and refuse others by row", async () => {
      const names = new Map(
        (await http.ctx.prisma.party.findMany()).map(({ address, name }) => [address, name]),
      );
      const [ems, distributor] = [http.parties.ems.address, http.parties.distributor.address];
      const list = (...texts: string[]) =>
        [
          "party,brand,grade,from",
          ...texts.map((text) => `${text},Named,authorised,2026-01-01`),
        ].join("\n");
      const start = names.get(distributor)!.slice(0, -1).toUpperCase();
      const texts = [names.get(ems)!, start, ems.toUpperCase().replace("0X", "0x")];
      const { status, body } = await csv("/v1/authorisations", list(...texts));
      expect(status).to.equal(201);
      const digests = body.statements!.map(({ statement }) => statement);
      const rows = await http.ctx.prisma.statement.findMany({ where: { digest: { in: digests } } });
      const partyOf = (digest: string) =>
        (JSON.parse(rows.find((row) => row.digest === digest)!.content!) as { party: string })
          .party;
      expect(digests.map(partyOf)).to.deep.equal([ems, distributor, ems]);
      const before = await count();
      const refused = await csv("/v1/authorisations", list("Nobody", names.get(ems)!, "t"));
      expect(refused.status).to.equal(422);
      expect(faults(refused.body)).to.deep.equal([
        [2, "party", "BAD_FIELD"],
        [4, "party", "AMBIGUOUS_PARTY"],
      ]);
      expect(await count()).to.equal(before);
    });

    it("are refused as a whole, with every fault by row and column", async () => {
      const before = await count();
      const rows = [
        "ITX,B-1,counterfeit,,X,,,,,",
        "ITX,B-2,rumour,,X,,,,,",
        "ITX,B-3,suspect,,1.2E+10,,2026-02-30,,,",
        "ITX,B-4,suspect,,X",
        "ITX,B-5,suspect,,X,,2026-03-01,2026-02-01,,",
      ];
      const { status, body } = await csv("/v1/alerts", [HEADER, ...rows].join("\n"));
      expect([status, body.code, body.field]).to.deep.equal([422, "BAD_LIST", "3.kind"]);
      expect(faults(body)).to.deep.equal([
        [3, "kind", "BAD_FIELD"],
        [4, "mpn", "SPREADSHEET_NUMBER"],
        [4, "dateCodeFrom", "BAD_FIELD"],
        [5, undefined, "CELL_COUNT"],
        [6, "dateCodeTo", "BAD_FIELD"],
      ]);
      expect(await count()).to.equal(before);
    });

    it("report the line of a fault after a cell with several lines", async () => {
      const rows = ['ITX,C-1,suspect,,X,,,,,"a\nb"', "ITX,C-2,rumour,,X,,,,,"];
      const { body } = await csv("/v1/alerts", [HEADER, ...rows].join("\n"));
      expect(faults(body).map(([row]) => row)).to.deep.equal([2, 4]); // a line break is not valid text either
    });

    it("are refused in an encoding other than UTF-8", async () => {
      const cp1252 = Buffer.from(`${HEADER}\nITX,D-1,suspect,M\xfcller,X,,,,,`, "latin1");
      const utf16 = Buffer.from(`\ufeff${HEADER}\n`, "utf16le");
      for (const bytes of [cp1252, utf16]) {
        const { status, body } = await csv("/v1/alerts", Uint8Array.from(bytes));
        expect([status, body.code]).to.deep.equal([422, "NOT_UTF8"]);
      }
      const { status } = await csv("/v1/alerts", HEADER, "maker", "text/csv; charset=windows-1252");
      expect(status).to.equal(415);
    });

    it("are refused with an unknown or repeated column, an open quote, or no row", async () => {
      const unknown = await csv("/v1/alerts", "source,price\nITX,1\n");
      expect(faults(unknown.body)).to.deep.equal([[1, "price", "BAD_FIELD"]]);
      const twice = await csv("/v1/alerts", "source,Source\nITX,1\n");
      expect(faults(twice.body)).to.deep.equal([[1, "source", "TWO_COLUMNS"]]);
      const open = await csv("/v1/alerts", `${HEADER}\n"ITX,1\n`);
      expect(open.body.rows![0]!.code).to.equal("BAD_QUOTE");
      for (const text of [HEADER, "", "\n\n"])
        expect((await csv("/v1/alerts", text)).body.code).to.equal("BAD_LIST");
    });

    it("are refused as JSON with the same faults as CSV", async () => {
      const list = [
        { source: "ITX", reference: "E-1", kind: "change", mpn: "X" },
        { kind: "change", more: 1 },
        7,
      ];
      const { status, body } = await csv(
        "/v1/alerts",
        JSON.stringify(list),
        "maker",
        "application/json",
      );
      expect(status).to.equal(422);
      expect(faults(body)).to.deep.equal([
        [2, "source", "BAD_FIELD"],
        [2, "reference", "BAD_FIELD"],
        [2, "mpn", "BAD_FIELD"],
        [2, "more", "BAD_FIELD"],
        [3, undefined, "BAD_FIELD"],
      ]);
      const object = await csv("/v1/alerts", "{}", "maker", "application/json");
      expect([object.status, object.body.code]).to.deep.equal([400, "BAD_FIELD"]);
    });

    const alertsOf = (text: string, mediaType = "text/csv", acceptDoubts = false) =>
      readList("alert", { mediaType, bytes: Buffer.from(text) }, {}, acceptDoubts).map(
        ({ content }) => content,
      );
    /** One alert with some cells changed, each in quotes. */
    const alertWith = (cells: Record<string, string>, acceptDoubts = false) => {
      const row = { source: "ITX", reference: "R-1", kind: "recall", mpn: "VSMB24", ...cells };
      const quoted = Object.values(row).map((cell) => `"${cell.replaceAll('"', '""')}"`);
      return alertsOf(
        `${Object.keys(row).join(",")}\n${quoted.join(",")}\n`,
        "text/csv",
        acceptDoubts,
      );
    };
    const refusalOf = (run: () => unknown) => {
      try {
        run();
        return [];
      } catch (error) {
        return faults(error as Faulty);
      }
    };

    const hopeless: [column: string, code: string, cells: string[]][] = [
      [
        "makerLots",
        "PLACEHOLDER",
        ["N/A", "-", "ALL", "*", "?", "unknown", "various", "L7101|N/A"],
      ],
      ["mpn", "PLACEHOLDER", ["N/A", "TBD", "all", "none"]],
      ["manufacturer", "PLACEHOLDER", ["n/a", "various", "*"]],
      ["mpn", "SPREADSHEET_ERROR", ["#N/A", "#REF!"]],
      ["makerLots", "SPREADSHEET_ERROR", ["########", "L7101|#VALUE!"]],
      ["mpn", "SPREADSHEET_FORMULA", ['="0503E000"', "=A1"]],
      ["makerLots", "SPREADSHEET_NUMBER", ["1E+11", "7.19E+06", "L7101|1E+11", "1E+5"]],
      ["makerLots", "TEXT_GUARD", ["'0502E000"]],
      ["mpn", "SPREADSHEET_DATE", ["2026-10-06 00:00:00"]],
      ["mpn", "BAD_TEXT", ["VSMB–24", "VSMB\u00a024", "VSMB  24"]],
      ["makerLots", "BAD_TEXT", ["L\u20117101"]],
    ];
    const doubtful: [column: string, code: string, cells: string[]][] = [
      ["makerLots", "RANGE", ["L7100-L7110", "L7100 to L7110", "L7100..L7110", "L7100-7110"]],
      ["makerLots", "RANGE", ["L7101, L7103 - L7110", "L7101; L7103 to L7110", "L7101 and later"]],
      ["makerLots", "SEVERAL_VALUES", ["L7101 L7197", "L7101/L7196", "L7101/02/03"]],
      ["makerLots", "WILDCARD", ["L71*", "L71??", "L71xx", "L71%"]],
      ["makerLots", "DOUBTFUL_VALUE", ["7187692.0", "TRUE", "10-Jun", "Lot: L7101"]],
      ["mpn", "SEVERAL_VALUES", ["VSMBJ24CA-E3/5G, VSMBJ24CA-E3/5H", "VSMB24;VSMB25"]],
      ["mpn", "WILDCARD", ["VSMBJ24CA*", "VSMBxx"]],
      ["manufacturer", "SEVERAL_VALUES", ["Vellore; Elstow", "Vellore / Elstow"]],
    ];
    for (const [column, code, cells] of hopeless)
      for (const cell of cells)
        it(`are refused with ${JSON.stringify(cell)} as ${column}, in CSV and JSON`, () => {
          expect(refusalOf(() => alertWith({ [column]: cell }))).to.deep.equal([[2, column, code]]);
          expect(refusalOf(() => alertWith({ [column]: cell }, true))).to.have.length(1);
          const value = column === "makerLots" ? cell.split("|") : cell;
          const item = {
            source: "ITX",
            reference: "R-1",
            kind: "recall",
            mpn: "X",
            [column]: value,
          };
          const inJson = refusalOf(() => alertsOf(JSON.stringify([item]), "application/json"));
          expect(inJson).to.deep.equal([[1, column, code]]);
        });
    for (const [column, code, cells] of doubtful)
      for (const cell of cells)
        it(`are asked about with ${JSON.stringify(cell)} as ${column}`, () => {
          expect(refusalOf(() => alertWith({ [column]: cell }))).to.deep.equal([[2, column, code]]);
          expect(alertWith({ [column]: cell }, true)).to.have.length(1);
        });
    it("are refused with a cell or a header beyond any list's, whatever it is made of", () => {
      for (const text of ["L7101,", "L7101;", "..", "-", "1", "x ", "&#1"]) {
        const cell = text.repeat(20_000);
        expect(
          refusalOf(() => alertWith({ makerLots: cell })),
          text,
        ).to.not.be.empty;
        expect(
          refusalOf(() => alertWith({ mpn: cell })),
          text,
        ).to.not.be.empty;
      }
      const titles = refusalOf(() => alertsOf(`mpn${",mpn".repeat(64)}\n`));
      expect(titles).to.deep.equal([[1, undefined, "CELL_COUNT"]]);
    });
    it("read 250 of the maker's lots in one cell", () => {
      const lots = Array.from({ length: 250 }, (_, i) => `L${7000 + i}`);
      for (const by of ["|", ";", ", ", ",", "\n"])
        expect(alertWith({ makerLots: lots.join(by) })[0]!.makerLots, by).to.deep.equal(lots);
    });
    const split: [cell: string, lots: string[]][] = [
      ["L7101, L7199", ["L7101", "L7199"]],
      ["L7101;L7198", ["L7101", "L7198"]],
      ["L7101,L7198", ["L7101", "L7198"]],
      ["L7101\nL7198", ["L7101", "L7198"]],
      ["L1|L 2", ["L1", "L 2"]],
      ["26E1121", ["26E1121"]],
      ["26E1121|26E1122", ["26E1121", "26E1122"]],
      ["FAC3/L2/SN-9854", ["FAC3/L2/SN-9854"]],
      ["0007187692", ["0007187692"]],
    ];
    for (const [cell, lots] of split)
      it(`read ${JSON.stringify(cell)} as ${lots.length} of the maker's lots`, () =>
        expect(alertWith({ makerLots: cell, reference: "22E10", mpn: "10E12" })).to.deep.equal([
          { source: "ITX", reference: "22E10", kind: "recall", mpn: "10E12", makerLots: lots },
        ]));

    it("are refused beyond the limits on rows and bytes", () => {
      const list = (rows: number) =>
        `mpn,source,reference,kind\n${"X,ITX,F-1,change\n".repeat(rows)}`;
      const read = (text: string) =>
        readList("alert", { mediaType: "text/csv", bytes: Buffer.from(text) });
      expect(read(list(MAX_LIST_ITEMS))).to.have.length(MAX_LIST_ITEMS);
      expect(() => read(list(MAX_LIST_ITEMS + 1)))
        .to.throw()
        .with.property("code", "TOO_LARGE");
      const row = "mpn,source,reference,kind\nX,ITX,F-1,change\n";
      const padded = (bytes: number) => row + "\n".repeat(bytes - row.length);
      expect(read(padded(MAX_LIST_BYTES))).to.have.length(1);
      expect(() => read(padded(MAX_LIST_BYTES + 1)))
        .to.throw()
        .with.property("code", "BODY_TOO_LARGE");
    });

    describe("tell which lots they are about", () => {
      const HEAD = "source,reference,kind,mpn,manufacturer,makerLots,dateCodeFrom,dateCodeTo";
      type Matches = { matches: { applies: number; mayApply: number }[] };
      before(() =>
        http.expecting(201, "post", "/v1/lots", {
          key: "distributor",
          body: {
            action: "introduce",
            lots: [
              ["M-1", "L7101"],
              ["M-2", "L7101"],
              ["M-3", "0007187692"],
              ["M-4", undefined],
            ].map(([lotNumber, makerLot]) => ({
              lotNumber,
              quantity: 100,
              details: {
                manufacturer: "Vellore Discrete Devices Pvt. Ltd.",
                mpn: "VSMBJ24CA-E3/5C",
                dateCode: "2614",
                ...(makerLot && { makerLot }),
              },
            })),
          },
        }),
      );
      const told = async (row: string, key: KeyName = "distributor") => {
        const { status, body } = await csv("/v1/alerts", `${HEAD}\n${row}`, key);
        const { matches } = body as unknown as Matches;
        return status === 422 ? faults(body) : [matches[0]!.applies, matches[0]!.mayApply];
      };
      const cases: [row: string, told: unknown][] = [
        ["ITX,M-1,recall,VSMBJ24CA-E3/5C,,L7101,,", [2, 1]],
        ["ITX,M-2,recall,vsmbj24ca-e3/5c,,l7101;L7199,,", [2, 1]],
        ["ITX,M-3,recall,VSMBJ24CA-E3/5C,VELLORE DISCRETE DEVICES PVT LTD,L7101,,", [2, 1]],
        ["ITX,M-4,recall,VSMBJ24CA-E3/5C,Vellore Discrete Devices,L7101,,", [0, 3]],
        ["ITX,M-5,recall,VSMBJ24CA-E3/5C,Elstow,L7101,,", [0, 0]],
        ["ITX,M-6,recall,VSMBJ24CA-E3/5C,,,,", [4, 0]],
        ["ITX,M-7,recall,VSMBJ24CA-E3/5C,,,2026-03-30,2026-04-05", [4, 0]],
        ["ITX,M-8,recall,VSMBJ24CA-E3/5C,,,2026-04-06,", [0, 0]],
        ["ITX,M-9,recall,VSMBJ24CA-E3/5D,,,,", [0, 0]],
        ["ITX,M-10,recall,VSMBJ24CA-E3/5C,,7187692,,", [[2, "makerLots", "SPREADSHEET_NUMBER"]]],
        ["ITX,M-11,recall,VSMBJ24CA-E3/5C,,0007187692,,", [1, 1]],
      ];
      for (const [row, expected] of cases)
        it(`for ${row}`, async () => expect(await told(row)).to.deep.equal(expected));
      it("counts only lots that the party sees", async () => {
        expect(await told("ITX,M-1,recall,VSMBJ24CA-E3/5C,,L7101,,", "ems")).to.deep.equal([0, 0]);
        const lost = "ITX,M-10,recall,VSMBJ24CA-E3/5C,,7187692,,";
        expect(await told(lost, "ems")).to.deep.equal([0, 0]);
      });
      it("as the verdict on the lot then says", async () => {
        const { items } = await http.expecting<{ items: { lot: string }[] }>(
          ...([200, "get", "/v1/lots?lotNumber=M-1", { key: "distributor" }] as const),
        );
        const { findings } = await http.expecting<{ findings: { code: string; found?: string }[] }>(
          ...([200, "get", `/v1/lots/${items[0]!.lot}/verdict`, { key: "distributor" }] as const),
        );
        const alerts = findings.filter(({ code }) => /^ALERT_/.test(code));
        expect(alerts.map(({ code, found }) => `${code} ${found}`)).to.have.members([
          ...[1, 2, 3, 6, 7].map((i) => `ALERT_RECALL ITX, M-${i}`),
          "ALERT_MAY_APPLY ITX, M-4",
        ]);
      });
    });

    it("state only new rows when a grown list is imported again", async () => {
      const row = (i: number) => `ITX,G-${i},suspect,,X,,,,,`;
      const first = await csv("/v1/alerts", [HEADER, row(1), row(1)].join("\n"));
      expect(first.body.statements!.map(({ known }) => known)).to.deep.equal([false, true]);
      const same = await csv("/v1/alerts", [HEADER, row(1)].join("\n"));
      expect([same.status, same.body.statements![0]]).to.deep.equal([
        200,
        { statement: first.body.statements![0]!.statement, known: true },
      ]);
      const { statement } = first.body.statements![0]!;
      await http.expecting(201, "post", `/v1/statements/${statement}/withdraw`, { key: "maker" });
      const anew = await csv("/v1/alerts", [HEADER, row(1), row(2)].join("\n"));
      expect(anew.body.statements!.map(({ known }) => known)).to.deep.equal([false, false]);
    });

    it("store no row when one of them cannot be stored", async () => {
      const before = await count();
      const alert = (reference: string): Alert => ({
        source: "ITX",
        reference,
        kind: "change",
        mpn: "X",
      });
      let calls = 0;
      const clock = () => http.ctx.clock() - (calls++ > 1 ? 1e6 : 0); // the clock is too far behind for the second row's time
      const failed = await state({ ...http.ctx, clock }, http.parties.maker.address, "alert", [
        alert("H-1"),
        alert("H-2"),
      ]).catch((error: { code: string }) => error.code);
      expect(failed).to.equal("TIME_TOO_FAR_AHEAD");
      expect(await count()).to.equal(before);
    });
  });

  describe("signed by the issuer", () => {
    it("are stored once, and answered as known when submitted again", async () => {
      const body = await signedStatement(http);
      const first = await http.expecting<object>(201, "post", "/v1/statements", {
        key: "maker",
        body,
      });
      const again = await http.expecting<object>(200, "post", "/v1/statements", {
        key: "maker",
        body,
      });
      expect([first, again].map((each) => (each as { known: boolean }).known)).to.deep.equal([
        false,
        true,
      ]);
      const statement = statementDigest(http.ctx.domain, body.statement);
      expect([first, again]).to.deep.equal([
        { statement, known: false },
        { statement, known: true },
      ]);
    });

    it("are refused with a wrong content, withdrawal, signature, time, issuer or key", async () => {
      const sign = await openSigner(http.ctx.prisma, http.ctx.keystore, http.parties.maker.address);
      const whole = await signedStatement(http);
      const refusal = async (
        change: (body: typeof whole) => void,
        resign = true,
        key: KeyName = "maker",
        client: Client = http,
      ) => {
        const body = structuredClone(whole);
        change(body);
        if (resign) body.signature = sign(statementDigest(http.ctx.domain, body.statement));
        const reply = await client.call<Faulty>("post", "/v1/statements", { key, body });
        return [reply.status, reply.body.code, reply.body.field];
      };
      const withdraws = `0x${"77".repeat(32)}`;
      expect(await refusal(({ content }) => (content!["mpn"] = "Y"))).to.deep.equal([
        422,
        "BAD_FIELD",
        "statement.content",
      ]);
      expect(await refusal(({ content }) => (content!["price"] = 1))).to.deep.equal([
        422,
        "BAD_FIELD",
        "content.price",
      ]);
      expect(await refusal(({ statement }) => (statement.withdraws = withdraws))).to.deep.equal([
        422,
        "BAD_FIELD",
        "statement.withdraws",
      ]);
      expect(await refusal(({ statement }) => (statement.time += 1), false)).to.deep.equal([
        422,
        "KEY_NOT_OF_PARTY",
        "signature",
      ]);
      expect(
        await refusal((body) => (body.signature = `0x${"00".repeat(65)}`), false),
      ).to.deep.equal([422, "BAD_SIGNATURE", "signature"]);
      // On a clock that stands still, so that the bound does not move between two requests.
      const now = http.ctx.clock();
      const still = await http.beside({}, { clock: () => now });
      const atTime = (time: number) =>
        refusal(({ statement }) => (statement.time = time), true, "maker", still);
      expect((await atTime(now + 901))[1]).to.equal("TIME_TOO_FAR_AHEAD");
      expect((await atTime(now + 900))[0]).to.equal(201);
      expect((await refusal(() => undefined, true, "distributor")).slice(0, 2)).to.deep.equal([
        403,
        "FORBIDDEN",
      ]);
      const nobody = `0x${"78".repeat(20)}`;
      expect(
        (await refusal(({ statement }) => (statement.issuer = nobody), true, "operator"))[1],
      ).to.equal("PARTY_NOT_ADMITTED");
      const withdrawal = (named: string) =>
        refusal((body) => {
          body.statement = {
            ...body.statement,
            kind: STATEMENT_KINDS.withdrawal,
            withdraws: named,
          };
          body.statement.content = contentHash((body.content = null));
        });
      expect(await withdrawal(withdraws)).to.deep.equal([
        422,
        "NOTHING_TO_WITHDRAW",
        "statement.withdraws",
      ]);
      expect((await withdrawal(ZERO_HASH))[1]).to.equal("BAD_FIELD");
    });

    it("are refused from a suspended party", async () => {
      const body = await signedStatement(http, "lab");
      await suspendParty(http.ctx, http.ownerKey, http.parties.lab.address);
      while (await followOnce(http.ctx));
      const { body: problem } = await http.call<Faulty>("post", "/v1/statements", {
        key: "lab",
        body,
      });
      expect(problem.code).to.equal("PARTY_IS_SUSPENDED");
    });
  });

  describe("visibility", () => {
    it("shows an alert and its withdrawal to those with whom its issuer shares it, and the audience to nobody else", async () => {
      const { maker, distributor } = http.parties;
      const list = '[{"source":"ERAI","reference":"SH-1","kind":"suspect","mpn":"SH"}]';
      const share = async (audience?: string) => {
        const query = audience === undefined ? "" : `?audience=${audience}`;
        const { status, body } = await csv(`/v1/alerts${query}`, list, "ems", "application/json");
        expect(status).to.be.oneOf([200, 201]);
        return body.statements![0]!.statement;
      };
      const seers = async (digest: string) => {
        const all = ["ems", "maker", "distributor", "lab", "operator"] as const;
        const seen = await Promise.all(all.map((key) => listed(key)));
        return all.filter((_, i) => seen[i]!.some(({ statement }) => statement === digest));
      };
      const alert = await share();
      expect(await seers(alert)).to.deep.equal(["ems"]);
      expect(await share(`${maker.address},${distributor.address}`)).to.equal(alert);
      expect(await seers(alert)).to.deep.equal(["ems", "maker", "distributor"]);
      // A grown list that is imported again does not take the alerts back.
      await share();
      expect(await seers(alert)).to.deep.equal(["ems", "maker", "distributor"]);
      const viewOf = async (key: KeyName) =>
        (await listed(key)).find(({ statement }) => statement === alert)!.audience;
      expect(await viewOf("ems")).to.deep.equal([maker.address, distributor.address]);
      expect(await viewOf("maker")).to.equal(null);
      await share("all");
      expect(await seers(alert)).to.have.length(5);
      const path = `/v1/statements/${alert}/withdraw`;
      type Stated = { statement: string };
      const withdrawal = await http.expecting<Stated>(201, "post", path, { key: "ems" });
      expect(await seers(withdrawal.statement)).to.have.length(5);
      await http.ctx.prisma.statement.updateMany({
        where: { digest: alert },
        data: { audience: [] },
      });
      expect(await seers(withdrawal.statement)).to.deep.equal(["ems"]);
    });

    it("refuses an audience that is not one, and one set by the operator", async () => {
      const list = '[{"source":"ERAI","reference":"SH-2","kind":"suspect","mpn":"SH"}]';
      const count = () => http.ctx.prisma.statement.count();
      const before = await count();
      for (const audience of ["everyone", "0x12", "all,none", ""]) {
        const path = `/v1/alerts?audience=${audience}`;
        const { status } = await csv(path, list, "ems", "application/json");
        expect(status, audience).to.equal(400);
      }
      const body = await signedStatement(http);
      const path = "/v1/statements?audience=all";
      await http.expecting(403, "post", path, { key: "operator", body });
      expect(await count()).to.equal(before);
      await http.expecting(201, "post", path, { key: "maker", body });
    });

    it("shows alerts only to their issuer, and authorisations to everyone", async () => {
      const { statements } = await http.expecting<{ statements: [{ statement: string }] }>(
        ...([201, "post", "/v1/alerts"] as const),
        {
          key: "ems",
          raw: '[{"source":"ERAI","reference":"S-1","kind":"suspect","mpn":"S"}]',
        },
      );
      const alert = statements[0].statement;
      const sees = async (key: KeyName, digest: string) =>
        (await listed(key)).some(({ statement }) => statement === digest);
      expect(await sees("ems", alert)).to.equal(true);
      for (const key of ["maker", "distributor", "operator"] as const)
        expect(await sees(key, alert)).to.equal(false);
      const withdrawal = await http.expecting<{ statement: string }>(
        201,
        "post",
        `/v1/statements/${alert}/withdraw`,
        {
          key: "ems",
        },
      );
      expect([
        await sees("ems", withdrawal.statement),
        await sees("maker", withdrawal.statement),
      ]).to.deep.equal([true, false]);

      const party = http.parties.distributor.address;
      const raw = JSON.stringify([{ party, brand: "S", grade: "approved", from: "2026-01-01" }]);
      const authorised = await http.expecting<{ statements: [{ statement: string }] }>(
        ...([201, "post", "/v1/authorisations", { key: "maker", raw }] as const),
      );
      for (const key of ["ems", "distributor", "operator"] as const)
        expect(await sees(key, authorised.statements[0].statement)).to.equal(true);
    });

    it("lists statements in pages, each once", async () => {
      const all = await listed("maker");
      const seen: string[] = [];
      let next: string | null = "";
      while (next !== null) {
        const cursor: string = next === "" ? "" : `&cursor=${next}`;
        const page: Listed & { next: string | null } = await http.expecting(
          ...([200, "get", `/v1/statements?limit=2${cursor}`, { key: "maker" }] as const),
        );
        seen.push(...page.items.map(({ statement }) => statement));
        next = page.next;
      }
      expect(seen).to.deep.equal(all.map(({ statement }) => statement));
      expect(new Set(seen).size).to.equal(seen.length);
    });
  });

  it("are withdrawn once, only by their issuer, and answered as known when withdrawn again", async () => {
    const { statement } = (await csv("/v1/alerts", `${HEADER}\nITX,W-1,change,,X,,,,,`)).body
      .statements![0]!;
    const path = `/v1/statements/${statement}/withdraw`;
    const other = await http.call<Faulty>("post", path, { key: "distributor" });
    expect([other.status, other.body.code]).to.deep.equal([404, "NOT_FOUND"]);
    const first = await http.expecting<{ statement: string }>(201, "post", path, { key: "maker" });
    expect(await http.expecting(200, "post", path, { key: "maker" })).to.deep.equal({
      ...first,
      known: true,
    });
    const [item] = (await listed("maker")).filter((each) => each.statement === statement);
    expect(item!.withdrawn).to.equal(true);
    const again = await http.call<Faulty>("post", `/v1/statements/${first.statement}/withdraw`, {
      key: "maker",
    });
    expect(again.body.code).to.equal("NOTHING_TO_WITHDRAW");
  });
});
