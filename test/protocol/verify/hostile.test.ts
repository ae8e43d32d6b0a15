// Gives the verifier input of any shape. It answers with a verdict, and never throws.
import { expect } from "chai";
import { fc, runsOf } from "../../support/random.ts";
import { canonicalize } from "../../../protocol/base/canonical.ts";
import { type LedgerReader, ledgerReader } from "../../../protocol/chain/reader.ts";
import type { Trail } from "../../../protocol/trail/trail.ts";
import { Verdict } from "../../../protocol/verdict/verdict.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import { verify } from "../../../protocol/verify/verify.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import {
  type World,
  act,
  commission,
  deliver,
  giveNotice,
  lotOf,
  maker,
  openWorld,
  trailFor,
  trustIn,
} from "../../support/trails.ts";
import { recover } from "../../support/recover.ts";

type Path = (string | number)[];

/** Every place in a value, the leaves and the branches. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    path,
    ...keys.flatMap((key) => places((value as Record<Path[number], unknown>)[key], [...path, key])),
  ];
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((each, key) => (each as Record<Path[number], unknown>)[key], value);

describe("verify, on hostile input", () => {
  let world: World;
  let trail: Trail;
  let trust: Trust;
  let reader: LedgerReader;

  before(async () => {
    world = await openWorld();
    const { maker: northgate, distributor, assembler, broker } = world;
    const lot = await commission(world, "H1", 100);
    const own = lotOf(assembler, "H2");
    await act(world, assembler, "introduce", {
      lots: { [own]: 5 },
      facts: { [own]: { ...maker("H2", "NG-LDO33"), claimsLot: lot } },
    });
    const cut = lotOf(northgate, "H3");
    await act(world, northgate, "split", {
      lots: { [lot]: 60, [cut]: 40 },
      facts: { [cut]: { lotNumber: "H3" } },
    });
    await deliver(world, northgate, distributor, [lot, cut]);
    await deliver(world, distributor, assembler, [cut]);
    const product = lotOf(assembler, "H4");
    await act(world, assembler, "assemble", {
      lots: { [cut]: 1, [own]: 0, [product]: 5 },
      facts: { [product]: { lotNumber: "H4", mpn: "LH-3" } },
    });
    const suspicion = await giveNotice(world, broker, { lot, kind: "suspicion" });
    await giveNotice(world, broker, { lot, kind: "withdrawal", withdraws: suspicion });
    trail = trailFor(world, product);
    trust = await trustIn(world);
    // The node gives the same answer to the same question throughout this test.
    const answers = new Map<string, Promise<unknown>>();
    const { request } = world.ledger;
    reader = ledgerReader({
      ...world.ledger.domain,
      request: (method, params) => {
        const question = canonicalize([method, params]);
        const answer = answers.get(question) ?? request(method, params);
        answers.set(question, answer);
        return answer;
      },
    });
  });

  async function judged(input: unknown, node: LedgerReader | null): Promise<Verdict> {
    const verdict = await verify(input, trust, node, recover);
    expect(Verdict.parse(verdict)).to.deep.equal(verdict);
    return verdict;
  }

  it("reports only the introduced origin for the good trail", async () => {
    expect((await judged(trail, reader)).findings.map(({ code }) => code)).to.deep.equal([
      "ORIGIN_INTRODUCED",
    ]);
  });

  it("fails input that is not a trail", async () => {
    const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`) as unknown;
    const hostile: unknown[] = [
      undefined,
      null,
      true,
      0,
      NaN,
      "",
      "trail",
      [],
      {},
      [trail],
      () => trail,
      Symbol("trail"),
      new Date(0),
      deep,
      { ...trail, events: deep },
      { ...trail, lot: deep },
      JSON.parse('{"__proto__":{"version":1}}'),
      { ...trail, events: { length: 1, 0: trail.events[0] } },
      new Map(Object.entries(trail)),
      { ...trail, events: new Array(5) },
      {
        get version() {
          throw new Error("a getter");
        },
      },
      new Proxy(trail, {
        get() {
          throw new Error("a proxy");
        },
        ownKeys() {
          throw new Error("a proxy");
        },
      }),
    ];
    for (const input of hostile) {
      const { verdict, findings, lot } = await judged(input, reader);
      expect([verdict, findings.map(({ code }) => code), lot]).to.deep.equal([
        "FAIL",
        ["TRAIL_MALFORMED"],
        null,
      ]);
    }
    expect(({} as { version?: unknown }).version).to.equal(undefined);
  });

  it("does not read a trail that is too long, whatever is in it", async () => {
    const many = new Array<unknown>(10_001);
    for (const events of [many, many.fill(trail.events[0]), many.fill(Symbol("event"))]) {
      const { verdict, findings, lot } = await judged({ ...trail, lot: 7, events }, reader);
      expect([verdict, findings.map(({ code }) => code), lot]).to.deep.equal([
        "INCOMPLETE",
        ["TRAIL_TOO_LONG"],
        null,
      ]);
    }
  });

  it("never passes a trail with up to three random values in it", async () => {
    const all = places(trail);
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        undefined,
        0,
        -1,
        1,
        2 ** 53,
        0.5,
        NaN,
        "",
        "0x",
        ZERO_HASH,
        ZERO_ADDRESS,
        [],
        {},
        true,
        "\ud800",
      ),
      fc.nat(all.length - 1).map((index) => at(trail, all[index]!)),
      fc.jsonValue(),
    );
    const changes = fc.array(fc.tuple(fc.nat(all.length - 1), value), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(changes, fc.boolean(), async (list, hasNode) => {
        let changed: unknown = structuredClone(trail);
        for (const [index, each] of list) {
          const path = all[index]!;
          const parent =
            path.length === 0 ? undefined : safely(() => at(changed, path.slice(0, -1)));
          if (path.length === 0) changed = structuredClone(each);
          else if (typeof parent === "object" && parent !== null)
            (parent as Record<Path[number], unknown>)[path.at(-1)!] = structuredClone(each);
        }
        const { verdict } = await judged(changed, hasNode ? reader : null);
        const isSame = canonicalOrNot(changed) === canonicalize(trail);
        if (!isSame) expect(["PASS"]).not.to.include(verdict);
      }),
      { numRuns: runsOf(600) },
    );
  }).timeout(600_000);

  it("never passes events in another order or number", async () => {
    const index = fc.nat(trail.events.length - 1);
    await fc.assert(
      fc.asyncProperty(fc.array(index, { maxLength: 14 }), async (order) => {
        const events = order.map((each) => trail.events[each]!);
        const { verdict, findings } = await judged({ ...trail, events }, reader);
        expect(["FAIL", "WARN"]).to.include(verdict);
        if (verdict === "WARN")
          expect(findings.map(({ code }) => code)).to.deep.equal(["ORIGIN_INTRODUCED"]);
        if (new Set(order).size < trail.events.length) expect(verdict).to.equal("FAIL");
      }),
      { numRuns: runsOf(300) },
    );
  }).timeout(600_000);

  it("fails entries that refer to each other in a circle", async () => {
    const changed = structuredClone(trail);
    for (const { event } of changed.events)
      for (const entry of event.entries)
        Object.assign(entry, { previous: entry.previous === ZERO_HASH ? entry.lot : ZERO_HASH });
    expect((await judged(changed, reader)).verdict).to.equal("FAIL");
    for (const { event } of changed.events) event.action = 7;
    expect((await judged(changed, reader)).verdict).to.equal("FAIL");
  });
});

const safely = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const canonicalOrNot = (value: unknown): string | undefined => safely(() => canonicalize(value));
