// Opens the verifier's page from disk in a real browser, as an auditor does, with a bundle of a
// real ledger and with or without a node. The page asks nobody but that node, and gives the
// verdict that verifyBundle gives in this process.
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { strToU8, zipSync } from "fflate";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { toHex } from "../../protocol/base/bytes.ts";
import { type BundleJson, bundleOf } from "../../protocol/trail/bundle.ts";
import { ledgerReader } from "../../protocol/chain/reader.ts";
import { sha256 } from "../../protocol/base/crypto.ts";
import { withhold } from "../../protocol/event/disclosure.ts";
import type { TrailJson } from "../../protocol/trail/trail.ts";
import type { Verdict } from "../../protocol/verdict/verdict.ts";
import { WHAT_IT_PROVES } from "../../protocol/verdict/words.ts";
import { verifyBundle } from "../../protocol/verify/bundle.ts";
import { type LocalChain, openLocalChain } from "../../server/chain/local-chain.ts";
import { chromiumHere, openBrowser } from "../support/browser.ts";
import { deployCheckpoints } from "../support/ledger.ts";
import { deployOnLocalChain } from "../support/local-ledger.ts";
import { anchor, loggedTrail, openLog, take } from "../support/logs.ts";
import { type OpenNode, openNode } from "../support/open-node.ts";
import {
  type World,
  commission,
  deliver,
  giveNotice,
  openWorld,
  trailFor,
} from "../support/trails.ts";
import { FIXED_BY_WORDS } from "../../web/verify/words.ts";

const PAGE = fileURLToPath(new URL("../../web/dist/verify.html", import.meta.url));
const chromium = chromiumHere();

(chromium === undefined ? describe.skip : describe)("the verifier's page", () => {
  let folder: string;
  let chain: LocalChain;
  let node: OpenNode;
  let world: World;
  let lot: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** Every address that the browser requested, except the page's own, and the errors in its console. */
  let requests: string[];
  let complaints: string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reelproof-"));
    chain = await openLocalChain(folder);
    node = await openNode(chain.url);
    world = await openWorld(await deployOnLocalChain(chain));
    const { maker: from, distributor, assembler } = world;
    lot = await commission(world, "R-1001", 5_000);
    await deliver(world, from, distributor, [lot]);
    await deliver(world, distributor, assembler, [lot]);
    browser = await openBrowser(chromium!);
  });
  after(async () => {
    await browser?.close();
    await node?.close();
    await chain?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ acceptDownloads: true });
    context.setDefaultTimeout(0); // mocha ends what hangs; a busy machine is only slow
    page = await context.newPage();
    requests = [];
    complaints = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    node.mood = "well";
    node.asked.length = 0;
    await page.goto(pathToFileURL(PAGE).href);
    requests.length = 0;
  });
  afterEach(async () => {
    // The page saves its verdict as a blob.
    expect(requests.filter((url) => url !== node.url && !url.startsWith("blob:"))).to.deep.equal(
      [],
    );
    expect(complaints).to.deep.equal([]);
    await context.close();
  });

  const bundleFor = (of: string, trail = trailFor(world, of)): BundleJson =>
    bundleOf(trail as TrailJson, {
      documents: [],
      made: { at: 1_790_000_000, by: "Harbour Components" },
    });

  /** Gives the page a bundle as a file. */
  async function give(bundle: unknown, name = "bundle.json"): Promise<void> {
    const buffer = Buffer.isBuffer(bundle)
      ? bundle
      : Buffer.from(typeof bundle === "string" ? bundle : JSON.stringify(bundle));
    await page.setInputFiles("#file", { name, mimeType: "application/json", buffer });
    await page.locator("#claim:not(:empty), #file-error:not(:empty)").first().waitFor();
  }

  async function fill(fields: Record<string, string>): Promise<void> {
    for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
  }

  /** Fills in the trust in this ledger. */
  const trust = (more: Record<string, string> = {}) =>
    fill({
      chainId: String(world.ledger.domain.chainId),
      ledger: world.ledger.domain.ledger,
      finality: "0",
      node: node.url,
      ...more,
    });

  /** Runs the verification, and returns the verdict that the page saves. */
  async function verify(): Promise<Verdict> {
    await page.click("#verify");
    await page.locator("#result .verdict").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the verdict" }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const { bundle: _bundle, ...verdict } = JSON.parse(
      Buffer.concat(chunks).toString(),
    ) as Verdict & {
      bundle: unknown;
    };
    expect(await page.locator("#result .verdict h2").textContent()).to.equal(verdict.verdict);
    return verdict;
  }

  const codes = ({ findings }: Verdict) => findings.map(({ code }) => code);
  const resultText = () => page.locator("#result").innerText();

  it("gives the same verdict as verifyBundle in this process, and shows it in full", async () => {
    const bundle = bundleFor(lot);
    await give(bundle);
    await trust();
    const verdict = await verify();
    expect(verdict.verdict).to.equal("PASS");
    const { now } = verdict.trusted;
    const reader = ledgerReader({ request: chain.request, ...world.ledger.domain });
    const here = await verifyBundle(bundle, { ...world.ledger.domain, finality: 0, now }, reader);
    const { node: asked, ...trusted } = verdict.trusted;
    expect(asked).to.equal(new URL(node.url).origin);
    expect({ ...verdict, trusted }).to.deep.equal(JSON.parse(JSON.stringify(here)));
    expect(node.asked).to.include("eth_getLogs");

    const text = await resultText();
    for (const phrase of [
      WHAT_IT_PROVES,
      "Lindholm EMS",
      "Harbour Components",
      "5,000 pieces",
      "NG74LVC1G08-Q",
      "K7T221",
    ])
      expect(text).to.include(phrase);
    expect(text).to.include(String(verdict.block!.number));
    expect(text).to.include("libsecp256k1");
    for (const { rule, result } of verdict.rules) {
      const row = await page
        .locator(".rules tr", { has: page.getByRole("rowheader", { name: rule, exact: true }) })
        .innerText();
      expect(row, rule).to.include(result);
    }
    expect(await page.locator(".custody .who").allInnerTexts()).to.deep.equal([
      "Northgate Semiconductor",
      "Northgate Semiconductor to Harbour Components",
      "Harbour Components",
      "Harbour Components to Lindholm EMS",
      "Lindholm EMS",
    ]);
  });

  it("is INCOMPLETE without a node, and sends no request", async () => {
    await give(bundleFor(lot));
    await trust({ node: "" });
    const verdict = await verify();
    expect([verdict.verdict, verdict.block]).to.deep.equal(["INCOMPLETE", null]);
    expect(codes(verdict)).to.include("NO_NODE");
    expect(requests.filter((url) => !url.startsWith("blob:"))).to.deep.equal([]);
    expect(await page.locator(".rules .tag.INCOMPLETE").allInnerTexts()).to.include(
      "not evaluable",
    );
  });

  it("fails an altered bundle with and without a node, and shows every part of each finding", async () => {
    const bundle = bundleFor(lot);
    const altered = bundle.trail.events[0]!;
    const quantity = altered.event.entries[0] as { quantity: number };
    quantity.quantity += 1;
    await give(bundle);
    for (const url of [node.url, ""]) {
      await trust({ node: url });
      const verdict = await verify();
      expect(verdict.verdict).to.equal("FAIL");
      const text = await resultText();
      for (const { code, message, event, field, expected, found, fixedBy } of verdict.findings)
        for (const part of [code, message, event, field, expected, found, FIXED_BY_WORDS[fixedBy]])
          if (part !== undefined) expect(text).to.include(String(part));
    }
  });

  it("fails changed details, and shows markup in them as text", async () => {
    const bundle = bundleFor(lot);
    const markup = `<img src="http://127.0.0.1:9/x" onerror="document.title='run'"><b>x</b>`;
    const open = bundle.trail.events[0]!.details!.open.find(
      ({ path }) => path.at(-1) === "manufacturer",
    )!;
    open.value = markup;
    bundle.made.by = markup;
    await give(bundle, "<i>bundle</i>.json");
    await trust();
    const verdict = await verify();
    expect(codes(verdict)).to.include("DETAILS_MISMATCH");
    expect(await page.locator("#claim").innerText())
      .to.include(markup)
      .and.to.include("<i>bundle</i>.json");
    expect(await page.locator("main :is(img, b, i)").count()).to.equal(0);
    expect(await page.title()).to.equal("FAIL: Reelproof");
  });

  it("fails a bundle of another ledger than the trusted one", async () => {
    await give(bundleFor(lot));
    await trust({ ledger: `0x${"12".repeat(20)}` });
    expect(await page.locator("#ledger-note.differs").count()).to.equal(1);
    const verdict = await verify();
    expect(verdict.verdict).to.equal("FAIL");
    expect(codes(verdict)).to.deep.equal(["OTHER_LEDGER"]);
    expect(verdict.findings[0]).to.include({ field: "ledger", found: world.ledger.domain.ledger });
  });

  it("uses the ledger that the bundle claims only after the reader confirms it", async () => {
    await give(bundleFor(lot));
    expect(await page.inputValue("#ledger")).to.equal("");
    await page.click("#verify");
    expect(await page.getAttribute("#ledger", "aria-invalid")).to.equal("true");
    await page.click("#adopt");
    expect(await page.inputValue("#ledger")).to.equal(world.ledger.domain.ledger);
    await fill({ finality: "0", node: node.url });
    await page.click("#verify");
    expect(await page.getAttribute("#confirm", "aria-invalid")).to.equal("true");
    expect(await page.locator("#result").isVisible()).to.equal(false);
    expect(node.asked).to.deep.equal([]);
    await page.check("#confirm");
    expect((await verify()).verdict).to.equal("PASS");
  });

  describe("with a log-only bundle", () => {
    let contract: string;
    let bundle: BundleJson;

    before(async () => {
      contract = await deployCheckpoints(world.ledger);
      const log = openLog(world.ledger, contract);
      world.accept = async (item) => take(log, item);
      const own = await commission(world, "R-3003", 100);
      await deliver(world, world.maker, world.distributor, [own]);
      delete world.accept;
      await anchor(log);
      bundle = bundleFor(own, loggedTrail(world, [log], own));
    });
    beforeEach(() => give(bundle));
    const kinds = (verdict: Verdict) => [...new Set(codes(verdict))];

    it("is INCOMPLETE when the reader names no checkpoint contract", async () => {
      await trust();
      const verdict = await verify();
      expect([verdict.verdict, kinds(verdict)]).to.deep.equal([
        "INCOMPLETE",
        ["CHECKPOINTS_NOT_TRUSTED"],
      ]);
      expect(await resultText()).to.match(/Trusted checkpoint contract\s+none/);
    });

    it("uses the reader's checkpoint contract, and warns that the trail may not be the latest", async () => {
      await trust({ checkpoints: contract });
      expect(await page.locator("#checkpoints-note").innerText()).to.equal(
        "The bundle claims the same.",
      );
      const verdict = await verify();
      expect([verdict.verdict, codes(verdict)]).to.deep.equal(["WARN", ["LATEST_UNPROVEN"]]);
      const { now } = verdict.trusted;
      const reader = ledgerReader({ request: chain.request, ...world.ledger.domain });
      const trusted = { ...world.ledger.domain, checkpoints: contract, finality: 0, now };
      const here = await verifyBundle(bundle, { ...trusted, node: verdict.trusted.node! }, reader);
      expect(verdict).to.deep.equal(JSON.parse(JSON.stringify(here)));
      expect(await resultText()).to.include(contract);
    });

    it("fails a bundle of another checkpoint contract than the reader's", async () => {
      await trust({ checkpoints: `0x${"5e".repeat(20)}` });
      expect(await page.locator("#checkpoints-note.differs").innerText()).to.equal(
        "The bundle claims a different one.",
      );
      const verdict = await verify();
      expect(verdict.verdict).to.equal("FAIL");
      expect(codes(verdict)).to.include.members(["OTHER_CHECKPOINTS", "CHECKPOINT_NOT_ANCHORED"]);
    });

    it("uses the checkpoint contract that the bundle claims only after the reader confirms it", async () => {
      await page.click("#adopt");
      expect(await page.inputValue("#checkpoints")).to.equal(contract);
      await fill({ finality: "0", node: node.url });
      await page.click("#verify");
      expect(await page.getAttribute("#confirm", "aria-invalid")).to.equal("true");
      expect(node.asked).to.deep.equal([]);
      await page.check("#confirm");
      expect((await verify()).verdict).to.equal("WARN");
    });
  });

  it("marks every invalid field with a message", async () => {
    await give(bundleFor(lot));
    const wrong = {
      chainId: "0",
      ledger: "0x12",
      checkpoints: "0x12",
      node: "ftp://x",
      finality: "-1",
      at: "0x1",
      fromBlock: "x",
      logRange: "0",
    };
    await page.click("#node-more summary");
    await fill(wrong);
    await page.click("#verify");
    for (const field of Object.keys(wrong)) {
      expect(await page.getAttribute(`#${field}`, "aria-invalid"), field).to.equal("true");
      expect(await page.locator(`#${field}-error`).innerText(), field).not.to.equal("");
    }
    await fill({
      chainId: "1",
      ledger: world.ledger.domain.ledger,
      checkpoints: "",
      finality: "0",
      at: "5",
      fromBlock: "0",
      logRange: "1",
    });
    await fill({ node: "" });
    await page.click("#verify");
    expect(
      await page.locator("[aria-invalid=true]").evaluateAll((all) => all.map(({ id }) => id)),
    ).to.deep.equal(["at"]);
  });

  it("judges by the reader's block, by number or hash, and limits its questions to the log range", async () => {
    await give(bundleFor(lot));
    const head = await world.ledger.reader.head();
    for (const at of [String(head.number), head.hash]) {
      await trust({ at });
      const verdict = await verify();
      expect([verdict.verdict, verdict.trusted.now, verdict.block]).to.deep.equal([
        "PASS",
        head.time,
        { number: head.number, hash: head.hash, time: head.time },
      ]);
    }
    await trust({ at: String(head.number + 1_000) });
    expect(codes(await verify())).to.include("NODE_INCONSISTENT");
    const before = node.asked.length;
    await page.click("#node-more summary");
    await trust({ at: "", fromBlock: "1", logRange: "2" });
    expect((await verify()).verdict).to.equal("PASS");
    expect(
      node.asked.slice(before).filter((method) => method === "eth_getLogs").length,
    ).to.be.above(head.number / 2);
  });

  it("holds a recalled lot, and lists withheld fields", async () => {
    const { maker: from, distributor } = world;
    const recalled = await commission(world, "R-2002", 100);
    await deliver(world, from, distributor, [recalled]);
    await giveNotice(world, from, { lot: recalled, kind: "recall" });
    const bundle = bundleFor(recalled);
    const shipped = bundle.trail.events[1]!;
    shipped.details = withhold(shipped.details!, (path) => path[0] !== "carrier");
    await give(bundle);
    await trust();
    const verdict = await verify();
    expect(verdict.verdict).to.equal("HOLD");
    const row = page.getByRole("region", { name: "What is withheld" }).getByRole("row").nth(1);
    expect(await row.innerText())
      .to.include("carrier")
      .and.to.include("ship");
  });

  it("shows a corrected fact with its old and its new value, and the reason", async () => {
    const { maker: from, distributor } = world;
    const corrected = await commission(world, "R-2003", 100);
    await deliver(world, from, distributor, [corrected]);
    const details = { dateCode: "2613", reason: "typing error" };
    await giveNotice(world, from, { lot: corrected, kind: "correction", details });
    await give(bundleFor(corrected));
    await trust();
    const verdict = await verify();
    expect([verdict.verdict, verdict.identity.dateCode]).to.deep.equal(["WARN", "2613"]);
    const row = page.getByRole("region", { name: "Corrected facts" }).getByRole("row").nth(1);
    expect(await row.innerText()).to.match(/date code\s+2631\s+2613\s+typing error/);
  });

  it("reports a node with invalid answers, on another chain or unreachable", async () => {
    await give(bundleFor(lot));
    node.mood = "mad";
    await trust();
    expect(codes(await verify())).to.include("NODE_INCONSISTENT");
    node.mood = "well";
    await trust({ chainId: "1" });
    expect((await verify()).verdict).to.equal("FAIL"); // the bundle is of another chain than 1
    const closed = await openNode(chain.url);
    await closed.close();
    await trust({ node: closed.url });
    const verdict = await verify();
    expect([verdict.verdict, codes(verdict).includes("NODE_UNREACHABLE")]).to.deep.equal([
      "INCOMPLETE",
      true,
    ]);
    requests = requests.filter((url) => url !== closed.url);
    complaints = complaints.filter((text) => !text.includes("ERR_CONNECTION_REFUSED"));
  });

  for (const mood of ["endless", "elsewhere"] as const)
    it(`is INCOMPLETE when the node's answer ${mood === "endless" ? "never ends" : "is a redirect"}, and sends no other request`, async () => {
      await give(bundleFor(lot));
      await trust();
      node.mood = mood;
      const verdict = await verify();
      expect([verdict.verdict, verdict.block]).to.deep.equal(["INCOMPLETE", null]);
      const { found } = verdict.findings.find(({ code }) => code === "NODE_UNREACHABLE")!;
      expect(found).to.include(mood === "endless" ? String(64 * 1024 * 1024) : "eth_");
      complaints = complaints.filter((text) => !/ERR_(FAILED|ABORTED)|CORS policy/.test(text));
    });

  it("is INCOMPLETE after 15 seconds without an answer", async () => {
    await page.clock.install();
    await page.reload();
    requests.length = 0;
    await give(bundleFor(lot));
    await trust();
    node.mood = "silent";
    await page.click("#verify");
    await page.locator("#asked", { hasText: "0 of 3" }).waitFor();
    await page.clock.runFor(13_000);
    expect(await page.locator("#cancel").isVisible()).to.equal(true);
    await page.clock.runFor(2_000);
    await page.locator("#result .verdict.INCOMPLETE").waitFor();
    expect(await resultText()).to.include("NODE_UNREACHABLE");
  });

  it("discards a cancelled run, and the result of a bundle that was replaced", async () => {
    await give(bundleFor(lot));
    await trust();
    node.mood = "silent";
    await page.click("#verify");
    await page.locator("#cancel").waitFor();
    expect(await page.locator("#verify").isDisabled()).to.equal(true);
    await page.click("#cancel");
    expect(await page.locator("#result").isVisible()).to.equal(false);
    expect(await page.locator("#verify").isEnabled()).to.equal(true);
    node.mood = "well";
    expect((await verify()).verdict).to.equal("PASS");
    await give({ ...bundleFor(lot), documents: [] });
    expect(await page.locator("#result").isVisible()).to.equal(false);
  });

  it("shows an error for an unreadable file, and fails a malformed bundle", async () => {
    await trust({ node: "" });
    for (const text of [
      "",
      "no JSON",
      `{"a":1,"a":2}`,
      "[".repeat(100_000),
      "\u0000",
      `{"__proto__":{}}`,
    ]) {
      await give(text);
      expect(await page.locator("#file-error").innerText(), text.slice(0, 20)).not.to.equal("");
      await page.click("#verify");
      expect(await page.locator("#result").isVisible()).to.equal(false);
    }
    const { trail, ...shell } = bundleFor(lot);
    const hostile: [unknown, string][] = [
      [null, "BUNDLE_MALFORMED"],
      [[], "BUNDLE_MALFORMED"],
      [{ trail }, "BUNDLE_MALFORMED"],
      [{ ...shell, trail: null }, "TRAIL_MALFORMED"],
      [
        {
          ...shell,
          trail: {
            ...trail,
            events: [{ ...trail.events[0], event: { ...trail.events[0]!.event, time: -1 } }],
          },
        },
        "TRAIL_MALFORMED",
      ],
      [
        {
          ...shell,
          made: { at: Number.MAX_SAFE_INTEGER, by: "x" },
          trail: { ...trail, events: [] },
        },
        "ORIGIN_MISSING",
      ],
    ];
    for (const [bundle, code] of hostile) {
      await give(bundle);
      const verdict = await verify();
      expect(codes(verdict)).to.include(code);
      expect(verdict.verdict).to.equal("FAIL");
    }
  });

  it("reads bundle.json from a zip, and shows an error for any other zip", async () => {
    const json = strToU8(JSON.stringify(bundleFor(lot)));
    const zip = Buffer.from(
      zipSync({ "bundle.json": json, "documents/coc.pdf": strToU8("paper") }),
    );
    await give(zip, "evidence.zip");
    await trust();
    expect((await verify()).verdict).to.equal("PASS");
    expect(await page.locator("#claim").innerText()).to.include(toHex(sha256(zip)).slice(2));
    for (const other of [
      zipSync({ "other.json": json }),
      zip.subarray(0, 400),
      zipSync({ "bundle.json": strToU8("x") }),
    ]) {
      await give(Buffer.from(other), "evidence.zip");
      expect(await page.locator("#file-error").innerText()).not.to.equal("");
    }
  });

  it("gives the same verdict without WebAssembly", async () => {
    await page.addInitScript("delete globalThis.WebAssembly");
    await page.reload();
    requests.length = 0;
    await give(bundleFor(lot));
    await trust();
    expect((await verify()).verdict).to.equal("PASS");
    expect(await resultText()).to.include("noble-curves");
  });

  it("accepts a bundle that is dropped on it", async () => {
    const file = `new File([${JSON.stringify(JSON.stringify(bundleFor(lot)))}], "dropped.json")`;
    const transfer = await page.evaluateHandle(`(() => {
      const given = new DataTransfer();
      given.items.add(${file});
      return given;
    })()`);
    await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
    await page.locator("#claim", { hasText: "dropped.json" }).waitFor();
  });

  it("works by keyboard alone, and labels every field", async () => {
    await give(bundleFor(lot));
    for (const input of await page.locator("input").all())
      expect(await page.locator(`label[for="${await input.getAttribute("id")}"]`).count()).to.equal(
        1,
      );
    await page.focus("#chainId");
    await page.keyboard.type(String(world.ledger.domain.chainId));
    await page.keyboard.press("Tab");
    await page.keyboard.type(world.ledger.domain.ledger);
    await page.keyboard.press("Enter"); // submits, as in any form; before finality is reached, by its default
    await page.locator("#result .verdict").waitFor();
    expect(await page.evaluate("document.activeElement.id")).to.equal("result");
  });

  it("prints the whole result without the form", async () => {
    await give(bundleFor(lot));
    await trust();
    await verify();
    expect((await page.pdf()).subarray(0, 5).toString()).to.equal("%PDF-");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#form").isVisible()).to.equal(false);
    expect(await page.getByRole("region", { name: "All events" }).isVisible()).to.equal(true);
  });

  for (const colorScheme of ["light", "dark"] as const)
    it(`has the contrast of WCAG AA in its ${colorScheme} colours`, async () => {
      await page.emulateMedia({ colorScheme });
      const colour = (name: string) =>
        page.evaluate<string>(`(() => {
          const sample = document.body.appendChild(document.createElement("i"));
          sample.style.color = "var(--${name})";
          const [red, green, blue] = getComputedStyle(sample).color.match(/\\d+/g).map(Number);
          sample.remove();
          return "#" + (0x1000000 + red * 0x10000 + green * 0x100 + blue).toString(16).slice(1);
        })()`);
      const tones = ["pass", "warn", "incomplete", "fail", "hold", "info"];
      const pairs = [
        ...["ground", "card"].flatMap((ground) =>
          ["ink", "soft", "accent", "warn", "fail"].map((ink) => [ink, ground]),
        ),
        ...tones.flatMap((tone) => [tone, "ink", "soft"].map((ink) => [ink, `${tone}-soft`])),
        ["accent-ink", "accent"],
        ["accent", "accent-soft"],
        ["soft", "accent-soft"],
      ] as [string, string][];
      for (const [ink, ground] of pairs)
        expect(
          contrast(await colour(ink), await colour(ground)),
          `${ink} on ${ground}`,
        ).to.be.at.least(4.5);
      expect(contrast(await colour("field-line"), await colour("card"))).to.be.at.least(3);
    });

  for (const width of [375, 1280])
    it(`does not scroll sideways at ${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 800 });
      const bundle = bundleFor(lot);
      (bundle.trail.events[0]!.event.entries[0] as { quantity: number }).quantity += 1;
      await give(bundle);
      await trust();
      await verify();
      await page.locator("#result summary").click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).to.be.at.most(width);
    });
});

/** The contrast of two colours, #rrggbb or #rgb, by WCAG 2. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/gi, "$&$&") : colour;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
