// Tests that a folder is closed to other users, and refused where it cannot be.
import { expect } from "chai";
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeFolder, FolderNotPrivate } from "../../../server/storage/private-folder.ts";

const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

describe("closeFolder", () => {
  let root: string;
  let before: number;
  beforeEach(() => {
    before = process.umask(0);
    root = mkdtempSync(join(tmpdir(), "reelproof-private-"));
  });
  afterEach(() => {
    process.umask(before);
    rmSync(root, { recursive: true, force: true });
  });

  it("makes a missing folder closed, and lets this process make closed files only", () => {
    const folder = join(root, "a", "data");
    expect(closeFolder(folder, { create: true })).to.equal(0);
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "inside"));
    const paths = [join(root, "a"), folder, join(folder, "inside")];
    expect([...paths, join(folder, "file")].map(modeOf)).to.deep.equal([
      "700",
      "700",
      "700",
      "600",
    ]);
  });

  it("closes what is open, at any depth, and counts it", () => {
    const folder = join(root, "data");
    mkdirSync(join(folder, "database", "base"), { recursive: true, mode: 0o777 });
    const file = join(folder, "database", "base", "1");
    writeFileSync(file, "", { mode: 0o666 });
    const secret = join(folder, "secret");
    writeFileSync(secret, "", { mode: 0o600 });
    expect(closeFolder(folder, { create: true })).to.equal(4);
    const folders = [folder, join(folder, "database"), join(folder, "database", "base")];
    expect(folders.map(modeOf)).to.deep.equal(["700", "700", "700"]);
    expect([file, secret].map(modeOf)).to.deep.equal(["600", "600"]);
    expect(closeFolder(folder, { create: true })).to.equal(0);
  });

  it("closes a folder on another disk to which a link in it leads, and follows a circle once", () => {
    const folder = join(root, "data");
    const documents = join(root, "disk");
    mkdirSync(folder);
    mkdirSync(documents);
    writeFileSync(join(documents, "paper"), "");
    symlinkSync(documents, join(folder, "documents"));
    symlinkSync(folder, join(folder, "circle"));
    symlinkSync(join(root, "nowhere"), join(folder, "broken"));
    closeFolder(folder, { create: true });
    expect([documents, join(documents, "paper")].map(modeOf)).to.deep.equal(["700", "600"]);
  });

  it("makes nothing where it is only to look", () => {
    expect(closeFolder(join(root, "data"), { create: false })).to.equal(0);
    expect(() => lstatSync(join(root, "data"))).to.throw("ENOENT");
  });

  it("refuses what belongs to another user, and names it", () => {
    // Root can give a file away; anyone else finds root's.
    let folder = "/usr";
    let foreign = folder;
    if (process.getuid?.() === 0) {
      folder = join(root, "data");
      mkdirSync(folder);
      foreign = join(folder, "planted");
      writeFileSync(foreign, "");
      chownSync(foreign, 65_534, 65_534);
    }
    const refusal = refusalOf(folder);
    expect(refusal.code).to.equal("FOLDER_NOT_PRIVATE");
    expect(refusal.path).to.equal(foreign);
    expect(refusal.message).to.contain(foreign).and.contain("belongs to another user");
  });

  it("refuses a link that another user has planted, and leaves its target as it is", function () {
    if (process.getuid?.() !== 0) this.skip(); // only root can make one
    const folder = join(root, "data");
    const own = join(root, "own");
    mkdirSync(folder);
    writeFileSync(own, "");
    chmodSync(own, 0o644);
    const link = join(folder, "link");
    symlinkSync(own, link);
    lchownSync(link, 65_534, 65_534);
    expect(refusalOf(folder).path).to.equal(link);
    expect(modeOf(own)).to.equal("644");
  });
});

function refusalOf(folder: string): FolderNotPrivate {
  try {
    closeFolder(folder, { create: true });
  } catch (error) {
    if (error instanceof FolderNotPrivate) return error;
    throw error;
  }
  throw new Error("it was not refused");
}
