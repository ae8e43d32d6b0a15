// Tests what `npm run build` and each start do in an installation, here a small one whose tools only note that they ran.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build, CannotBuild, staleProducts } from "../scripts/build/build.ts";
import { PRODUCTS } from "../scripts/build/products.ts";

const NOBODY = 65_534;
const NAMES = PRODUCTS.map(({ name }) => name).sort();

describe("build", () => {
  let root: string;
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  /** The products whose tools have run since the last call. */
  const madeNow = async () => {
    const names = await readFile(join(root, "ran"), "utf8").catch(() => "");
    await rm(join(root, "ran"), { force: true });
    return names.split("\n").filter(Boolean).sort();
  };
  const refusal = () =>
    build(undefined, root).then(
      () => expect.fail("it was built"),
      (error: CannotBuild) => error,
    );

  let before: number;
  beforeEach(async () => {
    before = process.umask(0o022); // other tests close what this process makes
    root = await mkdtemp(join(tmpdir(), "reelproof-build-"));
    await chmod(root, 0o755);
    await write("package.json", '{ "type": "commonjs" }');
    await write("package-lock.json", "{}");
    for (const { name, sources } of PRODUCTS)
      for (const source of sources)
        if (!/\.\w+$/.test(source)) await write(`${source}/deep/source.txt`, name);
    // Two products may have one tool: what it is called with says which one it makes.
    const making = Object.fromEntries(
      PRODUCTS.map(({ name, outputs, command: [, ...args] }) => [
        args.join(" "),
        { name, outputs },
      ]),
    );
    const tool = `
      const fs = require("fs"), path = require("path");
      const { name, outputs } = ${JSON.stringify(making)}[process.argv.slice(2).join(" ")];
      fs.appendFileSync("ran", name + "\\n");
      for (const output of outputs) {
        fs.mkdirSync(output, { recursive: true });
        fs.writeFileSync(path.join(output, "made.txt"), name);
      }`;
    for (const { command } of PRODUCTS) await write(`node_modules/${command[0]}`, tool);
  });
  afterEach(async () => {
    process.umask(before);
    await rm(root, { recursive: true, force: true });
  });

  it("makes every product once, and then runs nothing", async () => {
    let starts = 0;
    await build(() => starts++, root);
    expect(await madeNow()).to.deep.equal(NAMES);
    await build(() => starts++, root);
    expect(await madeNow()).to.deep.equal([]);
    expect(starts).to.equal(1);
  });

  for (const { name, sources, outputs } of PRODUCTS)
    it(`makes the ${name} alone again when its source or what it consists of has changed`, async () => {
      await build(undefined, root);
      await madeNow();
      const others = PRODUCTS.filter((product) => product.name !== name);
      const own = sources.find(
        (source) =>
          !source.includes(".") && !others.some((other) => other.sources.includes(source)),
      );
      for (const changed of [
        own === undefined ? sources[0]! : `${own}/new.txt`,
        `${outputs[0]!}/made.txt`,
      ]) {
        await write(changed, "changed");
        await build(undefined, root);
        expect(await madeNow(), changed).to.deep.equal([name]);
      }
      await rm(join(root, outputs.at(-1)!), { recursive: true });
      expect(staleProducts(root).map((product) => product.name)).to.deep.equal([name]);
    });

  it("makes everything again with other tools", async () => {
    await build(undefined, root);
    await madeNow();
    await write("package-lock.json", '{ "other": true }');
    await build(undefined, root);
    expect(await madeNow()).to.deep.equal(NAMES);
  });

  it("shows what a tool printed if it fails, and takes nothing for built", async () => {
    await write(
      `node_modules/${PRODUCTS[0]!.command[0]}`,
      'console.log("no such import"); process.exit(1);',
    );
    const { code, message } = await refusal();
    expect(code).to.equal("BUILD_FAILED");
    expect(message).to.contain(PRODUCTS[0]!.name).and.contain("no such import");
    expect(staleProducts(root).map(({ name }) => name)).to.include(PRODUCTS[0]!.name);
  });

  it("says what to run where the tools are not installed", async () => {
    await rm(join(root, "node_modules"), { recursive: true });
    expect((await refusal()).message).to.contain("npm ci");
  });

  it("runs for a user who cannot write, if it is built, and says otherwise who has to build it", async function () {
    const module = new URL("../scripts/build/build.ts", import.meta.url).href;
    const script = `const { build } = await import(process.argv[1]);
      await build(undefined, process.argv[2]).then(() => console.log("current"), (error) => console.log(error.code, error.message));`;
    const asNobody = () => {
      const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
      const args = ["--input-type=module", "-e", script, module, root];
      return spawnSync(process.execPath, args, { ...user, cwd: "/", encoding: "utf8" });
    };
    await chmod(root, 0o555);
    try {
      const { stdout: refused, stderr } = asNobody();
      if (stderr.includes("EACCES")) this.skip(); // that user cannot read this checkout
      expect(refused)
        .to.match(/^NOT_WRITABLE .*npm run build/)
        .and.contain(root);
      expect(refused.trim()).not.to.contain("\n");
      await chmod(root, 0o755);
      await build(undefined, root);
      await chmod(root, 0o555);
      expect(asNobody().stdout).to.equal("current\n");
      for (const closed of ["contracts", "artifacts"]) {
        await chmod(join(root, closed), 0o700);
        if (process.getuid?.() === 0)
          expect(asNobody().stdout).to.match(new RegExp(`^NOT_READABLE .*${closed}.*chmod`));
      }
    } finally {
      await chmod(root, 0o755);
    }
  });
});
