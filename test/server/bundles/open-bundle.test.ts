// Tests that a large bundle is read in a thread of its own as a small one is read here: the same items, verdict and refusals.
import { expect } from "chai";
import { loadWasmRecover } from "../../../protocol/base/crypto-wasm.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { type BundleJson, bundleOf } from "../../../protocol/trail/bundle.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import type { Context } from "../../../server/context.ts";
import { withBundle } from "../../../server/bundles/open-bundle.ts";
import { type BundleReading, readBundleHere } from "../../../server/bundles/reading.ts";
import { openPaperLedger } from "../../support/paper-ledger.ts";
import { commission, deliver, openWorld, trailFor, trustIn } from "../../support/trails.ts";

/** White space that makes any bundle a large one. */
const LARGE = " ".repeat(600 * 1024);
const bytes = (text: string) => new TextEncoder().encode(text);

describe("large bundles", () => {
  let ctx: Pick<Context, "domain" | "reader" | "recover">;
  let trust: Trust;
  let bundle: BundleJson;

  before(async () => {
    const world = await openWorld(openPaperLedger());
    const lot = await commission(world, "LARGE-1", 100);
    await deliver(world, world.maker, world.distributor, [lot]);
    const { domain, reader } = world.ledger;
    ctx = { domain, reader, recover: await loadWasmRecover() };
    trust = await trustIn(world);
    bundle = bundleOf(JSON.parse(JSON.stringify(trailFor(world, lot))) as BundleJson["trail"], {
      documents: [],
      made: { at: 0, by: "a test" },
    });
  });

  const everything = async ({ summary, verify, events, notices }: BundleReading) => ({
    summary,
    verdict: await verify(trust),
    events: [await events(0, 1), await events(1, 100)],
    notices: await notices(0, 100),
  });
  const inThread = <T>(text: string, step: (reading: BundleReading) => Promise<T>, parts = ctx) =>
    withBundle(parts, bytes(text + LARGE), step);
  const refusal = (text: string) =>
    inThread(text, everything).then(
      () => expect.fail("it was read"),
      (error: unknown) => {
        expect(error).to.be.instanceOf(ProtocolError);
        return (error as ProtocolError).code;
      },
    );

  it("give the same summary, verdict and items", async () => {
    const here = await everything(readBundleHere(bundle, ctx));
    expect(here.verdict.verdict).to.equal("PASS");
    expect(await inThread(JSON.stringify(bundle), everything)).to.deep.equal(here);
  });

  it("give the same verdict where the node does not answer", async () => {
    const away = () => Promise.reject(new ProtocolError("CHAIN_UNREACHABLE", "away"));
    const chainless = { ...ctx, reader: { ...ctx.reader, head: away } };
    const here = await readBundleHere(bundle, chainless).verify(trust);
    expect(here.findings.map(({ code }) => code)).to.include("NODE_UNREACHABLE");
    const text = JSON.stringify(bundle);
    expect(await inThread(text, ({ verify }) => verify(trust), chainless)).to.deep.equal(here);
  });

  it("are refused with the codes of small ones", async () => {
    expect(await refusal('{"a":1,"a":1}')).to.equal("BAD_FIELD");
    expect(await refusal(`[${"0,".repeat(2_200_000)}0]`)).to.equal("TOO_LARGE");
  });

  it("wait for each other", async () => {
    let open = 0;
    let most = 0;
    const text = JSON.stringify(bundle);
    const watch = async ({ verify }: BundleReading) => {
      most = Math.max(most, ++open);
      await verify(trust);
      open--;
    };
    await Promise.all([1, 2].map(() => inThread(text, watch)));
    expect(most).to.equal(1);
  });

  it("end their thread when the step fails", async () => {
    const failing = inThread(JSON.stringify(bundle), () => Promise.reject(new Error("stopped")));
    expect(await failing.catch(String)).to.contain("stopped");
    expect(
      await inThread(JSON.stringify(bundle), ({ summary }) => Promise.resolve(summary.lot)),
    ).to.equal(bundle.trail.lot);
  });
});
