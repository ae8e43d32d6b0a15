// Alters one thing at a time in a bundle, at every place. A finding names each change, or it is
// listed here as something that nobody signs. No node, wrong, stale or lying, makes an altered
// bundle pass.
import { expect } from "chai";
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import { type LedgerReader, ledgerReader } from "../../../protocol/chain/reader.ts";
import { signDigest } from "../../../protocol/base/crypto.ts";
import { eventDigest } from "../../../protocol/event/event.ts";
import { FINDINGS } from "../../../protocol/verdict/findings.ts";
import { Trail } from "../../../protocol/trail/trail.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { verifyBundle } from "../../../protocol/verify/bundle.ts";
import type { Trust } from "../../../protocol/verdict/trust.ts";
import {
  type BundleWorld,
  bundleFor,
  openBundleWorld,
  openLogBundleWorld,
} from "../../support/bundles.ts";
import { enrol, mine, newKey, revoke } from "../../support/ledger.ts";
import { answer, openPaperLedger } from "../../support/paper-ledger.ts";
import { recover } from "../../support/recover.ts";
import { act } from "../../support/trails.ts";
import { codes, expectFinding } from "../../support/verdicts.ts";

type Path = (string | number)[];

/** Fields that nobody signs and no verdict relies on. People see them as the sender's claim. */
const INFORMATIVE = [
  /^made\./,
  /^documents\.\d+\.(kind|mediaType|size)$/,
  /^documents\.\d+$/,
  /^restricted/,
];

/** Every place in a value: branches and leaves. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    ...(path.length > 0 ? [path] : []),
    ...keys.flatMap((key) => places(value[key as never], [...path, key])),
  ];
}
const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((each, key) => (each as Record<string | number, unknown>)[key], value);

/** Hex with one byte changed. */
const flipped = (hex: string, byte: number) => {
  const from = 2 + 2 * byte;
  const changed = (parseInt(hex.slice(from, from + 2), 16) ^ 1).toString(16).padStart(2, "0");
  return hex.slice(0, from) + changed + hex.slice(from + 2);
};
const isHex = (value: unknown): value is string =>
  typeof value === "string" && /^0x([0-9a-f]{2})+$/.test(value);

/** A field that nobody has signed. */
const SAID = { path: ["reason"], value: "return", salt: `0x${"11".repeat(16)}` };

/** Other values of the same type. */
function others(value: unknown): unknown[] {
  if (isHex(value))
    return [0, (value.length - 2) / 4, (value.length - 2) / 2 - 1].map((byte) =>
      flipped(value, byte | 0),
    );
  if (typeof value === "number") return [value + 1, ...(value > 0 ? [value - 1] : [])];
  if (typeof value === "boolean") return [!value];
  if (value === null) return [{ open: [SAID], withheld: [] }, `0x${"11".repeat(65)}`];
  return typeof value === "string" ? [`${value.slice(0, -1)}${value.endsWith("2") ? 3 : 2}`] : [];
}

/** A bundle, what is done to it, and what its verifier says of it. */
function underTest(open: () => Promise<BundleWorld>) {
  let made: BundleWorld;
  let usual: string[];

  before(async () => {
    made = await open();
    usual = codes(await judged(made.bundle));
  });

  const judged = (
    bundle: unknown,
    trust: Trust = made.trust,
    reader: LedgerReader | null = made.world.ledger.reader,
  ) => verifyBundle(bundle, trust, reader, recover);
  const changed = (change: (bundle: BundleJson) => void): BundleJson => {
    const bundle = structuredClone(made.bundle);
    change(bundle);
    return bundle;
  };
  /** Sets, or removes, what stands at a place. */
  const replaced = (path: Path, ...[value]: [unknown?]): BundleJson =>
    changed((bundle) => {
      const parent = at(bundle, path.slice(0, -1)) as Record<string | number, unknown>;
      const key = path.at(-1)!;
      if (value !== undefined) parent[key] = value;
      else if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
    });
  /** Finds something that it does not say of the good bundle, by a code that there is. */
  function expectNoticed(verdict: Verdict, what: string, path?: Path): void {
    const more = codes(verdict).filter((code) => !usual.includes(code));
    expect(
      more.every((code) => FINDINGS.has(code)),
      what,
    ).to.equal(true);
    const isInformative = path && INFORMATIVE.some((pattern) => pattern.test(path.join(".")));
    if (isInformative && more.length === 0) return;
    expect(more, what).not.to.deep.equal([]);
    expect(verdict.verdict, what).not.to.equal("PASS");
  }
  return { given: () => ({ made, usual }), judged, changed, replaced, expectNoticed };
}

/** Unneeded fields: hints, and descriptions of documents. The verdict is the same without them. */
const NOT_NEEDED = /\.settled$|^trail\.checkpoints$/;

/** Expects a finding for every single change at every place. */
function describeEveryChange(name: string, open: () => Promise<BundleWorld>) {
  describe(`verifyBundle, on an altered bundle of events that were ${name}`, function () {
    this.timeout(600_000);
    const { given, judged, changed, replaced, expectNoticed } = underTest(open);

    it("reports every altered value", async () => {
      for (const path of places(given().made.bundle))
        for (const value of others(at(given().made.bundle, path)))
          expectNoticed(
            await judged(replaced(path, value)),
            `${path.join(".")} = ${String(value)}`,
            path,
          );
    });

    it("reports every removed member and item", async () => {
      for (const path of places(given().made.bundle)) {
        const verdict = await judged(replaced(path));
        const name = path.join(".");
        if (NOT_NEEDED.test(name)) expect(codes(verdict), name).to.deep.equal(given().usual);
        else expectNoticed(verdict, `${name} removed`, path);
      }
    });

    it("reports every doubled item and every two swapped neighbours", async () => {
      for (const path of places(given().made.bundle)) {
        const last = path.at(-1)!;
        if (typeof last !== "number" || path.includes("path") || path[0] === "documents") continue;
        const name = path.join(".");
        const twice = changed((bundle) =>
          (at(bundle, path.slice(0, -1)) as unknown[]).splice(last, 0, at(bundle, path)),
        );
        expectNoticed(await judged(twice), `${name} twice`);
        const list = at(given().made.bundle, path.slice(0, -1)) as unknown[];
        if (last + 1 >= list.length) continue;
        const swapped = changed((bundle) => {
          const items = at(bundle, path.slice(0, -1)) as unknown[];
          [items[last], items[last + 1]] = [items[last + 1], items[last]];
        });
        const verdict = await judged(swapped);
        // Events of two lots that do not build on one another may stand either way.
        if (/^trail\.events\.\d+$/.test(name))
          expect(["WARN", "FAIL"], name).to.include(verdict.verdict);
        else expectNoticed(verdict, `${name} exchanged`);
      }
    });

    it("reports every added member", async () => {
      for (const path of [[], ...places(given().made.bundle)]) {
        const value = at(given().made.bundle, path);
        if (
          typeof value !== "object" ||
          value === null ||
          Array.isArray(value) ||
          path[0] === "restricted"
        )
          continue;
        const verdict = await judged(
          changed((bundle) => Object.assign(at(bundle, path) as object, { extra: 1 })),
        );
        expect([["BUNDLE_MALFORMED"], ["TRAIL_MALFORMED"]], path.join(".")).to.deep.include(
          codes(verdict),
        );
      }
    });
  });
}
describeEveryChange("recorded", openBundleWorld);
describeEveryChange("logged", openLogBundleWorld);

describe("verifyBundle, on an altered bundle", function () {
  this.timeout(600_000);
  let made: BundleWorld;
  let usual: string[];
  const { given, judged, changed, replaced, expectNoticed } = underTest(openBundleWorld);
  before(() => {
    ({ made, usual } = given());
  });

  it("reports only a suspicion for the unaltered bundle", async () => {
    expect(usual).to.deep.equal(["SUSPECTED"]);
    const withheld = made.bundle.trail.events.flatMap(({ event }) =>
      event.entries.filter((entry) => typeof entry === "string"),
    );
    expect(withheld).to.have.length(2);
  });

  describe("verifyBundle, on a bad signature", () => {
    const signatureOf = (bundle: BundleJson, index: number) =>
      bundle.trail.events[index]!.signature!;
    const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const forms: Record<string, (signature: string) => string> = {
      "with a high s": (signature) => {
        const s = (ORDER - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
        return `${signature.slice(0, 66)}${s}${signature.endsWith("1b") ? "1c" : "1b"}`;
      },
      "with a high s and the same v": (signature) => {
        const s = (ORDER - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
        return `${signature.slice(0, 66)}${s}${signature.slice(130)}`;
      },
      "with the other v": (signature) =>
        `${signature.slice(0, 130)}${signature.endsWith("1b") ? "1c" : "1b"}`,
      "with v 0 or 1": (signature) =>
        `${signature.slice(0, 130)}${signature.endsWith("1b") ? "00" : "01"}`,
      "with a v of EIP-155": (signature) => `${signature.slice(0, 130)}25`,
      "in 64 bytes (ERC-2098)": (signature) => {
        const top = signature.endsWith("1b") ? 0n : 1n << 255n;
        return (
          signature.slice(0, 66) +
          (BigInt(`0x${signature.slice(66, 130)}`) | top).toString(16).padStart(64, "0")
        );
      },
      "of zeroes": () => `0x${"0".repeat(130)}`,
      "in upper-case": (signature) => `0x${signature.slice(2).toUpperCase()}`,
    };
    for (const [what, form] of Object.entries(forms))
      it(`fails a signature ${what}`, async () => {
        for (const index of made.bundle.trail.events.keys()) {
          const path = ["trail", "events", index, "signature"];
          const verdict = await judged(replaced(path, form(signatureOf(made.bundle, index))));
          expect(verdict.verdict).to.equal("FAIL");
          expect(["BadSignature", "KeyNotOfParty", "TRAIL_MALFORMED"]).to.include(
            codes(verdict)[0],
          );
        }
      });

    it("fails a signature by an unknown key and by another party's key", async () => {
      const digest = eventDigest(made.trust, Trail.parse(made.bundle.trail).events[0]!.event);
      for (const { privateKey } of [newKey(made.world.ledger), made.world.broker.key])
        expect(
          codes(
            await judged(
              replaced(["trail", "events", 0, "signature"], signDigest(digest, privateKey)),
            ),
          ),
        ).to.deep.equal(["KeyNotOfParty", "SUSPECTED"]);
    });

    it("fails a signature by a key that was revoked before", async () => {
      const own = await openBundleWorld();
      const { world, product } = own;
      const key = await enrol(world.ledger, world.assembler.address);
      await revoke(world.ledger, world.assembler, key);
      await act(world, world.assembler, "inspect", { lots: { [product]: 50 }, key });
      const verdict = await judged(bundleFor(world, product), own.trust, world.ledger.reader);
      expectFinding(verdict, { code: "KeyIsRevoked", verdict: "FAIL", found: key.address });
    });
  });

  describe("verifyBundle, on a bundle that does not match", () => {
    it("fails a bundle that is cut off anywhere or out of date", async () => {
      for (const index of made.bundle.trail.events.keys()) {
        const verdict = await judged(changed(({ trail }) => (trail.events.length = index)));
        expect(verdict.verdict).to.equal("FAIL");
      }
      const own = await openBundleWorld();
      const { world, product } = own;
      await act(world, world.assembler, "ship", {
        lots: { [product]: 50 },
        consignee: world.distributor.address,
      });
      const old = await judged(own.bundle, own.trust, world.ledger.reader);
      expectFinding(old, { code: "LATER_EVENT_MISSING", verdict: "FAIL", lot: product });
    });

    it("fails the events of another lot", async () => {
      const other = bundleFor(made.world, made.stranger);
      expect(
        (await judged({ ...other, trail: { ...other.trail, lot: made.product } })).verdict,
      ).to.equal("FAIL");
      for (const index of made.bundle.trail.events.keys()) {
        const event = other.trail.events[index % other.trail.events.length];
        expectNoticed(await judged(replaced(["trail", "events", index], event)), `event ${index}`);
      }
    });

    it("fails another ledger or chain in the bundle or in the reader's trust", async () => {
      const ledger = `0x${"ab".repeat(20)}`;
      for (const elsewhere of [{ ledger }, { chainId: 1 }]) {
        const foreign = changed(({ trail }) => Object.assign(trail, elsewhere));
        expect(codes(await judged(foreign))).to.deep.equal(["OTHER_LEDGER"]);
        expect(codes(await judged(made.bundle, { ...made.trust, ...elsewhere }))).to.deep.equal([
          "OTHER_LEDGER",
        ]);
        const both = { ...made.trust, ...elsewhere };
        expect((await judged(foreign, both, null)).verdict).to.equal("FAIL");
      }
    });

    it("warns when the reader accepts any ledger", async () => {
      const verdict = await judged(made.bundle, { ...made.trust, ledgerOfBundle: true });
      expectFinding(verdict, {
        code: "LEDGER_OF_BUNDLE",
        verdict: "WARN",
        found: made.trust.ledger,
      });
    });

    it("fails input that is not a bundle", async () => {
      for (const input of [
        null,
        undefined,
        [],
        "",
        5,
        {},
        made.bundle.trail,
        [made.bundle],
        { ...made.bundle, version: 2 },
      ])
        expect(codes(await judged(input))).to.deep.equal(["BUNDLE_MALFORMED"]);
      const fighting = Object.defineProperty({}, "format", {
        enumerable: true,
        get: () => {
          throw new Error("no");
        },
      });
      expect(codes(await judged(fighting))).to.deep.equal(["BUNDLE_MALFORMED"]);
    });
  });

  describe("verifyBundle, on withheld entries", () => {
    const withheldAt = () => {
      const index = made.bundle.trail.events.findIndex(({ event }) =>
        event.entries.some((entry) => typeof entry === "string"),
      );
      const entries = made.bundle.trail.events[index]!.event.entries;
      return { index, place: entries.findIndex((entry) => typeof entry === "string"), entries };
    };

    it("fails an altered hash of a withheld entry", async () => {
      const { index, place, entries } = withheldAt();
      const path = ["trail", "events", index, "event", "entries", place];
      const verdict = await judged(replaced(path, flipped(entries[place] as string, 7)));
      expectFinding(verdict, {
        code: "RECORD_DIFFERS",
        verdict: "FAIL",
        field: `entries.${place}`,
      });
    });

    it("never passes a withheld entry of the lot or of its ancestors", async () => {
      const whole = Trail.parse(made.bundle.trail);
      const { withholdEntries } = await import("../../../protocol/trail/bundle.ts");
      for (const [index, { event }] of whole.events.entries())
        for (const { lot, withheld } of event.entries) {
          if (withheld !== undefined) continue;
          const disclosed = made.bundle.trail.events[index]!.event.entries;
          const hidden = withholdEntries(
            { ...event, entries: event.entries },
            (each) => each !== lot,
          ).entries;
          const entries = disclosed.map((entry, i) =>
            typeof entry === "string" ? entry : hidden[i],
          );
          const verdict = await judged(
            replaced(["trail", "events", index, "event", "entries"], entries),
          );
          expect(["FAIL", "INCOMPLETE"], `${index} ${lot}`).to.include(verdict.verdict);
        }
    });

    it("is incomplete for a split with a withheld entry until the ledger has recorded it", async () => {
      const own = await openBundleWorld();
      const { world, reel } = own;
      const [one, two] = ["W1", "W2"].map(
        (number) => world.distributor.address + `${number.charCodeAt(1)}`.padStart(24, "0"),
      );
      await act(world, world.distributor, "split", {
        lots: { [reel]: 300, [one!]: 100, [two!]: 300 },
      });
      const { trail } = bundleFor(world, one!);
      expect(
        trail.events.at(-1)!.event.entries.filter((entry) => typeof entry === "string"),
      ).to.have.length(1);
      const bundle = bundleFor(world, one!);
      const recorded = await judged(bundle, own.trust, world.ledger.reader);
      expect(codes(recorded))
        .not.to.include("ENTRY_WITHHELD")
        .and.not.to.include("QuantityNotConserved");
      expect(recorded.state?.quantity).to.equal(100);
      const alone = await judged(bundle, own.trust, null);
      expectFinding(alone, {
        code: "ENTRY_WITHHELD",
        verdict: "INCOMPLETE",
        event: recorded.state!.lastEvent,
      });
      expect(codes(alone)).not.to.include("QuantityNotConserved");
    });
  });

  describe("verifyBundle, with a bad node", () => {
    const through = (change: (method: string, answered: unknown) => unknown) =>
      ledgerReader({
        ...made.world.ledger.domain,
        request: async (method, params) => change(method, answer(made.chain, method, params)),
      });
    const lies: Record<string, (method: string, answered: unknown) => unknown> = {
      "is on another chain": (method, answered) => (method === "eth_chainId" ? "0x1" : answered),
      "has no code at the ledger": (method, answered) =>
        method === "eth_getCode" ? "0x" : answered,
      "has no logs": (method, answered) => (method === "eth_getLogs" ? [] : answered),
      "has zero for the words": (method, answered) =>
        method === "eth_call" ? `0x${"0".repeat(64)}` : answered,
      "answers with an invalid value": () => "so",
      "answers with null": () => null,
      "does not answer": () => {
        throw new Error("timeout");
      },
    };
    for (const [what, lie] of Object.entries(lies))
      it(`never passes with a node that ${what}`, async () => {
        const verdict = await judged(made.bundle, made.trust, through(lie));
        expect(["INCOMPLETE", "FAIL"]).to.include(verdict.verdict);
        expect(codes(verdict).some((code) => /^NODE_/.test(code))).to.equal(true);
      });

    it("is incomplete when the node is behind, and reports its old newest block", async () => {
      const early = { ...made.chain, blocks: made.chain.blocks.slice(0, 14) };
      const logs = made.chain.logs.filter(({ blockNumber }) => Number(blockNumber) < 14);
      const stale = ledgerReader({
        ...made.world.ledger.domain,
        request: async (method, params) => answer({ ...early, logs }, method, params),
      });
      const verdict = await judged(
        made.bundle,
        { ...made.trust, policy: { maxHeadAgeSeconds: 60 } },
        stale,
      );
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expect(codes(verdict)).to.include("NOT_RECORDED").and.to.include("HEAD_STALE");
    });

    it("is incomplete until the newest record is final", async () => {
      const verdict = await judged(made.bundle, { ...made.trust, finality: 3 });
      expect(verdict.verdict).to.equal("INCOMPLETE");
      expect(codes(verdict)).to.include("NOT_FINAL");
      const own = await openBundleWorld();
      await mine(own.world.ledger, 3);
      expect(
        codes(await judged(own.bundle, { ...own.trust, finality: 3 }, own.world.ledger.reader)),
      ).to.deep.equal(usual);
    });

    it("never passes with a node that has another ledger", async () => {
      const elsewhere = openPaperLedger();
      await mine(elsewhere, 1);
      expect((await judged(made.bundle, made.trust, elsewhere.reader)).verdict).not.to.equal(
        "PASS",
      );
    });
  });

  it("is incomplete without a node", async () => {
    expect((await judged(made.bundle, made.trust, null)).verdict).to.equal("INCOMPLETE");
  });
});
