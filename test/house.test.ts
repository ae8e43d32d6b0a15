// The structure lint fails where it has to: a small house is written to a temporary folder, with one fault per rule.
import { expect } from "chai";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { Linter } from "eslint";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import config, { FOLDERS } from "../dependency-cruiser.config.ts";
import { ownFolder } from "../scripts/lint/own-folder.ts";

/** Each file imports what stands after it. A `type` in front makes it a type import. */
const ALLOWED: Record<string, string[]> = {
  "protocol/base/bytes.ts": ["zod", "type @noble/hashes/utils.js"],
  "protocol/event/event.ts": ["../base/bytes.ts"],
  "protocol/chain/codec.ts": ["../event/event.ts", "ethers/abi"],
  "api/lot.ts": ["../protocol/event/event.ts", "zod"],
  "lists/csv.ts": ["csv-parse"],
  "packing/read.ts": ["../lists/csv.ts", "../api/lot.ts", "../protocol/base/bytes.ts", "zod"],
  "server/storage/db.ts": ["node:fs"],
  "server/custody/accept.ts": [
    "../storage/db.ts",
    "../../protocol/event/event.ts",
    "../../lists/csv.ts",
  ],
  "server/access/admin.ts": ["../storage/db.ts"],
  "server/http/app.ts": ["express", "../custody/accept.ts", "../../api/lot.ts"],
  "server/service.ts": ["./http/app.ts"],
  "server/main.ts": ["./service.ts", "../sample/play.ts"],
  "sample/play.ts": ["../server/service.ts"],
  "cli/verify.ts": ["../server/access/admin.ts", "../api/lot.ts", "../packing/read.ts", "node:fs"],
  "web/page.ts": ["../protocol/event/event.ts", "../api/lot.ts", "../packing/read.ts"],
  "bench/run.ts": ["../server/custody/accept.ts"],
};

/** A file, what it imports against a rule, and the rule. */
const FORBIDDEN: [file: string, imported: string, rule: string][] = [
  ["protocol/base/up.ts", "../event/event.ts", "protocol-floors"],
  ["protocol/log/beside.ts", "type ../trail/trail.ts", "protocol-floors"],
  ["protocol/extra/room.ts", "../base/bytes.ts", "protocol-unplaced"],
  ["protocol/base/across.ts", "../../server/storage/db.ts", "protocol-imports"],
  ["protocol/base/built-in.ts", "node:fs", "protocol-pure"],
  ["protocol/base/package.ts", "express", "protocol-pure"],
  ["protocol/event/coder.ts", "ethers/abi", "protocol-pure"],
  ["protocol/chain/codec.ts", "ethers", "protocol-pure"],
  ["api/across.ts", "../server/storage/db.ts", "api-imports"],
  ["api/built-in.ts", "type node:http", "api-pure"],
  ["lists/across.ts", "../protocol/base/bytes.ts", "lists-imports"],
  ["lists/built-in.ts", "node:fs", "lists-pure"],
  ["packing/across.ts", "../cli/verify.ts", "packing-imports"],
  ["packing/built-in.ts", "node:fs", "packing-pure"],
  ["server/storage/up.ts", "../custody/accept.ts", "server-floors"],
  ["server/storage/up-by-type.ts", "type ../custody/accept.ts", "server-floors"],
  ["server/fsck/beside.ts", "../verdict/verdict.ts", "server-floors"],
  ["server/config.ts", "./service.ts", "server-floors"],
  ["server/helpers/room.ts", "../storage/db.ts", "server-unplaced"],
  ["server/custody/story.ts", "../../sample/play.ts", "server-imports"],
  ["server/custody/script.ts", "../../scripts/demo.ts", "server-imports"],
  ["server/main.ts", "../cli/verify.ts", "server-imports"],
  ["server/custody/route.ts", "express", "express-in-http"],
  ["server/custody/route-type.ts", "type express", "express-in-http"],
  ["cli/across.ts", "../server/custody/accept.ts", "cli-imports"],
  ["cli/database.ts", "../prisma/generated/client.ts", "cli-imports"],
  ["web/across.ts", "../server/custody/accept.ts", "web-imports"],
  ["web/built-in.ts", "node:crypto", "web-no-node"],
  ["sample/across.ts", "../cli/verify.ts", "sample-imports"],
];

/** Circles of two, of three, and of type imports alone, in source and in tests. */
const CIRCLES: Record<string, string[]> = {
  "protocol/verify/one.ts": ["type ./two.ts"],
  "protocol/verify/two.ts": ["type ./one.ts"],
  "test/support/a.ts": ["./b.ts"],
  "test/support/b.ts": ["./c.ts"],
  "test/support/c.ts": ["./a.ts"],
};

/** Files that are only imported. */
const LEAVES = [
  "protocol/trail/trail.ts",
  "server/verdict/verdict.ts",
  "prisma/generated/client.ts",
  "scripts/demo.ts",
];

describe("the structure lint", () => {
  let folder: string;
  let violations: { rule: string; from: string; to: string; circle: string[] }[];

  before(async function () {
    this.timeout(20_000);
    folder = await mkdtemp(join(tmpdir(), "house-"));
    const files = new Map<string, string[]>(LEAVES.map((file) => [file, []]));
    const add = (file: string, imports: string[]) =>
      files.set(file, [...(files.get(file) ?? []), ...imports]);
    for (const [file, imports] of Object.entries({ ...ALLOWED, ...CIRCLES })) add(file, imports);
    for (const [file, imported] of FORBIDDEN) add(file, [imported]);
    for (const [file, imports] of files) await write(file, imports.map(statement).join("\n"));
    for (const name of ["zod", "express", "ethers", "csv-parse", "@noble/hashes"])
      await installPackage(name);
    const { output } = await cruise(FOLDERS, {
      ...config.options,
      validate: true,
      ruleSet: { forbidden: config.forbidden! },
      baseDir: folder,
    });
    violations = (output as ICruiseResult).summary.violations.map((violation) => ({
      rule: violation.rule.name,
      from: violation.from,
      to: violation.to,
      circle: violation.cycle?.map(({ name }) => name) ?? [],
    }));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [from, imported, rule] of FORBIDDEN) {
    it(`refuses ${from} importing ${imported} (${rule})`, () => {
      const name = basename(imported.replace(/^(type )?(node:)?/, ""));
      const found = violations.some(
        (violation) =>
          violation.rule === rule && violation.from === from && violation.to.includes(name),
      );
      expect(found, JSON.stringify(violations.filter((one) => one.from === from))).to.equal(true);
    });
  }

  it("refuses circles, of type imports and in tests too", () => {
    const inCircles = violations
      .filter(({ rule }) => rule === "no-circle")
      .flatMap(({ circle }) => circle);
    expect(inCircles).to.have.members(Object.keys(CIRCLES));
  });

  it("refuses nothing else", () => {
    const faulty = new Set([...FORBIDDEN.map(([file]) => file), ...Object.keys(CIRCLES)]);
    const others = violations.filter(({ from }) => !faulty.has(from));
    expect(others).to.deep.equal([]);
  });

  /** The text of an import statement. */
  function statement(imported: string, i: number): string {
    const name = imported.replace(/^type /, "");
    return `import ${name === imported ? "" : "type "}* as m${i} from "${name}";`;
  }

  async function write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${text}\nexport {};\n`);
  }

  /** Puts an empty package where imports of `name` resolve to, with the one inner path of each that is used. */
  async function installPackage(name: string): Promise<void> {
    const at = `node_modules/${name}`;
    await write(`${at}/index.js`, "");
    await write(`${at}/utils.js`, "");
    await write(`${at}/lib.esm/abi/index.js`, "");
    const exports = {
      ".": "./index.js",
      "./utils.js": "./utils.js",
      "./abi": "./lib.esm/abi/index.js",
    };
    await writeFile(join(folder, at, "package.json"), JSON.stringify({ name, exports }));
  }
});

describe("the lint rule own-folder", () => {
  const linter = new Linter();
  const messages = (filename: string, code: string) =>
    linter.verify(
      code,
      {
        plugins: { house: { rules: { "own-folder": ownFolder } } },
        rules: { "house/own-folder": "error" },
        files: ["**/*"],
      },
      { filename },
    );

  for (const [file, code] of [
    ["server/a.js", 'new URL("../scripts/sample/", import.meta.url)'],
    ["server/custody/a.js", "new URL(`../../test/${name}.json`, import.meta.url)"],
    ["cli/a.js", 'new URL("../package.json", import.meta.url)'],
    ["sample/a.js", 'join(import.meta.dirname, "../docs/protocol.md")'],
    ["web/verify/a.js", 'join(import.meta.dirname, "..", "..", "server")'],
  ] as const)
    it(`refuses ${code} in ${file}`, () => {
      expect(messages(file, code)).to.have.length(1);
    });

  for (const [file, code] of [
    ["sample/a.js", 'new URL("./story.json", import.meta.url)'],
    ["server/http/routes/a.js", 'new URL("../../../web/dist/verify.html", import.meta.url)'],
    ["server/storage/a.js", 'new URL("../../prisma/migrations/", import.meta.url)'],
    ["cli/service/a.js", "new URL(path, base)"],
  ] as const)
    it(`allows ${code} in ${file}`, () => {
      expect(messages(file, code)).to.deep.equal([]);
    });
});
